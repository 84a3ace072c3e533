//! How the connections are set up.

use std::time::Duration;

use sea_orm::ConnectOptions;
use sea_orm::sqlx::Connection as _;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

/// How many connections read at once.
pub(super) const READERS: u32 = 8;
/// How much of a SQLite file a connection keeps in memory, in KiB: one that reads has little, since
/// the system keeps the file's pages for all of them; the one that writes touches many at a time.
const CACHE: (&str, &str) = ("-4000", "-32000");
/// How many pages the write-ahead log of SQLite has before a commit puts them into the file: 256 MiB.
/// That is done beside it long before, unless it fails.
const CHECKPOINT: &str = "65536";
/// How long a connection of PostgreSQL is waited for, which also is how soon callers are told that
/// it does not answer.
const ACQUIRE: Duration = Duration::from_secs(10);
/// How long a connection rests until it is asked whether it still stands before it is used.
const IDLE: Duration = Duration::from_secs(1);
/// What every connection of PostgreSQL asks for.
const SETTINGS: [(&str, &str); 2] = [
    // A server may not stand still for longer in the middle of a transaction: the locks that it holds
    // keep all others from recording.
    ("idle_in_transaction_session_timeout", "15s"),
    // No statement runs for as long as it takes to compile it.
    ("jit", "off"),
];

/// The recorder looks at nothing but by its key. It is told to PostgreSQL, which plans a statement
/// once for a connection, and would find that it is as quick to read a whole table while that is empty.
const BY_KEY: [(&str, &str); 3] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];

pub(super) fn postgres(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(READERS * 2)
        .acquire_timeout(ACQUIRE)
        // A connection in use needs no question whether it still stands.
        .test_before_acquire_if_idle_for(IDLE)
        .sqlx_logging(false)
        .set_application_name("revisor")
        .map_sqlx_postgres_opts(|options| options.options(SETTINGS));
    options
}

/// The recorder's connection.
pub(super) fn recorder(url: &str) -> ConnectOptions {
    let mut options = postgres(url);
    options
        .max_connections(1)
        .connect_lazy(true)
        // In place of those that all have.
        .map_sqlx_postgres_opts(|options| options.options(SETTINGS).options(BY_KEY));
    options
}

pub(super) fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let cache = if connections == 1 { CACHE.1 } else { CACHE.0 };
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(30))
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(15))
                .pragma("temp_store", "MEMORY")
                .pragma("cache_size", cache)
                .pragma("wal_autocheckpoint", CHECKPOINT)
        })
        // Where the disk is full or fails, SQLite ends a transaction by itself. The library does
        // not see that: it takes what comes next on this connection for a part of the transaction
        // that is gone, and "commits" what is never written. Such a connection is not used again.
        .map_sqlx_sqlite_pool_opts(|options| {
            #[cfg(test)]
            let options = counted(options);
            options.after_release(|connection, _| {
                Box::pin(async move {
                    // Behind the rollback that may still be on its way.
                    connection.ping().await?;
                    Ok(!connection.is_in_transaction())
                })
            })
        });
    options
}

/// Counts the steps of every connection.
#[cfg(test)]
fn counted(
    options: sea_orm::sqlx::pool::PoolOptions<sea_orm::sqlx::Sqlite>,
) -> sea_orm::sqlx::pool::PoolOptions<sea_orm::sqlx::Sqlite> {
    use crate::scans::{AT_ONCE, STEPS};
    use std::sync::atomic::Ordering;
    options.after_connect(|connection, _| {
        Box::pin(async move {
            let mut handle = connection.lock_handle().await?;
            handle.set_progress_handler(AT_ONCE, || {
                STEPS.fetch_add(AT_ONCE.unsigned_abs().into(), Ordering::SeqCst);
                true
            });
            Ok(())
        })
    })
}

/// To read from a database that is there.
pub(super) fn source(url: &str) -> ConnectOptions {
    let mut options = sqlite(url, 1);
    options.map_sqlx_sqlite_opts(|options| {
        options
            .create_if_missing(false)
            .busy_timeout(Duration::from_secs(15))
    });
    options
}
