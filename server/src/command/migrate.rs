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
}

pub(super) async fn run(settings: &Settings, migrate: Migrate) -> Result<(), CommandError> {
    settings.prepare()?;
    let url = &settings.database_url;
    let failed = |error| unmigrated(settings, &error);
    match migrate {
        Migrate::Up => migration::up(url).await.map_err(failed),
        Migrate::Down { steps } => migration::down(url, steps).await.map_err(failed),
        Migrate::Status => {
            for (name, applied) in migration::status(url).await.map_err(failed)? {
                let state = if applied { "applied" } else { "pending" };
                print(&format!("{state}  {name}"))?;
            }
            Ok(())
        }
    }
}
