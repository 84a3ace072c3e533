//! What the pages of records ask for: pieces of a history, and who changed each record last.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use audit::records::{self, RecordKey};
use audit::{Audit, Options, Principal, hosts, keys, recorder, rules};
use serde_json::{Value, json};
use types::{HostInput, KeyInput, Operation, RecordQuery, RuleInput, Scope};

const MODEL: &str = "crm.lead";

async fn recorded(audit: &Audit, operations: Vec<Value>) {
    let system = Principal::System;
    let host = HostInput {
        name: "crm".into(),
        label: None,
    };
    hosts::create(audit, &system, host).await.unwrap();
    let rule = json!({"name": "leads", "host": "crm", "model": MODEL});
    let rule = RuleInput::read(rule).unwrap();
    rules::create(audit, &system, rule).await.unwrap();
    let key = KeyInput {
        name: "test".into(),
        scopes: vec![Scope::Record, Scope::Read],
        expires_at: None,
    };
    let minted = keys::create(audit, &system, "crm", key).await.unwrap();
    let key = keys::authenticate(audit, &minted.key).await.unwrap();
    let batch = Operation::read_batch(json!({ "operations": operations })).unwrap();
    recorder::record(audit, &key, batch, None).await.unwrap();
}

fn write(record_id: &str, login: &str, n: i64) -> Value {
    json!({"operation": "write", "model": MODEL, "record_id": record_id,
        "user": {"login": login, "name": login.to_uppercase()}, "new": {"n": n}})
}

#[tokio::test]
async fn a_piece_of_a_history_and_who_changed_each_record_last() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/audit.db?mode=rwc", folder.path().display());
    migration::up(&url).await.unwrap();
    let audit = Audit::open(&url, Options::default()).await.unwrap();
    let mut operations: Vec<_> = (1..=6).map(|n| write("1", "marc", n)).collect();
    operations.push(write("2", "ines", 1));
    operations.push(write("2", "nadia", 2));
    recorded(&audit, operations).await;
    let who = &Principal::System;

    let key = RecordKey {
        host: None,
        model: MODEL,
        record_id: "1",
    };
    for (from, limit, expected) in [
        (4, 3, vec![4, 3, 2]),
        (99, 2, vec![6, 5]),
        (2, 40, vec![2, 1]),
        (i64::MAX, 1, vec![6]),
    ] {
        let piece = records::down_from(&audit, who, key, from, limit)
            .await
            .unwrap();
        let found: Vec<_> = piece.iter().map(|log| log.revision).collect();
        assert_eq!(found, expected);
    }

    let query = RecordQuery {
        model: MODEL.into(),
        ..RecordQuery::default()
    };
    let page = records::list(&audit, who, &query).await.unwrap();
    let doers = records::doers(&audit, who, &page.items).await.unwrap();
    let told: Vec<_> = doers
        .into_iter()
        .map(|(id, (login, name))| (id, login, name.unwrap_or_default()))
        .collect();
    let expected = [("1", "marc", "MARC"), ("2", "nadia", "NADIA")];
    let expected = expected.map(|(id, login, name)| (id.into(), login.into(), name.into()));
    assert_eq!(told, expected);
    assert!(records::doers(&audit, who, &[]).await.unwrap().is_empty());
    audit.close().await;
}
