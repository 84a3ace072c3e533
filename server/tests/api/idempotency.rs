//! Idempotency: the same operation sent again is recorded once, for ever.

use audit::Options;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    support::{Host, Lasting, create, each, text, unlink, with, write},
};

fn keyed(operation: Value, id: &str) -> Value {
    with(operation, "id", json!(id))
}

both!(
    the_same_operation_sent_again_is_a_duplicate_of_its_log,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let operation = keyed(create("1", json!({ "name": "a", "n": 1 })), "op-1");
        let first = crm.one(operation.clone()).await;
        assert_eq!(first["status"], "recorded");
        let duplicate = json!({ "status": "duplicate", "log_id": first["log_id"] });
        for _ in 0..3 {
            assert_eq!(crm.one(operation.clone()).await, duplicate);
        }
        let reordered = r#"{"operations": [{"new": {"n": 1.0, "name": "a"}, "user": {"groups": ["Sales / Manager"],
            "name": "Marc Demo", "login": "marc"}, "record_id": "1", "model": "crm.lead", "operation": "create", "id": "op-1"}]}"#;
        let request = app
            .with(&crm.key, Method::POST, "/api/v1/operations")
            .header("content-type", "application/json")
            .body(reordered);
        let answer = crate::app::Answer::of(request).await.expect(StatusCode::OK);
        assert_eq!(
            answer.body["results"][0]["status"], "duplicate",
            "members have no order"
        );
        assert_eq!(crm.logs("limit=9").await.len(), 1);
        crm.one(write("1", json!({ "name": "b" }))).await;
        assert_eq!(
            crm.one(operation).await,
            duplicate,
            "whatever happened since"
        );
        assert_eq!(crm.lead("1", "").await["values"]["name"], "b");
    }
);

both!(
    the_same_id_with_another_content_is_409_and_nothing_is_recorded,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let first = keyed(create("1", json!({ "name": "a" })), "op-1");
        crm.one(first.clone()).await;
        let name = json!({ "name": "a" });
        let elsewhere = json!({ "ip": "203.0.113.7" });
        let other_user = json!({ "login": "joel" });
        for other in [
            keyed(create("1", json!({ "name": "b" })), "op-1"),
            keyed(create("2", name.clone()), "op-1"),
            keyed(write("1", name.clone()), "op-1"),
            with(first.clone(), "model", json!("res.partner")),
            with(first.clone(), "user", other_user),
            with(first.clone(), "occurred_at", json!("2026-11-23T08:15:30Z")),
            with(first.clone(), "context", elsewhere),
            with(first.clone(), "record_name", json!("A")),
        ] {
            let batch = json!([create("8", name.clone()), other, create("9", name.clone())]);
            let answer = crm.send(batch).await;
            answer.problem(409, "idempotency_conflict");
        }
        assert_eq!(crm.logs("limit=9").await.len(), 1);
        crm.get("/api/v1/records/crm.lead/8")
            .await
            .problem(404, "not_found");
        let results = crm
            .record(json!([keyed(create("8", name.clone()), "op-8"), first]))
            .await;
        assert_eq!(each(&results, "status"), ["recorded", "duplicate"]);
        assert_eq!(results[0]["revision"], 1, "the refused batches left no gap");
    }
);

both!(
    within_one_batch_the_second_is_a_duplicate_of_the_first,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let one = keyed(create("1", json!({ "name": "a" })), "op-1");
        let results = crm.record(json!([one, one, one])).await;
        assert_eq!(
            each(&results, "status"),
            ["recorded", "duplicate", "duplicate"]
        );
        assert_eq!(results[1]["log_id"], results[0]["log_id"]);
        assert_eq!(crm.logs("limit=9").await.len(), 1);
        let a = keyed(create("2", json!({ "name": "a" })), "op-2");
        let b = keyed(create("2", json!({ "name": "b" })), "op-2");
        crm.send(json!([a, b]))
            .await
            .problem(409, "idempotency_conflict");
        crm.get("/api/v1/records/crm.lead/2")
            .await
            .problem(404, "not_found");
        assert_eq!(
            crm.one(b).await["status"],
            "recorded",
            "the refused id is free"
        );
    }
);

both!(
    an_operation_without_an_id_may_be_recorded_twice,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let one = create("1", json!({ "name": "a" }));
        let results = crm.record(json!([one, one])).await;
        assert_eq!(each(&results, "status"), ["recorded", "recorded"]);
        assert_eq!(each(&results, "revision"), [1, 2]);
    }
);

both!(
    an_id_has_up_to_128_characters_of_any_kind,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for (number, id) in [
            "x".repeat(128),
            "é".repeat(128),
            "a b/c?\n\u{202e}".to_owned(),
            "\u{1F680}".repeat(128),
        ]
        .iter()
        .enumerate()
        {
            let operation = keyed(create(&number.to_string(), json!({ "name": "a" })), id);
            assert_eq!(crm.one(operation.clone()).await["status"], "recorded");
            assert_eq!(crm.one(operation).await["status"], "duplicate");
        }
        let long = keyed(create("1", json!({ "name": "a" })), &"é".repeat(129));
        let answer = crm
            .send(json!([long]))
            .await
            .problem(422, "invalid_request");
        assert_eq!(
            answer.faults(),
            [("/operations/0/id".to_owned(), "too_long".to_owned())]
        );
    }
);

both!(
    what_was_unchanged_is_not_recorded_when_it_is_sent_again,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.one(create("1", json!({ "name": "a" }))).await;
        let same = keyed(write("1", json!({ "name": "a" })), "op-1");
        assert_eq!(
            crm.one(same.clone()).await,
            json!({ "status": "unchanged" })
        );
        crm.one(write("1", json!({ "name": "b" }))).await;
        let again = crm.one(same).await;
        assert_ne!(
            again["status"], "recorded",
            "the retry must not undo what came after"
        );
        assert_eq!(crm.lead("1", "").await["values"]["name"], "b");
    }
);

both_lasting!(
    ids_and_logs_outlive_the_server_that_recorded_them,
    async |lasting: Lasting| {
        let server = lasting.serve(Options::default()).await;
        server.follow().await;
        let operation = keyed(create("1", json!({ "name": "a", "password": 1 })), "op-1");
        let first = server.send(json!([operation])).await.expect(StatusCode::OK);
        let path = format!("/api/v1/logs/{}", text(&first.body["results"][0]["log_id"]));
        let log = server
            .call(Method::GET, &path, None)
            .await
            .expect(StatusCode::OK)
            .body;
        server.stop().await;

        let server = lasting.serve(Options::default()).await;
        let kept = server
            .call(Method::GET, &path, None)
            .await
            .expect(StatusCode::OK);
        assert_eq!(kept.body, log);
        let again = server.send(json!([operation])).await.expect(StatusCode::OK);
        assert_eq!(
            again.body["results"],
            json!([{ "status": "duplicate", "log_id": log["id"] }])
        );
        let other = keyed(unlink("1"), "op-1");
        server
            .send(json!([other]))
            .await
            .problem(409, "idempotency_conflict");
        let next = server
            .send(json!([write("1", json!({ "name": "b" }))]))
            .await;
        let next = next.expect(StatusCode::OK);
        assert_eq!(next.body["results"][0]["revision"], 2);
        let path = format!("/api/v1/logs/{}", text(&next.body["results"][0]["log_id"]));
        let next = server.call(Method::GET, &path, None).await.body;
        assert!(next["seq"].as_i64() > log["seq"].as_i64());
        assert!(text(&next["recorded_at"]) > text(&log["recorded_at"]));
        server.stop().await;
    }
);
