//! `revisor key`: the keys of hosts.

use audit::Principal;
use clap::Subcommand;
use types::{HostInput, KeyInput, Scope};

use super::{CommandError, open, print};
use crate::config::Settings;

/// What to do with keys.
#[derive(Subcommand)]
pub(super) enum Key {
    /// Make a key and print it, alone; the host is created if it is missing
    Create {
        /// The host's name
        #[arg(long)]
        host: String,
        /// What the key may do: `record`, `read`, `admin`, with commas between them
        #[arg(long, value_delimiter = ',', required = true, value_parser = scope)]
        scopes: Vec<Scope>,
        /// What the key is for
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

fn scope(word: &str) -> Result<Scope, String> {
    Scope::parse(word.trim()).ok_or_else(|| "one of: record, read, admin".to_owned())
}

pub(super) async fn run(settings: &Settings, key: Key) -> Result<(), CommandError> {
    let Key::Create {
        host,
        mut scopes,
        name,
    } = key;
    scopes.sort_unstable();
    scopes.dedup();
    // The same checks as for a request.
    let host = serde_json::json!({ "name": host });
    let host = HostInput::read(host).map_err(audit::Error::Invalid)?;
    let input = serde_json::json!({ "name": name, "scopes": scopes });
    let input = KeyInput::read(input).map_err(audit::Error::Invalid)?;

    let audit = open(settings).await?;
    let made = async {
        let host = audit::hosts::ensure(&audit, &Principal::System, host).await?;
        audit::keys::create(&audit, &Principal::System, &host.name, input).await
    }
    .await;
    audit.close().await;
    print(&made?.key)
}
