//! The schema `revisor` in the host's database: all that capture keeps there.
//!
//! | table or sequence | what |
//! | --- | --- |
//! | `install` | one row: which host, which choices |
//! | `captured` | the tables that are captured |
//! | `outbox` | operations that wait |
//! | `set_aside` | operations that the server refused, with the reason |
//! | `outbox_id` | the last place in the outbox that was given away |
//! | `until` | the last place that may be given away: the bound |
//! | `dropped` | counts operations let go at the bound |
//! | `lost` | counts operations that could not be written down |
//!
//! Sequences count and bound because reading and moving one locks nobody: writers of the host
//! never wait for each other here.

use sqlx::{AssertSqlSafe, PgConnection, Row as _};
use uuid::Uuid;

use super::Error;
use super::database::{literal, run_whole};
use super::model::Choices;
use super::shape::Shape;

/// What the comment of our schema begins with; one without it is somebody else's.
const COMMENT: &str = "Revisor capture";
/// The version of the schema.
const VERSION: i32 = 2;
/// How many operations may wait where nobody said otherwise.
pub(super) const BACKLOG: i64 = 5_000_000;

/// What was decided when capture was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Install {
    /// Makes the ids of operations unique among all installations.
    pub(super) id: Uuid,
    /// The host's name at the server.
    pub(super) host: String,
    /// Whether the host's statement fails where its operation cannot be kept.
    pub(super) strict: bool,
    /// How many operations may wait.
    pub(super) max_backlog: i64,
    /// Choices about columns.
    pub(super) choices: Choices,
}

/// A table that is captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Captured {
    /// Its number in the outbox.
    pub(super) tab: i32,
    /// The table's id.
    pub(super) oid: i64,
    /// Its model, which outlives a new name of the table.
    pub(super) model: String,
    /// What rows in the outbox may look like.
    pub(super) shape: Shape,
}

/// Whose the schema `revisor` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// There is none.
    Nobody,
    /// Capture made it.
    Capture,
    /// Somebody else made it.
    Another,
}

/// Looks whose the schema is.
pub(super) async fn owner(connection: &mut PgConnection) -> Result<Owner, Error> {
    let row = sqlx::query(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'revisor'",
    )
    .fetch_optional(connection)
    .await?;
    Ok(match row {
        None => Owner::Nobody,
        Some(row) => match row.try_get::<Option<String>, _>(0)? {
            Some(comment) if comment.starts_with(COMMENT) => Owner::Capture,
            _ => Owner::Another,
        },
    })
}

/// Refuses where the schema is not there, or somebody else's.
pub(super) async fn must_be_ours(connection: &mut PgConnection) -> Result<(), Error> {
    match owner(connection).await? {
        Owner::Capture => Ok(()),
        Owner::Nobody => Err(Error::refused(
            "capture is not installed in this database: `revisor capture install` does that",
        )),
        Owner::Another => Err(another()),
    }
}

/// Why a schema of somebody else is left alone.
pub(super) fn another() -> Error {
    Error::refused(
        "this database has a schema \"revisor\" that capture did not make; it is left as it is",
    )
}

/// Makes the schema and all in it, whole or not at all.
pub(super) async fn create(connection: &mut PgConnection, install: &Install) -> Result<(), Error> {
    let compression = if lz4(connection).await? {
        "ALTER TABLE revisor.outbox ALTER COLUMN rows SET COMPRESSION lz4;"
    } else {
        ""
    };
    let sql = format!(
        "CREATE SCHEMA revisor;
         COMMENT ON SCHEMA revisor IS '{COMMENT}: made by revisor capture install, removed by revisor capture uninstall';
         CREATE TABLE revisor.install (one boolean PRIMARY KEY DEFAULT true CHECK (one),
             version integer NOT NULL, id uuid NOT NULL, host text NOT NULL, strict boolean NOT NULL,
             max_backlog bigint NOT NULL, sensitive text[] NOT NULL, not_sensitive text[] NOT NULL,
             ignored text[] NOT NULL, at timestamptz NOT NULL DEFAULT now());
         CREATE TABLE revisor.captured (tab integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
             relid oid NOT NULL UNIQUE, model text NOT NULL UNIQUE, shape text NOT NULL);
         CREATE TABLE revisor.outbox (id bigint PRIMARY KEY, xid xid8 NOT NULL, tab integer NOT NULL,
             relid oid NOT NULL, op \"char\" NOT NULL, at timestamptz NOT NULL, login text NOT NULL,
             user_name text, groups text, on_behalf_of text, reason text, request_id text, ip text,
             rows json, digests json)
             WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
                   autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000000,
                   autovacuum_vacuum_cost_delay = 0, vacuum_truncate = off);
         {compression}
         CREATE TABLE revisor.set_aside (id bigint, part integer, at timestamptz NOT NULL DEFAULT now(),
             why text NOT NULL, operation text NOT NULL, PRIMARY KEY (id, part));
         CREATE SEQUENCE revisor.outbox_id;
         CREATE SEQUENCE revisor.until;
         CREATE SEQUENCE revisor.dropped;
         CREATE SEQUENCE revisor.lost;
         REVOKE ALL ON SCHEMA revisor FROM PUBLIC;
         REVOKE ALL ON ALL TABLES IN SCHEMA revisor FROM PUBLIC;
         REVOKE ALL ON ALL SEQUENCES IN SCHEMA revisor FROM PUBLIC;
         SELECT setval('revisor.outbox_id', 1), setval('revisor.until', 1 + {backlog});
         {row}",
        backlog = install.max_backlog,
        row = row(install),
    );
    run_whole(connection, &sql).await
}

/// The statement that writes the one row of `install`.
pub(super) fn row(install: &Install) -> String {
    let list = |words: &[String]| {
        let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
        format!("ARRAY[{}]::text[]", words.join(","))
    };
    format!(
        "INSERT INTO revisor.install (version, id, host, strict, max_backlog, sensitive, not_sensitive, ignored)
         VALUES ({VERSION}, '{}', {}, {}, {}, {}, {}, {})
         ON CONFLICT (one) DO UPDATE SET strict = excluded.strict, max_backlog = excluded.max_backlog,
             sensitive = excluded.sensitive, not_sensitive = excluded.not_sensitive, ignored = excluded.ignored",
        install.id,
        literal(&install.host),
        install.strict,
        install.max_backlog,
        list(&install.choices.sensitive),
        list(&install.choices.not_sensitive),
        list(&install.choices.ignored),
    )
}

async fn lz4(connection: &mut PgConnection) -> Result<bool, Error> {
    let row = sqlx::query(
        "SELECT coalesce((SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'), false)",
    )
    .fetch_one(connection)
    .await?;
    Ok(row.try_get(0)?)
}

/// What was decided; the schema must be ours.
pub(super) async fn install(connection: &mut PgConnection) -> Result<Install, Error> {
    let row = sqlx::query(
        "SELECT id::text, host, strict, max_backlog, sensitive, not_sensitive, ignored, version FROM revisor.install",
    )
    .fetch_optional(connection)
    .await?;
    let row = row.ok_or_else(|| Error::Foreign("the table install is empty".to_owned()))?;
    if row.try_get::<i32, _>(7)? != VERSION {
        return Err(Error::Foreign(
            "it was made by another version; `uninstall --discard`, then `install` makes it anew"
                .to_owned(),
        ));
    }
    let id: String = row.try_get(0)?;
    Ok(Install {
        id: Uuid::parse_str(&id).map_err(|_| Error::Foreign("its id is none".to_owned()))?,
        host: row.try_get(1)?,
        strict: row.try_get(2)?,
        max_backlog: row.try_get(3)?,
        choices: Choices {
            sensitive: row.try_get(4)?,
            not_sensitive: row.try_get(5)?,
            ignored: row.try_get(6)?,
        },
    })
}

/// The tables that are captured, by their numbers.
pub(super) async fn captured(connection: &mut PgConnection) -> Result<Vec<Captured>, Error> {
    let sql = "SELECT tab, relid::int8, model, shape FROM revisor.captured ORDER BY tab";
    let mut captured = Vec::new();
    for row in sqlx::query(sql).fetch_all(connection).await? {
        let model: String = row.try_get(2)?;
        let shape: String = row.try_get(3)?;
        captured.push(Captured {
            tab: row.try_get(0)?,
            oid: row.try_get(1)?,
            shape: Shape::parse(&shape)
                .ok_or_else(|| Error::Foreign(format!("the shape of {model} is none")))?,
            model,
        });
    }
    Ok(captured)
}

/// Finds the captured tables again in a database that was restored from a dump, where tables have
/// other ids: by the triggers that are on them.
pub(super) async fn follow(connection: &mut PgConnection) -> Result<(), Error> {
    let rows = sqlx::query(
        "SELECT c.tab, min(t.tgrelid::int8) FROM revisor.captured c \
           JOIN pg_proc p ON p.proname = 'insert_' || c.tab AND p.pronamespace = 'revisor'::regnamespace \
           JOIN pg_trigger t ON t.tgfoid = p.oid AND t.tgparentid = 0 \
          GROUP BY c.tab, c.relid HAVING count(*) = 1 AND min(t.tgrelid::int8) <> c.relid::int8",
    )
    .fetch_all(&mut *connection)
    .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let (mut tabs, mut oids): (Vec<i32>, Vec<i64>) = (Vec::new(), Vec::new());
    for row in &rows {
        tabs.push(row.try_get(0)?);
        oids.push(row.try_get(1)?);
    }
    // By way of ids that no table has, since one's new id may be what another's was. Those of tables
    // that were dropped before the dump stay there.
    let sql = format!(
        "UPDATE revisor.captured SET relid = (4294967295 - tab)::oid WHERE tab = ANY(ARRAY{tabs:?}) OR relid::int8 = ANY(ARRAY{oids:?}); \
         UPDATE revisor.captured SET relid = n.oid::oid FROM unnest(ARRAY{tabs:?}, ARRAY{oids:?}) AS n (tab, oid) WHERE captured.tab = n.tab"
    );
    run_whole(connection, &sql).await
}

/// The next place in the outbox.
pub(super) async fn next(connection: &mut PgConnection) -> Result<i64, Error> {
    let row = sqlx::query("SELECT last_value + 1 FROM revisor.outbox_id")
        .fetch_one(connection)
        .await?;
    Ok(row.try_get(0)?)
}

/// Whether something of this name is in the schema.
pub(super) async fn has(connection: &mut PgConnection, name: &str) -> Result<bool, Error> {
    let sql = format!(
        "SELECT to_regclass({}) IS NOT NULL",
        literal(&format!("revisor.{name}"))
    );
    let row = sqlx::query(AssertSqlSafe(sql))
        .fetch_one(connection)
        .await?;
    Ok(row.try_get(0)?)
}
