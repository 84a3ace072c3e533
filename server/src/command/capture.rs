//! `revisor capture`: the operations of any application on PostgreSQL, from its database.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use revisor_host::HttpServer;
use revisor_host::capture::{self, Capturing, Database, Rest, Status, Wish};
use revisor_host::delivery::Progress;
use tokio::sync::watch;

use super::{CommandError, print, serve, system};
use crate::config::Settings;

/// What to do with a captured database.
#[derive(Subcommand)]
pub(super) enum Capture {
    /// Put triggers and an outbox into the database, or change what is there
    Install(Install),
    /// Deliver to a server by HTTP until told to end (`serve --capture` does it without HTTP)
    Run(Run),
    /// Tell what waits, what was let go, and what is captured
    Status(Show),
    /// Remove all that `install` made
    Uninstall(Uninstall),
}

/// What to capture.
#[derive(Args)]
pub(super) struct Install {
    /// The host's name at the server
    #[arg(long)]
    host: Option<String>,
    /// These tables alone, with commas between them; `*` stands for anything [default: all]
    #[arg(long, value_delimiter = ',', value_name = "TABLES")]
    tables: Vec<String>,
    /// All tables but these
    #[arg(long, value_delimiter = ',', value_name = "TABLES")]
    exclude: Vec<String>,
    /// Whether a statement of the host fails where its operation cannot be kept [default: false]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    strict: Option<bool>,
    /// How many operations may wait; more are let go and counted, or refused where it is strict
    /// [default: 5000000]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(i64).range(1..))]
    max_backlog: Option<i64>,
    /// Columns whose values are never stored or shown, as `table.column`
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    sensitive: Vec<String>,
    /// Columns that may be stored and shown though their names tell of a secret
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    not_sensitive: Vec<String>,
    /// Columns that are in no log
    #[arg(long, value_delimiter = ',', value_name = "COLUMNS")]
    ignore: Vec<String>,
    /// Install although a publication sends all tables: PostgreSQL stops a subscriber that does not
    /// have capture's
    #[arg(long)]
    despite_publication: bool,
    /// For how many seconds to try for tables that are in use
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u64,
}

/// Where to deliver to. A key is never an argument: everybody on the machine reads those.
#[derive(Args)]
pub(super) struct Server {
    /// The address of the server
    #[arg(long, env = "REVISOR_URL")]
    url: Option<String>,
    /// A file that holds the host's key, of scope `record` [default: the variable `REVISOR_KEY`]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// How to deliver.
#[derive(Args)]
pub(super) struct Run {
    #[command(flatten)]
    server: Server,
    /// Deliver what waits now, and end
    #[arg(long)]
    once: bool,
}

/// How to tell.
#[derive(Args)]
pub(super) struct Show {
    /// As JSON, for programs
    #[arg(long)]
    json: bool,
}

/// How to remove.
#[derive(Args)]
pub(super) struct Uninstall {
    #[command(flatten)]
    server: Server,
    /// Give up the operations that still wait
    #[arg(long, conflicts_with = "url")]
    discard: bool,
    /// For how many seconds to try for tables that are in use
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    patience: u64,
}

pub(super) async fn run(settings: &Settings, capture: Capture) -> Result<(), CommandError> {
    let database = Database::new(&settings.database_url).map_err(|_| {
        CommandError::Other(
            "--database-url (or DATABASE_URL) names the host's database: postgres://USER@HOST/NAME"
                .to_owned(),
        )
    })?;
    match capture {
        Capture::Install(install) => put(&database, install).await,
        Capture::Run(run) => deliver(database, run).await,
        Capture::Status(show) => tell(&database, &show).await,
        Capture::Uninstall(uninstall) => remove(&database, uninstall).await,
    }
}

impl From<capture::Error> for CommandError {
    fn from(error: capture::Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl Server {
    /// The server, if one is named.
    fn open(&self) -> Result<Option<HttpServer>, CommandError> {
        let Some(url) = &self.url else {
            return Ok(None);
        };
        let key = match &self.key_file {
            Some(file) => std::fs::read_to_string(file).map_err(system(format!(
                "the key in {} cannot be read",
                file.display()
            )))?,
            None => std::env::var("REVISOR_KEY").map_err(|_| {
                CommandError::Other(
                    "the host's key is missing: name a file by --key-file, or set REVISOR_KEY"
                        .to_owned(),
                )
            })?,
        };
        let server = HttpServer::new(url, &key);
        Ok(Some(
            server.map_err(|error| CommandError::Other(error.to_string()))?,
        ))
    }
}

async fn put(database: &Database, install: Install) -> Result<(), CommandError> {
    let wish = Wish {
        host: install.host,
        tables: install.tables,
        exclude: install.exclude,
        strict: install.strict,
        max_backlog: install.max_backlog,
        sensitive: install.sensitive,
        not_sensitive: install.not_sensitive,
        ignored: install.ignore,
        despite_publication: install.despite_publication,
        patience: Duration::from_secs(install.patience),
    };
    let installed = capture::install(database, &wish).await?;
    print(&format!(
        "{} tables are captured, {} of them newly: {}",
        installed.models.len(),
        installed.new.len(),
        listed(&installed.models)
    ))?;
    if !installed.without_key.is_empty() {
        print(&format!(
            "not captured, since nothing tells their rows apart (no primary key): {}",
            listed(&installed.without_key)
        ))?;
    }
    if !installed.sensitive.is_empty() {
        print(&format!(
            "never stored or shown, only that they changed: {} (--not-sensitive takes one back)",
            listed(&installed.sensitive)
        ))?;
    }
    Ok(())
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

async fn deliver(database: Database, run: Run) -> Result<(), CommandError> {
    let server = run.server.open()?;
    let server = server
        .ok_or_else(|| CommandError::Other("--url (or REVISOR_URL) names the server".to_owned()))?;
    let name = database.name();
    let mut capturing = Capturing::new(database, server);
    let (progress, _) = watch::channel(Progress::default());
    if run.once {
        let count = capturing
            .drain(&progress)
            .await
            .map_err(CommandError::Other)?;
        let aside = progress.borrow().set_aside;
        return print(&format!(
            "{count} operations are done with, {aside} of them set aside"
        ));
    }
    let (listening, ended) = serve::ending()?;
    tracing::info!(database = %name, "capture.runs");
    capturing.run(&progress, ended).await;
    listening.abort();
    let last = progress.borrow().clone();
    tracing::info!(
        delivered = last.delivered,
        set_aside = last.set_aside,
        "ended"
    );
    Ok(())
}

async fn tell(database: &Database, show: &Show) -> Result<(), CommandError> {
    let status = capture::status(database).await?;
    if show.json {
        let text = serde_json::to_string_pretty(&status);
        return print(&text.map_err(|error| CommandError::Other(error.to_string()))?);
    }
    print(&text(&status))
}

/// The status for people.
fn text(status: &Status) -> String {
    let mut lines = vec![
        format!(
            "host         {}{}",
            status.host,
            if status.strict { ", strict" } else { "" }
        ),
        format!(
            "waiting      {} of at most {} operations, {} KiB on the disk, the oldest for {} s",
            status.backlog,
            status.max_backlog,
            status.backlog_bytes / 1024,
            status.lag_seconds
        ),
        format!(
            "let go       {} at the bound, {} could not be written down",
            status.dropped, status.lost
        ),
        format!(
            "delivering   {}",
            if status.delivering {
                "yes"
            } else {
                "no process does"
            }
        ),
        format!("set aside    {}", status.set_aside),
    ];
    lines.extend(
        status
            .set_aside_reasons
            .iter()
            .map(|one| format!("  {} since {}: {}", one.id, one.at, one.why)),
    );
    lines.push(format!("captured     {}", status.tables.len()));
    for table in &status.tables {
        let name = table.table.as_deref().unwrap_or("gone");
        let troubles = if table.troubles.is_empty() {
            String::new()
        } else {
            format!(": {}", table.troubles.join("; "))
        };
        lines.push(format!("  {} ({name}){troubles}", table.model));
    }
    for (word, names) in [
        ("not captured", &status.not_captured),
        ("without a primary key", &status.without_key),
        ("never shown", &status.sensitive),
    ] {
        if !names.is_empty() {
            lines.push(format!("{word}: {}", names.join(", ")));
        }
    }
    lines.join("\n")
}

async fn remove(database: &Database, uninstall: Uninstall) -> Result<(), CommandError> {
    let rest = match (uninstall.server.open()?, uninstall.discard) {
        (Some(server), _) => Rest::Deliver(server),
        (None, true) => Rest::Discard,
        (None, false) => Rest::Refuse,
    };
    let patience = Duration::from_secs(uninstall.patience);
    let outcome = capture::uninstall(database, rest, patience).await?;
    print(&format!(
        "removed: triggers of {} tables, and the schema; {} operations were delivered before, {} given up, {} had been refused",
        outcome.tables, outcome.delivered, outcome.discarded, outcome.set_aside
    ))
}
