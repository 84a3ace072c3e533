//! Several servers on one database: what one is told, the others know.

use std::time::Duration;

use audit::Options;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{LEAD, Lasting, Served, create, each, list, psql, text, with, write};

async fn two(lasting: &Lasting) -> (Served, Served) {
    let first = lasting.serve(Options::default()).await;
    let second = lasting.serve(Options::default()).await;
    // The second knows the host and the rule before a test begins.
    first.follow().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    (first, second)
}

async fn stop(first: Served, second: Served) {
    first.stop().await;
    second.stop().await;
}

async fn get(server: &Served, path: &str) -> Value {
    let answer = server.call(Method::GET, path, None).await;
    answer.expect(StatusCode::OK).body
}

both_lasting!(
    what_one_server_recorded_the_other_shows_at_once,
    async |lasting: Lasting| {
        let (first, second) = two(&lasting).await;
        for number in 0..5 {
            let model = format!("fresh.model.{number}");
            let rule = json!({ "name": "r", "host": "crm", "model": model, "log_create": true });
            let made = first.call(Method::POST, "/api/v1/rules", Some(rule)).await;
            made.expect(StatusCode::CREATED);
            let operation = with(create("1", json!({ "n": number })), "model", json!(model));
            let answer = first.send(json!([operation])).await.expect(StatusCode::OK);
            let id = text(&answer.body["results"][0]["log_id"]);
            for path in [
                "/api/v1/logs".to_owned(),
                format!("/api/v1/logs?model={model}"),
                format!("/api/v1/logs/{id}"),
                "/api/v1/export?format=ndjson".to_owned(),
                format!("/api/v1/records?model={model}"),
                format!("/api/v1/records/{model}/1"),
            ] {
                let answer = second.call(Method::GET, &path, None).await;
                assert_eq!(answer.status, StatusCode::OK, "{path} {}", answer.text);
                assert!(answer.text.contains(&model), "{path} {}", answer.text);
            }
        }
        stop(first, second).await;
    }
);

both_lasting!(
    a_rule_of_one_server_is_in_force_on_the_other_within_a_second,
    async |lasting: Lasting| {
        let (first, second) = two(&lasting).await;
        let rule = json!({ "name": "r", "host": "crm", "model": "m", "log_create": true });
        let made = first.call(Method::POST, "/api/v1/rules", Some(rule)).await;
        let made = made.expect(StatusCode::CREATED).body;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let on = |n: i32| json!([with(write("1", json!({ "n": n })), "model", json!("m"))]);
        let status = |answer: crate::app::Answer| answer.body["results"][0]["status"].clone();
        assert_eq!(status(second.send(on(1)).await), "recorded");
        let path = format!("/api/v1/rules/{}", text(&made["id"]));
        let gone = first.call(Method::DELETE, &path, None).await;
        gone.expect(StatusCode::NO_CONTENT);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(status(second.send(on(2)).await), "skipped");
        stop(first, second).await;
    }
);

both_lasting!(
    a_key_revoked_on_one_server_is_401_on_the_other_at_once,
    async |lasting: Lasting| {
        let (first, second) = two(&lasting).await;
        let keys = get(&first, "/api/v1/hosts/crm/keys").await;
        assert_eq!(list(&keys["items"]).len(), 2, "one of each server");
        let prefix = &second.key[..8];
        let mine = list(&keys["items"]);
        let mine = mine
            .iter()
            .find(|key| text(&key["prefix"]).starts_with(prefix))
            .unwrap();
        let path = format!("/api/v1/hosts/crm/keys/{}", text(&mine["id"]));
        let revoked = first.call(Method::DELETE, &path, None).await;
        revoked.expect(StatusCode::NO_CONTENT);
        let refused = second.send(json!([create("1", json!({ "n": 1 }))])).await;
        refused.problem(401, "unauthorized");
        let refused = second.call(Method::GET, "/api/v1/logs", None).await;
        refused.problem(401, "unauthorized");
        stop(first, second).await;
    }
);

both_lasting!(
    a_host_uninstalled_on_one_server_records_nothing_on_the_other,
    async |lasting: Lasting| {
        let (first, second) = two(&lasting).await;
        let ended = first.call(Method::DELETE, "/api/v1/hosts/crm", None).await;
        ended.expect(StatusCode::NO_CONTENT);
        let refused = second.send(json!([create("1", json!({ "n": 1 }))])).await;
        refused.problem(401, "unauthorized");
        stop(first, second).await;
    }
);

both_lasting!(
    a_declaration_of_one_server_holds_on_the_other_for_the_next_operation,
    async |lasting: Lasting| {
        let (first, second) = two(&lasting).await;
        let model = json!({ "fields": [{"name": "password", "sensitive": true}] });
        let path = format!("/api/v1/models/{LEAD}");
        let declared = first.call(Method::PUT, &path, Some(model)).await;
        declared.expect(StatusCode::CREATED);
        let batch = json!([create("1", json!({ "password": "hunter2", "n": 1 }))]);
        second.send(batch).await.expect(StatusCode::OK);
        for server in [&first, &second] {
            let logs = get(server, "/api/v1/logs?host=crm").await;
            assert!(!logs.to_string().contains("hunter2"), "{logs}");
            assert_eq!(each(&list(&logs["items"]), "revision"), [1]);
        }
        stop(first, second).await;
    }
);

#[tokio::test]
async fn logs_are_read_from_the_replica_and_rights_from_the_database_itself() {
    let Some(lasting) = Lasting::postgres().await else {
        return;
    };
    let server = lasting.serve(Options::default()).await;
    server.follow().await;
    let sent = server.send(json!([create("before", json!({ "n": 1 }))]));
    sent.await.expect(StatusCode::OK);
    server.stop().await;
    // A replica that has stood still since.
    let (administration, name) = lasting.url.rsplit_once('/').unwrap();
    let make = format!("CREATE DATABASE {name}_replica TEMPLATE {name}");
    psql(administration, &make);
    let server = lasting
        .serve(Options {
            read_url: Some(format!("{}_replica", lasting.url)),
            ..Options::default()
        })
        .await;
    let sent = server.send(json!([create("after", json!({ "n": 2 }))]));
    let answer = sent.await.expect(StatusCode::OK);
    assert_eq!(answer.body["results"][0]["status"], "recorded");
    // The key was made behind the replica, and works; what was recorded then is not there yet.
    for path in [
        format!("/api/v1/logs?model={LEAD}"),
        format!("/api/v1/records?model={LEAD}"),
    ] {
        let body = get(&server, &path).await;
        let ids = each(&list(&body["items"]), "record_id");
        assert_eq!(ids, [json!("before")], "{path}");
    }
    let again = server.send(json!([write("after", json!({ "n": 3 }))]));
    let again = again.await.expect(StatusCode::OK);
    assert_eq!(again.body["results"][0]["revision"], 2, "{}", again.text);
    server.stop().await;
    psql(
        administration,
        &format!("DROP DATABASE {name}_replica WITH (FORCE)"),
    );
}
