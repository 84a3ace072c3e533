//! What delivery knows of the captured tables, and keeps true while the host changes them.
//!
//! A column added, dropped, renamed or of another type, a new partition: capture goes on by itself,
//! since rows describe themselves. What is made better by knowing (digests made in the trigger,
//! settings that a new type needs, truncation of a new partition) is put in place here, without
//! ever waiting long for a lock of the host.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::{PgConnection, Row as _};
use types::ModelInput;

use super::Error;
use super::catalog::{self, Table};
use super::database::{quoted, run, run_whole};
use super::decode::Subject;
use super::install;
use super::schema::{self, Captured, Install};
use super::shape::Shape;
use super::trigger::{self, Function};

/// How long a look may keep writers of a table waiting.
const LOCK: &str = "SET lock_timeout = '300ms'";
/// How long other statements wait.
const USUAL: &str = "SET lock_timeout = '10s'";

/// The captured tables as they are now.
#[derive(Debug, Clone, Default)]
pub(super) struct Subjects {
    /// By their numbers.
    pub(super) by_tab: HashMap<i32, Subject>,
    /// Their declarations by model, those of tables that are gone included.
    pub(super) models: BTreeMap<String, ModelInput>,
}

/// Looks at the captured tables again, and mends what can be mended.
pub(super) async fn look(
    connection: &mut PgConnection,
    install: &Install,
) -> Result<Subjects, Error> {
    let tables = catalog::tables(connection).await?;
    let captured = schema::captured(connection).await?;
    let bodies = bodies(connection).await?;
    // Read after the catalogue: what has a place by now is told by the key that the table had.
    let next = schema::next(connection).await?;
    let mut subjects = Subjects::default();
    let models = names(&tables, &captured);
    for mut known in captured {
        let table = tables.iter().find(|table| table.oid == known.oid);
        if let Some(table) = table {
            let before = Some(&known.shape);
            let shape = Shape::of(table, &install.choices, before, next, &models);
            known = mend(connection, install, table, known, shape, &bodies).await?;
        } else {
            // Dropped, or a partition of another table by now. What still waits of it is told.
            ended(connection, &known, &tables).await?;
        }
        if let Some(input) = &known.shape.declared {
            subjects.models.insert(known.model.clone(), input.clone());
        }
        let subject = subject(known, table, install);
        subjects.by_tab.insert(subject.0, subject.1);
    }
    Ok(subjects)
}

/// The names of models by the ids of their tables, captured or not.
pub(super) fn names(tables: &[Table], captured: &[Captured]) -> BTreeMap<i64, String> {
    let mut names: BTreeMap<i64, String> = tables
        .iter()
        .map(|table| (table.oid, table.model()))
        .collect();
    names.extend(
        captured
            .iter()
            .map(|known| (known.oid, known.model.clone())),
    );
    names
}

fn subject(known: Captured, table: Option<&Table>, install: &Install) -> (i32, Subject) {
    let columns = table.into_iter().flat_map(|table| &table.columns);
    let declared = known.shape.declared.as_ref();
    let subject = Subject {
        model: known.model,
        install: install.id,
        name_field: declared.and_then(|declared| declared.name_field.clone()),
        columns: columns.map(|column| column.name.clone()).collect(),
        shape: known.shape,
    };
    (known.tab, subject)
}

/// Brings functions and truncate triggers up to date with a table.
async fn mend(
    connection: &mut PgConnection,
    install: &Install,
    table: &Table,
    mut known: Captured,
    shape: Shape,
    bodies: &HashMap<String, (String, Vec<String>)>,
) -> Result<Captured, Error> {
    if shape != known.shape {
        sqlx::query("UPDATE revisor.captured SET shape = $2 WHERE tab = $1")
            .bind(known.tab)
            .bind(shape.to_json())
            .execute(&mut *connection)
            .await?;
        known.shape = shape;
    }
    let functions = trigger::functions(known.tab, table, install.strict);
    let stale = functions
        .iter()
        .filter(|function| !is_current(function, bodies));
    let sql: String = stale.map(|function| function.sql(table)).collect();
    if !sql.is_empty() {
        tell(run_whole(connection, &sql).await, &known.model)?;
    }
    if table.partitioned {
        let name = trigger::trigger_name(known.tab, "truncate");
        for (partition, target) in install::partitions(connection, table).await? {
            if install::triggers(connection, partition)
                .await?
                .contains(&name)
            {
                continue;
            }
            run(connection, LOCK).await?;
            let made = run_whole(connection, &trigger::truncate_trigger(known.tab, &target)).await;
            run(connection, USUAL).await?;
            tell(made, &known.model)?;
        }
    }
    Ok(known)
}

/// A failure to mend one table keeps nobody from delivering; a broken connection does.
fn tell(result: Result<(), Error>, model: &str) -> Result<(), Error> {
    match result {
        Err(error) if error.state().is_some() => {
            tracing::warn!(model, error = %error, "capture.not_mended");
            Ok(())
        }
        other => other,
    }
}

/// A captured table that became a partition of another captured one is told by that one: its own
/// triggers go, or each row would be told twice.
async fn ended(
    connection: &mut PgConnection,
    known: &Captured,
    tables: &[Table],
) -> Result<(), Error> {
    if !tables
        .iter()
        .any(|table| table.partitions.contains(&known.oid))
    {
        return Ok(());
    }
    let there = install::triggers(connection, known.oid).await?;
    let own: Vec<&String> = there
        .iter()
        .filter(|name| name.starts_with(&trigger::trigger_name(known.tab, "")))
        .collect();
    let roots = there.len() > own.len();
    if own.is_empty() || !roots {
        return Ok(());
    }
    let row = sqlx::query("SELECT $1::int8::oid::regclass::text")
        .bind(known.oid)
        .fetch_one(&mut *connection)
        .await?;
    let target: String = row.try_get(0)?;
    let sql: String = own
        .iter()
        .map(|name| format!("DROP TRIGGER IF EXISTS {} ON {target};", quoted(name)))
        .collect::<Vec<_>>()
        .concat();
    run(connection, LOCK).await?;
    let result = run_whole(connection, &sql).await;
    run(connection, USUAL).await?;
    tell(result, &known.model)
}

/// The functions in the schema: body and settings by name.
pub(super) async fn bodies(
    connection: &mut PgConnection,
) -> Result<HashMap<String, (String, Vec<String>)>, Error> {
    let rows = sqlx::query(
        "SELECT p.proname::text, p.prosrc, coalesce(p.proconfig, '{}') FROM pg_proc p \
         JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'revisor'",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?))))
        .collect()
}

/// Whether a function is there as it should be.
pub(super) fn is_current(
    function: &Function,
    bodies: &HashMap<String, (String, Vec<String>)>,
) -> bool {
    let Some((body, settings)) = bodies.get(&function.name) else {
        return false;
    };
    let names: BTreeSet<&str> = settings
        .iter()
        .filter_map(|one| one.split('=').next())
        .collect();
    let wanted: BTreeSet<&str> = function.settings.iter().map(|(name, _)| *name).collect();
    *body == function.body && names == wanted
}
