//! The store: the only place that names the database library.
//!
//! Entities are private; rows come out as plain structs. Reads go through [`Store::read`], and
//! everything that belongs together through a [`Work`], a unit of work that changes nothing
//! unless it is committed.

mod append;
mod bulk;
mod catalog;
mod connect;
mod counts;
mod entity;
mod failure;
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
mod subjects;
mod tallies;
mod users;
mod verifications;
mod wal;
mod words;

use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use crate::engine::grams::Shape;

pub(crate) use append::{Head, RecordUpsert};
pub(crate) use counts::{Counts, LAST, Sampled};
pub(crate) use entity::{
    api_key, coverage, host, log, log_count, log_field, operation_key, record, rule, rule_count,
    saved_filter, session, snapshot, user,
};
pub use failure::StoreError;
pub(crate) use figures::FigureScope;
pub(crate) use history::Step;
pub(crate) use logs::Sketch;
pub(crate) use models::NewModel;
pub(crate) use proofs::Sealed;
pub(crate) use records::RecordFilter;
pub(crate) use rules::RuleFilter;
pub(crate) use subjects::{FoundKey, NewSubjectKey, SubjectOf, SubjectRow};
pub(crate) use tallies::{DAY, Part, Tallies, Tally, Told};
pub(crate) use verifications::VerificationRow;

/// What the store's functions answer.
pub(crate) type Stored<T> = Result<T, StoreError>;

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    write: DatabaseConnection,
    read: DatabaseConnection,
    /// The recorder's own connection of PostgreSQL. It is opened by the recorder, on whose thread it
    /// lives; SQLite's connections have threads of their own.
    recorder: Option<DatabaseConnection>,
    /// A connection of SQLite that puts its write-ahead log into the file.
    settling: Option<DatabaseConnection>,
    /// A replica of PostgreSQL, which may be behind.
    replica: Option<DatabaseConnection>,
    /// The blocks of the index of words.
    pub(crate) shape: Shape,
}

impl Store {
    /// Connects to `url`, and to a replica of it. SQLite gets one connection that writes and several
    /// that read.
    pub(crate) async fn open(url: &str, replica: Option<&str>, shape: Shape) -> Stored<Self> {
        if url.starts_with("sqlite:") {
            let write = Database::connect(connect::sqlite(url, 1)).await?;
            let read = Database::connect(connect::sqlite(url, connect::READERS)).await?;
            return Ok(Self {
                write,
                read,
                recorder: None,
                settling: Some(Database::connect(connect::sqlite(url, 1)).await?),
                replica: None,
                shape,
            });
        }
        let replica = match replica {
            Some(url) => Some(Database::connect(connect::postgres(url)).await?),
            None => None,
        };
        let connection = Database::connect(connect::postgres(url)).await?;
        let recorder = Database::connect(connect::recorder(url)).await?;
        Ok(Self {
            write: connection.clone(),
            read: connection,
            recorder: Some(recorder),
            settling: None,
            replica,
            shape,
        })
    }

    /// A connection for reading.
    pub(crate) const fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// A connection for what people and hosts read of logs and records, which may be a moment
    /// behind. Rights, rules, keys and whatever is written or sealed go by the others.
    pub(crate) const fn lists(&self) -> &DatabaseConnection {
        match &self.replica {
            Some(replica) => replica,
            None => &self.read,
        }
    }

    /// A connection for single statements that write.
    pub(crate) const fn write(&self) -> &DatabaseConnection {
        &self.write
    }

    /// Begins a unit of work.
    pub(crate) async fn begin(&self) -> Stored<Work> {
        self.begin_on(&self.write).await
    }

    /// Begins the recorder's unit of work; for its thread alone.
    pub(crate) async fn begin_group(&self) -> Stored<Work> {
        self.begin_on(self.recorder.as_ref().unwrap_or(&self.write))
            .await
    }

    async fn begin_on(&self, connection: &DatabaseConnection) -> Stored<Work> {
        let options = TransactionOptions {
            // The lock is taken at once: one taken later could be refused half way.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate)
                .filter(|_| connection.get_database_backend() == DbBackend::Sqlite),
            ..TransactionOptions::default()
        };
        Ok(Work(connection.begin_with_options(options).await?))
    }

    /// Copies the SQLite database of `url` to the file `into`, as it is at one moment. Only reads.
    pub(crate) async fn copy(url: &str, into: &str) -> Stored<()> {
        let from = Database::connect(connect::source(url)).await?;
        let sql = Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [into.into()]);
        from.execute_raw(sql).await?;
        Ok(from.close().await?)
    }

    /// Whether the database answers and holds the schema.
    pub(crate) async fn ready(&self) -> Stored<()> {
        catalog::version(self.read()).await.map(|_| ())
    }

    /// Closes the recorder's own connection; for its thread alone.
    pub(crate) async fn close_recorder(&self) {
        if let Some(recorder) = &self.recorder
            && let Err(error) = recorder.clone().close().await
        {
            tracing::warn!(%error, "the recorder's connection did not close");
        }
    }

    /// Closes the other connections.
    pub(crate) async fn close(self) -> Stored<()> {
        if let Some(replica) = self.replica {
            replica.close().await?;
        }
        if let Some(settling) = self.settling {
            settling.close().await?;
        }
        self.read.close().await?;
        self.write.close().await?;
        Ok(())
    }
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
        self.0.commit().await.map_err(StoreError::at_commit)
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(store: &Store) -> i64 {
        let sql = Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM kept");
        let row = store.read().query_one_raw(sql).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    async fn add(store: &Store, kept: i64) -> Result<(), DbErr> {
        let work = store
            .begin()
            .await
            .map_err(|error| DbErr::Custom(error.to_string()))?;
        let sql = format!("INSERT INTO kept VALUES ({kept})");
        work.connection().execute_unprepared(&sql).await?;
        work.commit()
            .await
            .map_err(|error| DbErr::Custom(error.to_string()))
    }

    #[tokio::test]
    async fn what_is_committed_after_sqlite_gave_up_a_transaction_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/kept.db?mode=rwc", folder.path().display());
        let store = Store::open(&url, None, Shape::of(64)).await.unwrap();
        let sql = "CREATE TABLE kept (id INTEGER PRIMARY KEY)";
        store.write().execute_unprepared(sql).await.unwrap();
        add(&store, 1).await.unwrap();
        for next in 2..5 {
            // As where the disk is full: SQLite ends the transaction, and nobody asked it to.
            let work = store.begin().await.unwrap();
            let sql = "INSERT OR ROLLBACK INTO kept VALUES (1)";
            work.connection().execute_unprepared(sql).await.unwrap_err();
            drop(work);
            // A work that is given up, as one is that lost a race.
            let work = store.begin().await.unwrap();
            work.connection()
                .execute_unprepared("INSERT INTO kept VALUES (100)")
                .await
                .unwrap();
            drop(work);
            add(&store, next).await.unwrap();
            assert_eq!(count(&store).await, next, "others see what was committed");
        }
        store.close().await.unwrap();
        let again = Store::open(&url, None, Shape::of(64)).await.unwrap();
        assert_eq!(count(&again).await, 4);
    }
}
