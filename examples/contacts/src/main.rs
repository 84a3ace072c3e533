//! Contacts: an example of a host, a small application whose users are audited by Revisor.
//!
//! A list of contacts in a SQLite database, with its own pages. Every write goes through
//! [`revisor_host::Audited`], so the operation is committed with the data; what is delivered where
//! is said in this file alone.

mod app;
mod contact;
mod form;
mod pages;
mod people;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use revisor_host::{Delivery, HttpServer, Trail};
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbErr, Schema};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Contacts, audited by Revisor.
#[derive(Debug, Parser)]
struct Settings {
    /// Where to listen
    #[arg(long, env = "CONTACTS_ADDR", default_value = "127.0.0.1:3100")]
    addr: SocketAddr,
    /// The SQLite database, made where it is missing
    #[arg(long, env = "CONTACTS_DATABASE", default_value = "contacts.db")]
    database: PathBuf,
    /// Where Revisor is
    #[arg(long, env = "REVISOR_URL", default_value = "http://127.0.0.1:3000")]
    revisor_url: String,
    /// The host's key, of the scopes `record` and `read`
    #[arg(long, env = "REVISOR_KEY", hide_env_values = true)]
    revisor_key: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter("warn,contacts=info,revisor_host=info")
        .init();
    let settings = Settings::parse();
    let server = HttpServer::new(&settings.revisor_url, &settings.revisor_key)?;
    let revisor = server.url().to_owned();
    let db = open(&settings.database)
        .await
        .with_context(|| format!("opening {}", settings.database.display()))?;

    // From here on writes are audited. Operations wait in the database while Revisor is away.
    let trail = Trail::builder(db).model::<contact::Entity>().open().await?;
    let delivery = Delivery::spawn(&trail, server);

    let app = app::router(&trail, &revisor);
    let listener = TcpListener::bind(settings.addr)
        .await
        .with_context(|| format!("listening on {}", settings.addr))?;
    tracing::info!(
        "contacts are at http://{}, their logs at {revisor}",
        settings.addr
    );
    axum::serve(
        listener,
        // With the peer's address, which goes into the logs.
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(asked_to_end())
    .await?;
    delivery.shutdown(Duration::from_secs(5)).await;
    Ok(())
}

/// The database, with its one table.
async fn open(file: &std::path::Path) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(format!("sqlite://{}", file.display()));
    options.sqlx_logging(false).map_sqlx_sqlite_opts(|options| {
        options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // With less, a power cut could take back a commit whose operation was delivered.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(15))
    });
    let db = Database::connect(options).await?;
    let schema = Schema::new(db.get_database_backend());
    let mut table = schema.create_table_from_entity(contact::Entity);
    db.execute(table.if_not_exists()).await?;
    Ok(db)
}

/// Waits for SIGINT or SIGTERM.
async fn asked_to_end() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
