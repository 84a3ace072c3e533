//! The filters of logs, each alone and with the others.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use serde_json::{Value, json};
use types::encode_segment;

use crate::{
    app::TestApp,
    support::{Host, LEAD, create, each, operation, text, unlink, walk, with},
};

/// Forty operations of four users on two models; their logs, oldest first.
pub(crate) async fn story(crm: &Host<'_>) -> Vec<Value> {
    crm.app.follow("crm", "res.partner").await;
    let mut batch = Vec::new();
    for number in 0..40 {
        let kind = ["create", "write", "write", "unlink"][number % 4];
        let model = if number % 8 < 4 { LEAD } else { "res.partner" };
        let record = (number / 4).to_string();
        let mut one = operation(kind, &record);
        one["model"] = json!(model);
        one["record_name"] = json!(format!("Record Nº{record}"));
        let login = ["marc", "joel", "anita", "mitchell"][number / 10];
        one["user"] = json!({ "login": login, "name": format!("{login} Ünal") });
        one["context"] = json!({
            "request_id": format!("r-{}", number / 5), "transaction_id": format!("t-{}", number / 8),
        });
        match kind {
            "create" => {
                one["new"] =
                    json!({ "name": format!("Alpha {number}"), "stage": "new", "n": number });
            }
            "write" if number % 4 == 1 => {
                one["new"] = json!({ "stage": format!("Stage_{number}%") });
            }
            "write" => one["new"] = json!({ "n": number * 1000, "tags": ["Hot", "Cold"] }),
            _ => {}
        }
        batch.push(one);
    }
    for chunk in batch.chunks(7) {
        let results = crm.record(json!(chunk)).await;
        assert!(
            results.iter().all(|r| r["status"] == "recorded"),
            "{results:?}"
        );
    }
    crm.logs("order=asc").await
}

/// What is asked for, and which logs that must give.
pub(crate) type Filter<'a> = (String, Box<dyn Fn(&Value) -> bool + 'a>);

pub(crate) fn has(log: &Value, field: &str) -> bool {
    !crate::support::changed(log, field).is_null()
}

/// Whether each word of `text` is in what `q` looks through.
pub(crate) fn says(log: &Value, text: &str) -> bool {
    text.split(' ').all(|word| holds(log, word))
}

/// Whether one of the texts that `q` looks through holds `needle`.
pub(crate) fn holds(log: &Value, needle: &str) -> bool {
    let mut words = vec![
        log["record_name"].clone(),
        log["user"]["login"].clone(),
        log["user"]["name"].clone(),
    ];
    for change in log["changes"].as_array().unwrap() {
        words.extend(["old", "new", "old_label", "new_label"].map(|side| change[side].clone()));
    }
    let word = |word: &Value| {
        word.as_str()
            .map_or_else(|| word.to_string(), str::to_owned)
    };
    words
        .iter()
        .any(|value| word(value).to_lowercase().contains(&needle.to_lowercase()))
}

both!(
    every_filter_alone_and_combined_gives_exactly_its_logs,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let all = story(&crm).await;
        assert_eq!(all.len(), 40);
        let equals = |name: &'static str, value: &str| -> Filter<'_> {
            let (query, value) = (format!("{name}={}", encode_segment(value)), json!(value));
            (query, Box::new(move |log| log[name] == value))
        };
        let context = |name: &'static str, value: &str| -> Filter<'_> {
            let (query, value) = (format!("{name}={value}"), json!(value));
            (query, Box::new(move |log| log["context"][name] == value))
        };
        let says = |needle: &'static str| -> Filter<'_> {
            (
                format!("q={}", encode_segment(needle)),
                Box::new(move |log| says(log, needle)),
            )
        };
        let (from, to) = (text(&all[11]["recorded_at"]), text(&all[30]["recorded_at"]));
        let seq = all[25]["seq"].as_i64().unwrap();
        let filters: Vec<Filter<'_>> = vec![
            equals("host", "crm"),
            equals("host", "none"),
            equals("model", LEAD),
            equals("model", "none"),
            equals("record_id", "3"),
            (
                "record_id=3&record_id=4&record_id=9&record_id=x".to_owned(),
                Box::new(|log| ["3", "4", "9"].contains(&log["record_id"].as_str().unwrap())),
            ),
            (
                "user=joel".to_owned(),
                Box::new(|log| log["user"]["login"] == "joel"),
            ),
            ("user=Joel".to_owned(), Box::new(|_| false)),
            equals("operation", "unlink"),
            (
                "operation=create&operation=unlink".to_owned(),
                Box::new(|log| log["operation"] != "write"),
            ),
            ("field=stage".to_owned(), Box::new(|log| has(log, "stage"))),
            ("field=tags".to_owned(), Box::new(|log| has(log, "tags"))),
            ("field=none".to_owned(), Box::new(|_| false)),
            context("request_id", "r-3"),
            context("transaction_id", "t-2"),
            (
                format!("from={from}"),
                Box::new(|log| text(&log["recorded_at"]) >= from),
            ),
            (
                format!("to={to}"),
                Box::new(|log| text(&log["recorded_at"]) <= to),
            ),
            (
                format!("after_seq={seq}"),
                Box::new(|log| log["seq"].as_i64() > Some(seq)),
            ),
            says("alpha 2"),
            says("ünal"),
            says("ÜNAL"),
            says("mitchell"),
            says("nº3"),
            says("Stage_1"),
            says("%"),
            says("_"),
            says("hot"),
            says("nothing of this"),
        ];
        let check = async |query: &str, wanted: &dyn Fn(&Value) -> bool| {
            let mut expected: Vec<Value> = all.iter().filter(|log| wanted(log)).cloned().collect();
            let found = crm.logs(&format!("{query}&order=asc&limit=200")).await;
            assert_eq!(each(&found, "seq"), each(&expected, "seq"), "{query}");
            assert_eq!(found, expected, "{query}");
            let descending = crm.logs(&format!("{query}&limit=3")).await;
            expected.reverse();
            assert_eq!(
                each(&descending, "seq"),
                each(&expected, "seq"),
                "{query} in pages"
            );
        };
        for (query, wanted) in &filters {
            check(query, wanted).await;
        }
        let name = |query: &str| query.split('=').next().unwrap_or_default().to_owned();
        for (number, (one, wanted)) in filters.iter().enumerate() {
            for (two, wanted_too) in filters.iter().skip(number + 1).step_by(3) {
                if name(one) != name(two) {
                    check(&format!("{one}&{two}"), &|log| {
                        wanted(log) && wanted_too(log)
                    })
                    .await;
                }
            }
        }
        let many = format!(
            "host=crm&model={LEAD}&user=joel&operation=write&field=stage&from={from}&to={to}&q=joel"
        );
        check(&many, &|log| {
            let times = text(&log["recorded_at"]);
            log["model"] == LEAD
                && log["user"]["login"] == "joel"
                && log["operation"] == "write"
                && has(log, "stage")
                && times >= from
                && times <= to
        })
        .await;
    }
);

both!(
    a_search_looks_through_names_users_old_and_new_values,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let one = with(
            create(
                "1",
                json!({ "note": "Crème brûlée", "n": 4711, "on": true }),
            ),
            "record_name",
            json!("Dessert"),
        );
        crm.log(one).await;
        crm.log(with(
            unlink("1"),
            "user",
            json!({ "login": "zoë", "name": "Zoë Ó" }),
        ))
        .await;
        for (q, count) in [
            ("crème", 2),
            ("BRÛLÉE", 2),
            ("4711", 2),
            ("dessert", 2),
            ("zoë ó", 1),
            ("marc", 1),
            ("\"", 0),
            ("crm.lead", 0),
            ("note", 0),
            ("null", 0),
        ] {
            let found = crm.logs(&format!("q={}", encode_segment(q))).await;
            assert_eq!(found.len(), count, "{q}");
        }
    }
);

both!(the_tail_is_followed_by_after_seq, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let mut seen = Vec::new();
    let mut last = 0;
    for round in 0..6 {
        let batch: Vec<_> = (0..=round)
            .map(|n| create(&format!("{round}.{n}"), json!({ "a": 1 })))
            .collect();
        crm.record(json!(batch)).await;
        let fresh = crm.logs(&format!("after_seq={last}&order=asc")).await;
        assert_eq!(fresh.len(), round + 1);
        last = fresh.last().unwrap()["seq"].as_i64().unwrap();
        seen.extend(each(&fresh, "record_id"));
    }
    assert_eq!(
        seen.iter()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
            .len(),
        21
    );
    assert!(crm.logs(&format!("after_seq={last}")).await.is_empty());
    for bad in ["-1", "x", "1.5"] {
        crm.get(&format!("/api/v1/logs?after_seq={bad}"))
            .await
            .problem(422, "invalid_request");
    }
});

both!(
    what_is_wrong_in_a_query_is_all_told,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let query = "modle=x&limit=500&order=up&from=yesterday&to=2026-13-01T00:00:00Z&operation=merge&after_seq=x&user=a&user=b";
        for path in ["/api/v1/logs?", "/api/v1/export?format=csv&"] {
            let answer = crm
                .get(&format!("{path}{query}"))
                .await
                .problem(422, "invalid_request");
            let found: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
            let expected = [
                "/after_seq",
                "/from",
                "/limit",
                "/modle",
                "/operation",
                "/order",
                "/to",
                "/user",
            ];
            assert_eq!(found, expected);
        }
        let offset = "from=2026-11-23T09:00:00%2B01:00&to=2026-11-23T09:00:00-01:00";
        crm.get(&format!("/api/v1/logs?{offset}"))
            .await
            .expect(StatusCode::OK);
    }
);

both!(an_administrator_filters_by_host, async |app: TestApp| {
    for name in ["crm", "erp"] {
        let host = Host::new(&app, name).await;
        app.follow(name, LEAD).await;
        host.log(create("1", json!({ "name": name }))).await;
    }
    for (query, hosts) in [
        ("host=crm", vec!["crm"]),
        ("host=erp&q=erp", vec!["erp"]),
        ("record_id=1", vec!["erp", "crm"]),
        ("host=erp&q=crm", vec![]),
    ] {
        let logs = walk(
            &app,
            app.admin(),
            &format!("/api/v1/logs?model=crm.lead&{query}"),
        )
        .await;
        assert_eq!(each(&logs, "host"), hosts, "{query}");
    }
});
