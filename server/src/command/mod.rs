//! The command line of `revisor`.
//!
//! A failure is one clear line on standard error and exit code 1; a wrong command line is 2. What
//! a command is asked to print goes alone to standard output.

mod backup;
mod capture;
mod demo;
mod erase;
mod export;
mod key;
mod log;
mod migrate;
mod openapi;
mod serve;
mod user;
mod verify;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use audit::{Audit, Options, Ports};
use clap::{Parser, Subcommand};

use crate::{
    api::problem::chain,
    config::{ConfigError, Flags, Settings, without_password},
};

/// An audit trail for any application.
///
/// Each setting comes from its flag, else from its environment variable, else from the TOML file,
/// else it has its default.
#[derive(Parser)]
#[command(name = "revisor", version, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the pages and the API; what `revisor` alone does. Brings the database up to date
    Serve,
    /// Change or show the state of the database's schema
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// The people who sign in
    #[command(subcommand)]
    User(user::User),
    /// The keys of hosts
    #[command(subcommand)]
    Key(key::Key),
    /// Verify the whole trail against its checkpoints. Ends with 0 for intact, 10 for tampered, 11
    /// for truncated, 12 for nothing to verify
    Verify(verify::Verify),
    /// Copy the SQLite database to a file while the server goes on recording
    Backup(backup::Backup),
    /// Erase for ever what is kept of a data subject; its logs and their proofs stay
    Erase(erase::Erase),
    /// Write all logs, oldest first, as one JSON object a line
    Export(export::Export),
    /// Take the operations of any application on PostgreSQL from its database, which
    /// --database-url names
    #[command(subcommand)]
    Capture(capture::Capture),
    /// Fill a database with the operations of a small CRM, through the API
    Demo(demo::Demo),
    /// Print the document that describes the API to programs, as JSON
    Openapi,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The audit core refused or failed.
    #[error("{}", chain(.0))]
    Audit(#[source] audit::Error),
    /// The database cannot be brought up to date or looked at.
    #[error("the database {url} cannot be migrated: {detail}")]
    Migration {
        /// Which database, without its password.
        url: String,
        /// What it says.
        detail: String,
    },
    /// The system refuses.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// What the system says.
        source: io::Error,
    },
    /// Something else, told in a sentence.
    #[error("{0}")]
    Other(String),
}

impl From<audit::Error> for CommandError {
    fn from(error: audit::Error) -> Self {
        match error {
            audit::Error::Invalid(faults) => {
                let faults: Vec<String> = faults
                    .into_vec()
                    .into_iter()
                    .map(|fault| {
                        format!(
                            "{}: {}",
                            fault.pointer.trim_start_matches('/'),
                            fault.detail
                        )
                    })
                    .collect();
                Self::Other(faults.join("; "))
            }
            other => Self::Audit(other),
        }
    }
}

/// Reads the command line and runs the command.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            let line = log::on_one_line(&error.to_string());
            let _ = writeln!(io::stderr(), "revisor: {line}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let settings = Settings::read(arguments.flags)?;
    let command = arguments.command.unwrap_or(Command::Serve);
    if matches!(command, Command::Openapi) {
        return openapi::run().map(|()| ExitCode::SUCCESS);
    }
    let level = match command {
        Command::Serve | Command::Capture(capture::Capture::Run(_)) => {
            "info,sea_orm_migration=warn"
        }
        _ => "warn",
    };
    log::to_stderr(&settings, level)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(system("the runtime cannot start"))?;
    let result = runtime.block_on(async {
        let done = match command {
            Command::Verify(verify) => return verify::run(&settings, verify).await,
            Command::Serve => serve::run(&settings).await,
            Command::Backup(backup) => backup::run(&settings, backup).await,
            Command::Erase(erase) => erase::run(&settings, erase).await,
            Command::Export(export) => export::run(&settings, export).await,
            Command::Migrate(migrate) => migrate::run(&settings, migrate).await,
            Command::User(user) => user::run(&settings, user).await,
            Command::Key(key) => key::run(&settings, key).await,
            Command::Capture(capture) => capture::run(&settings, capture).await,
            Command::Demo(demo) => demo::run(&settings, demo).await,
            Command::Openapi => openapi::run(),
        };
        done.map(|()| ExitCode::SUCCESS)
    });
    // Streams that are still open are cut here; nothing that was answered is lost by that.
    runtime.shutdown_background();
    result
}

/// Opens the database, migrated.
async fn open(settings: &Settings) -> Result<Audit, CommandError> {
    open_with(settings, Ports::default()).await
}

/// Opens the database, migrated, with other sources of time and chance.
async fn open_with(settings: &Settings, ports: Ports) -> Result<Audit, CommandError> {
    settings.prepare()?;
    let url = &settings.database_url;
    migration::up(url)
        .await
        .map_err(|error| unmigrated(settings, &error))?;
    let options = Options {
        queue: settings.queue,
        session_limit: settings.session_limit,
        read_url: settings.read_url.clone(),
        ports,
        ..Options::default()
    };
    Ok(Audit::open(url, options).await?)
}

fn unmigrated(settings: &Settings, error: &(dyn std::error::Error + 'static)) -> CommandError {
    let mut detail = chain(error);
    if detail.contains("permission denied") {
        detail.push_str("; run `revisor migrate up` as the owner of the tables");
    }
    CommandError::Migration {
        url: without_password(&settings.database_url),
        detail,
    }
}

fn system(what: impl Into<String>) -> impl FnOnce(io::Error) -> CommandError {
    |source| CommandError::System {
        what: what.into(),
        source,
    }
}

/// Prints to standard output what the command was asked for.
fn print(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(system("cannot write to standard output"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_names_every_setting_with_its_variable_and_default() {
        let help = Arguments::command().render_long_help().to_string();
        for word in [
            "--config",
            "REVISOR_CONFIG",
            "--database-url",
            "DATABASE_URL",
            "--addr",
            "REVISOR_ADDR",
            "127.0.0.1:3000",
            "--data-dir",
            "REVISOR_DATA_DIR",
            "--log",
            "REVISOR_LOG",
            "--site-root",
            "REVISOR_SITE_ROOT",
            "--behind-tls",
            "REVISOR_BEHIND_TLS",
            "--session-hours",
            "REVISOR_SESSION_HOURS",
            "--session-limit-hours",
            "--tls-cert",
            "REVISOR_TLS_KEY",
            "--key-rate",
            "--key-requests",
            "--connections",
            "--sso-issuer",
            "--send-checkpoints",
            "--allow-private",
            "--queue",
            "REVISOR_QUEUE",
        ] {
            assert!(help.contains(word), "{word} is not in:\n{help}");
        }
    }

    #[test]
    fn settings_are_taken_before_and_after_the_command() {
        for line in [
            vec!["revisor", "--addr", "0.0.0.0:80", "serve"],
            vec!["revisor", "serve", "--addr", "0.0.0.0:80"],
            vec!["revisor", "--addr", "0.0.0.0:80"],
        ] {
            let arguments = Arguments::try_parse_from(line).unwrap();
            assert_eq!(arguments.flags.addr, Some("0.0.0.0:80".parse().unwrap()));
        }
    }
}
