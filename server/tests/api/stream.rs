//! Operations as a stream of lines.

use std::time::Duration;

use futures::StreamExt;
use reqwest::{Body, Method, StatusCode};
use serde_json::{Value, json};
use tokio_util::io::ReaderStream;
use types::Scope;

use crate::app::{Answer, TestApp};

fn line(record_id: usize) -> String {
    let operation = json!({
        "operation": "create", "model": "crm.lead", "record_id": record_id.to_string(),
        "user": { "login": "marc" }, "new": { "name": format!("Lead {record_id}") },
    });
    format!("{operation}\n")
}

async fn send(app: &TestApp, key: &str, body: impl Into<Body>) -> Answer {
    let request = app
        .with(key, Method::POST, "/api/v1/operations")
        .header("content-type", "application/x-ndjson")
        .body(body);
    Answer::of(request).await
}

fn statuses(answer: &Answer) -> Vec<String> {
    answer
        .text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|result| result["status"].as_str().unwrap().to_owned())
        .collect()
}

both!(
    a_broken_line_does_not_stop_the_rest,
    async |app: TestApp| {
        let key = app.key("crm", &[Scope::Record]).await;
        app.follow("crm", "crm.lead").await;
        let body = format!(
            "{}\n\nnot json\n{{\"operation\": \"write\"}}\n{}{}",
            line(1),
            line(2),
            line(3).trim_end()
        );
        let answer = send(&app, &key, body).await.expect(StatusCode::OK);
        assert_eq!(answer.header("content-type"), "application/x-ndjson");
        assert_eq!(
            statuses(&answer),
            ["recorded", "invalid", "invalid", "recorded", "recorded"]
        );
        let told: Value = serde_json::from_str(answer.text.lines().nth(2).unwrap()).unwrap();
        let pointers: Vec<_> = told["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| fault["pointer"].as_str().unwrap())
            .collect();
        assert!(pointers.contains(&"/model"), "{told}");
    }
);

both!(
    a_line_too_long_is_told_and_the_next_is_recorded,
    async |app: TestApp| {
        let key = app.key("crm", &[Scope::Record]).await;
        app.follow("crm", "crm.lead").await;
        let long = "x".repeat(9 * 1024 * 1024);
        let answer = send(&app, &key, format!("{}{long}\n{}", line(1), line(2))).await;
        let answer = answer.expect(StatusCode::OK);
        assert_eq!(statuses(&answer), ["recorded", "invalid", "recorded"]);
    }
);

both!(
    results_come_while_the_request_is_still_being_sent,
    async |app: TestApp| {
        let key = app.key("crm", &[Scope::Record]).await;
        app.follow("crm", "crm.lead").await;
        let (mut feed, body) = tokio::io::duplex(1024);
        let request = app
            .with(&key, Method::POST, "/api/v1/operations")
            .header("content-type", "application/x-ndjson")
            .body(Body::wrap_stream(ReaderStream::new(body)));
        let sent = tokio::spawn(request.send());
        let write = tokio::io::AsyncWriteExt::write_all;
        write(&mut feed, line(1).as_bytes()).await.unwrap();
        let response = sent.await.unwrap().unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let mut results = response.bytes_stream();
        for record_id in 2..5 {
            let result = tokio::time::timeout(Duration::from_secs(10), results.next()).await;
            let result = result.unwrap().unwrap().unwrap();
            assert!(
                result.starts_with(b"{\"status\":\"recorded\""),
                "{result:?}"
            );
            write(&mut feed, line(record_id).as_bytes()).await.unwrap();
        }
        drop(feed);
        assert_eq!(results.count().await, 1);
    }
);

both!(
    a_sender_who_reads_nothing_until_the_end_gets_every_result,
    async |app: TestApp| {
        let key = app.key("crm", &[Scope::Record]).await;
        let count = 20_000;
        let body: String = (0..count).map(line).collect();
        let answer = send(&app, &key, body).await.expect(StatusCode::OK);
        let statuses = statuses(&answer);
        assert_eq!(statuses.len(), count);
        assert!(statuses.iter().all(|status| status == "skipped"));
    }
);

both!(an_empty_stream_has_no_results, async |app: TestApp| {
    let key = app.key("crm", &[Scope::Record]).await;
    let answer = send(&app, &key, "").await.expect(StatusCode::OK);
    assert!(answer.text.is_empty());
});

both!(a_stream_needs_the_scope_too, async |app: TestApp| {
    let key = app.key("crm", &[Scope::Read]).await;
    send(&app, &key, line(1)).await.problem(403, "forbidden");
});
