//! Overload: far more clients than the server can serve, each coming again sooner than it is asked
//! to. What is told is how soon it refuses, what it still records, how much memory it takes, whether
//! everything that it said is recorded is there, and how soon it answers as before.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use super::bed::Bed;
use super::client::{agent, count, micros, percentile};
use super::report::{Row, Table};
use super::workload::Workload;
use crate::database::Kind;
use crate::progress::Step;
use crate::workspace::Workspace;

/// How many clients send at the same time.
const CLIENTS: u64 = 200;
/// How many operations each sends at once.
const BATCH: usize = 1_000;

/// After how long one that was refused comes again: sooner than it is asked to.
const AGAIN: Duration = Duration::from_millis(200);

/// What clients were told.
#[derive(Default)]
struct Told {
    /// In microseconds, sorted.
    recorded: Vec<u32>,
    refused: Vec<u32>,
}

/// Measures one database for so long.
pub(super) fn run(
    workspace: &Workspace,
    program: &Path,
    kind: Kind,
    seconds: u64,
) -> anyhow::Result<(Table, Value)> {
    let mut bed = Bed::new(workspace, program, kind)?;
    let step = Step::start(format!("Send too much on {}", kind.word()));
    let before = bed.newest()?;
    let (logs, most) = (AtomicU64::new(0), AtomicU64::new(0));
    let ended = AtomicBool::new(false);
    let started = Instant::now();
    let told = thread::scope(|scope| -> anyhow::Result<Told> {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                most.fetch_max(bed.memory(), Ordering::Relaxed);
                thread::sleep(Duration::from_millis(20));
            }
        });
        let (bed, logs) = (&bed, &logs);
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let client = move || send(bed, client, started, seconds, logs);
                scope.spawn(client)
            })
            .collect();
        let mut told = Told::default();
        let mut failed = None;
        for client in clients {
            match client.join() {
                Ok(Ok(one)) => {
                    told.recorded.extend(one.recorded);
                    told.refused.extend(one.refused);
                }
                Ok(Err(error)) => failed = Some(error),
                Err(_) => failed = Some(anyhow::anyhow!("a client broke off")),
            }
        }
        ended.store(true, Ordering::Relaxed);
        told.recorded.sort_unstable();
        told.refused.sort_unstable();
        failed.map_or(Ok(told), Err)
    })?;
    let lasted = started.elapsed().as_secs_f64();
    let asked = Instant::now();
    let mut body = String::new();
    Workload::new("after", 1).batch(1, &mut body);
    let one = post(&agent(), &bed, &body)?;
    ensure!(one == Some(1), "one operation afterwards was not recorded");
    let recovered = f64::from(micros(asked)) / 1000.0;
    let logs = logs.into_inner() + 1;
    let there = bed.newest()? - before;
    ensure!(
        there == logs,
        "{logs} operations were answered as recorded, and {there} logs are there"
    );
    bed.service.stop();
    step.done();
    let rate = count(logs) / lasted;
    let ms = |times: &[u32], percent| percentile(times, percent);
    let memory = most.into_inner() >> 20;
    let mut table = Table::new(
        format!(
            "Overload on {}: {CLIENTS} clients, batches of {BATCH}",
            kind.word()
        ),
        &["answer", "how many", "p50 ms", "p95 ms", "p99 ms"],
    );
    for (name, times) in [
        ("200, recorded", &told.recorded),
        ("503, refused", &told.refused),
    ] {
        let times = times.as_slice();
        table.push(
            Row::new(name).cells(
                std::iter::once(times.len().to_string())
                    .chain([50, 95, 99].map(|percent| format!("{:.0}", ms(times, percent)))),
            ),
        );
    }
    table.note(format!(
        "{rate:.0} operations a second recorded; all {logs} that were answered are there; at most {memory} MiB \
         of memory; one operation right afterwards took {recovered:.1} ms."
    ));
    let value = json!({
        "database": kind.word(), "per_second": rate, "recorded": told.recorded.len(), "refused": told.refused.len(),
        "refused_p50_ms": ms(&told.refused, 50), "refused_p95_ms": ms(&told.refused, 95),
        "memory_mib": memory, "recovered_ms": recovered,
    });
    Ok((table, value))
}

fn send(
    bed: &Bed,
    client: u64,
    started: Instant,
    seconds: u64,
    logs: &AtomicU64,
) -> anyhow::Result<Told> {
    let agent = agent();
    let mut workload = Workload::new(format!("o{client}-"), client);
    let (mut told, mut body) = (Told::default(), String::new());
    while started.elapsed() < Duration::from_secs(seconds) {
        if body.is_empty() {
            workload.batch(BATCH, &mut body);
        }
        let asked = Instant::now();
        if let Some(recorded) = post(&agent, bed, &body)? {
            told.recorded.push(micros(asked));
            logs.fetch_add(recorded, Ordering::Relaxed);
            body.clear();
        } else {
            told.refused.push(micros(asked));
            thread::sleep(AGAIN);
        }
    }
    Ok(told)
}

/// How many operations were recorded; none where the server has too much to do.
fn post(agent: &ureq::Agent, bed: &Bed, body: &str) -> anyhow::Result<Option<u64>> {
    let mut answer = agent
        .post(format!("{}/api/v1/operations", bed.url))
        .header("Authorization", format!("Bearer {}", bed.key))
        .header("Content-Type", "application/json")
        .send(body)
        .context("sending a batch")?;
    let status = answer.status();
    let told = answer.body_mut().read_to_string()?;
    match status.as_u16() {
        200 => Ok(Some(told.matches("\"recorded\"").count() as u64)),
        503 => {
            let wait = answer.headers().get("retry-after");
            ensure!(wait.is_some(), "503 without Retry-After");
            Ok(None)
        }
        _ => bail!("{status}: {told}"),
    }
}
