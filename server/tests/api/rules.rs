//! Rules: making, changing and ending them.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, create, each, text, unlink, walk, write},
};

const RULES: &str = "/api/v1/rules";

fn rule() -> Value {
    json!({ "name": "Opportunity tracking", "host": "crm", "model": LEAD })
}

/// The rule with other members.
fn with(members: Value) -> Value {
    let mut rule = rule();
    for (name, value) in members.as_object().unwrap() {
        rule[name] = value.clone();
    }
    rule
}

async fn make(app: &TestApp, body: Value) -> Answer {
    app.post(app.admin(), RULES, body).await
}

async fn patch(app: &TestApp, rule: &Value, body: Value) -> Answer {
    let path = format!("{RULES}/{}", text(&rule["id"]));
    Answer::of(app.with(app.admin(), Method::PATCH, &path).json(&body)).await
}

async fn delete(app: &TestApp, rule: &Value) -> Answer {
    let path = format!("{RULES}/{}", text(&rule["id"]));
    Answer::of(app.with(app.admin(), Method::DELETE, &path)).await
}

both!(
    a_rule_has_the_defaults_of_the_contract,
    async |app: TestApp| {
        Host::new(&app, "crm").await;
        let made = make(&app, rule()).await.expect(StatusCode::CREATED).body;
        for (name, value) in [
            ("name", json!("Opportunity tracking")),
            ("host", json!("crm")),
            ("model", json!(LEAD)),
            ("log_create", json!(false)),
            ("log_write", json!(true)),
            ("log_unlink", json!(true)),
            ("groups", json!([])),
            ("excluded_users", json!([])),
            ("ignored_fields", json!([])),
            ("require_reason", json!(false)),
            ("active", json!(true)),
        ] {
            assert_eq!(made[name], value, "{name}");
        }
        let path = format!("{RULES}/{}", text(&made["id"]));
        let read = app.get(app.admin(), &path).await.expect(StatusCode::OK);
        assert_eq!(read.body, made);
        let all = walk(&app, app.admin(), "/api/v1/rules?limit=1").await;
        assert_eq!(all, [made]);
    }
);

both!(a_rule_keeps_all_that_it_is_given, async |app: TestApp| {
    Host::new(&app, "crm").await;
    let given = with(json!({
        "log_create": true, "log_write": false, "log_unlink": false,
        "groups": ["Sales / Manager"], "excluded_users": ["cron"], "ignored_fields": ["message_ids"],
        "require_reason": true, "active": false,
    }));
    let made = make(&app, given.clone())
        .await
        .expect(StatusCode::CREATED)
        .body;
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
});

both!(every_fault_of_a_rule_is_told, async |app: TestApp| {
    Host::new(&app, "crm").await;
    let long = "x".repeat(65);
    for (body, expected) in [
        (json!({}), vec!["/host", "/model", "/name"]),
        (with(json!({ "name": "" })), vec!["/name"]),
        (with(json!({ "name": long })), vec!["/name"]),
        (with(json!({ "host": "nothing" })), vec!["/host"]),
        (
            with(json!({ "log_writes": true, "groups": "x", "active": 1 })),
            vec!["/active", "/groups", "/log_writes"],
        ),
        (with(json!({ "groups": ["a", 7] })), vec!["/groups/1"]),
        (
            with(json!({ "excluded_users": [""] })),
            vec!["/excluded_users/0"],
        ),
    ] {
        let answer = make(&app, body).await.problem(422, "invalid_request");
        let found: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
        assert_eq!(found, expected);
    }
    let none = with(json!({ "log_create": false, "log_write": false, "log_unlink": false }));
    let answer = make(&app, none).await.problem(422, "invalid_request");
    assert_eq!(answer.faults().len(), 1);
    let longest = with(json!({ "name": "é".repeat(64) }));
    make(&app, longest).await.expect(StatusCode::CREATED);
    assert_eq!(
        walk(&app, app.admin(), "/api/v1/rules?limit=9").await.len(),
        1
    );
});

both!(
    a_second_rule_for_the_same_model_and_group_is_409,
    async |app: TestApp| {
        Host::new(&app, "crm").await;
        Host::new(&app, "erp").await;
        make(&app, rule()).await.expect(StatusCode::CREATED);
        make(&app, with(json!({ "name": "again" })))
            .await
            .problem(409, "rule_exists");
        let off = with(json!({ "name": "again", "active": false }));
        make(&app, off).await.problem(409, "rule_exists");
        let ab = with(json!({ "groups": ["A", "B"] }));
        make(&app, ab).await.expect(StatusCode::CREATED);
        let bc = with(json!({ "groups": ["B", "C"] }));
        make(&app, bc).await.problem(409, "rule_exists");
        let c = make(&app, with(json!({ "groups": ["C"] }))).await;
        let c = c.expect(StatusCode::CREATED).body;
        patch(&app, &c, json!({ "groups": ["C", "A"] }))
            .await
            .problem(409, "rule_exists");
        patch(&app, &c, json!({ "groups": [] }))
            .await
            .problem(409, "rule_exists");
        patch(&app, &c, json!({ "groups": ["D"] }))
            .await
            .expect(StatusCode::OK);
        make(&app, with(json!({ "groups": ["C"] })))
            .await
            .expect(StatusCode::CREATED);
        make(&app, with(json!({ "host": "erp" })))
            .await
            .expect(StatusCode::CREATED);
        make(&app, with(json!({ "model": "res.partner" })))
            .await
            .expect(StatusCode::CREATED);
        assert_eq!(
            walk(&app, app.admin(), "/api/v1/rules?limit=2").await.len(),
            6
        );
    }
);

both!(a_rule_is_changed_member_by_member, async |app: TestApp| {
    Host::new(&app, "crm").await;
    let made = make(&app, rule()).await.expect(StatusCode::CREATED).body;
    let changed = patch(&app, &made, json!({ "log_create": true, "name": "Other" })).await;
    let changed = changed.expect(StatusCode::OK).body;
    assert_eq!(changed["log_create"], true);
    assert_eq!(changed["name"], "Other");
    assert_eq!(changed["log_write"], true);
    assert_eq!(changed["id"], made["id"]);
    let none = json!({ "log_create": false, "log_write": false, "log_unlink": false });
    patch(&app, &made, none)
        .await
        .problem(422, "invalid_request");
    let typo = patch(&app, &made, json!({ "log_wirte": false })).await;
    assert_eq!(
        typo.problem(422, "invalid_request").faults()[0].0,
        "/log_wirte"
    );
    patch(&app, &made, json!({ "name": "" }))
        .await
        .problem(422, "invalid_request");
    patch(&app, &json!({ "id": "nothing" }), json!({}))
        .await
        .problem(404, "not_found");
    let path = format!("{RULES}/{}", text(&made["id"]));
    assert_eq!(app.get(app.admin(), &path).await.body, changed);
});

both!(
    deleting_or_disabling_a_rule_leaves_its_logs,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let made = make(&app, with(json!({ "log_create": true }))).await.body;
        let log = crm.log(create("1", json!({ "name": "a" }))).await;
        assert_eq!(log["rule_ids"], json!([made["id"]]));

        patch(&app, &made, json!({ "active": false }))
            .await
            .expect(StatusCode::OK);
        let result = crm.one(write("1", json!({ "name": "b" }))).await;
        assert_eq!(result, json!({ "status": "skipped", "reason": "no_rule" }));
        patch(&app, &made, json!({ "active": true }))
            .await
            .expect(StatusCode::OK);
        let result = crm.one(write("1", json!({ "name": "c" }))).await;
        assert_eq!(result["revision"], 2);

        let gone = delete(&app, &made).await.expect(StatusCode::NO_CONTENT);
        assert!(gone.text.is_empty());
        delete(&app, &made).await.problem(404, "not_found");
        let path = format!("{RULES}/{}", text(&made["id"]));
        app.get(app.admin(), &path).await.problem(404, "not_found");
        assert_eq!(crm.one(unlink("1")).await["status"], "skipped");
        let logs = crm.logs("order=asc").await;
        assert_eq!(logs[0], log);
        assert_eq!(each(&logs, "revision"), [1, 2]);
        assert_eq!(
            each(&logs, "rule_ids"),
            [json!([made["id"]]), json!([made["id"]])]
        );
        make(&app, rule()).await.expect(StatusCode::CREATED);
    }
);

both!(rules_are_filtered, async |app: TestApp| {
    Host::new(&app, "crm").await;
    Host::new(&app, "erp").await;
    for (host, model, active) in [("crm", "a", true), ("crm", "b", false), ("erp", "a", true)] {
        let body = with(json!({ "host": host, "model": model, "active": active }));
        make(&app, body).await.expect(StatusCode::CREATED);
    }
    for (query, count) in [
        ("host=crm", 2),
        ("model=a", 2),
        ("host=crm&model=a", 1),
        ("active=false", 1),
        ("host=none", 0),
        ("q=opportunity", 3),
    ] {
        let rules = walk(&app, app.admin(), &format!("{RULES}?{query}")).await;
        assert_eq!(rules.len(), count, "{query}");
    }
});
