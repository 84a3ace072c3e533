//! `revisor demo`: a small CRM, reported through the API of a running server.

use clap::Args;

use super::{CommandError, open};
use crate::{api::problem::chain, config::Settings};

/// Where to send the demo's operations.
#[derive(Args)]
pub(super) struct Demo {
    /// The running server; its database must be the one of these settings
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:3000")]
    url: String,
}

pub(super) async fn run(settings: &Settings, demo: Demo) -> Result<(), CommandError> {
    let audit = open(settings).await?;
    let loaded = crate::demo::run(&audit, &demo.url).await;
    audit.close().await;
    loaded.map_err(|error| CommandError::Other(chain(&error)))
}
