//! Overload: who comes while the queue is full is told when to come again.

use std::time::Duration;

use audit::Options;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

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

both_lasting!(
    bodies_take_up_room_until_they_are_answered,
    async |lasting: Lasting| {
        let options = Options {
            queue: 1,
            ..Options::default()
        };
        let server = lasting.serve(options).await;
        server.follow().await;
        // Somebody says that the largest body comes, and sends its beginning alone.
        let mut slow = TcpStream::connect(server.address).await.unwrap();
        let head = format!(
            "POST /api/v1/operations HTTP/1.1\r\nHost: revisor\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{{\"operations\": [",
            server.key,
            8 * 1024 * 1024
        );
        slow.write_all(head.as_bytes()).await.unwrap();
        let one = |id: &str| server.send(json!([create(id, json!({ "name": id }))]));
        let patience = async |wanted: StatusCode| {
            for n in 0..200 {
                let answer = one(&format!("{wanted}{n}")).await;
                if answer.status == wanted {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            panic!("{wanted} never came");
        };
        let refused = patience(StatusCode::SERVICE_UNAVAILABLE).await;
        let refused = refused.problem(503, "overloaded");
        assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
        // A large body is heard out before it is refused, so that its sender sees why.
        let large = json!([create("large", json!({ "name": "x".repeat(6 << 20) }))]);
        server.send(large).await.problem(503, "overloaded");

        drop(slow);
        let answer = patience(StatusCode::OK).await;
        assert_eq!(answer.body["results"][0]["status"], "recorded");
        let large = "/api/v1/logs?host=crm&record_id=large";
        let logs = server.call(Method::GET, large, None).await;
        assert!(list(&logs.expect(StatusCode::OK).body["items"]).is_empty());
        server.stop().await;
    }
);
