//! A record as it was: at every revision and at every time, against a history made up here.

use reqwest::StatusCode;
use serde_json::{Value, json};
use types::Timestamp;

use crate::{
    app::TestApp,
    history::{Step, joined_late, whole},
    support::{Host, LEAD, create, each, lead_path, list, text, unlink, walk, with, write},
};

/// Records a history in batches of several sizes; its logs.
async fn record(crm: &Host<'_>, id: &str, steps: &[Step]) -> Vec<Value> {
    let operations: Vec<_> = steps.iter().map(|step| step.operation.clone()).collect();
    let mut rest = operations.as_slice();
    for size in [1, 2, 5, 13].into_iter().cycle() {
        let (batch, later) = rest.split_at(rest.len().min(size));
        let results = crm.record(json!(batch)).await;
        assert!(
            results.iter().all(|r| r["status"] == "recorded"),
            "{results:?}"
        );
        rest = later;
        if rest.is_empty() {
            break;
        }
    }
    let path = format!("{}/revisions?limit=40", lead_path(id));
    let logs = walk(crm.app, &crm.key, &path).await;
    let counted: Vec<_> = (1..=steps.len()).map(Value::from).collect();
    assert_eq!(each(&logs, "revision"), counted);
    logs
}

fn micros(log: &Value) -> i64 {
    Timestamp::parse(&text(&log["recorded_at"]))
        .unwrap()
        .micros()
}

async fn is_known_at_every_revision_and_time(crm: &Host<'_>, id: &str, steps: &[Step]) {
    let logs = record(crm, id, steps).await;
    for (number, (step, log)) in steps.iter().zip(&logs).enumerate() {
        let revision = number + 1;
        let then = crm.lead(id, &format!("?revision={revision}")).await;
        assert_eq!(
            then["values"],
            json!(step.values),
            "revision {revision} {log}"
        );
        assert_eq!(then["deleted"], json!(step.deleted), "revision {revision}");
        assert_eq!(then["revision"], json!(revision));
        assert_eq!(then["recorded_at"], log["recorded_at"]);
        assert_eq!(then["record_name"], log["record_name"]);
        let at = Timestamp::from_micros(micros(log));
        assert_eq!(crm.lead(id, &format!("?at={at}")).await, then, "at {at}");
        let before = Timestamp::from_micros(micros(log) - 1);
        let before = crm.get(&format!("{}?at={before}", lead_path(id))).await;
        if number == 0 {
            before.problem(404, "not_found");
        } else {
            let before = before.expect(StatusCode::OK).body;
            assert_eq!(before["revision"], json!(number));
            assert_eq!(before["values"], json!(steps[number - 1].values));
        }
    }
    let last = steps.last().unwrap();
    let now = crm.lead(id, "").await;
    assert_eq!(now["values"], json!(last.values));
    assert_eq!(now["deleted"], json!(last.deleted));
    assert_eq!(now["revision"], json!(steps.len()));
    assert_eq!(crm.lead(id, "?at=2999-01-01T00:00:00Z").await, now);
}

both!(
    a_history_told_from_the_beginning_is_known_exactly,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for (id, seed, length) in [("a", 1, 60), ("b/ü", 2, 60), ("c", 3, 150)] {
            let steps = whole(id, seed, length);
            is_known_at_every_revision_and_time(&crm, id, &steps).await;
        }
    }
);

both!(
    of_a_history_joined_late_nothing_is_guessed,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for (id, seed, length) in [("a", 11, 60), ("b", 12, 30), ("c", 13, 140)] {
            let steps = joined_late(id, seed, length);
            is_known_at_every_revision_and_time(&crm, id, &steps).await;
        }
    }
);

both!(
    a_value_told_only_later_is_known_before_and_an_unknown_one_left_out,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(write("1", json!({ "a": 1 }))).await;
        crm.log(write("1", json!({ "b": 2 }))).await;
        crm.log(with(
            write("1", json!({ "c": 4 })),
            "old",
            json!({ "c": 3 }),
        ))
        .await;
        crm.log(with(
            unlink("1"),
            "old",
            json!({ "a": 1, "b": 2, "c": 4, "d": 5 }),
        ))
        .await;
        for (revision, values) in [
            (1, json!({ "a": 1, "c": 3, "d": 5 })),
            (2, json!({ "a": 1, "b": 2, "c": 3, "d": 5 })),
            (3, json!({ "a": 1, "b": 2, "c": 4, "d": 5 })),
            (4, json!({ "a": 1, "b": 2, "c": 4, "d": 5 })),
        ] {
            let then = crm.lead("1", &format!("?revision={revision}")).await;
            assert_eq!(then["values"], values, "{revision}");
        }
    }
);

both!(
    one_life_of_a_record_tells_nothing_of_another,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let results = crm
            .record(json!([
                create("1", json!({ "a": 1 })),
                unlink("1"),
                create("1", json!({ "b": 2 })),
                with(write("1", json!({ "c": 4 })), "old", json!({ "c": 3 })),
                unlink("1"),
            ]))
            .await;
        assert_eq!(results[4]["revision"], 5);
        for (revision, values, deleted) in [
            (1, json!({ "a": 1 }), false),
            (2, json!({ "a": 1 }), true),
            (3, json!({ "b": 2, "c": 3 }), false),
            (4, json!({ "b": 2, "c": 4 }), false),
            (5, json!({ "b": 2, "c": 4 }), true),
        ] {
            let then = crm.lead("1", &format!("?revision={revision}")).await;
            assert_eq!(then["values"], values, "{revision}");
            assert_eq!(then["deleted"], deleted, "{revision}");
        }
    }
);

both!(logs_of_one_moment_are_told_apart, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let same = "2026-11-23T08:15:30Z";
    let batch: Vec<_> = (1..=50)
        .map(|n| with(write("1", json!({ "n": n })), "occurred_at", json!(same)))
        .collect();
    crm.record(json!(batch)).await;
    let logs = list(&crm.lead("1", "/revisions?limit=200").await["items"]);
    for (number, log) in logs.iter().enumerate() {
        let at = crm
            .lead("1", &format!("?at={}", text(&log["recorded_at"])))
            .await;
        assert_eq!(at["values"]["n"], json!(number + 1));
        assert_eq!(at["model"], LEAD);
    }
});
