//! The search grammar of `q`, in lists and exports: each qualifier, alone and with others.

use reqwest::StatusCode;
use serde_json::{Value, json};
use types::encode_segment;

use crate::{
    app::TestApp,
    filters::{Filter, has, holds, says, story},
    support::{Host, LEAD, change, create, each, parse_lines, text, with, write},
};

/// The logs of the filters' story, one without a context, and one before which something changed
/// the record outside the trail.
async fn tale(crm: &Host<'_>) -> Vec<Value> {
    story(crm).await;
    crm.log(create("extra", json!({ "note": "two words, a comma" })))
        .await;
    let gap = change(
        "extra",
        json!({ "note": "other" }),
        json!({ "note": "x:y" }),
    );
    let gap = crm.log(gap).await;
    assert_eq!(gap["unrecorded_changes"][0]["field"], "note");
    crm.logs("order=asc&limit=200").await
}

/// The logs that `q` finds, oldest first; an export finds the same.
async fn found(crm: &Host<'_>, q: &str) -> Vec<Value> {
    let query = format!("q={}&order=asc", encode_segment(q));
    let listed = crm.logs(&query).await;
    let path = format!("/api/v1/export?format=ndjson&{query}");
    let exported = crm.get(&path).await.expect(StatusCode::OK);
    assert_eq!(parse_lines(&exported.text), listed, "{q}");
    listed
}

both!(
    every_term_alone_and_combined_finds_exactly_its_logs,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let all = tale(&crm).await;
        assert_eq!(all.len(), 42);
        let middle = text(&all[20]["recorded_at"]);
        let term = |q: &str, wanted: fn(&Value) -> bool| -> Filter<'_> {
            (q.to_owned(), Box::new(wanted))
        };
        let login = |log: &Value| text(&log["user"]["login"]);
        let revision = |log: &Value| log["revision"].as_i64().unwrap();
        let unrecorded = |log: &Value| !log["unrecorded_changes"].is_null();
        let terms: Vec<Filter<'_>> = vec![
            term("host:crm", |_| true),
            term("host:none", |_| false),
            term("-host:none", |_| true),
            term("host:none,crm", |_| true),
            term("model:crm.lead", |log| log["model"] == LEAD),
            term("-model:crm.lead", |log| log["model"] != LEAD),
            term("-model:none", |_| true),
            term("model:crm.lead model:res.partner", |_| true),
            term("record:3,4 record_id:9", |log| {
                ["3", "4", "9"].contains(&log["record_id"].as_str().unwrap())
            }),
            term("-record:3", |log| log["record_id"] != "3"),
            term("user:joel", |log| log["user"]["login"] == "joel"),
            term("user:Joel", |_| false),
            term("-user:joel,marc -user:none", |log| {
                log["user"]["login"] != "joel" && log["user"]["login"] != "marc"
            }),
            term("op:create,unlink", |log| log["operation"] != "write"),
            term("-operation:WRITE", |log| log["operation"] != "write"),
            term("field:stage,tags", |log| {
                has(log, "stage") || has(log, "tags")
            }),
            term("-field:stage", |log| !has(log, "stage")),
            term("-field:stage,n", |log| !has(log, "stage") && !has(log, "n")),
            term("request:r-3", |log| log["context"]["request_id"] == "r-3"),
            term("-request:r-3", |log| log["context"]["request_id"] != "r-3"),
            term("transaction:t-2,t-3", |log| {
                ["t-2", "t-3"]
                    .map(Value::from)
                    .contains(&log["context"]["transaction_id"])
            }),
            term("-transaction:t-2", |log| {
                log["context"]["transaction_id"] != "t-2"
            }),
            term("from:-1h", |_| true),
            term("-from:-1h", |_| false),
            term("on:2001-02-03", |_| false),
            term("-on:2001-02,2001-03-04", |_| true),
            (
                format!("from:{middle}"),
                Box::new(|log| text(&log["recorded_at"]) >= middle),
            ),
            (
                format!("to:{middle}"),
                Box::new(|log| text(&log["recorded_at"]) <= middle),
            ),
            (
                format!("-from:{middle}"),
                Box::new(|log| text(&log["recorded_at"]) < middle),
            ),
            (
                "revision:2..3".to_owned(),
                Box::new(move |log| (2..=3).contains(&revision(log))),
            ),
            (
                "revision:1,>3".to_owned(),
                Box::new(move |log| revision(log) == 1 || revision(log) > 3),
            ),
            (
                "-revision:1".to_owned(),
                Box::new(move |log| revision(log) != 1),
            ),
            (
                "is:first".to_owned(),
                Box::new(move |log| revision(log) == 1),
            ),
            ("is:unrecorded".to_owned(), Box::new(unrecorded)),
            (
                "-is:unrecorded".to_owned(),
                Box::new(move |log| !unrecorded(log)),
            ),
            (
                "is:first,unrecorded".to_owned(),
                Box::new(move |log| revision(log) == 1 || unrecorded(log)),
            ),
            term("2 alpha", |log| says(log, "alpha 2")),
            term("\"alpha 2\"", |log| holds(log, "alpha 2")),
            term("-alpha", |log| !holds(log, "alpha")),
            term("-\"alpha 2\" -hot", |log| {
                !holds(log, "alpha 2") && !holds(log, "hot")
            }),
            term("\"words, a\"", |log| holds(log, "words, a")),
            term("x:y", |log| holds(log, "x:y")),
            term("foo:bar", |_| false),
            term("12:30", |_| false),
            term("_", |log| holds(log, "_")),
            term("100%", |_| false),
            (
                "mitchell ünal".to_owned(),
                Box::new(move |log| login(log) == "mitchell"),
            ),
        ];
        let check = async |q: &str, wanted: &dyn Fn(&Value) -> bool| {
            let expected: Vec<Value> = all.iter().filter(|log| wanted(log)).cloned().collect();
            let found = found(&crm, q).await;
            assert_eq!(each(&found, "seq"), each(&expected, "seq"), "{q}");
        };
        for (q, wanted) in &terms {
            check(q, wanted).await;
        }
        // Terms of one qualifier widen each other; those of different ones narrow each other.
        let name = |q: &str| {
            q.trim_start_matches('-')
                .split(':')
                .next()
                .unwrap()
                .to_owned()
        };
        for (number, (one, wanted)) in terms.iter().enumerate() {
            for (two, wanted_too) in terms.iter().skip(number + 1).step_by(5) {
                if name(one) != name(two) {
                    let both = |log: &Value| wanted(log) && wanted_too(log);
                    check(&format!("{one} {two}"), &both).await;
                }
            }
        }
        check("user:joel user:marc", &|log| {
            ["joel", "marc"].contains(&login(log).as_str())
        })
        .await;
        check("op:create -op:create", &|_| false).await;
    }
);

both!(
    parameters_and_search_combine_by_and,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let all = tale(&crm).await;
        let count = |wanted: &dyn Fn(&Value) -> bool| all.iter().filter(|log| wanted(log)).count();
        for (query, expected) in [
            ("user=joel&q=user:marc", 0),
            (
                "user=joel&q=user:marc,joel",
                count(&|log| log["user"]["login"] == "joel"),
            ),
            (
                "field=stage&q=-field:n",
                count(&|log| has(log, "stage") && !has(log, "n")),
            ),
            (
                "operation=write&q=op:write,create",
                count(&|log| log["operation"] == "write"),
            ),
            ("model=crm.lead&q=-model:crm.lead", 0),
            ("to=2001-01-01T00:00:00Z&q=from:-1h", 0),
        ] {
            assert_eq!(crm.logs(query).await.len(), expected, "{query}");
        }
    }
);

both!(
    what_is_not_understood_is_told_and_nothing_is_answered,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        tale(&crm).await;
        for (q, code, told) in [
            ("keyboards op:frob", "unknown_value", "13..17"),
            ("from:someday", "malformed", "2026-11-01"),
            ("record:", "empty", "id of the record"),
            ("revision:0", "malformed", "2..4"),
            ("is:odd", "unknown_value", "unrecorded or first"),
            ("user:\"marc", "malformed", "not closed"),
            ("-to:x", "malformed", "yesterday"),
        ] {
            for path in ["/api/v1/logs?", "/api/v1/export?format=csv&"] {
                let answer = crm.get(&format!("{path}q={}", encode_segment(q))).await;
                let answer = answer.problem(422, "invalid_request");
                assert_eq!(answer.faults(), [("/q".to_owned(), code.to_owned())], "{q}");
                assert!(
                    text(&answer.body["errors"][0]["detail"]).contains(told),
                    "{q}"
                );
            }
        }
        let answer = crm.get("/api/v1/logs?q=op:x%20is:y&limit=0").await;
        let pointers: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
        assert_eq!(pointers, ["/limit", "/q", "/q"]);
    }
);

both!(
    a_cursor_belongs_to_the_search_it_was_given_for,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        tale(&crm).await;
        let path = |q: &str| format!("/api/v1/logs?limit=3&q={}", encode_segment(q));
        for q in ["op:create", "op:create from:-7d", "from:yesterday"] {
            let page = crm.read(&path(q)).await;
            let cursor = format!("&cursor={}", text(&page["next_cursor"]));
            crm.read(&format!("{}{cursor}", path(q))).await;
            for other in ["op:write", "op:create from:-8d", "from:today"] {
                let refused = crm.get(&format!("{}{cursor}", path(other))).await;
                refused.problem(400, "invalid_cursor");
            }
        }
    }
);

both!(
    a_search_of_many_words_and_values_is_answered,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(with(
            write("1", json!({ "a": "b" })),
            "record_name",
            json!("a e i o u"),
        ))
        .await;
        let words = "a e i o u ".repeat(49);
        assert_eq!(found(&crm, &words).await.len(), 1);
        let excluded = "-x -y ".repeat(80);
        assert_eq!(found(&crm, &excluded).await.len(), 1);
        let users = format!("-user:{}x", "y,".repeat(240));
        assert_eq!(found(&crm, &users).await.len(), 1);
    }
);
