//! Uninstalling leaves the database as it was, in any order, while the host writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use revisor_host::capture::{self, Rest, Uninstalled, Wish};

use crate::host::{Host, Recorder};

const TABLES: &str = "CREATE SCHEMA \"Été\"; CREATE TYPE stage AS ENUM ('a', 'b');
    CREATE TABLE t (id bigserial PRIMARY KEY, x text, photo bytea);
    CREATE TABLE \"Été\".\"Order\" (id int, no int, s stage, PRIMARY KEY (id, no)) PARTITION BY RANGE (id);
    CREATE TABLE part PARTITION OF \"Été\".\"Order\" FOR VALUES FROM (0) TO (10);
    CREATE TABLE heap (x int);
    CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER own AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION own();
    CREATE VIEW v AS SELECT * FROM t; COMMENT ON TABLE t IS 'T'";

async fn uninstall(host: &Host, rest: Rest<Arc<Recorder>>) -> Result<Uninstalled, capture::Error> {
    capture::uninstall(&host.database, rest, Duration::from_secs(20)).await
}

#[tokio::test]
async fn the_schema_is_byte_for_byte_as_before() {
    let Some(host) = Host::new(TABLES).await else {
        return;
    };
    let before = host.dump();
    host.install(Wish::default()).await;
    assert_ne!(host.dump(), before);
    host.run("INSERT INTO t (x, photo) VALUES ('a', 'b'); INSERT INTO part VALUES (1, 1)")
        .await;
    let error = uninstall(&host, Rest::Refuse)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("2 operations wait"), "{error}");
    let done = uninstall(&host, Rest::Deliver(host.recorder.clone()))
        .await
        .unwrap();
    assert_eq!((done.delivered, done.discarded), (2, 0));
    assert_eq!(host.dump(), before);
    assert_eq!(
        uninstall(&host, Rest::Refuse).await.unwrap(),
        Uninstalled::default(),
        "again is nothing"
    );
    host.install(Wish::default()).await;
    host.run("TRUNCATE t").await;
    assert_eq!(uninstall(&host, Rest::Discard).await.unwrap().discarded, 1);
    assert_eq!(host.dump(), before);
}

/// Writes until told to stop; how many statements, none of which may fail.
fn load(host: &Arc<Host>, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<u64>> {
    (0..3)
        .map(|number| {
            let (host, stop) = (host.clone(), stop.clone());
            tokio::spawn(async move {
                let mut client = host.client().await;
                let mut count = 0;
                while !stop.load(Ordering::Relaxed) {
                    let sql = format!(
                        "INSERT INTO t (x, photo) VALUES ('{number}', 'b'); UPDATE t SET x = x || '.' WHERE id % 3 = {number} AND length(x) < 9; \
                         DELETE FROM t WHERE id % 3 = {number} AND length(x) > 6"
                    );
                    crate::host::run(&mut client, &sql).await.unwrap();
                    count += 3;
                }
                count
            })
        })
        .collect()
}

/// Somebody removes a part by hand, and tries again where PostgreSQL ends a deadlock with the host
/// that way; the other way, the host's statement goes on.
async fn remove_by_hand(host: &Host, name: &str, sql: &str) {
    // Each lost deadlock takes a second, on a busy machine many are lost in a row.
    for _ in 0..60 {
        match host.try_run(sql).await {
            Ok(()) => return,
            Err(error) => {
                let code = error
                    .as_database_error()
                    .and_then(sqlx::error::DatabaseError::code);
                assert_eq!(code.as_deref(), Some("40P01"), "{name}: {error}");
            }
        }
    }
    panic!("{name} could not be removed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_may_be_removed_in_any_order_under_load() {
    let triggers = "DO $$ DECLARE r record; BEGIN FOR r IN SELECT tgname, tgrelid::regclass AS t FROM pg_trigger \
        WHERE tgname LIKE '!revisor%' AND tgparentid = 0 LOOP EXECUTE format('DROP TRIGGER %I ON %s', r.tgname, r.t); END LOOP; END $$";
    let parts = [
        ("triggers", triggers),
        ("outbox", "DROP TABLE revisor.outbox"),
        (
            "functions",
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT p.oid::regprocedure AS f FROM pg_proc p \
            WHERE pronamespace = 'revisor'::regnamespace LOOP EXECUTE format('DROP FUNCTION %s CASCADE', r.f); END LOOP; END $$",
        ),
        ("sequences", "DROP SEQUENCE revisor.lost, revisor.outbox_id"),
        ("install", "DROP TABLE revisor.install, revisor.captured"),
        ("schema", "DROP SCHEMA revisor CASCADE"),
        ("uninstall", ""),
    ];
    // Each part first, then all the others by `uninstall`; and two orders by hand alone.
    let firsts = parts.iter().map(|part| vec![*part, ("uninstall", "")]);
    let by_hand = [
        vec![parts[1], parts[3], parts[0], parts[5]],
        vec![parts[4], parts[2], parts[1], parts[5]],
    ];
    for order in firsts.chain(by_hand) {
        let Some(host) = Host::new(TABLES).await else {
            return;
        };
        let before = host.dump();
        host.install(Wish::default()).await;
        let (host, stop) = (Arc::new(host), Arc::new(AtomicBool::new(false)));
        let writers = load(&host, &stop);
        tokio::time::sleep(Duration::from_millis(200)).await;
        for (name, sql) in &order {
            if *name == "uninstall" {
                let done = uninstall(&host, Rest::Discard).await;
                assert!(done.is_ok(), "{order:?}: {done:?}");
            } else {
                remove_by_hand(&host, name, sql).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        stop.store(true, Ordering::Relaxed);
        let count = AtomicU64::new(0);
        for writer in writers {
            count.fetch_add(writer.await.unwrap(), Ordering::Relaxed);
        }
        assert!(count.into_inner() > 0);
        assert_eq!(host.dump(), before, "{order:?}");
    }
}

#[tokio::test]
async fn what_the_host_built_upon_the_schema_is_not_torn_down() {
    let Some(host) = Host::captured("CREATE TABLE t (id int PRIMARY KEY)").await else {
        return;
    };
    host.run("CREATE VIEW waiting AS SELECT count(*) FROM revisor.outbox")
        .await;
    let error = uninstall(&host, Rest::Discard)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("built upon it"), "{error}");
    host.run("SELECT * FROM waiting; INSERT INTO t VALUES (1); DROP VIEW waiting")
        .await;
    uninstall(&host, Rest::Refuse).await.unwrap();
}
