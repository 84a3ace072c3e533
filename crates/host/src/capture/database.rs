//! The host's database: how it is reached, and what holds on every connection to it.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection, Row as _};

use super::Error;

/// The key of the advisory lock that whoever delivers holds ("revisor" and a number).
pub(super) const DELIVERS: (i32, i32) = (0x7265_7669, 1);
/// The key of the advisory lock that whoever installs or uninstalls holds.
const CHANGES: (i32, i32) = (0x7265_7669, 2);
/// The oldest version that has what is used.
const OLDEST: i32 = 140_000;
/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);

/// A PostgreSQL database that is or will be captured.
#[derive(Clone)]
pub struct Database(PgConnectOptions);

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Database({})", self.name())
    }
}

impl Database {
    /// The database at `postgres://USER:PASSWORD@HOST:PORT/NAME`. Connects to nothing.
    pub fn new(url: &str) -> Result<Self, Error> {
        let scheme = ["postgres://", "postgresql://"];
        if !scheme.iter().any(|scheme| url.starts_with(scheme)) {
            return Err(Error::Address);
        }
        let options = PgConnectOptions::from_str(url).map_err(|_| Error::Address)?;
        Ok(Self(
            options
                .application_name("revisor capture")
                .disable_statement_logging(),
        ))
    }

    /// Where it is, fit to be shown: never a user or a password.
    pub fn name(&self) -> String {
        let database = self.0.get_database().unwrap_or("?");
        format!("{}:{}/{database}", self.0.get_host(), self.0.get_port())
    }

    /// A connection of its own, with settings that make what it does the same everywhere.
    pub(super) async fn connect(&self) -> Result<PgConnection, Error> {
        let connecting = self.0.connect();
        let mut connection = tokio::time::timeout(CONNECT, connecting)
            .await
            .map_err(|_| Error::Database(sqlx::Error::PoolTimedOut))??;
        run(
            &mut connection,
            "SET search_path = pg_catalog, pg_temp; SET client_min_messages = error; \
             SET lock_timeout = '10s'; SET statement_timeout = 0; \
             SET idle_in_transaction_session_timeout = 0; SET TimeZone = 'UTC'; \
             SET default_transaction_isolation = 'read committed'; \
             SET default_transaction_read_only = off; SET row_security = off; \
             SET synchronous_commit = on; \
             SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10",
        )
        .await?;
        let row = sqlx::query("SELECT current_setting('server_version_num')::int")
            .fetch_one(&mut connection)
            .await?;
        if row.try_get::<i32, _>(0)? < OLDEST {
            return Err(Error::refused("PostgreSQL 14 or later is needed"));
        }
        Ok(connection)
    }
}

/// Runs statements that were made here; none of them holds text of a stranger that is not quoted.
pub(super) async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await?;
    Ok(())
}

/// Runs statements as one transaction.
pub(super) async fn run_whole(connection: &mut PgConnection, sql: &str) -> Result<(), Error> {
    // Sent as one message, it is one transaction by itself; said, it stays one whatever it holds.
    let result = run(connection, &format!("BEGIN; {sql}; COMMIT")).await;
    if result.is_err() {
        // After a failure the transaction is still open; a broken connection cannot say this.
        let _ = run(connection, "ROLLBACK").await;
    }
    result
}

/// Tries for an advisory lock of the session.
pub(super) async fn try_lock(
    connection: &mut PgConnection,
    key: (i32, i32),
) -> Result<bool, Error> {
    let row = sqlx::query("SELECT pg_try_advisory_lock($1, $2)")
        .bind(key.0)
        .bind(key.1)
        .fetch_one(connection)
        .await?;
    Ok(row.try_get(0)?)
}

/// How often, and how long in between, it is tried to keep others away: of one that has just ended
/// PostgreSQL may still hold the lock.
const TRIES: (u32, Duration) = (20, Duration::from_millis(50));

/// Keeps other installations and uninstallations away.
pub(super) async fn hold(connection: &mut PgConnection) -> Result<(), Error> {
    for _ in 0..TRIES.0 {
        if try_lock(connection, CHANGES).await? {
            return Ok(());
        }
        tokio::time::sleep(TRIES.1).await;
    }
    Err(Error::refused(
        "another `revisor capture install` or `uninstall` is at work here",
    ))
}

/// Text of a database without an encoding may not be text at all.
pub(super) async fn check_encoding(connection: &mut PgConnection) -> Result<(), Error> {
    let row = sqlx::query("SELECT current_setting('server_encoding')")
        .fetch_one(connection)
        .await?;
    if row.try_get::<String, _>(0)? == "SQL_ASCII" {
        return Err(Error::refused(
            "the database has the encoding SQL_ASCII: its texts may be no texts, and cannot be told",
        ));
    }
    Ok(())
}

/// A publication of all tables sends those of capture as well, and a PostgreSQL that subscribed to it
/// stops at the first row of a table that it does not have: the host's replication would be broken.
pub(super) async fn check_publications(connection: &mut PgConnection) -> Result<(), Error> {
    let rows =
        sqlx::query("SELECT pubname::text FROM pg_publication WHERE puballtables ORDER BY 1")
            .fetch_all(connection)
            .await?;
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let name: String = first.try_get(0)?;
    Err(Error::refused(format!(
        "the publication {name} sends all tables, and would send those of capture: a PostgreSQL that subscribes \
         to it would stop, since it has none of them. Let it send tables by their names or schemas, or say \
         --despite-publication where nothing but a stream of changes is read; nothing was installed"
    )))
}

/// A name as SQL writes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as SQL writes it, whatever `standard_conforming_strings` says.
pub(super) fn literal(text: &str) -> String {
    if text.contains('\\') {
        format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_are_quoted() {
        assert_eq!(quoted("Order \"1\""), "\"Order \"\"1\"\"\"");
        assert_eq!(literal("l'été"), "'l''été'");
        assert_eq!(literal("a\\'b"), "E'a\\\\''b'");
    }

    #[test]
    fn an_address_of_something_else_is_refused_and_a_password_not_shown() {
        for url in ["", "mysql://x/y", "host=localhost"] {
            assert!(Database::new(url).is_err(), "{url}");
        }
        let database = Database::new("postgres://app:s3cret@db.example:5433/shop").unwrap();
        assert_eq!(database.name(), "db.example:5433/shop");
        assert!(!format!("{database:?}").contains("s3cret"));
    }
}
