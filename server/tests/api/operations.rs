//! Recording a batch: whole or absent, every fault told at once.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, change, create, each, list, operation, text, unlink, with, write},
};

/// Nothing is known of any lead and no log is there.
async fn nothing_is_recorded(crm: &Host<'_>) {
    assert!(crm.logs("limit=1").await.is_empty());
    let records = crm.read("/api/v1/records?model=crm.lead").await;
    assert_eq!(records["items"], json!([]));
}

both!(
    a_batch_is_answered_in_its_order_and_is_there_when_the_answer_comes,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let results = crm
            .record(json!([
                create("1", json!({ "name": "a", "stage": "new" })),
                with(create("9", json!({ "name": "z" })), "model", json!("other")),
                write("1", json!({ "stage": "won" })),
                write("1", json!({ "stage": "won" })),
                create("2", json!({ "name": "b" })),
                unlink("1"),
            ]))
            .await;
        let statuses = each(&results, "status");
        assert_eq!(
            statuses,
            [
                "recorded",
                "skipped",
                "recorded",
                "unchanged",
                "recorded",
                "recorded"
            ]
        );
        assert_eq!(
            each(&results, "revision"),
            [
                json!(1),
                Value::Null,
                json!(2),
                Value::Null,
                json!(1),
                json!(3)
            ]
        );
        assert_eq!(
            results[1],
            json!({ "status": "skipped", "reason": "no_rule" })
        );
        assert_eq!(results[3], json!({ "status": "unchanged" }));
        let logs = crm.logs("order=asc").await;
        let recorded: Vec<_> = results
            .iter()
            .filter(|r| r["status"] == "recorded")
            .collect();
        for (log, result) in logs.iter().zip(&recorded) {
            assert_eq!(log["id"], result["log_id"]);
            assert_eq!(log["revision"], result["revision"]);
        }
        assert_eq!(logs.len(), recorded.len());
        let empty = crm.send(json!([])).await.expect(StatusCode::OK);
        assert_eq!(empty.body, json!({ "results": [] }));
    }
);

both!(
    every_fault_of_a_batch_is_told_at_once,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let batch = json!([
            create("1", json!({ "name": "good" })),
            {"operation": "update", "model": LEAD, "record_id": "1", "user": {"login": "m"}, "new": {}},
            {"operation": "write", "record_id": 13, "user": {"name": "m", "age": 7}, "new": []},
            {},
            with(create("2", json!({})), "old", json!({ "name": "x" })),
            with(operation("create", "2"), "occured_at", json!("2026-11-23T08:15:30Z")),
            with(unlink("2"), "new", json!({ "name": "x" })),
            with(write("3", json!({})), "occurred_at", json!("2026-11-23 08:15")),
            with(write("3", json!({})), "context", json!({ "raeson": "x", "ip": 7 })),
            with(write("3", json!({})), "id", json!("x".repeat(129))),
            with(write("", json!({})), "id", json!("")),
            "write",
        ]);
        let answer = crm.send(batch).await.problem(422, "invalid_request");
        let found: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
        let mut expected = [
            "1/operation",
            "2/model",
            "2/new",
            "2/record_id",
            "2/user/age",
            "2/user/login",
            "3/model",
            "3/operation",
            "3/record_id",
            "3/user",
            "4/old",
            "5/new",
            "5/occured_at",
            "6/new",
            "7/occurred_at",
            "8/context/ip",
            "8/context/raeson",
            "9/id",
            "10/id",
            "10/record_id",
            "11",
        ]
        .map(|place| format!("/operations/{place}"));
        expected.sort();
        assert_eq!(found, expected, "{}", answer.text);
        for fault in list(&answer.body["errors"]) {
            assert!(!text(&fault["detail"]).is_empty() && !text(&fault["code"]).is_empty());
        }
        nothing_is_recorded(&crm).await;
        crm.get("/api/v1/models/crm.lead")
            .await
            .problem(404, "not_found");
    }
);

both!(
    a_batch_is_an_object_with_operations_alone,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for (body, expected) in [
            (json!({}), vec!["/operations"]),
            (json!([]), vec![""]),
            (json!({ "operations": {} }), vec!["/operations"]),
            (
                json!({ "operations": [], "operation": [] }),
                vec!["/operation"],
            ),
            (json!({ "operations": [null] }), vec!["/operations/0"]),
        ] {
            let answer = app.post(&crm.key, "/api/v1/operations", body).await;
            let answer = answer.problem(422, "invalid_request");
            let found: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
            assert_eq!(found, expected);
        }
    }
);

both!(
    a_batch_holds_at_most_a_thousand_operations,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let many = |count: usize| -> Vec<_> {
            let new = json!({ "name": "x" });
            (0..count)
                .map(|id| create(&id.to_string(), new.clone()))
                .collect()
        };
        let answer = crm.send(json!(many(1_001))).await;
        assert_eq!(answer.status.as_u16(), 413, "{}", answer.text);
        nothing_is_recorded(&crm).await;
        let results = crm.record(json!(many(1_000))).await;
        assert_eq!(results.len(), 1_000);
        assert!(results.iter().all(|result| result["status"] == "recorded"));
        let seqs = each(&crm.logs("order=asc&limit=200").await, "seq");
        let first = seqs[0].as_i64().unwrap();
        let whole: Vec<_> = (first..first + 1_000).map(Value::from).collect();
        assert_eq!(seqs, whole, "seq has no gap");
    }
);

both!(a_body_of_eight_mebibytes_is_taken, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let text_of = |size: usize| "x".repeat(size);
    let big = json!([create(
        "1",
        json!({ "notes": text_of(8 * 1024 * 1024 - 1_000) })
    )]);
    let log_id = crm.record(big).await[0]["log_id"].clone();
    let log = crm.read(&format!("/api/v1/logs/{}", text(&log_id))).await;
    assert_eq!(
        text(&log["changes"][0]["new"]).len(),
        8 * 1024 * 1024 - 1_000
    );
    let bigger = json!([create("2", json!({ "notes": text_of(8 * 1024 * 1024) }))]);
    crm.send(bigger).await.problem(413, "payload_too_large");
    assert_eq!(crm.logs("limit=1").await.len(), 1);
});

both!(json_that_is_too_deep_is_400, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for levels in [200, 100_000] {
        let body = format!("{{\"operations\": {}}}", deep(levels));
        let request = app
            .with(&crm.key, Method::POST, "/api/v1/operations")
            .header("content-type", "application/json")
            .body(body);
        Answer::of(request).await.problem(400, "invalid_json");
    }
    crm.get("/api/v1/logs").await.expect(StatusCode::OK);
});

both!(
    a_value_as_deep_as_is_taken_can_be_read_back,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let mut taken = 0;
        for levels in 90..130 {
            let value = format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
            let line = create(&levels.to_string(), json!({ "tree": "VALUE" }));
            let line = line.to_string().replace("\"VALUE\"", &value);
            let result = &crm.lines(line).await[0];
            if result["status"] == "invalid" {
                continue;
            }
            taken += 1;
            let id = text(&result["log_id"]);
            for path in [
                format!("/api/v1/logs/{id}"),
                format!("/api/v1/logs?record_id={levels}"),
                format!("/api/v1/records/{LEAD}/{levels}"),
                format!("/api/v1/records/{LEAD}/{levels}?revision=1"),
                format!("/api/v1/records/{LEAD}/{levels}/revisions"),
                "/api/v1/logs?limit=200".to_owned(),
                "/api/v1/records?model=crm.lead".to_owned(),
            ] {
                let answer = crm.get(&path).await;
                assert_eq!(
                    answer.status,
                    StatusCode::OK,
                    "{levels} {path} {}",
                    answer.text
                );
                assert!(answer.text.contains(&value), "{levels} {path}");
            }
        }
        assert!(taken > 0);
    }
);

both!(
    the_sides_of_an_operation_are_those_of_its_kind,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let log = crm
            .log(create("1", json!({ "name": "a", "stage": "new" })))
            .await;
        for name in ["name", "stage"] {
            let change = crate::support::changed(&log, name);
            assert_eq!(change["old"], Value::Null, "{change}");
        }
        let log = crm
            .log(change(
                "1",
                json!({ "stage": "new" }),
                json!({ "stage": "won" }),
            ))
            .await;
        assert_eq!(log["operation"], "write");
        assert_eq!(crate::support::changed(&log, "stage")["old"], "new");
        let log = crm
            .log(with(
                unlink("1"),
                "old",
                json!({ "name": "a", "stage": "won" }),
            ))
            .await;
        assert_eq!(log["operation"], "unlink");
        for (name, old) in [("name", "a"), ("stage", "won")] {
            let change = crate::support::changed(&log, name);
            assert_eq!(change["old"], old);
            assert_eq!(change["new"], Value::Null);
        }
    }
);

both!(
    times_are_told_in_utc_and_the_server_tells_when_it_was_recorded,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let at = |id: &str, time: &str| {
            with(
                create(id, json!({ "name": "x" })),
                "occurred_at",
                json!(time),
            )
        };
        for (id, sent, told) in [
            ("1", "2026-11-23T08:15:30Z", "2026-11-23T08:15:30.000000Z"),
            (
                "2",
                "2026-11-23T09:15:30.5+01:00",
                "2026-11-23T08:15:30.500000Z",
            ),
            (
                "3",
                "1999-12-31T23:59:59.123456-08:00",
                "2000-01-01T07:59:59.123456Z",
            ),
        ] {
            let before = app.audit.now().to_string();
            let log = crm.log(at(id, sent)).await;
            assert_eq!(log["occurred_at"], told);
            let recorded_at = text(&log["recorded_at"]);
            assert!(before <= recorded_at && recorded_at <= app.audit.now().to_string());
        }
        let before = app.audit.now().to_string();
        let log = crm.log(create("4", json!({ "name": "x" }))).await;
        assert!(text(&log["occurred_at"]) >= before, "by default now: {log}");
        let typo = with(
            create("5", json!({})),
            "recorded_at",
            json!("2026-11-23T08:15:30Z"),
        );
        let answer = crm
            .send(json!([typo]))
            .await
            .problem(422, "invalid_request");
        assert_eq!(answer.faults()[0].0, "/operations/0/recorded_at");
    }
);

both!(recorded_at_rises_strictly_with_seq, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    for round in 0..4 {
        let batch: Vec<_> = (0..50)
            .map(|n| write("1", json!({ "n": round * 50 + n })))
            .collect();
        crm.record(json!(batch)).await;
    }
    let logs = crm.logs("order=asc&limit=200").await;
    assert_eq!(logs.len(), 200);
    let times: Vec<_> = logs.iter().map(|log| text(&log["recorded_at"])).collect();
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
    let revisions: Vec<_> = (1..=200).map(Value::from).collect();
    assert_eq!(each(&logs, "revision"), revisions);
});
