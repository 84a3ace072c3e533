//! More than one server on one PostgreSQL: clients send each request to the next server in turn.
//! What is told is what that gives, and whether everything that was answered is there once, with no
//! gap in any record's revisions.

use std::path::Path;
use std::time::Duration;

use anyhow::ensure;
use serde_json::{Value, json};

use super::bed::Bed;
use super::client::{self, Shape, count};
use super::report::{Row, Table};
use crate::database::Kind;
use crate::progress::Step;
use crate::workspace::Workspace;

/// How many servers there are, growing.
const SERVERS: [usize; 3] = [1, 2, 4];
/// Clients and operations in each request.
const SHAPES: [(u64, usize); 2] = [(64, 1), (8, 100)];

const KEYS: &str = "SELECT count(*) FROM operation_key";
/// Records whose revisions are not 1, 2, 3 and so on to the last, or whose last is not the one that
/// is kept as the record's.
const GAPS: &str = "SELECT count(*) FROM \
    (SELECT model_id, record_id, count(*) AS many, count(DISTINCT revision) AS different, \
        max(revision) AS last FROM log GROUP BY model_id, record_id) AS l \
    LEFT JOIN record AS r ON r.model_id = l.model_id AND r.record_id = l.record_id \
    WHERE l.many <> l.last OR l.different <> l.last OR r.revision IS DISTINCT FROM l.last";

/// Measures for so long with each number of servers.
pub(super) fn run(
    workspace: &Workspace,
    program: &Path,
    seconds: u64,
) -> anyhow::Result<(Table, Value)> {
    let mut bed = Bed::new(workspace, program, Kind::Postgres)?;
    let step = Step::start("Record by several servers");
    let mut table = Table::new(
        "Servers on one PostgreSQL, requests to each in turn",
        &[
            "",
            "operations/s",
            "p50 ms",
            "p95 ms",
            "servers µs/op",
            "database µs/op",
        ],
    );
    let (mut rows, mut told) = (Vec::new(), 0);
    for servers in SERVERS {
        bed.grow(workspace, servers)?;
        for (clients, batch) in SHAPES {
            let shape = Shape { clients, batch };
            let name = format!("v{servers}-{batch}-");
            let patience = Duration::from_secs(seconds);
            let seen = client::record(&bed, shape, &name, patience, u64::MAX, None)?;
            told += seen.done;
            let each = |cpu: f64| cpu * 1e6 / count(seen.done.max(1));
            let what = match servers {
                1 => "1 server".to_owned(),
                _ => format!("{servers} servers"),
            };
            table.push(
                Row::new(&format!("{what}, {clients} clients, {batch} at once")).cells([
                    format!("{:.0}", seen.rate()),
                    format!("{:.1}", seen.percentile(50)),
                    format!("{:.1}", seen.percentile(95)),
                    format!("{:.0}", each(seen.cpu.server)),
                    format!("{:.0}", each(seen.cpu.database)),
                ]),
            );
            rows.push(json!({
                "servers": servers, "clients": clients, "batch": batch, "per_second": seen.rate(),
                "p50_ms": seen.percentile(50), "p95_ms": seen.percentile(95),
            }));
        }
    }
    // Each has a key of its own, also where it changed nothing.
    let keys: u64 = bed.query(KEYS)?.trim().parse()?;
    ensure!(
        keys == told,
        "{told} operations were answered, and {keys} are there"
    );
    let gaps: u64 = bed.query(GAPS)?.trim().parse()?;
    ensure!(gaps == 0, "the revisions of {gaps} records have gaps");
    bed.service.stop();
    step.done();
    table.note(format!(
        "All {told} operations that were answered are there, and no record's revisions have a gap."
    ));
    Ok((table, json!({"operations": told, "rows": rows})))
}
