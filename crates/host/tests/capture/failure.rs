//! What fails in capture does not fail the host, unless it was asked to.

use std::time::Duration;

use revisor_host::capture::{self, Wish};

use crate::host::Host;

const T: &str = "CREATE TABLE t (id int PRIMARY KEY, x text)";

/// What somebody may do to capture's own things, and what then keeps operations from being kept.
const BROKEN: [&str; 8] = [
    "DROP TABLE revisor.outbox CASCADE",
    "ALTER TABLE revisor.outbox RENAME TO elsewhere",
    "ALTER TABLE revisor.outbox DROP COLUMN login",
    "ALTER TABLE revisor.outbox ADD CHECK (false) NOT VALID",
    "DROP SEQUENCE revisor.outbox_id",
    "DROP SEQUENCE revisor.until; DROP SEQUENCE revisor.lost",
    "ALTER SCHEMA revisor RENAME TO elsewhere",
    "CREATE FUNCTION revisor.no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''full''; END'; \
     CREATE TRIGGER no BEFORE INSERT ON revisor.outbox FOR EACH ROW EXECUTE FUNCTION revisor.no()",
];

const WRITES: [&str; 5] = [
    "INSERT INTO t VALUES (2, 'b')",
    "UPDATE t SET x = 'c'",
    "DELETE FROM t WHERE id = 1",
    "INSERT INTO t VALUES (1, 'd') ON CONFLICT (id) DO UPDATE SET x = excluded.x",
    "TRUNCATE t",
];

#[tokio::test]
async fn a_host_goes_on_whatever_happens_to_capture() {
    for broken in BROKEN {
        let Some(host) = Host::captured(T).await else {
            return;
        };
        host.run("INSERT INTO t VALUES (1, 'a')").await;
        host.run(broken).await;
        for write in WRITES {
            let done = host.try_run(write).await;
            assert!(done.is_ok(), "{broken}: {write}: {done:?}");
        }
        assert_eq!(host.value("SELECT count(*) FROM t").await, "0", "{broken}");
    }
}

#[tokio::test]
async fn what_could_not_be_kept_is_counted_and_told() {
    let Some(host) = Host::captured(T).await else {
        return;
    };
    host.run("ALTER TABLE revisor.outbox ADD CONSTRAINT no CHECK (false) NOT VALID")
        .await;
    host.run("INSERT INTO t SELECT i FROM generate_series(1, 5) i")
        .await;
    host.run("ALTER TABLE revisor.outbox DROP CONSTRAINT no; INSERT INTO t VALUES (9)")
        .await;
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!((status.lost, status.backlog), (5, 1));
    assert_eq!(host.told().await.len(), 1);
}

#[tokio::test]
async fn a_strict_host_fails_with_a_clear_message() {
    for broken in BROKEN {
        let Some(host) = Host::new(T).await else {
            return;
        };
        host.install(Wish {
            strict: Some(true),
            ..Wish::default()
        })
        .await;
        host.run("INSERT INTO t VALUES (1, 'a')").await;
        host.run(broken).await;
        for write in WRITES {
            let error = host.try_run(write).await.unwrap_err().to_string();
            assert!(
                error.contains("Revisor captures \"t\" strictly"),
                "{broken}: {write}: {error}"
            );
        }
        assert_eq!(
            host.value("SELECT string_agg(x, '') FROM t").await,
            "a",
            "{broken}"
        );
    }
}

#[tokio::test]
async fn a_type_that_cannot_be_written_down_does_not_fail_the_host() {
    let tables = "CREATE TYPE mood AS ENUM ('a', 'b');
        CREATE FUNCTION moody(mood) RETURNS json LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not today''; END';
        CREATE CAST (mood AS json) WITH FUNCTION moody(mood);
        CREATE TABLE t (id int PRIMARY KEY, m mood)";
    let Some(host) = Host::captured(tables).await else {
        return;
    };
    host.run("INSERT INTO t VALUES (1, NULL), (2, 'a')").await;
    host.run("UPDATE t SET m = 'b' WHERE id = 1").await;
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!((status.backlog, status.lost), (1, 2));
}

#[tokio::test]
async fn at_the_bound_operations_are_let_go_and_counted_and_there_is_room_again_after() {
    let Some(host) = Host::new(T).await else {
        return;
    };
    host.install(Wish {
        max_backlog: Some(100),
        ..Wish::default()
    })
    .await;
    host.run("INSERT INTO t SELECT i FROM generate_series(1, 150) i")
        .await;
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!((status.backlog, status.dropped, status.lost), (100, 50, 0));
    assert_eq!(host.told().await.len(), 100);
    host.told().await;
    host.run("TRUNCATE t").await;
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!((status.backlog, status.dropped), (100, 100));
}

#[tokio::test]
async fn at_the_bound_a_strict_host_is_refused() {
    let Some(host) = Host::new(T).await else {
        return;
    };
    host.install(Wish {
        max_backlog: Some(3),
        strict: Some(true),
        ..Wish::default()
    })
    .await;
    host.run("INSERT INTO t SELECT i FROM generate_series(1, 3) i")
        .await;
    for write in WRITES {
        let error = host.try_run(write.replace("(2,", "(8,").as_str()).await;
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("the backlog is at its bound"),
            "{write}: {error}"
        );
    }
    assert_eq!(host.told().await.len(), 3);
    host.told().await;
    host.run("INSERT INTO t VALUES (9)").await;
}

#[tokio::test]
async fn a_serialization_failure_is_the_hosts_to_try_again() {
    let Some(host) = Host::captured(T).await else {
        return;
    };
    host.run(
        "CREATE FUNCTION revisor.no() RETURNS trigger LANGUAGE plpgsql AS \
           'BEGIN RAISE EXCEPTION ''again'' USING ERRCODE = ''40001''; END'; \
         CREATE TRIGGER no BEFORE INSERT ON revisor.outbox FOR EACH ROW EXECUTE FUNCTION revisor.no()",
    )
    .await;
    let error = host.try_run("INSERT INTO t VALUES (1)").await.unwrap_err();
    assert_eq!(
        error.as_database_error().unwrap().code().as_deref(),
        Some("40001")
    );
}

#[tokio::test]
async fn a_table_in_use_does_not_hold_the_host_up_and_is_told() {
    let Some(host) = Host::new(T).await else {
        return;
    };
    let mut long = host.client().await;
    crate::host::run(&mut long, "BEGIN; INSERT INTO t VALUES (1)")
        .await
        .unwrap();
    let wish = Wish {
        host: Some("crm".to_owned()),
        patience: Duration::from_secs(3),
        ..Wish::default()
    };
    let (database, url) = (host.database.clone(), host.url.clone());
    let installing = tokio::spawn(async move { capture::install(&database, &wish).await });
    let mut slowest = Duration::ZERO;
    for number in 10..30 {
        let start = std::time::Instant::now();
        host.run(&format!("INSERT INTO t VALUES ({number})")).await;
        slowest = slowest.max(start.elapsed());
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?} {url}");
    let error = installing.await.unwrap().unwrap_err().to_string();
    assert!(error.contains("were in use all the time"), "{error}");
    crate::host::run(&mut long, "COMMIT").await.unwrap();
    assert_eq!(host.install(Wish::default()).await.models, ["t"]);
}

#[tokio::test]
async fn what_the_server_refuses_is_set_aside_with_the_reason() {
    let Some(host) = Host::captured("CREATE TABLE t (id int PRIMARY KEY, j json)").await else {
        return;
    };
    host.run("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")
        .await;
    host.run(
        "UPDATE revisor.outbox SET login = '' WHERE id = (SELECT min(id) FROM revisor.outbox)",
    )
    .await;
    assert_eq!(host.told().await.len(), 1);
    let status = capture::status(&host.database).await.unwrap();
    assert_eq!((status.backlog, status.set_aside), (0, 1));
    assert!(
        status.set_aside_reasons[0].why.contains("login"),
        "{status:?}"
    );
}
