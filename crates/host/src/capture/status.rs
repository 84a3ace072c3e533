//! How capture is doing: what waits, what was let go, what is captured and what is not.

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::{PgConnection, Row as _};

use super::database::{DELIVERS, Database};
use super::schema::{self, Install};
use super::{Error, catalog, install, model, subjects, trigger};

/// How many of those set aside are told.
const ASIDE: i64 = 20;

/// How capture is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The host's name at the server.
    pub host: String,
    /// Whether the host's statement fails where its operation cannot be kept.
    pub strict: bool,
    /// How many operations wait.
    pub backlog: i64,
    /// How much they take on the disk, in bytes.
    pub backlog_bytes: i64,
    /// How many may wait.
    pub max_backlog: i64,
    /// How long the oldest has been waiting, in seconds.
    pub lag_seconds: i64,
    /// Operations let go because too many waited.
    pub dropped: i64,
    /// Operations that could not be written down.
    pub lost: i64,
    /// Operations that the server refused.
    pub set_aside: i64,
    /// The first of them.
    pub set_aside_reasons: Vec<SetAside>,
    /// Whether a process delivers.
    pub delivering: bool,
    /// The captured tables.
    pub tables: Vec<TableStatus>,
    /// Tables that are not captured and could be.
    pub not_captured: Vec<String>,
    /// Tables that cannot be captured: they have no primary key.
    pub without_key: Vec<String>,
    /// Columns whose values are never stored or shown.
    pub sensitive: Vec<String>,
}

/// An operation that the server refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    /// Its place in the outbox.
    pub id: i64,
    /// Since when.
    pub at: String,
    /// Why.
    pub why: String,
}

/// A captured table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableStatus {
    /// The model.
    pub model: String,
    /// The table's name now; none when it is gone.
    pub table: Option<String>,
    /// What is wrong with its capture; empty when nothing is.
    pub troubles: Vec<String>,
}

/// The figures alone, which cost little.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many operations wait.
    pub backlog: i64,
    /// How much the outbox takes on the disk, in bytes.
    pub backlog_bytes: i64,
    /// How long the oldest has been waiting, in seconds.
    pub lag_seconds: i64,
    /// Operations let go because too many waited.
    pub dropped: i64,
    /// Operations that could not be written down.
    pub lost: i64,
    /// Operations that the server refused.
    pub set_aside: i64,
}

/// The figures of a captured database.
pub async fn figures(database: &Database) -> Result<Figures, Error> {
    let mut connection = database.connect().await?;
    schema::must_be_ours(&mut connection).await?;
    read(&mut connection).await
}

async fn read(connection: &mut PgConnection) -> Result<Figures, Error> {
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM revisor.outbox), pg_total_relation_size('revisor.outbox'), \
           coalesce((SELECT greatest(0, extract(epoch FROM clock_timestamp() - at))::int8 FROM revisor.outbox ORDER BY id LIMIT 1), 0), \
           (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM revisor.dropped), \
           (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM revisor.lost), \
           (SELECT count(*) FROM revisor.set_aside)",
    )
    .fetch_one(connection)
    .await?;
    Ok(Figures {
        backlog: row.try_get(0)?,
        backlog_bytes: row.try_get(1)?,
        lag_seconds: row.try_get(2)?,
        dropped: row.try_get(3)?,
        lost: row.try_get(4)?,
        set_aside: row.try_get(5)?,
    })
}

/// All of it. Changes nothing.
pub async fn status(database: &Database) -> Result<Status, Error> {
    let mut connection = database.connect().await?;
    let connection = &mut connection;
    schema::must_be_ours(connection).await?;
    let figures = match read(connection).await {
        Ok(figures) => figures,
        Err(error) if error.state().as_deref() == Some("42P01") => {
            return Err(Error::Foreign("a part of it was removed by hand; `uninstall` removes the rest, `install` after it makes it anew".to_owned()));
        }
        Err(error) => return Err(error),
    };
    let install = schema::install(connection).await?;
    let mut status = Status {
        host: install.host.clone(),
        strict: install.strict,
        backlog: figures.backlog,
        backlog_bytes: figures.backlog_bytes,
        max_backlog: install.max_backlog,
        lag_seconds: figures.lag_seconds,
        dropped: figures.dropped,
        lost: figures.lost,
        set_aside: figures.set_aside,
        delivering: delivering(connection).await?,
        ..Status::default()
    };
    for row in sqlx::query(
        "SELECT id, to_json(at) #>> '{}', why FROM revisor.set_aside ORDER BY id, part LIMIT $1",
    )
    .bind(ASIDE)
    .fetch_all(&mut *connection)
    .await?
    {
        status.set_aside_reasons.push(SetAside {
            id: row.try_get(0)?,
            at: row.try_get(1)?,
            why: row.try_get(2)?,
        });
    }
    tables(connection, &install, &mut status).await?;
    Ok(status)
}

async fn tables(
    connection: &mut PgConnection,
    install: &Install,
    status: &mut Status,
) -> Result<(), Error> {
    let tables = catalog::tables(connection).await?;
    let captured = schema::captured(connection).await?;
    let bodies = subjects::bodies(connection).await?;
    for known in &captured {
        let table = tables.iter().find(|table| table.oid == known.oid);
        let mut troubles = Vec::new();
        if let Some(table) = table {
            let there = install::active(connection, known.oid).await?;
            for word in ["insert", "update", "delete", "truncate"] {
                let name = trigger::trigger_name(known.tab, word);
                if !there.contains(&name) {
                    troubles.push(format!("its trigger for {word} is missing or disabled"));
                }
            }
            for function in trigger::functions(known.tab, table, install.strict) {
                if !subjects::is_current(&function, &bodies) {
                    troubles.push(format!(
                        "its function {} is not as it should be",
                        function.name
                    ));
                }
            }
            if table.key.is_empty() {
                troubles.push("its primary key is gone".to_owned());
            }
            let secret = model::sensitive(table, &known.shape);
            let secret = secret.map(|column| format!("{}.{column}", known.model));
            status.sensitive.extend(secret);
        } else if tables
            .iter()
            .any(|table| table.partitions.contains(&known.oid))
        {
            troubles.push("it is a partition now, and told with its table".to_owned());
        } else {
            troubles.push("it is gone".to_owned());
        }
        status.tables.push(TableStatus {
            model: known.model.clone(),
            table: table.map(|table| format!("{}.{}", table.schema, table.name)),
            troubles,
        });
    }
    let known: BTreeSet<i64> = captured.iter().map(|known| known.oid).collect();
    for table in tables.iter().filter(|table| !known.contains(&table.oid)) {
        if table.key.is_empty() {
            status.without_key.push(table.model());
        } else {
            status.not_captured.push(table.model());
        }
    }
    Ok(())
}

async fn delivering(connection: &mut PgConnection) -> Result<bool, Error> {
    let row = sqlx::query(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2 \
           AND classid::int8 = $1 AND objid::int8 = $2 \
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
    )
    .bind(i64::from(DELIVERS.0))
    .bind(i64::from(DELIVERS.1))
    .fetch_one(connection)
    .await?;
    Ok(row.try_get(0)?)
}
