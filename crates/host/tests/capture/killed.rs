//! kill -9 of PostgreSQL itself while clients write and delivery runs: what arrived is what the
//! host's own change log says, none missing, none twice, none false.
//!
//! `REVISOR_TEST_KILLS` says how often (6), `REVISOR_TEST_SEED` which chance (1): a hundred kills
//! are `REVISOR_TEST_KILLS=100 cargo nextest run -E 'test(killed_with_all)'`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use revisor_host::capture::{self, Capturing, Database, Wish};
use revisor_host::delivery::Progress;
use revisor_host::{ModelInput, Operation, OperationKind, Outcome, Refusal, Server};
use sqlx::{Connection as _, PgConnection};
use tokio::sync::watch;

use crate::cluster::{Cluster, number};
use crate::host::{Recorder, all, run, scalar};
use crate::order::{Chance, replay};

/// The host's table, and the log of changes that the host keeps itself, in the same statement.
const TABLES: &str = "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL); \
     CREATE TABLE history (kind text, id int, n int)";
const SETTINGS: [&str; 4] = [
    "fsync=off",
    "max_prepared_transactions=50",
    "log_min_messages=fatal",
    "wal_writer_delay=2s",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_killed_with_all_that_runs_loses_repeats_and_invents_nothing() {
    let (kills, seed) = (
        number("REVISOR_TEST_KILLS", 6),
        number("REVISOR_TEST_SEED", 1),
    );
    let Some(mut cluster) = Cluster::start(&SETTINGS) else {
        return;
    };
    let url = cluster.url("postgres");
    let mut client = PgConnection::connect(&url).await.unwrap();
    run(&mut client, TABLES).await.unwrap();
    drop(client);
    let database = Database::new(&url).unwrap();
    let wish = Wish {
        host: Some("crm".to_owned()),
        tables: vec!["t".to_owned()],
        patience: Duration::from_secs(20),
        ..Wish::default()
    };
    capture::install(&database, &wish).await.unwrap();

    let recorder = Arc::new(Recorder::default());
    let (progress, _seen) = watch::channel(Progress::default());
    let (stop, stopped) = watch::channel(false);
    let delivering = tokio::spawn({
        let recorder = recorder.clone();
        async move {
            Capturing::new(database, recorder)
                .run(&progress, stopped)
                .await;
        }
    });
    let over = Arc::new(AtomicBool::new(false));
    let written = Arc::new(AtomicU64::new(0));
    let clients: Vec<_> = (0..4)
        .map(|at| {
            let (over, written) = (over.clone(), written.clone());
            tokio::spawn(write(url.clone(), seed * 1_000 + at, over, written))
        })
        .collect();

    let mut chance = Chance(seed);
    for kill in 0..kills {
        let before = written.load(Ordering::Relaxed);
        while written.load(Ordering::Relaxed) < before + 20 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(chance.below(600))).await;
        if kill % 4 == 3 {
            cluster.kill_one(chance.below(1_000));
            // Whether it was one whose end takes the others along shows only after a moment.
            tokio::time::sleep(Duration::from_millis(100)).await;
            cluster.wait();
        } else {
            cluster.kill();
            tokio::time::sleep(Duration::from_millis(chance.below(300))).await;
            cluster.restart();
        }
    }
    over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let mut client = PgConnection::connect(&url).await.unwrap();
    // What was prepared and survived is ended now, some of it long after it was written.
    for name in all(&mut client, "SELECT gid FROM pg_prepared_xacts").await {
        let end = ["COMMIT", "ROLLBACK"][usize::from(name.ends_with('7'))];
        run(&mut client, &format!("{end} PREPARED '{name}'"))
            .await
            .unwrap();
    }
    for _ in 0..600 {
        if scalar(&mut client, "SELECT count(*) FROM revisor.outbox").await == "0" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.send(true).unwrap();
    delivering.await.unwrap();

    let operations = recorder.operations();
    let history = all(
        &mut client,
        "SELECT kind || ' ' || id || ' ' || n FROM history",
    )
    .await;
    assert_eq!(told(&operations), counted(history), "seed {seed}");
    let text = scalar(
        &mut client,
        "SELECT coalesce(json_object_agg(id, t), '{}') FROM t",
    )
    .await;
    let table: BTreeMap<String, _> = serde_json::from_str(&text).unwrap();
    assert_eq!(replay(&operations), table, "seed {seed}");
    let status = capture::status(&Database::new(&url).unwrap())
        .await
        .unwrap();
    assert_eq!((status.dropped, status.lost, status.set_aside), (0, 0, 0));
    eprintln!(
        "{kills} kills, seed {seed}: {} operations, {} sent again",
        operations.len(),
        recorder.duplicates.load(Ordering::Relaxed)
    );
}

/// Lines, and how often each is there.
fn counted(lines: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in lines {
        *counts.entry(line).or_default() += 1;
    }
    counts
}

fn told(operations: &[Operation]) -> BTreeMap<String, usize> {
    let lines = operations.iter().map(|one| {
        let side = match one.operation {
            OperationKind::Unlink => &one.old,
            _ => &one.new,
        };
        let n = &side.as_ref().unwrap()["n"];
        format!("{} {} {n}", one.operation, one.record_id)
    });
    counted(lines.collect())
}

/// A client that writes until it is over, and connects again whenever it has to.
async fn write(url: String, seed: u64, over: Arc<AtomicBool>, written: Arc<AtomicU64>) {
    let mut chance = Chance(seed);
    let mut link = None;
    let mut number = 0;
    while !over.load(Ordering::Relaxed) {
        let Some(client) = link.as_mut() else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            link = PgConnection::connect(&url).await.ok();
            if let Some(client) = link.as_mut() {
                // Half of the clients do not wait for the disk.
                let wait = ["on", "off"][usize::from(seed.is_multiple_of(2))];
                let set = format!("SET synchronous_commit = {wait}; SET lock_timeout = '2s'");
                if run(client, &set).await.is_err() {
                    link = None;
                }
            }
            continue;
        };
        number += 1;
        let mut sql = String::from("BEGIN;");
        for _ in 0..=chance.below(3) {
            let savepoint = chance.below(6) == 0;
            if savepoint {
                sql.push_str("SAVEPOINT s;");
            }
            sql.push_str(&statement(&mut chance));
            if savepoint {
                sql.push_str("ROLLBACK TO s;");
            }
        }
        match chance.below(12) {
            0 => sql.push_str("ROLLBACK"),
            1 => {
                // Rows of its own: what is prepared keeps its locks, also beyond a crash.
                let id = 1_000 + seed * 100_000 + number;
                sql = format!(
                    "BEGIN; {} PREPARE TRANSACTION 'p{id}'",
                    put(&id.to_string())
                );
            }
            _ => sql.push_str("COMMIT"),
        }
        if run(client, &sql).await.is_ok() {
            written.fetch_add(1, Ordering::Relaxed);
        } else if run(client, "ROLLBACK").await.is_err() {
            link = None;
        }
    }
}

fn statement(chance: &mut Chance) -> String {
    let id = chance.below(40).to_string();
    match chance.below(4) {
        0 => format!(
            "WITH c AS (DELETE FROM t WHERE id = {id} RETURNING *) \
             INSERT INTO history SELECT 'unlink', id, n FROM c;"
        ),
        1 => "WITH c AS (UPDATE t SET n = 2e9 * random() WHERE id % 5 = 1 RETURNING *) \
              INSERT INTO history SELECT 'write', id, n FROM c;"
            .to_owned(),
        _ => put(&id),
    }
}

fn put(id: &str) -> String {
    format!(
        "WITH c AS (INSERT INTO t VALUES ({id}, 2e9 * random()) \
         ON CONFLICT (id) DO UPDATE SET n = excluded.n RETURNING *, xmax::text = '0' AS fresh) \
         INSERT INTO history SELECT CASE WHEN fresh THEN 'create' ELSE 'write' END, id, n FROM c;"
    )
}

/// A server that says when it was told something, and never answers.
struct Silent(watch::Sender<usize>);

impl Server for Silent {
    async fn record(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Refusal> {
        self.0.send_modify(|told| *told += batch.len());
        std::future::pending().await
    }

    async fn declare(&self, _: &str, _: &ModelInput) -> Result<(), Refusal> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_crash_would_take_back_is_not_told_before_it_is_on_the_disk() {
    let Some(mut cluster) = Cluster::start(&["fsync=off", "wal_writer_delay=10s"]) else {
        return;
    };
    let url = cluster.url("postgres");
    let database = Database::new(&url).unwrap();
    let mut client = PgConnection::connect(&url).await.unwrap();
    run(&mut client, TABLES).await.unwrap();
    let wish = Wish {
        host: Some("crm".to_owned()),
        ..Wish::default()
    };
    capture::install(&database, &wish).await.unwrap();
    let (told, mut seen) = watch::channel(0);
    let (progress, _seen) = watch::channel(Progress::default());
    let (_stop, stopped) = watch::channel(false);
    let delivering = tokio::spawn(async move {
        Capturing::new(database, Silent(told))
            .run(&progress, stopped)
            .await;
    });
    // Delivery has begun, and looks for more.
    tokio::time::sleep(Duration::from_millis(700)).await;
    run(
        &mut client,
        "SET synchronous_commit = off; INSERT INTO t VALUES (1, 1)",
    )
    .await
    .unwrap();
    seen.wait_for(|told| *told == 1).await.unwrap();
    cluster.kill();
    delivering.abort();
    cluster.restart();
    let mut client = PgConnection::connect(&url).await.unwrap();
    assert_eq!(scalar(&mut client, "SELECT count(*) FROM t").await, "1");
}
