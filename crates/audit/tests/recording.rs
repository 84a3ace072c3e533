//! Recording on a real database, without HTTP: revisions, groups of callers, the configuration.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use audit::{Audit, Options, Principal, hosts, keys, logs, recorder, records, rules};
use serde_json::{Value, json};
use types::{HostInput, KeyInput, LogQuery, Operation, Outcome, Page, RuleInput, RulePatch, Scope};

async fn open(folder: &Path) -> Audit {
    let url = format!("sqlite://{}/audit.db?mode=rwc", folder.display());
    migration::up(&url).await.unwrap();
    Audit::open(&url, Options::default()).await.unwrap()
}

/// A host `crm` whose key records and reads, with a rule that follows everything of `crm.lead`.
async fn followed(audit: &Audit) -> (Principal, String) {
    let system = Principal::System;
    let host = HostInput {
        name: "crm".into(),
        label: None,
    };
    hosts::create(audit, &system, host).await.unwrap();
    let key = KeyInput {
        name: "test".into(),
        scopes: vec![Scope::Record, Scope::Read],
        expires_at: None,
    };
    let minted = keys::create(audit, &system, "crm", key).await.unwrap();
    let rule = json!({"name": "leads", "host": "crm", "model": "crm.lead", "log_create": true});
    let rule = rules::create(audit, &system, RuleInput::read(rule).unwrap())
        .await
        .unwrap();
    (
        keys::authenticate(audit, &minted.key).await.unwrap(),
        rule.id,
    )
}

fn operation(kind: &str, record: &str, old: Value, new: Value) -> Operation {
    let mut body = json!({
        "operation": kind, "model": "crm.lead", "record_id": record, "user": {"login": "marc"},
    });
    if !old.is_null() {
        body["old"] = old;
    }
    if !new.is_null() {
        body["new"] = new;
    }
    Operation::read_batch(json!({"operations": [body]}))
        .unwrap()
        .remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_callers_at_once_leave_no_gap_in_revisions_or_places() {
    let folder = tempfile::tempdir().unwrap();
    let audit = open(folder.path()).await;
    let (key, _) = followed(&audit).await;
    let mut callers = Vec::new();
    for caller in 0..16 {
        let (audit, key) = (audit.clone(), key.clone());
        callers.push(tokio::spawn(async move {
            let mut revisions = Vec::new();
            for n in 0..10 {
                let write = operation(
                    "write",
                    "1",
                    Value::Null,
                    json!({"by": format!("{caller}.{n}")}),
                );
                match recorder::record(&audit, &key, vec![write], None)
                    .await
                    .unwrap()
                    .as_slice()
                {
                    [Outcome::Recorded { revision, .. }] => revisions.push(*revision),
                    other => panic!("{other:?}"),
                }
            }
            revisions
        }));
    }
    let mut revisions = BTreeSet::new();
    for caller in callers {
        let own = caller.await.unwrap();
        assert!(own.is_sorted(), "a caller's own operations stay in order");
        revisions.extend(own);
    }
    assert_eq!(revisions, (1..=160).collect());
    let query = LogQuery {
        limit: 200,
        ..LogQuery::default()
    };
    let page = logs::list(&audit, &Principal::System, &query)
        .await
        .unwrap();
    let places: Vec<i64> = page.items.iter().rev().map(|log| log.seq).collect();
    assert_eq!(places, (1..).take(page.items.len()).collect::<Vec<_>>());
    for pair in page.items.windows(2) {
        assert!(pair[0].recorded_at > pair[1].recorded_at);
    }
    audit.close().await;
}

#[tokio::test]
async fn a_record_as_it_was_at_every_revision_far_beyond_a_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let audit = open(folder.path()).await;
    let (key, _) = followed(&audit).await;
    let mut operations = vec![operation(
        "create",
        "7",
        Value::Null,
        json!({"n": 0, "fixed": "x"}),
    )];
    for n in 1..300 {
        operations.push(operation("write", "7", Value::Null, json!({"n": n})));
    }
    operations.push(operation(
        "write",
        "7",
        json!({"late": "before"}),
        json!({"late": "after"}),
    ));
    recorder::record(&audit, &key, operations, None)
        .await
        .unwrap();
    let record = records::RecordKey {
        host: None,
        model: "crm.lead",
        record_id: "7",
    };
    for revision in [1, 2, 63, 64, 65, 128, 129, 250, 300] {
        let at = records::Moment::Revision(revision);
        let was = records::get(&audit, &key, record, at).await.unwrap();
        let expected = json!({"n": revision - 1, "fixed": "x", "late": "before"});
        assert_eq!(Value::Object(was.values), expected, "at {revision}");
        let by_time = records::Moment::Time(was.recorded_at);
        assert_eq!(
            records::get(&audit, &key, record, by_time)
                .await
                .unwrap()
                .revision,
            revision
        );
    }
    let now = records::get(&audit, &key, record, records::Moment::Latest)
        .await
        .unwrap();
    assert_eq!(
        Value::Object(now.values),
        json!({"n": 299, "fixed": "x", "late": "after"})
    );
    audit.close().await;
}

#[tokio::test]
async fn a_rule_changed_on_another_server_holds_from_its_commit_on() {
    let folder = tempfile::tempdir().unwrap();
    let (here, there) = (open(folder.path()).await, open(folder.path()).await);
    let (key, rule) = followed(&here).await;
    let record = |audit: Audit, n: i64| {
        let key = key.clone();
        async move {
            let write = operation("write", "1", Value::Null, json!({"n": n}));
            recorder::record(&audit, &key, vec![write], None)
                .await
                .unwrap()
                .remove(0)
        }
    };
    // The other server learns of the host when it first authenticates a key of it.
    while recorder::record(&there, &key, Vec::new(), None)
        .await
        .is_err()
    {
        tokio::task::yield_now().await;
    }
    assert!(matches!(
        record(there.clone(), 1).await,
        Outcome::Recorded { .. }
    ));
    let off = RulePatch {
        active: Some(false),
        ..RulePatch::default()
    };
    rules::update(&here, &Principal::System, &rule, off)
        .await
        .unwrap();
    assert_eq!(record(there.clone(), 2).await, Outcome::no_rule());
    let on = RulePatch {
        active: Some(true),
        ..RulePatch::default()
    };
    rules::update(&there, &Principal::System, &rule, on)
        .await
        .unwrap();
    assert!(matches!(
        record(here.clone(), 3).await,
        Outcome::Recorded { .. }
    ));
    here.close().await;
    there.close().await;
}

#[tokio::test]
async fn what_is_done_here_is_recorded_here_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let audit = open(folder.path()).await;
    let (_, rule) = followed(&audit).await;
    rules::delete(&audit, &Principal::System, &rule)
        .await
        .unwrap();
    let reader = KeyInput {
        name: "reader".into(),
        scopes: vec![Scope::Read],
        expires_at: None,
    };
    let minted = keys::create(&audit, &Principal::System, "crm", reader)
        .await
        .unwrap();
    let query = LogQuery {
        host: Some("revisor".into()),
        ..LogQuery::default()
    };
    let Page { items, .. } = logs::list(&audit, &Principal::System, &query)
        .await
        .unwrap();
    let told: Vec<_> = items
        .iter()
        .rev()
        .map(|log| (log.model.as_str(), log.operation.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("revisor.host", "create"),
            ("revisor.key", "create"),
            ("revisor.rule", "create"),
            ("revisor.rule", "unlink"),
            ("revisor.key", "create")
        ]
    );
    let text = serde_json::to_string(&items).unwrap();
    assert!(
        text.contains(&minted.prefix),
        "the key can be told by its beginning"
    );
    assert!(!text.contains(&minted.key), "the key itself is nowhere");
    audit.close().await;
}
