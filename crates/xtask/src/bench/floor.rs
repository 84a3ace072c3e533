//! The database's own limit: the rows that a trail was just given, into the same tables with the
//! same indexes, by the quickest means that the database has, in one transaction.
//!
//! The triggers that refuse changes are taken away first: a database that keeps nothing safe is
//! quicker still, and that is what is compared with.

use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use anyhow::{Context, bail};

use super::bed::{Place, TRAIL};
use crate::apt;
use crate::command;
use crate::database::{Kind, psql};
use crate::workspace::Workspace;

/// What recording writes to, in the order in which it is filled.
const TABLES: [&str; 6] = [
    "log",
    "log_field",
    "operation_key",
    "record",
    "snapshot",
    "log_count",
];
/// The database that is filled.
const COPY: &str = "floor";

/// Logs a second, of `logs` that are in the trail of `place`, whose server has ended.
pub(super) fn measure(workspace: &Workspace, place: &Place, logs: u64) -> anyhow::Result<f64> {
    let instance = place.instance(workspace, COPY)?;
    instance.migrate()?;
    let seconds = match place.kind {
        Kind::Sqlite => sqlite(place),
        Kind::Postgres => postgres(place),
    }?;
    Ok(super::client::count(logs) / seconds)
}

fn sqlite(place: &Place) -> anyhow::Result<f64> {
    if command::find("sqlite3").is_none() {
        apt::install("SQLite's program", &["sqlite3"])?;
    }
    let file = place.sqlite_file(COPY);
    let triggers = run(
        &file,
        "SELECT 'DROP TRIGGER \"' || name || '\";' FROM sqlite_master WHERE type = 'trigger';",
    )?;
    run(&file, &triggers)?;
    let trail = place.sqlite_file(TRAIL);
    let trail = trail.to_str().context("the folder has no name in UTF-8")?;
    let mut script = format!(
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -64000; ATTACH '{}' AS trail; BEGIN IMMEDIATE;\n",
        trail.replace('\'', "''")
    );
    for table in TABLES {
        let _ = writeln!(
            script,
            "INSERT INTO main.{table} SELECT * FROM trail.{table};"
        );
    }
    script.push_str("COMMIT;");
    // Read once before, so that it is in memory as what a client sends is.
    run(
        place.sqlite_file(TRAIL).as_path(),
        "SELECT SUM(LENGTH(changes)) FROM log;",
    )?;
    let started = Instant::now();
    run(&file, &script)?;
    Ok(started.elapsed().as_secs_f64())
}

pub(super) fn run(file: &std::path::Path, script: &str) -> anyhow::Result<String> {
    let mut sqlite = command::clean("sqlite3");
    sqlite.arg("-bail").arg(file).arg(script);
    Ok(String::from_utf8(command::output(&mut sqlite)?)?)
}

fn postgres(place: &Place) -> anyhow::Result<f64> {
    let (from, to) = (place.postgres_url(TRAIL)?, place.postgres_url(COPY)?);
    for table in TABLES {
        psql(&to, &format!("ALTER TABLE \"{table}\" DISABLE TRIGGER ALL"))?;
    }
    let mut script = String::from("BEGIN;\n");
    for table in TABLES {
        let file = place.folder.path().join(format!("{table}.copy"));
        let file = file.to_str().context("the folder has no name in UTF-8")?;
        psql(
            &from,
            &format!("\\copy \"{table}\" TO '{file}' (FORMAT binary)"),
        )?;
        let _ = writeln!(script, "\\copy \"{table}\" FROM '{file}' (FORMAT binary)");
    }
    script.push_str("COMMIT;\n");
    let path = place.folder.path().join("floor.sql");
    fs::write(&path, script).context("writing the script")?;
    let mut psql = command::clean("psql");
    psql.args([&to, "-v", "ON_ERROR_STOP=1", "-q", "-f"])
        .arg(&path);
    let started = Instant::now();
    let told = command::output(&mut psql)?;
    if !told.is_empty() {
        bail!("{}", String::from_utf8_lossy(&told));
    }
    Ok(started.elapsed().as_secs_f64())
}
