//! How long the history of a record of ten thousand revisions takes to open.
//!
//! A measurement, told on standard output; what is right is tested elsewhere. Run it by
//! `cargo nextest run -p audit --run-ignored only --no-capture long_history`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a measurement is told to people")]

use std::time::Instant;

use audit::records::{self, Moment, RecordKey};
use audit::{Audit, Options, Principal, hosts, keys, recorder, rules};
use serde_json::{Value, json};
use types::{HostInput, KeyInput, Operation, Order, RuleInput, Scope};

const REVISIONS: i64 = 10_000;
const KEY: RecordKey<'_> = RecordKey {
    host: None,
    model: "crm.lead",
    record_id: "1",
};

/// Twenty fields, of which one write changes three; five become known late, the last at the end.
fn write(n: i64) -> Value {
    let mut new = json!({"n": n, format!("f{}", n % 12): format!("value {n} of some length")});
    let mut old = json!({});
    for (place, stop) in [2_000, 4_000, 6_000, 8_000, 9_990].into_iter().enumerate() {
        if n == stop {
            old[format!("late{place}")] = json!("before");
            new[format!("late{place}")] = json!("after");
        }
    }
    json!({"operation": "write", "model": KEY.model, "record_id": KEY.record_id,
        "user": {"login": "marc"}, "old": old, "new": new})
}

async fn filled(audit: &Audit) {
    let system = Principal::System;
    let host = HostInput {
        name: "crm".into(),
        label: None,
    };
    hosts::create(audit, &system, host).await.unwrap();
    let rule = json!({"name": "leads", "host": "crm", "model": "crm.lead"});
    let rule = RuleInput::read(rule).unwrap();
    rules::create(audit, &system, rule).await.unwrap();
    let key = KeyInput {
        name: "test".into(),
        scopes: vec![Scope::Record, Scope::Read],
        expires_at: None,
    };
    let minted = keys::create(audit, &system, "crm", key).await.unwrap();
    let key = keys::authenticate(audit, &minted.key).await.unwrap();
    for begin in (1..=REVISIONS).step_by(1_000) {
        let batch: Vec<_> = (begin..begin + 1_000).map(write).collect();
        let batch = Operation::read_batch(json!({ "operations": batch })).unwrap();
        recorder::record(audit, &key, batch, None).await.unwrap();
    }
}

async fn measure<T>(what: &str, work: impl AsyncFn() -> T) -> T {
    work().await;
    let mut times: Vec<_> = Vec::new();
    for _ in 0..10 {
        let begun = Instant::now();
        work().await;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    println!(
        "{what:<40} median {:>9.1?}, worst {:>9.1?}",
        times[5], times[9]
    );
    work().await
}

#[tokio::test]
#[ignore = "a measurement, not a test"]
async fn the_history_of_ten_thousand_revisions() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/audit.db?mode=rwc", folder.path().display());
    migration::up(&url).await.unwrap();
    let audit = Audit::open(&url, Options::default()).await.unwrap();
    let begun = Instant::now();
    filled(&audit).await;
    println!("recorded in {:.1?}", begun.elapsed());
    let who = &Principal::System;
    for revision in [1, 5_000, 9_999, REVISIONS] {
        let moment = Moment::Revision(revision);
        let was = measure(&format!("state at {revision}"), async || {
            records::get(&audit, who, KEY, moment).await.unwrap()
        })
        .await;
        assert_eq!(was.values["n"], json!(revision));
        assert!(was.values.contains_key("late4"), "known from the end");
        let at = Moment::Time(was.recorded_at);
        let then = measure(&format!("state at the time of {revision}"), async || {
            records::get(&audit, who, KEY, at).await.unwrap()
        })
        .await;
        assert_eq!(then.revision, revision);
    }
    measure("compare 1 and 10,000", async || {
        records::compare(&audit, who, KEY, 1, REVISIONS)
            .await
            .unwrap()
    })
    .await;
    measure("compare 4,999 and 5,000", async || {
        records::compare(&audit, who, KEY, 4_999, 5_000)
            .await
            .unwrap()
    })
    .await;
    for (what, order) in [("newest", Order::Desc), ("oldest", Order::Asc)] {
        let page = measure(&format!("50 logs, {what} first"), async || {
            records::timeline(&audit, who, KEY, order, None, 50)
                .await
                .unwrap()
        })
        .await;
        assert_eq!(page.items.len(), 50);
    }
    measure("restore plan to 1", async || {
        records::restore_plan(&audit, who, KEY, 1).await.unwrap()
    })
    .await;
    audit.close().await;
}
