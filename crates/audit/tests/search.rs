//! Searching on a real database with a clock that the test moves.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicI64, Ordering};

use audit::{Audit, Options, Ports, Principal, hosts, keys, logs, recorder, rules};
use serde_json::json;
use types::{Code, HostInput, KeyInput, LogQuery, Operation, Page, RuleInput, Scope, Timestamp};

const HOUR: i64 = 3_600_000_000;

/// The time now, in microseconds. The tests of this file share it, so there is one.
static NOW: AtomicI64 = AtomicI64::new(1_795_000_000_000_000);

fn now() -> Timestamp {
    Timestamp::from_micros(NOW.load(Ordering::SeqCst))
}

async fn open(folder: &std::path::Path) -> Audit {
    let url = format!("sqlite://{}/audit.db?mode=rwc", folder.display());
    migration::up(&url).await.unwrap();
    let ports = Ports {
        now,
        ..Ports::default()
    };
    Audit::open(
        &url,
        Options {
            ports,
            ..Options::default()
        },
    )
    .await
    .unwrap()
}

/// A log each hour of ten.
async fn story(audit: &Audit) {
    let system = Principal::System;
    let host = HostInput {
        name: "crm".into(),
        label: None,
    };
    hosts::create(audit, &system, host).await.unwrap();
    let key = KeyInput {
        name: "test".into(),
        scopes: vec![Scope::Record],
        expires_at: None,
    };
    let key = keys::create(audit, &system, "crm", key).await.unwrap();
    let key = keys::authenticate(audit, &key.key).await.unwrap();
    let rule = json!({"name": "all", "host": "crm", "model": "m", "log_create": true});
    let rule = RuleInput::read(rule).unwrap();
    rules::create(audit, &system, rule).await.unwrap();
    for hour in 0..10 {
        NOW.fetch_add(HOUR, Ordering::SeqCst);
        let body = json!({"operations": [{
            "operation": "create", "model": "m", "record_id": hour.to_string(),
            "user": {"login": "marc"}, "new": {"n": hour},
        }]});
        let batch = Operation::read_batch(body).unwrap();
        recorder::record(audit, &key, batch, None).await.unwrap();
    }
}

fn records(page: &Page<types::Log>) -> Vec<&str> {
    page.items
        .iter()
        .map(|log| log.record_id.as_str())
        .collect()
}

#[tokio::test]
async fn a_walk_counts_relative_times_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let audit = open(folder.path()).await;
    story(&audit).await;
    let page = async |query: LogQuery| logs::list(&audit, &Principal::System, &query).await;
    for (order, walked) in [
        ("desc", ["9 8", "7 6", "5 4", "3 2"]),
        ("asc", ["2 3", "4 5", "6 7", "8 9"]),
    ] {
        let text = format!("host=crm&limit=2&order={order}&q=from:-450m");
        let query = LogQuery::parse(&text).unwrap();
        let mut found = Vec::new();
        let mut cursor = None;
        let begun = NOW.load(Ordering::SeqCst);
        loop {
            let asked = LogQuery {
                cursor,
                ..query.clone()
            };
            let read = page(asked).await.unwrap();
            found.push(records(&read).join(" "));
            cursor = read.next_cursor;
            if cursor.is_none() {
                break;
            }
            // Time passes while the list is read.
            NOW.fetch_add(2 * HOUR, Ordering::SeqCst);
        }
        assert_eq!(found, walked);
        let fresh = page(query).await.unwrap();
        assert!(
            fresh.items.len() < 4 && fresh.next_cursor.is_none(),
            "a new walk begins now"
        );
        NOW.store(begun, Ordering::SeqCst);
    }
    let absolute = LogQuery::parse("host=crm&limit=2&q=from:2001-01-01").unwrap();
    let cursor = page(absolute).await.unwrap().next_cursor;
    let other = LogQuery {
        cursor,
        ..LogQuery::parse("host=crm&limit=2&q=from:-450m").unwrap()
    };
    assert_eq!(page(other).await.unwrap_err().code(), Code::InvalidCursor);
    audit.close().await;
}
