//! `revisor migrate`: the database's schema.

use clap::Subcommand;

use super::{CommandError, print, unmigrated};
use crate::config::Settings;

/// What to do with the schema.
#[derive(Subcommand)]
pub(super) enum Migrate {
    /// Apply every migration that is not applied yet
    Up,
    /// Take the last migrations back. This deletes what they hold
    Down {
        /// How many
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
        steps: u32,
    },
    /// Show every migration and whether it is applied
    Status,
    /// Give a role of PostgreSQL what the server needs, and take all else from it: it can add logs
    /// and cannot change, delete or empty them. Run by the owner of the tables, after `up`
    Grant {
        /// The role that the server signs in to the database as
        #[arg(long, value_name = "ROLE")]
        to: String,
    },
}

pub(super) async fn run(settings: &Settings, migrate: Migrate) -> Result<(), CommandError> {
    settings.prepare()?;
    let url = settings
        .owner_url
        .as_ref()
        .unwrap_or(&settings.database_url);
    let failed = |error| unmigrated(settings, &error);
    match migrate {
        Migrate::Up => migration::up(url).await.map_err(failed),
        Migrate::Down { steps } => migration::down(url, steps).await.map_err(failed),
        Migrate::Grant { to } => migration::grant(url, &to)
            .await
            .map_err(|error| CommandError::Other(error.to_string())),
        Migrate::Status => {
            for (name, applied) in migration::status(url).await.map_err(failed)? {
                let state = if applied { "applied" } else { "pending" };
                print(&format!("{state}  {name}"))?;
            }
            Ok(())
        }
    }
}
