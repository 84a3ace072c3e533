//! What capture costs a host: single-row inserts, updates and deletes by pgbench, on a table that
//! is left alone, one that is captured, and one with a straightforward audit trigger (each row to
//! JSONB), in turns within one run, so that whatever else the machine does befalls all three.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::report::{Row, Table};
use crate::command;
use crate::revisor;
use crate::test::postgres::Postgres;
use crate::workspace::{Profile, Workspace};

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Seconds of each stretch
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// How often each stretch is repeated
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Clients at once
    #[arg(long, default_value_t = 8)]
    clients: u32,
}

/// The tables, by what is done to them.
const TABLES: [&str; 3] = ["plain", "captured", "usual"];
/// The statements.
const OPERATIONS: [&str; 3] = ["insert", "update", "delete"];
/// Whether a commit waits for the disk.
const COMMITS: [&str; 2] = ["on", "off"];

/// The usual design: one trigger for all tables, whole rows as JSONB, who and when.
const USUAL: &str = "\
CREATE TABLE audit (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), session_name text NOT NULL DEFAULT session_user,
    app_user text, tab text NOT NULL, op text NOT NULL, old jsonb, new jsonb, txid bigint DEFAULT txid_current(), query text);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit (app_user, tab, op, new, query) VALUES (current_setting('app.user', true), TG_TABLE_NAME, TG_OP, to_jsonb(NEW), current_query());
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO audit (app_user, tab, op, old, new, query) VALUES (current_setting('app.user', true), TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW), current_query());
    ELSE
        INSERT INTO audit (app_user, tab, op, old, query) VALUES (current_setting('app.user', true), TG_TABLE_NAME, TG_OP, to_jsonb(OLD), current_query());
    END IF;
    RETURN NULL; END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON usual FOR EACH ROW EXECUTE FUNCTION audit();";

/// Transactions a second, by commit, operation and table; one figure a round.
type Figures = BTreeMap<(&'static str, &'static str, &'static str), Vec<f64>>;

/// Measures, and prints a table and JSON.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    revisor::build(workspace, Profile::Dev)?;
    // As a server is run: a commit is on the disk before it is answered.
    let postgres = Postgres::start_with(&[
        "shared_buffers=512MB",
        "max_wal_size=8GB",
        "max_connections=100",
    ])?;
    let url = format!("{}/postgres", postgres.url());
    let scripts = tempfile::tempdir()?;
    prepare(workspace, &url, scripts.path())?;
    let mut figures = Figures::new();
    for round in 0..arguments.rounds {
        for commit in COMMITS {
            for operation in OPERATIONS {
                refill(&url, operation, arguments)?;
                // Every table begins a turn as often as the others.
                for turn in 0..TABLES.len() {
                    let table = TABLES[(turn + round as usize) % TABLES.len()];
                    let script = scripts.path().join(format!("{operation}-{table}.sql"));
                    let tps = stretch(&url, &script, commit, arguments)?;
                    eprintln!(
                        "round {} commit {commit} {operation} {table}: {tps:.0}/s",
                        round + 1
                    );
                    figures
                        .entry((commit, operation, table))
                        .or_default()
                        .push(tps);
                }
            }
        }
    }
    writeln!(std::io::stdout(), "{}", text(&figures, arguments)).context("printing the figures")
}

fn prepare(workspace: &Workspace, url: &str, scripts: &Path) -> anyhow::Result<()> {
    for table in TABLES {
        psql(
            url,
            &format!(
                "CREATE TABLE {table} (id bigserial PRIMARY KEY, name text NOT NULL, email text, phone text, city text, balance numeric(12,2), \
             active boolean NOT NULL DEFAULT true, stage text, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz)"
            ),
        )?;
        let write = |operation: &str, text: String| {
            fs::write(scripts.join(format!("{operation}-{table}.sql")), text)
                .context("writing a script")
        };
        write(
            "insert",
            format!(
                "\\set x random(1, 1000000)\nINSERT INTO {table} (name, email, phone, city, balance, stage) VALUES \
             ('Contact number ' || :x, 'contact@example.com', '+33 1 23 45 67 89', 'Paris', :x, 'new');\n"
            ),
        )?;
        write(
            "update",
            format!(
                "\\set x random(1, 100000)\nUPDATE {table} SET balance = balance + 1, stage = 'qualified', updated_at = now() WHERE id = :x;\n"
            ),
        )?;
        // Each client takes rows of its own, so that each statement finds one.
        write(
            "delete",
            format!(
                "\\set n :n + 1\nDELETE FROM {table} WHERE id = (:client_id + 1) * 1000000 + :n;\n"
            ),
        )?;
    }
    psql(url, USUAL)?;
    let mut install = Command::new(workspace.revisor(Profile::Dev));
    install
        .args([
            "capture",
            "install",
            "--host",
            "bench",
            "--tables",
            "captured",
            "--max-backlog",
            "1000000000",
        ])
        .args(["--database-url", url]);
    command::output(&mut install).map(drop)
}

/// As many rows in each table, nothing left of the stretch before.
fn refill(url: &str, operation: &str, arguments: &Arguments) -> anyhow::Result<()> {
    // More than anybody deletes meanwhile.
    let (clients, each) = match operation {
        "delete" => (arguments.clients, arguments.seconds * 10_000),
        _ => (0, 0),
    };
    for table in TABLES {
        psql(
            url,
            &format!(
                "ALTER TABLE {table} DISABLE TRIGGER USER; TRUNCATE {table} RESTART IDENTITY; \
                 INSERT INTO {table} (id, name, email, phone, city, balance, stage) \
                    SELECT i, 'Contact number ' || i, 'contact' || i || '@example.com', '+33 1 23 45 ' || i, 'Paris', i % 1000, 'new' \
                      FROM (SELECT generate_series(1, 100000) UNION ALL SELECT c * 1000000 + n \
                              FROM generate_series(1, {clients}) c, generate_series(1, {each}) n) AS ids (i); \
                 SELECT setval('{table}_id_seq', 100000000); \
                 DO $$ DECLARE one name; BEGIN FOR one IN SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal \
                    LOOP EXECUTE format('ALTER TABLE {table} ENABLE ALWAYS TRIGGER %I', one); END LOOP; END $$"
            ),
        )?;
    }
    psql(url, "TRUNCATE audit, revisor.outbox")?;
    psql(url, "VACUUM ANALYZE plain, captured, usual")?;
    psql(url, "CHECKPOINT")
}

fn psql(url: &str, sql: &str) -> anyhow::Result<()> {
    let mut psql = command::clean("psql");
    command::output(psql.args([url, "-v", "ON_ERROR_STOP=1", "-qc", sql])).map(drop)
}

/// One stretch; transactions a second.
fn stretch(url: &str, script: &Path, commit: &str, arguments: &Arguments) -> anyhow::Result<f64> {
    let mut pgbench = command::clean("pgbench");
    pgbench
        .env("PGOPTIONS", format!("-c synchronous_commit={commit}"))
        .args(["-n", "-M", "prepared", "-j", "2", "-D", "n=0"])
        .args([
            "-c",
            &arguments.clients.to_string(),
            "-T",
            &arguments.seconds.to_string(),
            "-f",
        ])
        .arg(script)
        .arg(url);
    let output = String::from_utf8(command::output(&mut pgbench)?)?;
    let line = output.lines().find_map(|line| line.strip_prefix("tps = "));
    let figure = line
        .and_then(|line| line.split(' ').next())
        .context("pgbench tells no tps")?;
    Ok(figure.parse()?)
}

fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    }
}

/// The table, and the same as JSON.
fn text(figures: &Figures, arguments: &Arguments) -> String {
    let mut table = Table::new(
        "What capture costs",
        &[
            "commit waits",
            "statement",
            "plain /s",
            "captured /s",
            "kept",
            "usual trigger /s",
            "kept",
        ],
    );
    let mut rows = Vec::new();
    for commit in COMMITS {
        for operation in OPERATIONS {
            let all = |table| {
                figures
                    .get(&(commit, operation, table))
                    .cloned()
                    .unwrap_or_default()
            };
            let (plain, captured, usual) = (all("plain"), all("captured"), all("usual"));
            // Of each round by itself, then the middle one: what slows a round slows all of it.
            let kept = |figures: &[f64]| {
                let ratios: Vec<f64> = figures
                    .iter()
                    .zip(&plain)
                    .map(|(one, plain)| one / plain)
                    .collect();
                median(&ratios)
            };
            let percent = |ratio: f64| format!("{:.0} %", ratio * 100.0);
            let rate = |figures: &[f64]| format!("{:.0}", median(figures));
            table.push(Row::new(if commit == "on" { "yes" } else { "no" }).cells([
                operation.to_owned(),
                rate(&plain),
                rate(&captured),
                percent(kept(&captured)),
                rate(&usual),
                percent(kept(&usual)),
            ]));
            rows.push(json!({"synchronous_commit": commit, "statement": operation, "plain": plain, "captured": captured,
                "usual": usual, "captured_kept": kept(&captured), "usual_kept": kept(&usual)}));
        }
    }
    let told = json!({"clients": arguments.clients, "seconds": arguments.seconds, "rounds": arguments.rounds, "rows": rows});
    format!("{}\n{told}", table.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_told_of_each_round_by_itself() {
        let mut figures = Figures::new();
        for commit in COMMITS {
            for operation in OPERATIONS {
                figures.insert((commit, operation, "plain"), vec![100.0, 10.0, 1000.0]);
                figures.insert((commit, operation, "captured"), vec![80.0, 9.0, 700.0]);
                figures.insert((commit, operation, "usual"), vec![50.0, 5.0, 500.0]);
            }
        }
        let arguments = Arguments {
            seconds: 1,
            rounds: 3,
            clients: 8,
        };
        let text = text(&figures, &arguments);
        let rows: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split('|').map(str::trim).collect())
            .collect();
        let expected = vec!["", "yes", "insert", "100", "80", "80 %", "50", "50 %", ""];
        assert!(rows.contains(&expected), "{text}");
        assert!((median(&[1.0, 2.0, 3.0, 5.0]) - 2.5).abs() < 1e-9);
    }
}
