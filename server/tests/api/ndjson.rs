//! Bulk loading: one operation a line, one result a line, in order.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    support::{Host, create, each, list, text, with, write},
};

both!(
    ten_thousand_lines_are_answered_in_order_with_the_invalid_among_them,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let line = |number: usize| match number % 1_000 {
            250 => "{\"operation\": \"write\"".to_owned(),
            500 => json!({ "operation": "merge", "model": "crm.lead" }).to_string(),
            750 => with(create("0", json!({})), "typo", json!(1)).to_string(),
            999 => with(create("0", json!({})), "model", json!("not.followed")).to_string(),
            _ => write(&format!("{}", number % 100), json!({ "number": number })).to_string(),
        };
        let body: String = (0..10_000).map(|number| line(number) + "\n").collect();
        let results = crm.lines(body).await;
        assert_eq!(results.len(), 10_000);
        for (number, result) in results.iter().enumerate() {
            let status = match number % 1_000 {
                250 | 500 | 750 => "invalid",
                999 => "skipped",
                _ => "recorded",
            };
            assert_eq!(result["status"], status, "{number} {result}");
        }
        let faults = |number: usize| {
            let mut pointers = each(&list(&results[number]["errors"]), "pointer");
            pointers.sort_by_key(ToString::to_string);
            pointers
        };
        assert_eq!(faults(250), [""]);
        assert_eq!(faults(500), ["/operation", "/record_id", "/user"]);
        assert_eq!(faults(750), ["/typo"]);
        for number in [0, 1, 5_555, 9_998] {
            let id = text(&results[number]["log_id"]);
            let log = crm.read(&format!("/api/v1/logs/{id}")).await;
            assert_eq!(log["changes"][0]["new"], json!(number));
            assert_eq!(log["revision"], results[number]["revision"]);
        }
        let logs = crm.logs("order=asc&limit=200&record_id=1").await;
        let revisions: Vec<_> = (1..=logs.len()).map(Value::from).collect();
        assert_eq!(each(&logs, "revision"), revisions);
        assert_eq!(logs.len(), 100);
    }
);

both!(
    the_limits_of_a_batch_do_not_hold_for_a_stream,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let notes = "x".repeat(100_000);
        let line = |id: usize| create(&id.to_string(), json!({ "notes": notes })).to_string();
        let body: String = (0..120).map(|id| line(id) + "\n").collect();
        assert!(body.len() > 11 * 1024 * 1024);
        let results = crm.lines(body).await;
        assert_eq!(results.len(), 120);
        assert!(results.iter().all(|result| result["status"] == "recorded"));
    }
);

both!(
    the_results_of_lines_are_those_of_a_batch,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let once = with(create("1", json!({ "name": "a" })), "id", json!("op-1"));
        let other = with(create("1", json!({ "name": "b" })), "id", json!("op-1"));
        let same = write("1", json!({ "name": "a" }));
        let body = format!(
            "{once}\n{once}\r\n{same}\n\n{other}\n{}",
            write("1", json!({ "name": "c" }))
        );
        let results = crm.lines(body).await;
        assert_eq!(
            each(&results, "status"),
            ["recorded", "duplicate", "unchanged", "invalid", "recorded"]
        );
        assert_eq!(results[1]["log_id"], results[0]["log_id"]);
        assert_eq!(results[3]["errors"][0]["code"], "idempotency_conflict");
        assert_eq!(results[4]["revision"], 2);
        assert_eq!(crm.lead("1", "").await["values"]["name"], "c");
    }
);

both!(
    a_line_without_its_end_at_the_end_is_a_line,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let one = create("1", json!({ "name": "a" })).to_string();
        assert_eq!(crm.lines(one).await.len(), 1);
        let request = app
            .with(&crm.key, Method::POST, "/api/v1/operations")
            .header("content-type", "application/x-ndjson; charset=utf-8")
            .body(write("1", json!({ "name": "b" })).to_string());
        let answer = Answer::of(request).await.expect(StatusCode::OK);
        assert!(answer.text.ends_with('\n'));
        let faulty = crm.lines("[]\n\"x\"\n7\nnull\n{}\n".to_owned()).await;
        assert_eq!(each(&faulty, "status"), ["invalid"; 5]);
        assert_eq!(crm.logs("limit=9").await.len(), 2);
    }
);
