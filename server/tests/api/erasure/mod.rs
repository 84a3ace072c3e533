//! Erasure: personal values are shown until their key is destroyed; the logs and their proofs stay.

mod compared;
mod database;
mod proofs;

use audit::{
    Audit, Options, Principal, Seed, erasure,
    integrity::{Against, Offline, Progress, export, key, keys, verify},
};
use futures::TryStreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::{Subject, Verdict};

use crate::support::{Lasting, Served, list, text, with};

const PARTNER: &str = "res.partner";
const ORDER: &str = "sale.order";
const SYSTEM: &Principal = &Principal::System;

/// A server with two models of a host: contacts, and orders that are about a contact.
async fn shop(lasting: &Lasting) -> Served {
    let server = lasting.serve(Options::default()).await;
    server.audit.start_sealing(&Seed([7; 32])).await.unwrap();
    for model in [PARTNER, ORDER] {
        let rule = json!({ "name": model, "host": "crm", "model": model, "log_create": true });
        let answer = server.call(Method::POST, "/api/v1/rules", Some(rule)).await;
        answer.expect(StatusCode::CREATED);
    }
    declare(&server, PARTNER, contacts()).await;
    declare(&server, ORDER, orders()).await;
    server
}

async fn declare(server: &Served, model: &str, body: Value) {
    let path = format!("/api/v1/models/{model}");
    let answer = server.call(Method::PUT, &path, Some(body)).await;
    assert!(answer.status.is_success(), "{}", answer.text);
}

fn contacts() -> Value {
    json!({ "fields": [
        {"name": "name", "type": "char", "personal": true},
        {"name": "email", "type": "char", "personal": true},
        {"name": "born", "type": "date", "personal": true},
        {"name": "tags", "type": "many2many", "personal": true},
        {"name": "photo", "type": "binary", "personal": true},
        {"name": "pin", "type": "char", "personal": true, "sensitive": true},
        {"name": "vip", "type": "boolean"},
    ]})
}

fn orders() -> Value {
    json!({ "subject": "partner_id", "fields": [
        {"name": "partner_id", "type": "many2one", "relation": PARTNER},
        {"name": "delivery", "type": "char", "personal": true},
        {"name": "total", "type": "monetary"},
    ]})
}

fn operation(kind: &str, model: &str, id: &str, new: Value) -> Value {
    let operation = json!({
        "operation": kind, "model": model, "record_id": id,
        "user": { "login": "marc", "name": "Marc Demo" },
    });
    with(operation, "new", new)
}

fn partner(id: &str, name: &str) -> Value {
    let new = json!({
        "name": name, "email": format!("{name}@example.org"), "born": "1990-05-17",
        "tags": [{"id": 1, "name": format!("{name} friends")}], "photo": "cGVyc29uYWw=",
        "pin": format!("pin of {name}"), "vip": true,
    });
    let create = operation("create", PARTNER, id, new);
    let create = with(create, "record_name", json!(name));
    with(create, "id", json!(format!("partner-{id}")))
}

fn order(id: &str, partner: &str, name: &str) -> Value {
    let new = json!({
        "partner_id": {"id": partner, "name": name}, "delivery": format!("at {name}'s"), "total": 12.5,
    });
    operation("create", ORDER, id, new)
}

fn subject(model: &str, record_id: &str) -> Subject {
    Subject {
        host: "crm".to_owned(),
        model: model.to_owned(),
        record_id: record_id.to_owned(),
    }
}

async fn record(server: &Served, operations: Value) -> Vec<Value> {
    let answer = server.send(operations).await.expect(StatusCode::OK);
    list(&answer.body["results"])
}

async fn log(server: &Served, operation: Value) -> Value {
    let results = record(server, json!([operation])).await;
    assert_eq!(results[0]["status"], "recorded", "{results:?}");
    read(
        server,
        &format!("/api/v1/logs/{}", text(&results[0]["log_id"])),
    )
    .await
}

async fn read(server: &Served, path: &str) -> Value {
    let answer = server.call(Method::GET, path, None).await;
    answer.expect(StatusCode::OK).body
}

async fn verdict(audit: &Audit) -> Verdict {
    let report = verify(audit, &Against::default(), &Progress::new((0, 0))).await;
    let report = report.unwrap();
    assert!(report.verdict != Verdict::Intact || report.findings.is_empty());
    report.verdict
}

async fn exported(audit: &Audit) -> Vec<String> {
    let lines = export(audit, SYSTEM).await.unwrap();
    lines.try_collect().await.unwrap()
}

async fn is_intact_elsewhere(audit: &Audit, lines: &[String]) {
    let public = keys(audit, SYSTEM).await.unwrap().remove(0);
    let mut offline = Offline::begin(&lines[0], key(&public).unwrap(), &[]).unwrap();
    for line in &lines[1..] {
        offline.line(line);
    }
    assert_eq!(offline.finish().verdict, Verdict::Intact);
}

fn leaves(lines: &[String]) -> Vec<&String> {
    lines
        .iter()
        .filter(|line| line.contains("\"leaf\""))
        .collect()
}

async fn erase(server: &Served, subject: &Subject) -> erasure::Erased {
    erasure::erase(&server.audit, SYSTEM, subject, "asked by letter")
        .await
        .unwrap()
}

fn is_erased(value: &Value) -> bool {
    value["erased"] == true && value["at"].is_string()
}
