//! Matching: which operations of which users the rules ask for.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    support::{
        Host, LEAD, change, create, each, fields, list, operation, text, unlink, with, write,
    },
};

/// Makes a rule for leads with these members besides; its id.
pub(crate) async fn rule(app: &TestApp, members: Value) -> Value {
    let mut body = json!({ "name": "rule", "host": "crm", "model": LEAD, "log_create": true });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = app.post(app.admin(), "/api/v1/rules", body).await;
    made.expect(StatusCode::CREATED).body["id"].clone()
}

/// The operation, of another user.
pub(crate) fn by(operation: Value, login: &str, groups: &[&str]) -> Value {
    with(
        operation,
        "user",
        json!({ "login": login, "groups": groups }),
    )
}

fn skipped() -> Value {
    json!({ "status": "skipped", "reason": "no_rule" })
}

both!(
    without_a_rule_nothing_is_recorded_and_nothing_known,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let new = || json!({ "name": "x" });
        let results = crm
            .record(json!([create("1", new()), write("1", new()), unlink("1")]))
            .await;
        assert_eq!(results, [skipped(), skipped(), skipped()]);
        assert!(crm.logs("limit=1").await.is_empty());
        crm.get("/api/v1/records/crm.lead/1")
            .await
            .problem(404, "not_found");
        let records = crm.read("/api/v1/records?model=crm.lead").await;
        assert_eq!(records["items"], json!([]));
    }
);

both!(
    a_rule_follows_the_operations_it_ticks,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        for (number, ticks) in [
            [true, false, false],
            [false, true, false],
            [false, false, true],
            [true, false, true],
        ]
        .into_iter()
        .enumerate()
        {
            let model = format!("m{number}");
            let members = json!({
                "model": model, "log_create": ticks[0], "log_write": ticks[1], "log_unlink": ticks[2],
            });
            rule(&app, members).await;
            let on = |operation| with(operation, "model", json!(model));
            let results = crm
                .record(json!([
                    on(create("1", json!({ "name": "a" }))),
                    on(write("1", json!({ "name": "b" }))),
                    on(unlink("1")),
                ]))
                .await;
            for (result, ticked) in results.iter().zip(ticks) {
                let status = if ticked { "recorded" } else { "skipped" };
                assert_eq!(result["status"], status, "{model} {results:?}");
            }
        }
    }
);

both!(
    a_rule_with_groups_follows_users_who_are_in_one_of_them,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        rule(&app, json!({ "groups": ["Manager", "Audited"] })).await;
        let cases: [(&str, &[&str], &str); 6] = [
            ("a", &["Manager"], "recorded"),
            ("b", &["Other", "Audited"], "recorded"),
            ("c", &["Other"], "skipped"),
            ("d", &[], "skipped"),
            ("e", &["manager"], "skipped"),
            ("a", &[], "skipped"),
        ];
        for (number, (login, groups, status)) in cases.into_iter().enumerate() {
            let new = json!({ "number": number + 1 });
            let result = crm.one(by(write("1", new), login, groups)).await;
            assert_eq!(result["status"], status, "{login} {groups:?}");
        }
        let no_groups = with(
            write("1", json!({ "number": 9 })),
            "user",
            json!({ "login": "f" }),
        );
        assert_eq!(crm.one(no_groups).await, skipped());
        assert_eq!(each(&crm.logs("order=asc").await, "revision"), [1, 2]);
    }
);

both!(
    excluded_users_are_followed_by_other_rules_only,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let all = rule(&app, json!({ "excluded_users": ["cron", "sync"] })).await;
        let result = crm
            .one(by(write("1", json!({ "a": 1 })), "cron", &[]))
            .await;
        assert_eq!(result, skipped());
        let log = crm
            .log(by(write("1", json!({ "a": 2 })), "marc", &["Robots"]))
            .await;
        assert_eq!(log["rule_ids"], json!([all]));
        let robots = rule(&app, json!({ "groups": ["Robots"] })).await;
        let log = crm
            .log(by(write("1", json!({ "a": 3 })), "cron", &["Robots"]))
            .await;
        assert_eq!(log["rule_ids"], json!([robots]));
        let log = crm
            .log(by(write("1", json!({ "a": 4 })), "marc", &["Robots"]))
            .await;
        let mut ids: Vec<_> = list(&log["rule_ids"]).iter().map(text).collect();
        let mut both = [text(&all), text(&robots)];
        ids.sort();
        both.sort();
        assert_eq!(ids, both, "recorded once, by both rules");
        assert_eq!(crm.logs("limit=9").await.len(), 3);
    }
);

both!(
    a_field_is_left_out_only_if_every_matching_rule_ignores_it,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        rule(&app, json!({ "ignored_fields": ["a", "b"] })).await;
        rule(
            &app,
            json!({ "groups": ["G"], "ignored_fields": ["b", "c"] }),
        )
        .await;
        let new = |n: i32| json!({ "a": n, "b": n, "c": n, "d": n });

        let log = crm.log(by(create("1", new(1)), "x", &[])).await;
        assert_eq!(fields(&log), ["c", "d"]);
        let log = crm.log(by(write("1", new(2)), "x", &["G"])).await;
        assert_eq!(fields(&log), ["a", "c", "d"]);
        for id in ["1", "2"] {
            assert!(
                !crm.logs(&format!("record_id={id}"))
                    .await
                    .iter()
                    .any(|log| fields(log).contains(&"b".to_owned()))
            );
        }
        let only_ignored = crm
            .one(by(write("1", json!({ "b": 9 })), "x", &["G"]))
            .await;
        assert_eq!(only_ignored, json!({ "status": "unchanged" }));
        let values = crm.lead("1", "").await["values"].clone();
        assert_eq!(values, json!({ "a": 2, "c": 2, "d": 2 }));
        assert!(crm.logs("field=b").await.is_empty());

        let gone = crm
            .log(by(with(unlink("1"), "old", new(2)), "x", &["G"]))
            .await;
        assert_eq!(fields(&gone), ["a", "c", "d"]);
    }
);

both!(
    a_field_that_its_model_ignores_is_in_no_log,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let model =
            json!({ "fields": [{"name": "write_date", "type": "datetime", "ignored": true}] });
        crm.declare(LEAD, model).await.expect(StatusCode::CREATED);
        let day = |day: i32| format!("2026-11-{day}T00:00:00Z");
        let log = crm
            .log(create("1", json!({ "name": "a", "write_date": day(10) })))
            .await;
        assert_eq!(fields(&log), ["name"]);
        let result = crm
            .one(change(
                "1",
                json!({ "write_date": day(10) }),
                json!({ "write_date": day(11) }),
            ))
            .await;
        assert_eq!(result, json!({ "status": "unchanged" }));
        let log = crm
            .log(write("1", json!({ "name": "b", "write_date": day(12) })))
            .await;
        assert_eq!(fields(&log), ["name"]);
        assert!(!log.to_string().contains("write_date"));
        let gone = crm
            .log(with(
                unlink("1"),
                "old",
                json!({ "name": "b", "write_date": day(13) }),
            ))
            .await;
        assert_eq!(fields(&gone), ["name"]);
        let record = crm.lead("1", "").await;
        assert!(record["values"].get("write_date").is_none(), "{record}");
        assert_eq!(crm.logs("limit=9").await.len(), 3);
    }
);

both!(
    a_rule_may_ask_for_a_reason_and_is_told_where_it_is_missing,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        rule(&app, json!({ "require_reason": true })).await;
        let reason =
            |operation, reason: &str| with(operation, "context", json!({ "reason": reason }));
        let new = json!({ "name": "x" });
        let batch = json!([
            reason(create("1", new.clone()), "asked by the customer"),
            create("2", new.clone()),
            with(create("3", new.clone()), "model", json!("not.followed")),
            reason(create("4", new.clone()), "   "),
            with(
                create("5", new.clone()),
                "context",
                json!({ "ip": "203.0.113.7" })
            ),
        ]);
        let answer = crm.send(batch).await.problem(422, "reason_required");
        let expected = [1, 3, 4].map(|index| {
            (
                format!("/operations/{index}/context/reason"),
                "reason_required".to_owned(),
            )
        });
        assert_eq!(answer.faults(), expected);
        assert!(crm.logs("limit=9").await.is_empty(), "nothing of the batch");

        let log = crm
            .log(reason(create("1", new.clone()), "asked by the customer"))
            .await;
        assert_eq!(log["context"]["reason"], "asked by the customer");
        let lines = format!(
            "{}\n{}\n",
            create("2", new.clone()),
            reason(create("3", new), "why")
        );
        let results = crm.lines(lines).await;
        assert_eq!(results[0]["status"], "invalid");
        assert_eq!(results[0]["errors"][0]["code"], "reason_required");
        assert_eq!(results[0]["errors"][0]["pointer"], "/context/reason");
        assert_eq!(results[1]["status"], "recorded");
    }
);

both!(
    a_reason_is_asked_for_if_one_of_the_matching_rules_asks,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        rule(&app, json!({})).await;
        rule(
            &app,
            json!({ "groups": ["G"], "require_reason": true, "log_write": false }),
        )
        .await;
        let new = || json!({ "name": "x" });
        crm.log(by(create("1", new()), "marc", &["Other"])).await;
        let refused = crm
            .send(json!([by(create("2", new()), "marc", &["G"])]))
            .await;
        refused.problem(422, "reason_required");
        crm.log(by(write("1", json!({ "name": "y" })), "marc", &["G"]))
            .await;
    }
);

both!(
    a_retry_of_what_is_recorded_needs_no_reason_that_was_not_asked_for_then,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let id = rule(&app, json!({})).await;
        let operation = with(create("1", json!({ "name": "x" })), "id", json!("op-1"));
        let first = crm.one(operation.clone()).await;
        let path = format!("/api/v1/rules/{}", text(&id));
        let request = app.with(app.admin(), reqwest::Method::PATCH, &path);
        let request = request.json(&json!({ "require_reason": true }));
        crate::app::Answer::of(request).await.expect(StatusCode::OK);
        let again = crm.one(operation).await;
        assert_eq!(
            again,
            json!({ "status": "duplicate", "log_id": first["log_id"] })
        );
    }
);

both!(
    the_order_in_which_users_come_decides_nothing,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        rule(&app, json!({ "groups": ["Manager"] })).await;
        for round in 0..3 {
            let write = |n: i32| operation_of(round * 2 + n);
            let outside = crm.one(by(write(0), "joel", &["Other"])).await;
            let inside = crm.one(by(write(1), "marc", &["Manager"])).await;
            assert_eq!(outside["status"], "skipped");
            assert_eq!(inside["status"], "recorded");
        }
    }
);

fn operation_of(number: i32) -> Value {
    with(operation("write", "1"), "new", json!({ "number": number }))
}
