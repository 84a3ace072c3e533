//! `revisor demo`: a small CRM, reported through the API.

use std::net::Ipv4Addr;

use clap::Args;

use super::{CommandError, open_with};
use crate::{api::problem::chain, config::Settings, demo};

/// Where the demo goes.
///
/// The demo is made up, its times included. Loaded without --url, by a server of its own on this
/// machine, its operations are recorded at the times of the story, over ninety days. Sent to a
/// running server they are all recorded now, for that server's clock is its own.
#[derive(Args)]
pub(super) struct Demo {
    /// A running server to send it to, whose database must be the one of these settings; its
    /// clock is its own, so everything is recorded now [default: none, the times of the story]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

pub(super) async fn run(settings: &Settings, demo: Demo) -> Result<(), CommandError> {
    let audit = open_with(settings, demo::clock::ports()).await?;
    let loaded = if let Some(url) = demo.url {
        demo::run(&audit, &url).await
    } else {
        let mut address = settings.addr;
        // Who listens on every address is found on this one.
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        demo::run_here(&audit, &format!("http://{address}")).await
    };
    audit.close().await;
    loaded.map_err(|error| CommandError::Other(chain(&error)))
}
