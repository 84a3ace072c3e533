//! The store: the only place that names the database library.
//!
//! Entities are private; rows come out as plain structs. Reads go through [`Store::read`], and
//! everything that belongs together through a [`Work`], a unit of work that changes nothing
//! unless it is committed.

mod append;
mod bulk;
mod catalog;
mod counts;
mod entity;
mod figures;
mod filter;
mod filters;
mod grams;
mod history;
mod hosts;
mod keys;
mod logs;
mod models;
mod proofs;
mod records;
mod rules;
mod sessions;
mod settings;
mod users;
mod verifications;
mod words;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqlErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::engine::grams::Shape;

pub(crate) use append::{Head, RecordUpsert};
pub(crate) use counts::{Counts, LAST, Sampled};
pub(crate) use entity::{
    api_key, coverage, host, log, log_count, log_field, operation_key, record, rule, rule_count,
    saved_filter, session, user,
};
pub(crate) use figures::FigureScope;
pub(crate) use history::Step;
pub(crate) use logs::Sketch;
pub(crate) use models::NewModel;
pub(crate) use proofs::Sealed;
pub(crate) use records::RecordFilter;
pub(crate) use rules::RuleFilter;
pub(crate) use verifications::VerificationRow;

/// A failure of the database. What it says is for the server's own log, never for a caller.
#[derive(Debug, Clone, thiserror::Error)]
#[error(transparent)]
pub struct StoreError(Arc<DbErr>);

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        Self(Arc::new(error))
    }
}

impl StoreError {
    /// Whether a row like this exists already.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self.0.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    }

    /// Whether the same work may succeed when it is done again: another server was quicker, or
    /// the database was busy.
    pub(crate) fn is_passing(&self) -> bool {
        if self.is_duplicate() {
            return true;
        }
        let text = self.0.to_string();
        // PostgreSQL: serialization failure and deadlock; SQLite: busy and locked.
        [
            "40001",
            "40P01",
            "could not serialize",
            "deadlock detected",
            "database is locked",
            "(code: 5)",
        ]
        .iter()
        .any(|sign| text.contains(sign))
    }
}

/// What the store's functions answer.
pub(crate) type Stored<T> = Result<T, StoreError>;

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    write: DatabaseConnection,
    read: DatabaseConnection,
    /// The blocks of the index of words.
    pub(crate) shape: Shape,
}

/// How many connections read at once.
const READERS: u32 = 8;
/// How long a connection rests until it is asked whether it still stands before it is used.
const IDLE: Duration = Duration::from_secs(1);

impl Store {
    /// Connects to `url`. SQLite gets one connection that writes and several that read.
    pub(crate) async fn open(url: &str, shape: Shape) -> Stored<Self> {
        if url.starts_with("sqlite:") {
            let write = Database::connect(sqlite(url, 1)).await?;
            let read = Database::connect(sqlite(url, READERS)).await?;
            return Ok(Self { write, read, shape });
        }
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(READERS * 2)
            .acquire_timeout(Duration::from_secs(30))
            // A connection in use needs no question whether it still stands.
            .test_before_acquire_if_idle_for(IDLE)
            .sqlx_logging(false)
            .set_application_name("revisor");
        let connection = Database::connect(options).await?;
        Ok(Self {
            write: connection.clone(),
            read: connection,
            shape,
        })
    }

    /// A connection for reading.
    pub(crate) const fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// A connection for single statements that write.
    pub(crate) const fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a unit of work.
    pub(crate) async fn begin(&self) -> Stored<Work> {
        let options = TransactionOptions {
            // The lock is taken at once: one taken later could be refused half way.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate)
                .filter(|_| self.write.get_database_backend() == DbBackend::Sqlite),
            ..TransactionOptions::default()
        };
        Ok(Work(self.write.begin_with_options(options).await?))
    }

    /// Whether the database answers and holds the schema.
    pub(crate) async fn ready(&self) -> Stored<()> {
        catalog::version(self.read()).await.map(|_| ())
    }

    /// Closes the connections.
    pub(crate) async fn close(self) -> Stored<()> {
        self.read.close().await?;
        self.write.close().await?;
        Ok(())
    }
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(15))
                .pragma("temp_store", "MEMORY")
                .pragma("cache_size", "-16000")
        });
    options
}

/// A unit of work: a transaction that is rolled back unless it is committed.
pub(crate) struct Work(DatabaseTransaction);

impl Work {
    /// The connection inside the transaction.
    pub(crate) const fn connection(&self) -> &DatabaseTransaction {
        &self.0
    }

    /// Makes all of it durable.
    pub(crate) async fn commit(self) -> Stored<()> {
        Ok(self.0.commit().await?)
    }
}

/// How many rows of `columns` values one statement takes: SQLite has at most 32,766 parameters.
const fn rows_of(columns: usize) -> usize {
    32_000 / columns
}

/// JSON that this program wrote itself.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Stored<T> {
    serde_json::from_str(text)
        .map_err(|error| DbErr::Type(format!("stored JSON cannot be read: {error}")).into())
}

/// JSON to be stored.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Stored<String> {
    serde_json::to_string(value)
        .map_err(|error| DbErr::Type(format!("JSON cannot be written: {error}")).into())
}
