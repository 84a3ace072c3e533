//! Installing: what is captured, and how it gets onto a database that is in use.
//!
//! Everything that can be refused is refused before anything is changed. Then the schema is made
//! in one transaction, and each table gets its triggers in one of its own: putting a trigger on a
//! table waits for whoever writes to it and keeps others from writing meanwhile, so it is tried
//! for a moment and tried again, rather than queueing behind a long transaction. What was
//! interrupted is done again by the same command.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::Error;
use super::catalog::{self, Table};
use super::database::{
    Database, check_encoding, check_publications, hold, literal, run, run_whole,
};
use super::model::{self, Choices};
use super::schema::{self, BACKLOG, Captured, Install, Owner};
use super::shape::Shape;
use super::subjects;
use super::trigger::{self, PREFIX};

/// How long one try for a table's lock may take: as long do writers of it wait at most.
const LOCK: &str = "SET lock_timeout = '700ms'";
/// How long to leave a busy table alone between two tries.
const PAUSE: Duration = Duration::from_millis(300);

/// What is to be captured. What is not said stays as it was, or has its default.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The host's name at the server.
    pub host: Option<String>,
    /// These tables alone; empty for all. `*` stands for anything.
    pub tables: Vec<String>,
    /// All but these.
    pub exclude: Vec<String>,
    /// Whether the host's statement fails where its operation cannot be kept.
    pub strict: Option<bool>,
    /// How many operations may wait.
    pub max_backlog: Option<i64>,
    /// Columns that are sensitive, as `table.column`.
    pub sensitive: Vec<String>,
    /// Columns that are not, whatever their names tell.
    pub not_sensitive: Vec<String>,
    /// Columns that are in no log.
    pub ignored: Vec<String>,
    /// Whether to install although a publication sends all tables, and with them capture's own.
    pub despite_publication: bool,
    /// How long to try for tables that are in use.
    pub patience: Duration,
}

/// What was installed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installed {
    /// The models that are captured now.
    pub models: Vec<String>,
    /// Of these, the ones that were not before.
    pub new: Vec<String>,
    /// Tables without a primary key: nothing can tell their rows apart, so they are not captured.
    pub without_key: Vec<String>,
    /// Columns, as `model.column`, whose values are never stored or shown.
    pub sensitive: Vec<String>,
}

/// Installs, or changes what is installed.
pub async fn install(database: &Database, wish: &Wish) -> Result<Installed, Error> {
    let mut connection = database.connect().await?;
    let connection = &mut connection;
    hold(connection).await?;
    let (install, fresh) = settle(connection, wish).await?;
    let tables = catalog::tables(connection).await?;
    let captured = if fresh {
        Vec::new()
    } else {
        schema::follow(connection).await?;
        schema::captured(connection).await?
    };
    let (chosen, without_key) = choose(&tables, &captured, wish)?;
    check_columns(&tables, wish)?;
    if fresh {
        schema::create(connection, &install).await?;
    } else {
        run(connection, &schema::row(&install)).await?;
    }
    let mut outcome = Installed {
        without_key,
        ..Installed::default()
    };
    let deadline = Instant::now() + wish.patience;
    let mut busy = Vec::new();
    let models = subjects::names(&tables, &captured);
    run(connection, LOCK).await?;
    for table in chosen {
        let known = captured.iter().find(|known| known.oid == table.oid);
        match place(
            connection,
            &install,
            table,
            (known, &captured),
            &models,
            deadline,
        )
        .await
        {
            Ok((model, shape)) => {
                let secret = model::sensitive(table, &shape);
                let secret = secret.map(|column| format!("{model}.{column}"));
                outcome.sensitive.extend(secret);
                if known.is_none() {
                    outcome.new.push(model.clone());
                }
                outcome.models.push(model);
            }
            Err(error) if error.is_busy() => busy.push(table.model()),
            Err(error) => return Err(error),
        }
    }
    if busy.is_empty() {
        return Ok(outcome);
    }
    Err(Error::refused(format!(
        "{} tables are captured; these were in use all the time and are not: {}. The same command tries again",
        outcome.models.len(),
        busy.join(", ")
    )))
}

/// The choices: those of before, changed by what was said now.
async fn settle(connection: &mut PgConnection, wish: &Wish) -> Result<(Install, bool), Error> {
    let before = match schema::owner(connection).await? {
        Owner::Another => return Err(schema::another()),
        Owner::Nobody => None,
        Owner::Capture => Some(schema::install(connection).await?),
    };
    let fresh = before.is_none();
    let mut install = match (before, &wish.host) {
        (Some(before), Some(host)) if *host != before.host => {
            return Err(Error::refused(format!(
                "capture is installed here for the host {}; uninstall it before it is another's",
                before.host
            )));
        }
        (Some(before), _) => before,
        (None, Some(host)) => Install {
            id: new_id()?,
            host: host.clone(),
            strict: false,
            max_backlog: BACKLOG,
            choices: Choices::default(),
        },
        (None, None) => return Err(Error::refused("which host is it? (--host)")),
    };
    if fresh {
        check_encoding(connection).await?;
    }
    if fresh && !wish.despite_publication {
        check_publications(connection).await?;
    }
    install.strict = wish.strict.unwrap_or(install.strict);
    install.max_backlog = wish.max_backlog.unwrap_or(install.max_backlog);
    if install.max_backlog < 1 {
        return Err(Error::refused("the bound of the backlog is at least 1"));
    }
    let choices = &mut install.choices;
    join(
        &mut choices.sensitive,
        &wish.sensitive,
        &mut choices.not_sensitive,
    );
    join(
        &mut choices.not_sensitive,
        &wish.not_sensitive,
        &mut choices.sensitive,
    );
    join(&mut choices.ignored, &wish.ignored, &mut Vec::new());
    Ok((install, fresh))
}

fn new_id() -> Result<Uuid, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::refused("the system gives no random bytes"))?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn join(list: &mut Vec<String>, more: &[String], contrary: &mut Vec<String>) {
    contrary.retain(|word| !more.contains(word));
    list.extend(more.iter().cloned());
    list.sort();
    list.dedup();
}

/// The tables that were meant, and those that cannot be captured.
fn choose<'a>(
    tables: &'a [Table],
    captured: &[Captured],
    wish: &Wish,
) -> Result<(Vec<&'a Table>, Vec<String>), Error> {
    let (mut chosen, mut without_key) = (Vec::new(), Vec::new());
    for word in wish.tables.iter().chain(&wish.exclude) {
        if !tables.iter().any(|table| table.is_meant(word)) {
            return Err(Error::refused(format!(
                "there is no table {word}; nothing was installed. Views, foreign tables, temporary tables \
                 and partitions are not captured; a partition is with its table"
            )));
        }
    }
    for table in tables {
        if wish.exclude.iter().any(|word| table.is_meant(word)) {
            continue;
        }
        let named = wish.tables.iter().any(|word| table.is_meant(word));
        let known = captured.iter().any(|known| known.oid == table.oid);
        if !wish.tables.is_empty() && !named && !known {
            continue;
        }
        if !table.key.is_empty() {
            chosen.push(table);
        } else if wish
            .tables
            .iter()
            .any(|word| !word.contains('*') && table.is_meant(word))
        {
            return Err(Error::refused(format!(
                "the table {} has no primary key: nothing tells its rows apart, so it cannot be captured; \
                 nothing was installed",
                table.model()
            )));
        } else {
            without_key.push(table.model());
        }
    }
    Ok((chosen, without_key))
}

/// A column that is not there is a typo, and a secret would be told.
fn check_columns(tables: &[Table], wish: &Wish) -> Result<(), Error> {
    for word in wish
        .sensitive
        .iter()
        .chain(&wish.not_sensitive)
        .chain(&wish.ignored)
    {
        let meant = tables.iter().any(|table| {
            table
                .columns
                .iter()
                .any(|column| table.is_column_meant(word, &column.name))
        });
        if !meant {
            return Err(Error::refused(format!(
                "there is no column {word} (as table.column); nothing was installed"
            )));
        }
    }
    Ok(())
}

/// Puts triggers on a table; its model's name, and what its rows look like.
async fn place(
    connection: &mut PgConnection,
    install: &Install,
    table: &Table,
    (known, captured): (Option<&Captured>, &[Captured]),
    models: &BTreeMap<i64, String>,
    deadline: Instant,
) -> Result<(String, Shape), Error> {
    let model = match known {
        Some(known) => known.model.clone(),
        None => free_name(table, captured),
    };
    let next = schema::next(connection).await?;
    let before = known.map(|known| &known.shape);
    let shape = Shape::of(table, &install.choices, before, next, models);
    loop {
        let tried = try_place(connection, install, table, &model, &shape).await;
        match tried {
            Err(error) if error.is_busy() && Instant::now() < deadline => {
                tokio::time::sleep(PAUSE).await;
            }
            other => return other.map(|()| (model, shape)),
        }
    }
}

/// A model's name that no other table has: one that was renamed keeps its own.
fn free_name(table: &Table, captured: &[Captured]) -> String {
    let plain = table.model();
    let whole = format!("{}.{}", table.schema, table.name);
    let numbered = (2..).map(|number| format!("{whole}-{number}"));
    let mut names = [plain, whole.clone()].into_iter().chain(numbered);
    let free = names.find(|name| !captured.iter().any(|known| known.model == *name));
    free.unwrap_or(whole)
}

async fn try_place(
    connection: &mut PgConnection,
    install: &Install,
    table: &Table,
    model: &str,
    shape: &Shape,
) -> Result<(), Error> {
    let row = sqlx::query(
        "INSERT INTO revisor.captured (relid, model, shape) VALUES ($1::int8::oid, $2, $3) \
         ON CONFLICT (relid) DO UPDATE SET shape = excluded.shape RETURNING tab",
    )
    .bind(table.oid)
    .bind(model)
    .bind(shape.to_json())
    .fetch_one(&mut *connection)
    .await?;
    let tab: i32 = row.try_get(0)?;
    let there = triggers(connection, table.oid).await?;
    let active = active(connection, table.oid).await?;
    let functions: String = trigger::functions(tab, table, install.strict)
        .iter()
        .map(|function| function.sql(table))
        .collect();
    let mut sql = functions + &trigger::triggers(tab, table, &there, &active);
    for (partition, name) in partitions(connection, table).await? {
        if !triggers(connection, partition)
            .await?
            .contains(&trigger::trigger_name(tab, "truncate"))
        {
            sql.push_str(&trigger::truncate_trigger(tab, &name));
        }
    }
    run_whole(connection, &sql).await
}

/// The names of capture's triggers on a table.
pub(super) async fn triggers(
    connection: &mut PgConnection,
    oid: i64,
) -> Result<BTreeSet<String>, Error> {
    triggers_that(connection, oid, "true").await
}

/// Those that fire, whatever the session's role in replication is.
pub(super) async fn active(
    connection: &mut PgConnection,
    oid: i64,
) -> Result<BTreeSet<String>, Error> {
    triggers_that(connection, oid, "t.tgenabled = 'A'").await
}

async fn triggers_that(
    connection: &mut PgConnection,
    oid: i64,
    condition: &'static str,
) -> Result<BTreeSet<String>, Error> {
    let sql = format!(
        "SELECT t.tgname::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid \
         JOIN pg_namespace n ON n.oid = p.pronamespace \
         WHERE t.tgrelid = $1::int8::oid AND n.nspname = 'revisor' AND starts_with(t.tgname::text, $2) \
           AND {condition}"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(oid)
        .bind(PREFIX)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The partitions of a table as they are now: ids, and names as SQL writes them.
pub(super) async fn partitions(
    connection: &mut PgConnection,
    table: &Table,
) -> Result<BTreeMap<i64, String>, Error> {
    if !table.partitioned {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT t.relid::oid::int8, format('%I.%I', n.nspname, c.relname) \
         FROM pg_partition_tree({}::regclass) t JOIN pg_class c ON c.oid = t.relid \
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE t.level > 0 AND c.relkind IN ('r', 'p')",
        literal(&table.sql())
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}
