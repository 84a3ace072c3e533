//! Cursors: walking a list while it grows gives each row once.

use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    support::{Host, create, each, list, text, walk, write},
};

fn batch(round: usize) -> Value {
    let lead = |n: usize| {
        create(
            &format!("{round}.{n}"),
            json!({ "name": format!("Lead {n}") }),
        )
    };
    json!((0..10).map(lead).collect::<Vec<_>>())
}

both!(
    walking_while_others_record_gives_every_row_once,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for round in 0..12 {
            crm.record(batch(round)).await;
        }
        let before = each(&crm.logs("order=asc&limit=200").await, "seq");
        assert_eq!(before.len(), 120);
        let done = AtomicBool::new(false);
        let recording = async {
            let mut round = 100;
            while !done.load(Ordering::Relaxed) && round < 200 {
                crm.record(batch(round)).await;
                round += 1;
            }
        };
        let walking = async {
            for query in [
                "limit=7",
                "limit=7&order=asc",
                "limit=13&model=crm.lead&q=lead",
            ] {
                let found = each(&crm.logs(query).await, "seq");
                let mut seqs: Vec<_> = found.iter().map(|seq| seq.as_i64().unwrap()).collect();
                if query.contains("asc") {
                    assert!(seqs.is_sorted(), "{query}");
                } else {
                    assert!(seqs.iter().rev().is_sorted(), "{query}");
                }
                seqs.sort_unstable();
                assert!(
                    seqs.windows(2).all(|pair| pair[0] < pair[1]),
                    "no row twice: {query}"
                );
                for seq in &before {
                    assert!(
                        seqs.binary_search(&seq.as_i64().unwrap()).is_ok(),
                        "{seq} missed: {query}"
                    );
                }
            }
            let records = walk(&app, &crm.key, "/api/v1/records?model=crm.lead&limit=9").await;
            let mut ids: Vec<_> = records
                .iter()
                .map(|record| text(&record["record_id"]))
                .collect();
            let count = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), count, "no record twice");
            assert!(count >= 120);
            done.store(true, Ordering::Relaxed);
        };
        tokio::join!(recording, walking);
    }
);

both!(
    records_that_change_while_they_are_walked_come_once,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for round in 0..3 {
            crm.record(batch(round)).await;
        }
        let (mut seen, mut cursor, mut number) = (Vec::new(), String::new(), 0);
        loop {
            let path = format!("/api/v1/records?model=crm.lead&limit=4{cursor}");
            let page = crm.read(&path).await;
            seen.extend(each(&list(&page["items"]), "record_id"));
            for round in 0..3 {
                number += 1;
                crm.one(write(&format!("{round}.1"), json!({ "n": number })))
                    .await;
            }
            match &page["next_cursor"] {
                Value::Null => break,
                next => cursor = format!("&cursor={}", text(next)),
            }
        }
        assert_eq!(seen.len(), 30);
        seen.sort_by_key(ToString::to_string);
        seen.dedup();
        assert_eq!(seen.len(), 30);
    }
);

both!(pages_are_as_long_as_asked_for, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    for round in 0..21 {
        crm.record(batch(round)).await;
    }
    for list_path in [
        "/api/v1/logs?",
        "/api/v1/records?model=crm.lead",
        "/api/v1/logs?order=asc",
    ] {
        for (limit, count) in [("", 50), ("&limit=1", 1), ("&limit=200", 200)] {
            let page = crm.read(&format!("{list_path}{limit}")).await;
            assert_eq!(list(&page["items"]).len(), count, "{list_path} {limit}");
            assert!(page["next_cursor"].is_string());
        }
        for limit in ["0", "201", "-1", "x", "1e2"] {
            let answer = crm.get(&format!("{list_path}&limit={limit}")).await;
            assert_eq!(
                answer.problem(422, "invalid_request").faults()[0].0,
                "/limit"
            );
        }
    }
    let exactly = crm
        .read("/api/v1/logs?limit=200&record_id=1.1&record_id=1.2")
        .await;
    assert_eq!(exactly["next_cursor"], Value::Null);
    let exactly = crm
        .read("/api/v1/logs?limit=2&record_id=1.1&record_id=1.2")
        .await;
    assert_eq!(list(&exactly["items"]).len(), 2);
    assert_eq!(exactly["next_cursor"], Value::Null, "no empty last page");
});

both!(
    a_cursor_of_another_query_or_garbage_is_400,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for round in 0..2 {
            crm.record(batch(round)).await;
        }
        crm.one(write("1.1", json!({ "n": 1 }))).await;
        app.follow("crm", "x").await;
        let cursor = async |path: &str| {
            let page = app.get(app.admin(), path).await.expect(StatusCode::OK);
            let next = page.body["next_cursor"].as_str();
            next.unwrap_or_else(|| panic!("{path} {}", page.text))
                .to_owned()
        };
        let logs = cursor("/api/v1/logs?model=crm.lead&limit=2").await;
        let same = format!("/api/v1/logs?model=crm.lead&limit=3&cursor={logs}");
        app.get(app.admin(), &same).await.expect(StatusCode::OK);
        let records = cursor("/api/v1/records?model=crm.lead&limit=2").await;
        let rules = cursor("/api/v1/rules?limit=1").await;
        let revisions = cursor("/api/v1/records/crm.lead/1.1/revisions?limit=1").await;
        let hosts = cursor("/api/v1/hosts?limit=1").await;
        for path in [
            format!("/api/v1/logs?cursor={logs}"),
            format!("/api/v1/logs?model=crm.lead&order=asc&cursor={logs}"),
            format!("/api/v1/logs?model=crm.lead&q=x&cursor={logs}"),
            format!("/api/v1/logs?model=res.partner&cursor={logs}"),
            format!("/api/v1/logs?model=crm.lead&record_id=1&cursor={logs}"),
            format!("/api/v1/logs?model=crm.lead&operation=write&cursor={logs}"),
            format!("/api/v1/records?model=crm.lead&cursor={logs}"),
            format!("/api/v1/logs?model=crm.lead&cursor={records}"),
            format!("/api/v1/records?model=crm.lead&deleted=false&cursor={records}"),
            format!("/api/v1/records?model=crm.lead&q=a&cursor={records}"),
            format!("/api/v1/logs?cursor={rules}"),
            format!("/api/v1/rules?model=x&cursor={rules}"),
            format!("/api/v1/records/crm.lead/1.2/revisions?cursor={revisions}"),
            format!("/api/v1/logs?model=crm.lead&cursor={revisions}"),
            format!("/api/v1/models?cursor={hosts}"),
            format!("/api/v1/hosts?cursor={rules}"),
            "/api/v1/logs?cursor=garbage".to_owned(),
            "/api/v1/logs?cursor=AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            format!("/api/v1/logs?model=crm.lead&cursor={logs}x"),
            format!("/api/v1/logs?model=crm.lead&cursor={}", &logs[1..]),
            "/api/v1/records?model=crm.lead&cursor=%F0%9F%92%A9".to_owned(),
            "/api/v1/records/crm.lead/1.1/revisions?cursor=x".to_owned(),
        ] {
            let answer = app.get(app.admin(), &path).await;
            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{path} {}",
                answer.text
            );
            answer.problem(400, "invalid_cursor");
        }
    }
);
