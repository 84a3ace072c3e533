//! Transactions beside each other: none is skipped, and what follows from something comes after it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use revisor_host::capture::{Capturing, Wish};
use revisor_host::delivery::Progress;
use revisor_host::{Operation, OperationKind};
use serde_json::{Map, Value};
use tokio::sync::watch;

use crate::host::{Host, run};

const T: &str = "CREATE TABLE t (id int PRIMARY KEY, n int)";

#[tokio::test]
async fn a_transaction_that_commits_late_is_not_skipped() {
    let Some(host) = Host::captured(T).await else {
        return;
    };
    let (mut early, mut late) = (host.client().await, host.client().await);
    run(&mut late, "BEGIN; INSERT INTO t VALUES (1, 1)")
        .await
        .unwrap();
    run(&mut early, "BEGIN; INSERT INTO t VALUES (2, 1); COMMIT")
        .await
        .unwrap();
    assert_eq!(host.lines().await, [r#"create t 2 {"id":2,"n":1}"#]);
    run(&mut early, "INSERT INTO t VALUES (3, 1)")
        .await
        .unwrap();
    run(&mut late, "COMMIT").await.unwrap();
    assert_eq!(
        host.lines().await,
        [
            r#"create t 1 {"id":1,"n":1}"#,
            r#"create t 3 {"id":3,"n":1}"#
        ]
    );
}

#[tokio::test]
async fn one_deliverer_that_stays_finds_late_transactions_too() {
    let Some(host) = Host::captured(T).await else {
        return;
    };
    let (progress, mut seen) = watch::channel(Progress::default());
    let (stop, stopped) = watch::channel(false);
    let (database, recorder) = (host.database.clone(), host.recorder.clone());
    let running = tokio::spawn(async move {
        Capturing::new(database, recorder)
            .run(&progress, stopped)
            .await;
    });
    let mut late = host.client().await;
    run(&mut late, "BEGIN; INSERT INTO t VALUES (0, 0)")
        .await
        .unwrap();
    // Long enough for what the deliverer remembers of lower places to matter.
    for number in 1..=40 {
        host.run(&format!("INSERT INTO t VALUES ({number}, 0)"))
            .await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    run(&mut late, "INSERT INTO t VALUES (99, 0); COMMIT")
        .await
        .unwrap();
    tokio::time::timeout(
        Duration::from_secs(20),
        seen.wait_for(|now| now.delivered == 42),
    )
    .await
    .unwrap()
    .unwrap();
    stop.send(true).unwrap();
    running.await.unwrap();
    let ids: Vec<_> = host
        .recorder
        .operations()
        .iter()
        .map(|one| one.record_id.clone())
        .collect();
    assert_eq!(ids[40..], ["0", "99"]);
}

#[tokio::test]
async fn a_transaction_is_told_whole_and_what_depends_on_it_after_it() {
    let Some(host) = Host::captured(T).await else {
        return;
    };
    host.run("INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)")
        .await;
    host.told().await;
    let (mut a, mut b) = (host.client().await, host.client().await);
    run(&mut a, "BEGIN; UPDATE t SET n = 1 WHERE id = 1")
        .await
        .unwrap();
    run(&mut b, "BEGIN; UPDATE t SET n = 1 WHERE id = 2")
        .await
        .unwrap();
    let waiting = tokio::spawn(async move {
        run(&mut b, "UPDATE t SET n = n + 10 WHERE id = 1; COMMIT")
            .await
            .unwrap();
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    run(&mut a, "UPDATE t SET n = 1 WHERE id = 3; COMMIT")
        .await
        .unwrap();
    waiting.await.unwrap();
    assert_eq!(
        host.lines().await,
        [
            r#"write t 1 {"n":0} {"n":1}"#,
            r#"write t 3 {"n":0} {"n":1}"#,
            r#"write t 2 {"n":0} {"n":1}"#,
            r#"write t 1 {"n":1} {"n":11}"#,
        ]
    );
}

/// Deterministic chance.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// A client that writes transactions of all shapes; those that fail are rolled back.
async fn write(host: Arc<Host>, seed: u64, transactions: u32) {
    let mut chance = Chance(seed);
    let mut client = host.client().await;
    for _ in 0..transactions {
        let mut sql = String::from("BEGIN;");
        for _ in 0..=chance.below(4) {
            let (id, other, n) = (chance.below(12), chance.below(12), chance.below(1_000));
            sql.extend([match chance.below(8) {
                0 | 1 => format!("INSERT INTO t VALUES ({id}, {n}) ON CONFLICT (id) DO UPDATE SET n = excluded.n;"),
                2 => format!("DELETE FROM t WHERE id = {id};"),
                3 => format!("UPDATE t SET id = {id} + 100 WHERE id = {id} AND NOT EXISTS (SELECT FROM t WHERE id = {id} + 100);"),
                4 => format!("SAVEPOINT s; UPDATE t SET n = n + 1 WHERE id IN ({id}, {other}); ROLLBACK TO s;"),
                5 => format!("UPDATE t SET n = {n} WHERE id % 3 = {};", id % 3),
                6 if n < 30 => "TRUNCATE t;".to_owned(),
                _ => format!("UPDATE t SET n = n + {n} WHERE id = {id};"),
            }]);
        }
        sql.push_str(if chance.below(4) == 0 {
            "ROLLBACK"
        } else {
            "COMMIT"
        });
        if run(&mut client, &sql).await.is_err() {
            run(&mut client, "ROLLBACK").await.unwrap();
        }
    }
}

/// The table that operations lead to; each must fit what came before it.
pub(crate) fn replay(operations: &[Operation]) -> BTreeMap<String, Map<String, Value>> {
    let mut table: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for (at, one) in operations.iter().enumerate() {
        assert_eq!(
            table.get(&one.record_id),
            one.old.as_ref(),
            "operation {at}: {one:?}"
        );
        match one.operation {
            OperationKind::Unlink => {
                table.remove(&one.record_id);
            }
            _ => {
                table.insert(one.record_id.clone(), one.new.clone().unwrap());
            }
        }
    }
    table
}

pub(crate) async fn table(host: &Host) -> BTreeMap<String, Map<String, Value>> {
    let text = host
        .value("SELECT coalesce(json_object_agg(id, t), '{}') FROM t")
        .await;
    let rows: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    rows.into_iter()
        .map(|(id, row)| (id, row.as_object().unwrap().clone()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_in_order_leads_to_exactly_the_table() {
    for seed in [1, 2, 3, 4] {
        let Some(host) = Host::captured(T).await else {
            return;
        };
        let host = Arc::new(host);
        let writers: Vec<_> = (0..6)
            .map(|number| tokio::spawn(write(host.clone(), seed * 100 + number, 60)))
            .collect();
        // Told while they write, by several deliverers one after the other.
        for writer in writers {
            host.told().await;
            writer.await.unwrap();
        }
        host.told().await;
        let operations = host.recorder.operations();
        assert!(operations.len() > 200, "{}", operations.len());
        assert_eq!(replay(&operations), table(&host).await, "seed {seed}");
        assert_eq!(host.value("SELECT count(*) FROM revisor.outbox").await, "0");
    }
}

#[tokio::test]
async fn a_large_backlog_is_told_whole_in_windows() {
    let Some(host) = Host::captured(T).await else {
        return;
    };
    host.run("INSERT INTO t SELECT i, 0 FROM generate_series(1, 5000) i")
        .await;
    host.run("UPDATE t SET n = id").await;
    host.run("UPDATE t SET id = -id WHERE id <= 1500").await;
    let told = host.told().await;
    assert_eq!(told.len(), 13_000);
    assert_eq!(replay(&told), table(&host).await);
}

#[tokio::test]
async fn only_one_delivers_and_another_takes_over() {
    let Some(host) = Host::new(T).await else {
        return;
    };
    host.install(Wish::default()).await;
    let mut first = Capturing::new(host.database.clone(), host.recorder.clone());
    first.host().await.unwrap();
    let (progress, _) = watch::channel(Progress::default());
    let mut second = Capturing::new(host.database.clone(), host.recorder.clone());
    let error = second.drain(&progress).await.unwrap_err();
    assert!(error.contains("stands by"), "{error}");
    drop(first);
    host.run("INSERT INTO t VALUES (1, 1)").await;
    assert_eq!(host.told().await.len(), 1);
}
