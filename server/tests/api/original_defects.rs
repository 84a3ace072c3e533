//! Each defect of the module that Revisor begins as, by a test that fails if it comes back.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::{LogQuery, Role, Scope};

use crate::{
    app::{Answer, TestApp},
    matching::{by, rule},
    support::{
        Host, LEAD, changed, create, each, fields, lead_path, list, text, unlink, with, write,
    },
    visibility::person,
};

both!(
    group_filter_decided_by_whoever_came_first,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        rule(&app, json!({ "groups": ["Manager"] })).await;
        for round in 0..3 {
            let id = round.to_string();
            let first = crm
                .one(by(create(&id, json!({ "n": 1 })), "manager", &["Manager"]))
                .await;
            let second = crm
                .one(by(write(&id, json!({ "n": 2 })), "clerk", &["Clerk"]))
                .await;
            let third = crm
                .one(by(write(&id, json!({ "n": 3 })), "manager", &["Manager"]))
                .await;
            assert_eq!(
                each(&[first, second, third], "status"),
                ["recorded", "skipped", "recorded"]
            );
        }
    }
);

both!(the_last_matching_rule_wins, async |app: TestApp| {
    let crm = Host::new(&app, "crm").await;
    let strict = rule(&app, json!({ "groups": ["A"], "log_create": true })).await;
    let loose = rule(
        &app,
        json!({ "groups": ["B"], "log_create": false, "ignored_fields": ["n"] }),
    )
    .await;
    let log = crm
        .log(by(create("1", json!({ "n": 1 })), "x", &["A", "B"]))
        .await;
    assert_eq!(log["rule_ids"], json!([strict]));
    let log = crm
        .log(by(write("1", json!({ "n": 2 })), "x", &["B", "A"]))
        .await;
    let mut ids = [strict, loose];
    ids.sort_by_key(ToString::to_string);
    let mut found = list(&log["rule_ids"]);
    found.sort_by_key(ToString::to_string);
    assert_eq!(found, ids);
    assert_eq!(fields(&log), ["n"]);
});

both!(duplicate_global_rules, async |app: TestApp| {
    Host::new(&app, "crm").await;
    rule(&app, json!({})).await;
    let again = json!({ "name": "again", "host": "crm", "model": LEAD });
    let answer = app.post(app.admin(), "/api/v1/rules", again).await;
    answer.problem(409, "rule_exists");
});

both!(
    view_audit_logs_of_several_lines_shows_only_the_first,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for id in ["1", "2", "3", "4"] {
            crm.log(create(id, json!({ "n": 1 }))).await;
            crm.log(write(id, json!({ "n": 2 }))).await;
        }
        let logs = crm
            .logs("model=crm.lead&record_id=1&record_id=3&record_id=4&order=asc")
            .await;
        assert_eq!(each(&logs, "record_id"), ["1", "1", "3", "3", "4", "4"]);
    }
);

both!(
    a_write_that_changes_nothing_makes_a_log,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", json!({ "n": 1, "name": "a" }))).await;
        assert_eq!(
            crm.one(write("1", json!({ "n": 1.0, "name": "a" }))).await["status"],
            "unchanged"
        );
        assert_eq!(crm.logs("limit=9").await.len(), 1);
    }
);

both!(
    a_refused_delete_leaves_a_false_unlink_log,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", json!({ "n": 1 }))).await;
        let refused = json!([unlink("1"), with(write("2", json!({})), "typo", json!(1))]);
        crm.send(refused).await.problem(422, "invalid_request");
        let used = with(create("9", json!({ "n": 1 })), "id", json!("op-1"));
        crm.log(used).await;
        let conflict = json!([unlink("1"), with(unlink("9"), "id", json!("op-1"))]);
        crm.send(conflict)
            .await
            .problem(409, "idempotency_conflict");
        assert!(crm.logs("operation=unlink").await.is_empty());
        let record = crm.lead("1", "").await;
        assert_eq!(
            (&record["deleted"], &record["revision"]),
            (&json!(false), &json!(1))
        );
        assert_eq!(crm.log(write("1", json!({ "n": 2 }))).await["revision"], 2);
    }
);

both!(
    names_are_resolved_when_viewed_and_lost_with_the_record,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        app.follow("crm", "res.partner").await;
        let on = |operation| with(operation, "model", json!("res.partner"));
        crm.log(on(create("7", json!({ "name": "Delta PC" }))))
            .await;
        let new = json!({ "partner_id": {"id": "7", "name": "Delta PC"}, "name": "Keyboards" });
        let log = crm.log(create("1", new)).await;
        crm.log(on(write("7", json!({ "name": "Renamed" })))).await;
        crm.log(on(unlink("7"))).await;
        crm.log(unlink("1")).await;
        crm.uninstall().await;
        let path = format!("/api/v1/logs/{}", text(&log["id"]));
        let kept = app
            .get(app.admin(), &path)
            .await
            .expect(StatusCode::OK)
            .body;
        assert_eq!(changed(&kept, "partner_id")["new_label"], "Delta PC");
        assert_eq!(kept["record_name"], "Keyboards");
    }
);

both!(
    a_search_for_the_name_of_a_record_is_silently_ignored,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for (id, name) in [("1", "Plan to buy keyboards"), ("2", "Interest in mice")] {
            crm.log(with(
                create(id, json!({ "n": 1 })),
                "record_name",
                json!(name),
            ))
            .await;
        }
        assert_eq!(each(&crm.logs("q=KEYBOARDS").await, "record_id"), ["1"]);
        assert!(crm.logs("q=nothing").await.is_empty());
        let ignored = crm.get("/api/v1/logs?resource_name=keyboards").await;
        assert_eq!(
            ignored.problem(422, "invalid_request").faults()[0].0,
            "/resource_name"
        );
    }
);

both!(
    every_user_reads_everything_passwords_included,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let model = json!({ "fields": [{"name": "password", "sensitive": true}] });
        crm.declare(LEAD, model).await.expect(StatusCode::CREATED);
        crm.log(create("1", json!({ "name": "x", "password": "hunter2" })))
            .await;
        let user = person(Role::User, &["Employees"]);
        let seen = audit::logs::list(&app.audit, &user, &LogQuery::default())
            .await
            .unwrap();
        assert!(seen.items.is_empty());
        let all = app
            .get(app.admin(), "/api/v1/logs")
            .await
            .expect(StatusCode::OK);
        assert!(!all.text.contains("hunter2") && all.text.contains("masked"));
    }
);

both!(administrators_can_forge_logs, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let log = crm.log(create("1", json!({ "n": 1 }))).await;
    let post = app.post(app.admin(), "/api/v1/logs", log).await;
    post.problem(405, "method_not_allowed");
    let forged = with(create("2", json!({ "n": 1 })), "host", json!("crm"));
    let batch = json!({ "operations": [forged] });
    let answer = app.post(app.admin(), "/api/v1/operations", batch).await;
    assert_eq!(
        answer.problem(422, "invalid_request").faults()[0].0,
        "/operations/0/host"
    );
    for member in ["recorded_at", "seq", "revision", "rule_ids", "log_id"] {
        let forged = with(create("2", json!({ "n": 1 })), member, json!(1));
        crm.send(json!([forged]))
            .await
            .problem(422, "invalid_request");
    }
    let key = json!({ "name": "k", "scopes": ["record"] });
    let answer = app
        .post(app.admin(), "/api/v1/hosts/revisor/keys", key)
        .await;
    assert!(answer.status.is_client_error(), "{}", answer.text);
    let batch = json!({ "operations": [create("2", json!({ "n": 1 }))] });
    app.post(app.admin(), "/api/v1/operations", batch).await;
    assert_eq!(each(&crm.logs("limit=9").await, "record_id"), ["1"]);
});

both!(
    removing_a_model_takes_its_logs_along,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let log = crm.log(create("1", json!({ "n": 1 }))).await;
        let all = app.key("crm", &Scope::ALL).await;
        let request = app.with(&all, Method::DELETE, "/api/v1/models/crm.lead");
        Answer::of(request).await.problem(405, "method_not_allowed");
        crm.declare(LEAD, json!({ "fields": [] }))
            .await
            .expect(StatusCode::OK);
        let rules = crm.read("/api/v1/rules").await;
        let rule = format!("/api/v1/rules/{}", text(&rules["items"][0]["id"]));
        let request = app.with(app.admin(), Method::DELETE, &rule);
        Answer::of(request).await.expect(StatusCode::NO_CONTENT);
        assert_eq!(crm.logs("model=crm.lead").await, [log]);
        assert_eq!(crm.lead("1", "").await["values"]["n"], 1);
    }
);

both!(a_user_with_logs_cannot_be_deleted, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    app.follow("crm", "res.users").await;
    let on = |operation| with(operation, "model", json!("res.users"));
    crm.log(on(create("marc", json!({ "login": "marc" }))))
        .await;
    crm.log(by(create("1", json!({ "n": 1 })), "marc", &[]))
        .await;
    let gone = crm.one(by(on(unlink("marc")), "admin", &[])).await;
    assert_eq!(gone["status"], "recorded");
    let logs = crm.logs("user=marc&order=asc").await;
    assert_eq!(each(&logs, "model"), ["res.users", LEAD]);
    assert_eq!(logs[1]["user"]["login"], "marc");
});

both!(
    the_history_of_a_deleted_record_fails,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.record(json!([
            create("1", json!({ "n": 1 })),
            write("1", json!({ "n": 2 })),
            unlink("1")
        ]))
        .await;
        assert_eq!(list(&crm.lead("1", "/revisions").await["items"]).len(), 3);
        for (revision, n) in [(1, 1), (2, 2), (3, 2)] {
            let then = crm.lead("1", &format!("?revision={revision}")).await;
            assert_eq!(then["values"]["n"], n);
        }
        for rest in [
            "",
            "/compare?from=1&to=3",
            "/restore-plan?revision=1",
            "?at=2999-01-01T00:00:00Z",
        ] {
            crm.get(&format!("{}{rest}", lead_path("1")))
                .await
                .expect(StatusCode::OK);
        }
    }
);

both!(
    the_history_of_one_second_is_ambiguous,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let second = json!("2026-11-23T08:15:30Z");
        let batch: Vec<_> = (1..=20)
            .map(|n| with(write("1", json!({ "n": n })), "occurred_at", second.clone()))
            .collect();
        crm.record(json!(batch)).await;
        let logs = list(&crm.lead("1", "/revisions").await["items"]);
        for (log, n) in logs.iter().zip(1..) {
            assert_eq!(
                (&log["revision"], &changed(log, "n")["new"]),
                (&json!(n), &json!(n))
            );
            let by_revision = crm.lead("1", &format!("?revision={n}")).await;
            let by_time = crm
                .lead("1", &format!("?at={}", text(&log["recorded_at"])))
                .await;
            assert_eq!(by_revision["values"]["n"], n, "the state after it, always");
            assert_eq!(by_time, by_revision);
        }
    }
);

both!(
    auditing_itself_changes_the_data_of_the_host,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let values = json!({ "n": 1.50, "t": " x ", "list": [3, 1, 2], "none": null, "on": false });
        let sent: Value =
            serde_json::from_str("{\"n\": 1.50, \"big\": 123456789012345678901}").unwrap();
        crm.log(create("1", values.clone())).await;
        assert_eq!(crm.lead("1", "").await["values"], values);
        crm.log(create("2", sent.clone())).await;
        assert_eq!(
            crm.lead("2", "").await["values"].to_string(),
            json!({ "big": sent["big"], "n": sent["n"] }).to_string()
        );
        let before = crm.logs("limit=9").await;
        for rest in [
            "",
            "/revisions",
            "/compare?from=1&to=1",
            "/restore-plan?revision=1",
        ] {
            crm.get(&format!("{}{rest}", lead_path("1")))
                .await
                .expect(StatusCode::OK);
        }
        assert_eq!(crm.logs("limit=9").await, before, "reading records nothing");
    }
);

both!(
    uninstalling_fails_and_breaks_the_host,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let log = crm.log(create("1", json!({ "n": 1 }))).await;
        crm.uninstall().await;
        let answer = crm.send(json!([write("1", json!({ "n": 2 }))])).await;
        answer.problem(401, "unauthorized");
        let path = format!("/api/v1/logs/{}", text(&log["id"]));
        assert_eq!(app.get(app.admin(), &path).await.body, log);
    }
);

both!(values_are_kept_as_python_text, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let values = json!({
        "true": true, "false": false, "null": null, "int": 7, "float": 7.25, "text": "it's \"quoted\"",
        "list": [1, "two", null, true], "map": {"a": {"b": [false]}}, "looks": "None", "empty": "",
    });
    let log = crm.log(create("1", values.clone())).await;
    for change in list(&log["changes"]) {
        assert_eq!(change["new"], values[text(&change["field"])]);
    }
    assert_eq!(crm.lead("1", "").await["values"], values);
    assert_eq!(crm.lead("1", "?revision=1").await["values"], values);
});

both!(binaries_are_kept_whole, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let model = json!({ "fields": [{"name": "image", "type": "binary"}] });
    crm.declare(LEAD, model).await.expect(StatusCode::CREATED);
    let image = "QUJD".repeat(500_000);
    let log = crm.log(create("1", json!({ "image": image }))).await;
    assert_eq!(changed(&log, "image")["new"]["binary"]["size"], 1_500_000);
    assert!(log.to_string().len() < 2_000);
    let record = crm.lead("1", "").await;
    assert!(
        record.to_string().len() < 2_000
            && record["values"]["image"]["binary"]["sha256"].is_string()
    );
});

both!(
    auditing_makes_a_write_many_times_slower,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let start = Instant::now();
        for round in 0..3 {
            let one = |n: usize| write(&n.to_string(), json!({ "n": round }));
            let batch: Vec<_> = (0..1_000).map(one).collect();
            let results = crm.record(json!(batch)).await;
            assert!(results.iter().all(|result| result["status"] == "recorded"));
        }
        // Hundreds of times what it takes; a transaction for each would show all the same.
        let taken = start.elapsed();
        assert!(taken < Duration::from_mins(1), "{taken:?}");
    }
);
