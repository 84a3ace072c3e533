//! Overload: who comes while the queue is full is told when to come again.

use std::time::Duration;

use audit::Options;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use serde_json::json;

use crate::support::{Lasting, create, list};

both_lasting!(
    a_full_queue_is_503_with_retry_after_and_records_nothing,
    async |lasting: Lasting| {
        let options = Options {
            queue: 1,
            ..Options::default()
        };
        let server = lasting.serve(options).await;
        server.follow().await;
        // Somebody holds the database, so that the first batch stays in the queue.
        let other = Database::connect(&lasting.url).await.unwrap();
        let held = other.begin().await.unwrap();
        let lock = if lasting.url.starts_with("sqlite:") {
            "UPDATE log_head SET seq = seq"
        } else {
            "LOCK TABLE log_head IN ACCESS EXCLUSIVE MODE"
        };
        held.execute_unprepared(lock).await.unwrap();

        let batch = |id: &str| json!([create(id, json!({ "name": id }))]);
        let release = async {
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            held.rollback().await.unwrap();
        };
        let late = async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            server.send(batch("late")).await
        };
        let (first, late, ()) = tokio::join!(server.send(batch("first")), late, release);

        let late = late.problem(503, "overloaded");
        let wait: u32 = late.header("retry-after").parse().unwrap();
        assert!(wait >= 1);
        let first = first.expect(StatusCode::OK);
        assert_eq!(first.body["results"][0]["status"], "recorded");
        let logs = server
            .call(Method::GET, "/api/v1/logs?host=crm", None)
            .await;
        let logs = list(&logs.expect(StatusCode::OK).body["items"]);
        assert_eq!(logs.len(), 1);
        assert_eq!(logs[0]["record_id"], "first");
        let again = server.send(batch("late")).await.expect(StatusCode::OK);
        assert_eq!(again.body["results"][0]["status"], "recorded");
        let _ = other.close().await;
        server.stop().await;
    }
);
