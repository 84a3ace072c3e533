//! Logs: their shape, and that nothing changes or deletes one.

use audit::Options;
use reqwest::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, Lasting, change, create, each, list, text, unlink, with},
};

both!(a_log_has_the_shape_of_the_contract, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let rule = crm.read("/api/v1/rules").await["items"][0]["id"].clone();
    let model = json!({ "label": "Lead/Opportunity", "fields": [
        {"name": "stage", "label": "Stage", "type": "selection", "selection": {"new": "New", "qualified": "Qualified"}}] });
    crm.declare(LEAD, model).await.expect(StatusCode::CREATED);
    let operation = json!({
        "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "operation": "write", "model": LEAD, "record_id": "13", "record_name": "Plan to buy 60 keyboards",
        "user": {"login": "marc", "name": "Marc Demo", "groups": ["Sales / Manager"], "on_behalf_of": null},
        "occurred_at": "2026-11-23T08:15:30Z",
        "old": {"probability": 20.0, "stage": "new"},
        "new": {"probability": 30.0, "stage": "qualified"},
        "context": {"ip": "203.0.113.7", "user_agent": "Firefox", "request_id": "r-1", "transaction_id": "t-1", "reason": "asked"}
    });
    let log = crm.log(operation).await;
    for (name, value) in [
        ("host", json!("crm")),
        ("model", json!(LEAD)),
        ("model_label", json!("Lead/Opportunity")),
        ("record_id", json!("13")),
        ("record_name", json!("Plan to buy 60 keyboards")),
        ("revision", json!(1)),
        ("operation", json!("write")),
        ("user", json!({"login": "marc", "name": "Marc Demo"})),
        ("occurred_at", json!("2026-11-23T08:15:30.000000Z")),
        ("rule_ids", json!([rule])),
    ] {
        assert_eq!(log[name], value, "{name}");
    }
    assert!(log["seq"].is_i64() && log["id"].is_string());
    let recorded_at = text(&log["recorded_at"]);
    assert!(
        recorded_at.len() == 27 && recorded_at.ends_with('Z'),
        "{recorded_at}"
    );
    let stage = crate::support::changed(&log, "stage");
    let expected = json!({"field": "stage", "label": "Stage", "type": "selection", "old": "new", "new": "qualified", "old_label": "New", "new_label": "Qualified"});
    assert_eq!(stage, expected);
    let probability = crate::support::changed(&log, "probability");
    assert_eq!(probability["type"], "float");
    assert!(probability["label"].is_string());
    for (name, value) in [
        ("ip", "203.0.113.7"),
        ("user_agent", "Firefox"),
        ("request_id", "r-1"),
        ("transaction_id", "t-1"),
        ("reason", "asked"),
    ] {
        assert_eq!(log["context"][name], value);
    }
    assert!(!log.to_string().contains("Sales / Manager"));
    let page = crm.read("/api/v1/logs").await;
    assert_eq!(page, json!({ "items": [log], "next_cursor": null }));
});

both!(
    who_acts_for_another_is_told_with_both,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let user = json!({ "login": "support", "on_behalf_of": "marc" });
        let log = crm
            .log(with(create("1", json!({ "a": 1 })), "user", user))
            .await;
        assert_eq!(log["user"]["login"], "support");
        assert_eq!(log["user"]["on_behalf_of"], "marc");
        assert!(log["user"]["name"].is_null());
    }
);

both!(
    the_trace_context_is_taken_into_the_log,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let send = async |id: &str, header: &str| {
            let body = json!({ "operations": [create(id, json!({ "a": 1 }))] });
            let request = app.with(&crm.key, Method::POST, "/api/v1/operations");
            let request = request.header("traceparent", header).json(&body);
            let answer = Answer::of(request).await.expect(StatusCode::OK);
            let id = text(&answer.body["results"][0]["log_id"]);
            crm.read(&format!("/api/v1/logs/{id}")).await
        };
        let log = send("1", trace).await;
        assert!(
            log["context"]
                .to_string()
                .contains("4bf92f3577b34da6a3ce929d0e0e4736"),
            "{log}"
        );
        let log = send("2", "garbage").await;
        assert!(!log["context"].to_string().contains("garbage"), "{log}");
    }
);

both!(no_method_changes_or_deletes_a_log, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let log = crm.log(create("1", json!({ "name": "a" }))).await;
    let all = app.key("crm", &types::Scope::ALL).await;
    let id = text(&log["id"]);
    for path in ["/api/v1/logs".to_owned(), format!("/api/v1/logs/{id}")] {
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            for key in [&crm.key, &all] {
                let request = app
                    .with(key, method.clone(), &path)
                    .json(&json!({ "record_name": "x" }));
                let answer = Answer::of(request).await.problem(405, "method_not_allowed");
                assert!(answer.header("allow").contains("GET"), "{method} {path}");
            }
        }
    }
    let request = app.with(&all, Method::POST, "/api/v1/logs").json(&log);
    Answer::of(request).await.problem(405, "method_not_allowed");
    let record = "/api/v1/records/crm.lead/1";
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let answer = Answer::of(app.with(&all, method, record)).await;
        answer.problem(405, "method_not_allowed");
    }
    assert_eq!(crm.read(&format!("/api/v1/logs/{id}")).await, log);
    for nothing in [
        "x",
        "00000000-0000-0000-0000-000000000000",
        "1",
        "%2e%2e%2f",
    ] {
        crm.get(&format!("/api/v1/logs/{nothing}"))
            .await
            .problem(404, "not_found");
    }
});

both_lasting!(
    the_database_refuses_to_change_or_delete_a_log,
    async |lasting: Lasting| {
        let server = lasting.serve(Options::default()).await;
        server.follow().await;
        let batch = json!([
            with(create("1", json!({ "name": "a" })), "id", json!("op-1")),
            unlink("1")
        ]);
        server.send(batch).await.expect(StatusCode::OK);
        let before = server.call(Method::GET, "/api/v1/logs", None).await.body;
        let direct = Database::connect(&lasting.url).await.unwrap();
        let mut attempts = vec![
            "UPDATE log SET user_login = 'nobody'",
            "UPDATE log SET changes = '[]' WHERE revision = 1",
            "UPDATE log SET seq = seq + 1000",
            "DELETE FROM log",
            "DELETE FROM log WHERE revision = 2",
            "UPDATE operation_key SET seq = 1",
            "DELETE FROM operation_key",
            "DELETE FROM log_field",
        ];
        if lasting.url.starts_with("sqlite:") {
            attempts.push("REPLACE INTO log SELECT * FROM log WHERE revision = 1");
            attempts.push("INSERT OR REPLACE INTO log SELECT * FROM log");
        } else {
            attempts.push("TRUNCATE log");
            attempts.push("TRUNCATE log CASCADE");
        }
        for statement in attempts {
            let refused = direct.execute_unprepared(statement).await;
            assert!(refused.is_err(), "{statement}");
        }
        let after = server.call(Method::GET, "/api/v1/logs", None).await.body;
        assert_eq!(after, before);
        assert!(list(&after["items"]).len() >= 2);
        let _ = direct.close().await;
        server.stop().await;
    }
);

both!(
    reading_is_tagged_and_held_answers_are_304,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let log = crm.log(create("1", json!({ "name": "a" }))).await;
        for path in [
            format!("/api/v1/logs/{}", text(&log["id"])),
            "/api/v1/logs".to_owned(),
            "/api/v1/records/crm.lead/1".to_owned(),
            "/api/v1/records/crm.lead/1?revision=1".to_owned(),
            "/api/v1/models/crm.lead".to_owned(),
            "/api/v1/rules".to_owned(),
        ] {
            let answer = crm.get(&path).await.expect(StatusCode::OK);
            let tag = answer.header("etag").to_owned();
            assert!(!tag.is_empty(), "{path}");
            let request = app.with(&crm.key, Method::GET, &path);
            let held = Answer::of(request.header("if-none-match", &tag)).await;
            let held = held.expect(StatusCode::NOT_MODIFIED);
            assert!(held.text.is_empty() && held.header("etag") == tag);
            let request = app.with(&crm.key, Method::GET, &path);
            let other = request.header("if-none-match", "\"other\"");
            Answer::of(other).await.expect(StatusCode::OK);
        }
        let tag = crm.get("/api/v1/logs").await.header("etag").to_owned();
        crm.log(change("1", json!({}), json!({ "name": "b" })))
            .await;
        let request = app.with(&crm.key, Method::GET, "/api/v1/logs");
        Answer::of(request.header("if-none-match", tag))
            .await
            .expect(StatusCode::OK);
    }
);

both!(
    what_administrators_do_is_recorded_under_revisor,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let rule = app.follow("crm", LEAD).await;
        let path = format!("/api/v1/rules/{}", text(&rule["id"]));
        let off = app
            .with(app.admin(), Method::PATCH, &path)
            .json(&json!({ "active": false }));
        Answer::of(off).await.expect(StatusCode::OK);
        let made = json!({ "name": "worker", "scopes": ["read"] });
        let made = app.post(app.admin(), "/api/v1/hosts/crm/keys", made).await;
        let made = made.expect(StatusCode::CREATED).body;
        let key = format!("/api/v1/hosts/crm/keys/{}", text(&made["id"]));
        for path in [&key, &path, "/api/v1/hosts/crm"] {
            let request = app.with(app.admin(), Method::DELETE, path);
            Answer::of(request).await.expect(StatusCode::NO_CONTENT);
        }
        let logs =
            crate::support::walk(&app, app.admin(), "/api/v1/logs?host=revisor&order=asc").await;
        let of = |model: &str, record: &Value| -> Vec<Value> {
            let mine = logs
                .iter()
                .filter(|l| l["model"] == model && l["record_id"] == *record);
            each(&mine.cloned().collect::<Vec<_>>(), "operation")
        };
        assert_eq!(
            of("revisor.rule", &rule["id"]),
            ["create", "write", "unlink"]
        );
        assert_eq!(of("revisor.key", &made["id"]), ["create", "write"]);
        assert_eq!(of("revisor.host", &json!("crm")), ["create", "unlink"]);
        let active = logs
            .iter()
            .find(|l| l["model"] == "revisor.rule" && l["operation"] == "write");
        let active = crate::support::changed(active.unwrap(), "active");
        assert_eq!(
            (&active["old"], &active["new"]),
            (&json!(true), &json!(false))
        );
        let text_of = json!(logs).to_string();
        assert!(!text_of.contains(&text(&made["key"])), "no key in any log");
        assert!(
            logs.iter()
                .all(|log| !text(&log["user"]["login"]).is_empty())
        );
        crm.get("/api/v1/logs").await.problem(401, "unauthorized");
    }
);
