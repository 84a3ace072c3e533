//! The triggers of a table and the functions they run.
//!
//! A function writes one row into the outbox with one statement; `docs/capture.md` tells what was
//! measured. Rules it keeps:
//!
//! - It runs with the rights of whoever installed it, so that the host's roles need none and
//!   cannot write into the outbox by themselves. Every name in it is qualified, operators too (so no
//!   `NULLIF`, no `IS DISTINCT FROM`): no search path of a session can put another in its place.
//! - Rows are written by `row_to_json` of the whole row, so they describe themselves and a column
//!   added, dropped or renamed later is no matter.
//! - Whatever fails in it is caught, counted, and told in the database's log, unless capture is
//!   strict. Serialization failures go through: the host is to try again. A deadlock does not: what
//!   waits here waits for somebody who takes capture away, and giving up ends that wait.
//! - Its triggers sort before the host's own (`!`), so that what those change comes after.

use std::collections::BTreeSet;

use super::catalog::Table;
use super::database::{literal, quoted};
use super::kind::SETTINGS;

/// What begins the names of all triggers of capture.
pub(super) const PREFIX: &str = "!revisor_";

/// The operations that have a function and a trigger of their own.
const KINDS: [(Event, &str); 4] = [
    (Event::Insert, "insert"),
    (Event::Update, "update"),
    (Event::Delete, "delete"),
    (Event::Truncate, "truncate"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Insert,
    Update,
    Delete,
    Truncate,
}

/// The columns of an outbox row that tell who, and where they come from.
const WHO: [&str; 6] = [
    "user_name",
    "groups",
    "on_behalf_of",
    "reason",
    "request_id",
    "ip",
];

/// A function of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Function {
    /// Its name in the schema `revisor`.
    pub(super) name: String,
    /// What is between its quotes.
    pub(super) body: String,
    /// What it sets while it runs, as `pg_proc.proconfig` has it.
    pub(super) settings: Vec<(&'static str, &'static str)>,
}

impl Function {
    /// The statements that make it, or make it again. They lock nothing of the host.
    pub(super) fn sql(&self, table: &Table) -> String {
        let name = format!("revisor.{}", quoted(&self.name));
        let settings: String = self
            .settings
            .iter()
            .map(|(name, value)| format!(" SET {name} = {}", literal(value)))
            .collect::<Vec<_>>()
            .concat();
        // Whoever makes a partition makes triggers with it, and has to be allowed to: the owner of
        // now or of later, a migration's role. To put the function on a table of one's own one has
        // to name it, and nobody may use the schema.
        let rights = if table.partitioned {
            "GRANT EXECUTE ON FUNCTION {} TO PUBLIC"
        } else {
            "REVOKE ALL ON FUNCTION {} FROM PUBLIC"
        };
        format!(
            "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER{settings} AS {};\n{};\n",
            literal(&self.body),
            rights.replace("{}", &format!("{name}()")),
        )
    }
}

/// The functions of a table.
pub(super) fn functions(tab: i32, table: &Table, strict: bool) -> Vec<Function> {
    let function = |(event, word): (Event, &str)| Function {
        name: function_name(tab, word),
        body: body(event, tab, table, strict),
        settings: settings(table, event),
    };
    KINDS.into_iter().map(function).collect()
}

/// The statements that put the triggers on a table, where they are not on it yet.
///
/// Those that are there and were disabled, or put back without firing always, fire again.
pub(super) fn triggers(
    tab: i32,
    table: &Table,
    there: &BTreeSet<String>,
    active: &BTreeSet<String>,
) -> String {
    let target = table.sql();
    let mut sql = String::new();
    for name in there.difference(active) {
        let name = quoted(name);
        let again = format!("ALTER TABLE {target} ENABLE ALWAYS TRIGGER {name};\n");
        sql.push_str(&again);
    }
    for (event, word) in KINDS {
        if event == Event::Truncate || there.contains(&trigger_name(tab, word)) {
            continue;
        }
        let name = quoted(&trigger_name(tab, word));
        let made = format!(
            "CREATE TRIGGER {name} AFTER {} ON {target} FOR EACH ROW EXECUTE FUNCTION revisor.{}();\n\
             ALTER TABLE {target} ENABLE ALWAYS TRIGGER {name};\n",
            word.to_uppercase(),
            quoted(&function_name(tab, word)),
        );
        sql.push_str(&made);
    }
    if !there.contains(&trigger_name(tab, "truncate")) {
        sql.push_str(&truncate_trigger(tab, &target));
    }
    sql
}

/// The statement that has a table, or one partition of it, tell of its truncation.
pub(super) fn truncate_trigger(tab: i32, target: &str) -> String {
    let name = quoted(&trigger_name(tab, "truncate"));
    format!(
        "CREATE TRIGGER {name} BEFORE TRUNCATE ON {target} FOR EACH STATEMENT EXECUTE FUNCTION revisor.{}();\n\
         ALTER TABLE {target} ENABLE ALWAYS TRIGGER {name};\n",
        quoted(&function_name(tab, "truncate")),
    )
}

/// The name of a trigger. The number keeps those of a table that becomes a partition of another
/// from meeting the other's.
pub(super) fn trigger_name(tab: i32, word: &str) -> String {
    format!("{PREFIX}{tab}_{word}")
}

fn function_name(tab: i32, word: &str) -> String {
    format!("{word}_{tab}")
}

/// What a function sets: each costs a little, so only what the columns need.
fn settings(table: &Table, event: Event) -> Vec<(&'static str, &'static str)> {
    let mut needed: BTreeSet<&str> = BTreeSet::new();
    let without_bytes = !left_out(event, table).is_empty();
    for column in &table.columns {
        // Bytes are left out of the row before it is written.
        if !column.plain_bytes || !without_bytes {
            needed.extend(&column.depends);
        }
    }
    let settings = SETTINGS
        .into_iter()
        .filter(|(name, _)| needed.contains(name));
    // Only a truncation reads the table. A policy must not hide rows from it: it fails instead.
    let reading = (event == Event::Truncate).then_some(("row_security", "off"));
    settings.chain(reading).collect()
}

/// A function of PostgreSQL takes a hundred values, two for each of these columns.
const MOST_BYTES: usize = 50;

/// The columns whose bytes are left out of the row; delivery makes the digests of all others.
fn left_out(event: Event, table: &Table) -> Vec<&str> {
    let columns = table.columns.iter().filter(|column| column.plain_bytes);
    let names: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
    if event == Event::Truncate || names.len() > MOST_BYTES {
        return Vec::new();
    }
    names
}

fn body(event: Event, tab: i32, table: &Table, strict: bool) -> String {
    let bytes = left_out(event, table);
    let mut declare = String::from("DECLARE revisor_why text;");
    let mut before = String::new();
    let mut digests = "NULL";
    if !bytes.is_empty() {
        declare.push_str(" revisor_digests json;");
        before = leave_out_bytes(event, &bytes);
        digests = "revisor_digests";
    }
    let insert = match event {
        Event::Insert => insert(tab, "i", "pg_catalog.row_to_json(NEW)", digests, strict),
        Event::Update => insert(
            tab,
            "u",
            "pg_catalog.row_to_json(ROW(OLD, NEW))",
            digests,
            strict,
        ),
        Event::Delete => insert(tab, "d", "pg_catalog.row_to_json(OLD)", digests, strict),
        Event::Truncate => truncate(tab, table.oid),
    };
    let bound = if strict && event == Event::Truncate {
        format!("IF NOT {ROOM} THEN {FULL} END IF;")
    } else {
        String::new()
    };
    let failed = if strict {
        "RAISE EXCEPTION 'Revisor captures \"%\" strictly, and this operation could not be kept: %', \
         TG_TABLE_NAME, revisor_why USING ERRCODE = 'RV001';"
    } else {
        "BEGIN PERFORM pg_catalog.nextval('revisor.lost'); EXCEPTION WHEN OTHERS THEN NULL; END;\n\
         RAISE LOG 'Revisor could not keep an operation on \"%\": %', TG_TABLE_NAME, revisor_why;"
    };
    format!(
        "{declare} BEGIN\nBEGIN\n{before}{insert}{bound}\n\
         EXCEPTION WHEN serialization_failure THEN RAISE;\n\
         WHEN OTHERS THEN revisor_why := SQLERRM;\n{failed}\nEND;\nRETURN NULL;\nEND"
    )
}

/// Replaces bytes by their size and digest. Where a column is not there any more, all bytes stay
/// in the row as text, and delivery makes the digests; nothing is lost by that.
fn leave_out_bytes(event: Event, bytes: &[&str]) -> String {
    let side = |record: &str| {
        let members = bytes.iter().map(|name| {
            let column = quoted(name);
            format!(
                "{}, CASE WHEN {record}.{column} IS NOT NULL THEN pg_catalog.json_build_object('binary', \
                 pg_catalog.json_build_object('size', pg_catalog.octet_length({record}.{column}), \
                 'sha256', pg_catalog.encode(pg_catalog.sha256({record}.{column}), 'hex'))) END",
                literal(name)
            )
        });
        format!(
            "pg_catalog.json_build_object({})",
            members.collect::<Vec<_>>().join(", ")
        )
    };
    let without = |record: &str| -> String {
        bytes
            .iter()
            .map(|name| format!("{record}.{} := NULL; ", quoted(name)))
            .collect::<Vec<_>>()
            .concat()
    };
    let (digests, cleared) = match event {
        Event::Insert => (side("NEW"), without("NEW")),
        Event::Delete | Event::Truncate => (side("OLD"), without("OLD")),
        Event::Update => (
            format!(
                "pg_catalog.json_build_object('f1', {}, 'f2', {})",
                side("OLD"),
                side("NEW")
            ),
            format!("{}{}", without("OLD"), without("NEW")),
        ),
    };
    format!(
        "BEGIN revisor_digests := {digests}; {cleared}\
         EXCEPTION WHEN undefined_column OR datatype_mismatch OR undefined_function THEN revisor_digests := NULL; END;\n"
    )
}

/// Whether another row may wait.
const ROOM: &str = "pg_catalog.pg_sequence_last_value('revisor.outbox_id') OPERATOR(pg_catalog.<) \
     pg_catalog.pg_sequence_last_value('revisor.until')";
/// What a strict function does where none may.
const FULL: &str = "RAISE EXCEPTION 'the backlog is at its bound';";

/// Keeps a row, unless the bound is reached; then it is counted. `VALUES` costs a good tenth less
/// than a `SELECT` with the bound in its `WHERE`: nothing is scanned.
fn insert(tab: i32, op: &str, rows: &str, digests: &str, strict: bool) -> String {
    let (into, values) = row(tab, op, rows, digests);
    let full = if strict { FULL } else { "" };
    format!(
        "IF {ROOM} THEN\n{into}\nVALUES ({values});\n\
         ELSE PERFORM pg_catalog.nextval('revisor.dropped');{full}\nEND IF;\n"
    )
}

/// The beginning of the statement that keeps a row, and the values of the row.
fn row(tab: i32, op: &str, rows: &str, digests: &str) -> (String, String) {
    let who: Vec<String> = WHO
        .iter()
        .map(|name| format!("pg_catalog.current_setting('revisor.{name}', true)"))
        .collect();
    let into = format!(
        "INSERT INTO revisor.outbox (id, xid, tab, relid, op, at, login, {}, rows, digests)",
        WHO.join(", ")
    );
    let values = format!(
        "pg_catalog.nextval('revisor.outbox_id'), pg_catalog.pg_current_xact_id(), {tab}, TG_RELID, '{op}', \
         pg_catalog.clock_timestamp(), CASE WHEN pg_catalog.current_setting('revisor.user', true) OPERATOR(pg_catalog.<>) '' \
         THEN pg_catalog.current_setting('revisor.user', true) ELSE SESSION_USER END, \
         {who}, {rows}, {digests}",
        who = who.join(", "),
    );
    (into, values)
}

/// Keeps every row that is about to go. A transaction has to have its id before it takes a place in
/// the outbox (see `Session::raise_floor`): where a row was written it has, here not always.
///
/// Of a partitioned table only those of partitions that have no trigger yet, neither of their own
/// nor above them below this one: the others tell of themselves. A partition that was detached
/// keeps its trigger, and is of no concern any more.
fn truncate(tab: i32, oid: i64) -> String {
    let (into, values) = row(tab, "d", "pg_catalog.row_to_json(\"!row\".*)", "NULL");
    // The statement is made where the table's name of now is known.
    let text = format!(
        "{into}\nSELECT {values} FROM %s AS \"!row\" WHERE %s AND CASE WHEN {ROOM} THEN true \
         ELSE pg_catalog.nextval('revisor.dropped') OPERATOR(pg_catalog.<) 0 END"
    )
    .replace("TG_RELID", "$1");
    format!(
        "IF TG_RELID OPERATOR(pg_catalog.<>) {oid} AND \
         COALESCE(pg_catalog.pg_partition_root(TG_RELID) OPERATOR(pg_catalog.<>) {oid}, true) THEN RETURN NULL; END IF;\n\
         PERFORM pg_catalog.pg_current_xact_id();\n\
         IF EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid OPERATOR(pg_catalog.=) TG_RELID AND c.relkind OPERATOR(pg_catalog.=) 'p') THEN\n\
         EXECUTE pg_catalog.format({text}, TG_RELID::pg_catalog.regclass, \
         '\"!row\".tableoid OPERATOR(pg_catalog.=) ANY (SELECT p.relid FROM pg_catalog.pg_partition_tree($1) AS p \
         WHERE p.isleaf AND NOT EXISTS (SELECT FROM pg_catalog.pg_partition_ancestors(p.relid) AS a, \
         pg_catalog.pg_partition_tree($1) AS b, pg_catalog.pg_trigger AS t \
         WHERE b.relid OPERATOR(pg_catalog.=) a.relid AND a.relid OPERATOR(pg_catalog.<>) $1 \
         AND t.tgrelid OPERATOR(pg_catalog.=) a.relid AND t.tgname OPERATOR(pg_catalog.=) {name}))') USING TG_RELID;\n\
         ELSE EXECUTE pg_catalog.format({text}, pg_catalog.concat('ONLY ', TG_RELID::pg_catalog.regclass), 'true') USING TG_RELID;\n\
         END IF;\n",
        text = literal(&text),
        name = literal(&trigger_name(tab, "truncate")).replace('\'', "''"),
    )
}
