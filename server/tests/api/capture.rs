//! A captured PostgreSQL, from a statement of its host to the log that people read.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use revisor_host::HttpServer;
use revisor_host::capture::{self, Capturing, Database, Rest, Wish};
use revisor_host::delivery::Progress;
use serde_json::{Value, json};
use tokio::sync::watch;
use types::Scope;

use crate::app::{TestApp, psql};
use crate::support::{Host, list};

const TABLE: &str = "CREATE TABLE lead (id int PRIMARY KEY, name text, price numeric, api_token text, photo bytea); \
                     COMMENT ON COLUMN lead.price IS 'Expected revenue'";
const WRITES: &str = "BEGIN; SET LOCAL revisor.\"user\" = 'marc'; SET LOCAL revisor.reason = 'a call'; \
    INSERT INTO lead VALUES (1, 'Sixty keyboards', 10.50, 's3cret', 'abc'); COMMIT; \
    UPDATE lead SET price = 12345678901234567890.5, api_token = 'n3wer'; DELETE FROM lead";

/// A host's database, which goes with the test.
struct Captured {
    server: String,
    name: String,
    url: String,
}

impl Captured {
    async fn new() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("REVISOR_TEST_POSTGRES_URL").ok()?;
        let server = server.trim_end_matches('/').to_owned();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("revisor_captured_{}_{number}", std::process::id());
        psql(
            &server,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
        psql(&server, &format!("CREATE DATABASE {name}"));
        let captured = Self {
            url: format!("{server}/{name}"),
            server,
            name,
        };
        captured.run(TABLE);
        let wish = Wish {
            host: Some("shop".to_owned()),
            patience: Duration::from_secs(9),
            ..Wish::default()
        };
        capture::install(&captured.database(), &wish).await.unwrap();
        Some(captured)
    }

    fn database(&self) -> Database {
        Database::new(&self.url).unwrap()
    }

    fn run(&self, sql: &str) {
        let output = std::process::Command::new("psql")
            .args([&self.url, "-v", "ON_ERROR_STOP=1", "-qc", sql])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

impl Drop for Captured {
    fn drop(&mut self) {
        psql(
            &self.server,
            &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name),
        );
    }
}

async fn logs(host: &Host<'_>, wanted: usize) -> Vec<Value> {
    for _ in 0..200 {
        let found = host.logs("model=lead&order=asc").await;
        if found.len() >= wanted {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{wanted} logs did not come");
}

fn check(logs: &[Value]) {
    assert_eq!(logs.len(), 3);
    assert_eq!(logs[0]["operation"], "create");
    assert_eq!(logs[0]["user"]["login"], "marc");
    assert_eq!(logs[0]["record_name"], "Sixty keyboards");
    assert_eq!(logs[0]["context"]["reason"], "a call");
    assert_eq!(logs[1]["user"]["login"], "postgres");
    let changes = list(&logs[1]["changes"]);
    let change = |field: &str| {
        changes
            .iter()
            .find(|change| change["field"] == field)
            .unwrap()
    };
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert_eq!(change("price")["label"], "Expected revenue");
    assert_eq!(change("price")["new"].to_string(), "12345678901234567890.5");
    assert_eq!(change("api_token")["new"], json!({"masked": true}));
    assert_eq!(logs[2]["operation"], "unlink");
    assert!(logs.iter().all(|log| {
        log["unrecorded_changes"]
            .as_array()
            .is_none_or(Vec::is_empty)
    }));
    let text = serde_json::to_string(logs).unwrap();
    assert!(!text.contains("s3cret") && !text.contains("n3wer"));
    assert!(text.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_records_what_a_captured_host_writes_and_ending_it_harms_nobody() {
    let Some(captured) = Captured::new().await else {
        return;
    };
    let app = TestApp::sqlite().await;
    let host = Host::new(&app, "shop").await;
    app.follow("shop", "lead").await;
    let (stop, ended) = watch::channel(false);
    let tasks =
        server::capture::start(&app.audit, std::slice::from_ref(&captured.url), &ended).unwrap();
    captured.run(WRITES);
    check(&logs(&host, 3).await);
    let metrics = app.get(&host.key, "/metrics").await.text;
    assert!(metrics.contains("revisor_capture_backlog{"), "{metrics}");

    host.uninstall().await;
    captured.run(WRITES);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let status = capture::status(&captured.database()).await.unwrap();
    assert_eq!(
        (status.backlog, status.set_aside, status.delivering),
        (3, 0, true),
        "they wait"
    );
    stop.send(true).unwrap();
    tasks.end().await;
    let rest: Rest<HttpServer> = Rest::Discard;
    let done = capture::uninstall(&captured.database(), rest, Duration::from_secs(9))
        .await
        .unwrap();
    assert_eq!(done.discarded, 3);
    captured.run(WRITES);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_http_the_same_logs_are_made_once() {
    let Some(captured) = Captured::new().await else {
        return;
    };
    let app = TestApp::sqlite().await;
    let host = Host::new(&app, "shop").await;
    app.follow("shop", "lead").await;
    captured.run(WRITES);
    // What was sent and not taken out, since the deliverer died between the two, is sent again.
    captured.run("CREATE TABLE kept AS SELECT * FROM revisor.outbox");
    let server = HttpServer::new(&app.url(""), &app.key("shop", &[Scope::Record]).await).unwrap();
    let (progress, _) = watch::channel(Progress::default());
    let sent = Capturing::new(captured.database(), server.clone())
        .drain(&progress)
        .await;
    assert_eq!(sent, Ok(3));
    captured.run("INSERT INTO revisor.outbox SELECT * FROM kept");
    let mut again = Err(String::new());
    for _ in 0..50 {
        again = Capturing::new(captured.database(), server.clone())
            .drain(&progress)
            .await;
        if again.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(again, Ok(3));
    assert_eq!(progress.borrow().recorded, 3);
    check(&logs(&host, 3).await);
}
