//! Recording: how many operations a second, how long each waits, and how far that is from what
//! the database could do by itself.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::bed::{Bed, TRAIL};
use super::client::{self, Seen, Shape, count};
use super::floor;
use super::report::{Row, Table};
use crate::database::Kind;
use crate::progress::Step;
use crate::workspace::Workspace;

/// Clients and operations in each request.
const SHAPES: [(u64, usize); 7] = [
    (1, 1),
    (8, 1),
    (64, 1),
    (8, 10),
    (8, 100),
    (4, 1_000),
    (1, 1_000),
];
/// So many logs the limit is measured with.
const FLOOR: u64 = 100_000;

/// Measures one database.
pub(super) fn run(
    workspace: &Workspace,
    program: &Path,
    kind: Kind,
    seconds: u64,
) -> anyhow::Result<(Table, Value)> {
    let patience = Duration::from_secs(seconds);
    let mut bed = Bed::new(workspace, program, kind)?;
    let step = Step::start(format!("Record on {}", kind.word()));
    // The first ones, which nobody counts: pages are found, code is warm.
    let warm = Shape {
        clients: 4,
        batch: 100,
    };
    client::record(&bed, warm, "w", Duration::from_secs(2), u64::MAX, None)?;
    let mut seen: Vec<(String, Seen)> = Vec::new();
    for (clients, batch) in SHAPES {
        let name = match (clients, batch) {
            (1, 1) => "single, 1 client".to_owned(),
            (_, 1) => format!("single, {clients} clients"),
            (1, _) => format!("batches of {batch}, 1 client"),
            _ => format!("batches of {batch}, {clients} clients"),
        };
        let shape = Shape { clients, batch };
        let one = client::record(
            &bed,
            shape,
            &format!("s{}-", seen.len()),
            patience,
            u64::MAX,
            None,
        )?;
        step.line(&format!("    {name}: {:.0}/s", one.rate()));
        seen.push((name, one));
    }
    let one = client::stream(&bed, "n", patience)?;
    step.line(&format!("    NDJSON: {:.0}/s", one.rate()));
    seen.push(("NDJSON, 1 stream".to_owned(), one));
    bed.service.stop();
    drop(bed);
    step.done();

    let step = Step::start(format!("Measure the limit of {}", kind.word()));
    let mut bed = Bed::new(workspace, program, kind)?;
    let shape = Shape {
        clients: 4,
        batch: 1_000,
    };
    let full = client::record(&bed, shape, "f", Duration::from_mins(10), FLOOR, None)?;
    bed.service.stop();
    let bytes = bed.place.bytes(TRAIL)?;
    let limit = floor::measure(workspace, &bed.place, full.done)?;
    step.done();
    Ok(told(kind, &seen, limit, bytes, full.done))
}

fn told(kind: Kind, seen: &[(String, Seen)], limit: f64, bytes: u64, logs: u64) -> (Table, Value) {
    let mut table = Table::new(
        format!("Recording on {}", kind.word()),
        &[
            "",
            "operations/s",
            "of the limit",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "server µs/op",
            "database µs/op",
            "clients µs/op",
        ],
    );
    let single = seen.first().map_or(f64::NAN, |(_, seen)| seen.rate());
    let mut rows = Vec::new();
    for (name, one) in seen {
        let each = |cpu: f64| cpu * 1e6 / count(one.done.max(1));
        let cell = |figure: f64, digits: usize| {
            if figure.is_nan() || (figure == 0.0) {
                "–".to_owned()
            } else {
                format!("{figure:.digits$}")
            }
        };
        table.push(Row::new(name).cells([
            cell(one.rate(), 0),
            format!("{:.0} %", one.rate() / limit * 100.0),
            cell(one.percentile(50), 1),
            cell(one.percentile(95), 1),
            cell(one.percentile(99), 1),
            cell(each(one.cpu.server), 0),
            cell(each(one.cpu.database), 0),
            cell(each(one.cpu.clients), 0),
        ]));
        rows.push(json!({
            "name": name, "per_second": one.rate(), "of_limit": one.rate() / limit, "against_one_commit_each": one.rate() / single,
            "p50_ms": one.percentile(50), "p95_ms": one.percentile(95), "p99_ms": one.percentile(99),
            "server_us": each(one.cpu.server), "database_us": each(one.cpu.database),
            "clients_us": each(one.cpu.clients),
        }));
    }
    table.push(Row::new("the database's limit").cells([format!("{limit:.0}"), "100 %".to_owned()]));
    table.note(format!(
        "{} bytes a log on disk, indexes, keys and states of records included.",
        bytes / logs.max(1)
    ));
    let value = json!({"database": kind.word(), "limit_per_second": limit, "bytes_a_log": bytes / logs.max(1), "rows": rows});
    (table, value)
}
