//! Sensitive values: nowhere in any answer, though it shows that they changed.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, change, changed, create, fields, list, text, unlink, with, write},
};

fn model() -> Value {
    json!({ "fields": [
        {"name": "password", "label": "Password", "type": "char", "sensitive": true},
        {"name": "pin", "type": "integer", "sensitive": true},
        {"name": "seal", "type": "binary", "sensitive": true},
        {"name": "boss_id", "type": "many2one", "sensitive": true},
        {"name": "codes", "sensitive": true},
    ]})
}

fn secrets(tag: &str, number: u32) -> Value {
    json!({
        "name": format!("visible {tag}"),
        "password": format!("hunter-{tag}"), "pin": number, "seal": "aHVudGVy",
        "boss_id": {"id": format!("hunter-{tag}"), "name": format!("hunter {tag}")},
        "codes": [format!("hunter-{tag}"), {"deep": format!("hunter-{tag}")}],
    })
}

/// Every answer that could tell something about the lead `1`.
async fn is_nowhere(crm: &Host<'_>, needles: &[&str]) {
    let lead = "/api/v1/records/crm.lead/1";
    let mut paths: Vec<String> = [
        "/api/v1/logs",
        "/api/v1/logs?field=password",
        "/api/v1/records?model=crm.lead",
        "/api/v1/models",
        "/api/v1/models/crm.lead",
        "/api/v1/export?format=csv",
        "/api/v1/export?format=ndjson",
        "/api/v1/rules",
    ]
    .map(str::to_owned)
    .to_vec();
    let last = crm.read(lead).await["revision"].as_i64().unwrap();
    paths.extend(["", "/revisions"].map(|rest| format!("{lead}{rest}")));
    for n in 1..=last {
        paths.push(format!("{lead}?revision={n}"));
        paths.push(format!("{lead}/compare?from=1&to={n}"));
        paths.push(format!("{lead}/compare?from={n}&to=1"));
        paths.push(format!("{lead}/restore-plan?revision={n}"));
    }
    for log in crm.logs("limit=50").await {
        paths.push(format!("/api/v1/logs/{}", text(&log["id"])));
    }
    for path in paths {
        for key in [crm.key.as_str(), crm.app.admin()] {
            let answer = crm.app.get(key, &path).await.expect(StatusCode::OK);
            for needle in needles {
                assert!(
                    !answer.text.contains(needle),
                    "{needle} in {path}: {}",
                    answer.text
                );
            }
        }
    }
    let metrics = Answer::of(crm.app.request(Method::GET, "/metrics")).await;
    for needle in needles {
        assert!(!metrics.text.contains(needle));
        for list_path in ["/api/v1/logs?", "/api/v1/records?model=crm.lead&"] {
            let found = crm.read(&format!("{list_path}q={needle}")).await;
            assert_eq!(
                found["items"],
                json!([]),
                "{needle} is found by {list_path}"
            );
        }
    }
}

const NEEDLES: [&str; 4] = ["hunter", "47110815", "aHVudGVy", "8151647110"];

both!(
    a_sensitive_value_is_in_no_answer_but_its_change_shows,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.declare(LEAD, model()).await.expect(StatusCode::CREATED);
        let masked = json!({ "masked": true });

        let log = crm.log(create("1", secrets("one", 47_110_815))).await;
        assert_eq!(changed(&log, "name")["new"], "visible one");
        for field in ["password", "pin", "seal", "boss_id", "codes"] {
            assert_eq!(changed(&log, field)["new"], masked, "{field}");
            assert_eq!(changed(&log, field)["old"], Value::Null);
            assert!(changed(&log, field).get("new_label").is_none());
        }
        assert_eq!(changed(&log, "password")["label"], "Password");
        let same = crm.one(write("1", secrets("one", 47_110_815))).await;
        assert_eq!(same, json!({ "status": "unchanged" }));
        let log = crm
            .log(write(
                "1",
                json!({ "password": "hunter-two", "pin": 47_110_815.0 }),
            ))
            .await;
        assert_eq!(fields(&log), ["password"]);
        let password = changed(&log, "password");
        assert_eq!((&password["old"], &password["new"]), (&masked, &masked));
        let log = crm
            .log(change(
                "1",
                json!({ "password": "hunter-outside" }),
                json!({ "password": "hunter-three" }),
            ))
            .await;
        let expected = json!([{ "field": "password", "last_known": masked, "found": masked }]);
        assert_eq!(log["unrecorded_changes"], expected);
        let log = crm
            .log(write("1", json!({ "pin": null, "name": "visible" })))
            .await;
        assert_eq!(
            changed(&log, "pin")["new"],
            Value::Null,
            "that there is none is no secret"
        );
        crm.log(write("1", json!({ "pin": 8_151_647_110_i64 })))
            .await;
        assert_eq!(crm.lead("1", "").await["values"]["password"], masked);
        is_nowhere(&crm, &NEEDLES).await;
        assert_eq!(crm.logs("field=password").await.len(), 3);
        crm.log(with(unlink("1"), "old", secrets("four", 47_110_815)))
            .await;
        is_nowhere(&crm, &NEEDLES).await;
    }
);

both!(
    what_becomes_sensitive_later_is_masked_from_then_on,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", secrets("one", 47_110_815))).await;
        crm.log(write("1", secrets("two", 47_110_815))).await;
        assert_eq!(crm.logs("q=hunter").await.len(), 2);
        crm.declare(LEAD, model()).await.expect(StatusCode::OK);
        is_nowhere(&crm, &NEEDLES[..2]).await;
        let same = crm
            .one(write("1", json!({ "password": "hunter-two" })))
            .await;
        assert_eq!(same, json!({ "status": "unchanged" }));
        crm.log(write("1", secrets("three", 47_110_815))).await;
        is_nowhere(&crm, &NEEDLES[..2]).await;
    }
);

both!(
    the_same_secret_of_two_records_cannot_be_seen_to_be_the_same,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.declare(LEAD, model()).await.expect(StatusCode::CREATED);
        for id in ["1", "2"] {
            crm.log(create(id, json!({ "password": "hunter" }))).await;
        }
        let rows = list(&crm.read("/api/v1/records?model=crm.lead").await["items"]);
        for row in rows {
            assert_eq!(row["values"], json!({ "password": { "masked": true } }));
        }
        is_nowhere(&crm, &NEEDLES).await;
    }
);

both!(no_error_repeats_a_secret, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    crm.declare(LEAD, model()).await.expect(StatusCode::CREATED);
    let first = with(create("1", secrets("one", 47_110_815)), "id", json!("op-1"));
    crm.log(first).await;
    let other = with(create("1", secrets("two", 47_110_815)), "id", json!("op-1"));
    let faulty = with(
        create("1", secrets("two", 47_110_815)),
        "typo",
        json!("hunter-typo"),
    );
    for (operation, status) in [(other, 409), (faulty, 422)] {
        let answer = crm.send(json!([operation])).await;
        assert_eq!(answer.status.as_u16(), status);
        assert!(!answer.text.contains("hunter"), "{}", answer.text);
    }
    let request = app
        .with(&crm.key, Method::POST, "/api/v1/operations")
        .header("content-type", "application/json")
        .body("{\"operations\": [{\"new\": {\"password\": \"hunter-broken\"}");
    let answer = Answer::of(request).await.problem(400, "invalid_json");
    assert!(!answer.text.contains("hunter"), "{}", answer.text);
});
