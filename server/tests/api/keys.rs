//! Keys: shown once, limited by scope, ended at once.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::Scope;

use crate::{
    app::{Answer, TestApp},
    support::{Host, create, list, text, walk},
};

async fn make(app: &TestApp, body: Value) -> Answer {
    app.key("crm", &[Scope::Read]).await;
    app.post(app.admin(), "/api/v1/hosts/crm/keys", body).await
}

both!(a_key_is_shown_once_and_never_again, async |app: TestApp| {
    let body = json!({ "name": "worker", "scopes": ["read", "record"], "expires_at": null });
    let made = make(&app, body).await.expect(StatusCode::CREATED).body;
    let secret = text(&made["key"]);
    assert!(secret.len() >= 32, "{secret}");
    assert!(secret.starts_with(&text(&made["prefix"])));
    assert_eq!(made["name"], "worker");
    assert_eq!(made["expires_at"], Value::Null);
    app.get(&secret, "/api/v1/logs")
        .await
        .expect(StatusCode::OK);

    let keys = walk(&app, app.admin(), "/api/v1/hosts/crm/keys?limit=1").await;
    assert_eq!(keys.len(), 2);
    let key = keys.iter().find(|key| key["id"] == made["id"]).unwrap();
    for name in [
        "prefix",
        "scopes",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    ] {
        assert!(key.get(name).is_some(), "{name}: {key}");
    }
    assert_eq!(key["prefix"], made["prefix"]);
    assert_eq!(key["revoked_at"], Value::Null);
    let mut scopes = list(&key["scopes"]);
    scopes.sort_by_key(ToString::to_string);
    assert_eq!(scopes, ["read", "record"]);
    for path in [
        "/api/v1/hosts/crm/keys",
        "/api/v1/logs",
        "/api/v1/export?format=csv",
    ] {
        let answer = app.get(app.admin(), path).await.expect(StatusCode::OK);
        assert!(!answer.text.contains(&secret), "{path}");
        assert!(!answer.text.contains("hash"), "{path}");
    }
});

both!(the_last_use_of_a_key_is_told, async |app: TestApp| {
    let made = make(&app, json!({ "name": "worker", "scopes": ["read"] })).await;
    let made = made.expect(StatusCode::CREATED).body;
    let last_use = async || {
        let keys = walk(&app, app.admin(), "/api/v1/hosts/crm/keys?limit=200").await;
        let key = keys.into_iter().find(|key| key["id"] == made["id"]);
        key.unwrap()["last_used_at"].clone()
    };
    assert_eq!(last_use().await, Value::Null);
    app.get(&text(&made["key"]), "/api/v1/logs").await;
    for _ in 0..100 {
        if last_use().await.is_string() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the last use was not kept");
});

both!(a_revoked_key_is_401_at_once, async |app: TestApp| {
    let body = json!({ "name": "worker", "scopes": ["record", "read", "admin"] });
    let made = make(&app, body).await.expect(StatusCode::CREATED).body;
    let secret = text(&made["key"]);
    let path = format!("/api/v1/hosts/crm/keys/{}", text(&made["id"]));
    app.get(&secret, "/api/v1/hosts")
        .await
        .expect(StatusCode::OK);

    let elsewhere = format!("/api/v1/hosts/operator/keys/{}", text(&made["id"]));
    let request = app.with(app.admin(), Method::DELETE, &elsewhere);
    Answer::of(request).await.problem(404, "not_found");
    let request = app.with(
        app.admin(),
        Method::DELETE,
        "/api/v1/hosts/crm/keys/nothing",
    );
    Answer::of(request).await.problem(404, "not_found");
    app.get(&secret, "/api/v1/hosts")
        .await
        .expect(StatusCode::OK);

    let request = app.with(app.admin(), Method::DELETE, &path);
    let answer = Answer::of(request).await.expect(StatusCode::NO_CONTENT);
    assert!(answer.text.is_empty());
    for path in ["/api/v1/hosts", "/api/v1/logs", "/api/v1/rules"] {
        let answer = app.get(&secret, path).await.problem(401, "unauthorized");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let body = json!({ "operations": [create("1", json!({ "name": "x" }))] });
    let answer = app.post(&secret, "/api/v1/operations", body).await;
    answer.problem(401, "unauthorized");
    let keys = walk(&app, app.admin(), "/api/v1/hosts/crm/keys?limit=200").await;
    let key = keys.iter().find(|key| key["id"] == made["id"]).unwrap();
    assert!(key["revoked_at"].is_string(), "{key}");
});

both!(an_expired_key_is_401, async |app: TestApp| {
    let soon = app.audit.now().micros() + 1_500_000;
    let soon = types::Timestamp::from_micros(soon).to_string();
    let body = json!({ "name": "short", "scopes": ["read"], "expires_at": soon });
    let made = make(&app, body).await.expect(StatusCode::CREATED).body;
    assert_eq!(made["expires_at"], json!(soon));
    let secret = text(&made["key"]);
    app.get(&secret, "/api/v1/logs")
        .await
        .expect(StatusCode::OK);
    tokio::time::sleep(Duration::from_millis(1_700)).await;
    app.get(&secret, "/api/v1/logs")
        .await
        .problem(401, "unauthorized");
});

both!(a_key_needs_a_name_and_known_scopes, async |app: TestApp| {
    for (body, expected) in [
        (json!({}), vec!["/name", "/scopes"]),
        (json!({ "name": "x", "scopes": [] }), vec!["/scopes"]),
        (
            json!({ "name": "x", "scopes": ["read", "write"] }),
            vec!["/scopes/1"],
        ),
        (json!({ "name": "x", "scopes": "read" }), vec!["/scopes"]),
        (
            json!({ "name": "x", "scopes": ["read"], "expires_at": "tomorrow", "expire": 1 }),
            vec!["/expire", "/expires_at"],
        ),
    ] {
        let answer = make(&app, body).await.problem(422, "invalid_request");
        let found: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
        assert_eq!(found, expected);
    }
    let body = json!({ "name": "x", "scopes": ["read"] });
    let answer = app
        .post(app.admin(), "/api/v1/hosts/nothing/keys", body)
        .await;
    answer.problem(404, "not_found");
});

both!(
    a_key_does_what_its_scopes_say_alone,
    async |app: TestApp| {
        app.follow_crm().await;
        let crm = Host::new(&app, "crm").await;
        crm.one(create("1", json!({ "name": "x" }))).await;
        let record = app.key("crm", &[Scope::Record]).await;
        let read = app.key("crm", &[Scope::Read]).await;
        let admin = app.key("crm", &[Scope::Admin]).await;
        let rule = json!({ "name": "r", "host": "crm", "model": "m" });
        let model = json!({ "label": "M" });
        let batch = json!({ "operations": [] });
        let body = |body: &Value| Some(body.clone());
        let key = json!({ "name": "k", "scopes": ["read"] });
        let host = json!({ "name": "other" });
        let lead = "/api/v1/records/crm.lead/1";
        for (method, path, content, allowed) in [
            (
                Method::GET,
                "/api/v1/logs".to_owned(),
                None,
                [false, true, true],
            ),
            (
                Method::GET,
                "/api/v1/logs?q=x".to_owned(),
                None,
                [false, true, true],
            ),
            (
                Method::GET,
                "/api/v1/export?format=csv".to_owned(),
                None,
                [false, true, true],
            ),
            (
                Method::GET,
                "/api/v1/records?model=crm.lead".to_owned(),
                None,
                [false, true, true],
            ),
            (Method::GET, lead.to_owned(), None, [false, true, true]),
            (
                Method::GET,
                format!("{lead}/revisions"),
                None,
                [false, true, true],
            ),
            (
                Method::GET,
                format!("{lead}/compare?from=1&to=1"),
                None,
                [false, true, true],
            ),
            (
                Method::GET,
                format!("{lead}/restore-plan?revision=1"),
                None,
                [false, true, true],
            ),
            (
                Method::GET,
                "/api/v1/models".to_owned(),
                None,
                [false, true, true],
            ),
            (
                Method::GET,
                "/api/v1/models/crm.lead".to_owned(),
                None,
                [false, true, true],
            ),
            (
                Method::GET,
                "/api/v1/rules".to_owned(),
                None,
                [true, true, true],
            ),
            (
                Method::POST,
                "/api/v1/operations".to_owned(),
                body(&batch),
                [true, false, true],
            ),
            (
                Method::PUT,
                "/api/v1/models/m".to_owned(),
                body(&model),
                [true, false, true],
            ),
            (
                Method::GET,
                "/api/v1/hosts".to_owned(),
                None,
                [false, false, true],
            ),
            (
                Method::GET,
                "/api/v1/hosts/crm/keys".to_owned(),
                None,
                [false, false, true],
            ),
            (
                Method::POST,
                "/api/v1/hosts/crm/keys".to_owned(),
                body(&key),
                [false, false, true],
            ),
            (
                Method::POST,
                "/api/v1/hosts".to_owned(),
                body(&host),
                [false, false, true],
            ),
            (
                Method::POST,
                "/api/v1/rules".to_owned(),
                body(&rule),
                [false, false, true],
            ),
            (
                Method::DELETE,
                "/api/v1/hosts/other".to_owned(),
                None,
                [false, false, true],
            ),
        ] {
            for (key, allowed) in [&record, &read, &admin].into_iter().zip(allowed) {
                let request = app.with(key, method.clone(), &path);
                let request = match &content {
                    Some(content) => request.json(content),
                    None => request,
                };
                let answer = Answer::of(request).await;
                if allowed {
                    assert!(
                        answer.status.is_success(),
                        "{method} {path}: {}",
                        answer.text
                    );
                } else {
                    answer.problem(403, "forbidden");
                }
            }
        }
    }
);

impl TestApp {
    async fn follow_crm(&self) {
        self.key("crm", &[Scope::Read]).await;
        self.follow("crm", "crm.lead").await;
    }
}
