//! Figures: the overview, what rules caught, what a rule would have caught, and coverage, all from
//! counts that the recorder keeps.

use audit::{Options, Principal, coverage, overview, rules};
use reqwest::StatusCode;
use serde_json::{Value, json};
use types::{ByOperation, Code, Overview, Role, RuleInput};

use crate::{
    app::TestApp,
    people::signed_in,
    support::{Host, LEAD, Lasting, change, create, text, unlink, with, write},
};

const SYSTEM: &Principal = &Principal::System;

fn counts(create: i64, write: i64, unlink: i64) -> ByOperation {
    ByOperation {
        create,
        write,
        unlink,
    }
}

fn by(user: &str, groups: &[&str], operation: Value) -> Value {
    with(operation, "user", json!({"login": user, "groups": groups}))
}

fn of(model: &str, operation: Value) -> Value {
    with(operation, "model", json!(model))
}

/// Leads and orders are followed, meetings are not: 4 logs of leads, one of which found a change
/// made outside the trail, 2 of orders, 3 operations let go.
async fn story(app: &TestApp) -> Host<'_> {
    let crm = Host::crm(app).await;
    app.follow("crm", "sale.order").await;
    crm.record(json!([
        create("1", json!({"name": "A", "stage": "new"})),
        by("nadia", &["Sales"], write("1", json!({"stage": "won"}))),
        change("1", json!({"stage": "lost"}), json!({"stage": "new"})),
        unlink("1"),
        of("sale.order", create("7", json!({"name": "S7"}))),
        of(
            "sale.order",
            by("nadia", &["Sales"], write("7", json!({"name": "S8"})))
        ),
        of("sale.order", write("7", json!({"name": "S8"}))),
        of("calendar.event", create("1", json!({"name": "Lunch"}))),
        of("calendar.event", create("2", json!({"name": "Dinner"}))),
        of("calendar.event", unlink("1")),
    ]))
    .await;
    crm
}

async fn of_host(app: &TestApp, who: &Principal) -> Overview {
    overview::get(&app.audit, who, 7).await.unwrap()
}

both!(
    the_overview_counts_the_logs_of_each_day_model_and_user,
    async |app: TestApp| {
        let crm = story(&app).await;
        let key = audit::keys::authenticate(&app.audit, &crm.key)
            .await
            .unwrap();
        let seen = of_host(&app, &key).await;
        assert_eq!(seen.logs, counts(2, 3, 1));
        assert_eq!(seen.unrecorded, 1, "one log found another stage");
        assert_eq!(seen.days.len(), 7, "days without a log are days, too");
        assert!(seen.days.windows(2).all(|pair| pair[0].day < pair[1].day));
        let today = seen.days.last().unwrap();
        assert_eq!((today.logs, today.unrecorded), (counts(2, 3, 1), 1));
        let models: Vec<_> = seen
            .models
            .iter()
            .map(|model| (model.model.as_str(), model.logs, model.unrecorded))
            .collect();
        assert_eq!(
            models,
            [
                (LEAD, counts(1, 2, 1), 1),
                ("sale.order", counts(1, 1, 0), 0)
            ]
        );
        let last = crm.logs("model=crm.lead&limit=1").await.remove(0);
        let last_at = seen.models[0].last_at.unwrap().to_string();
        assert_eq!(text(&last["recorded_at"]), last_at);
        let users: Vec<_> = seen
            .users
            .iter()
            .map(|user| (user.login.as_str(), user.logs))
            .collect();
        assert_eq!(
            users,
            [("marc", counts(2, 1, 1)), ("nadia", counts(0, 2, 0))]
        );

        crm.one(write("2", json!({"stage": "new"}))).await;
        assert_eq!(of_host(&app, &key).await.logs, counts(2, 4, 1));
        let last = overview::last_operations(&app.audit, &key).await.unwrap();
        let named: Vec<_> = last.keys().map(|(_, model)| model.as_str()).collect();
        assert_eq!(named, [LEAD, "sale.order"], "of meetings there is no log");
    }
);

both!(
    who_sees_a_choice_of_models_sees_the_figures_of_these,
    async |app: TestApp| {
        story(&app).await;
        let viewers = types::ViewersInput {
            groups: vec!["Sales".to_owned()],
        };
        audit::models::set_viewers(&app.audit, SYSTEM, Some("crm"), LEAD, viewers)
            .await
            .unwrap();
        let sales = signed_in(&app, "sam", Role::User, &["Sales"]).await;
        let seen = of_host(&app, &sales).await;
        assert_eq!(seen.logs, counts(1, 2, 1));
        assert_eq!(seen.models.len(), 1);
        let logs: i64 = seen.users.iter().map(|user| user.logs.total()).sum();
        assert_eq!(
            logs, 4,
            "what users did to other models is not theirs to see"
        );
        let nobody = signed_in(&app, "eve", Role::User, &["Other"]).await;
        let seen = of_host(&app, &nobody).await;
        assert_eq!(seen.logs, counts(0, 0, 0));
        assert!(seen.models.is_empty() && seen.users.is_empty());
        let last = overview::last_operations(&app.audit, &nobody).await;
        assert!(last.unwrap().is_empty());

        let everything = of_host(&app, &signed_in(&app, "aud", Role::Auditor, &[]).await).await;
        let own = everything.models.iter().filter(|m| m.host == "revisor");
        assert!(own.count() > 0, "Revisor's own deeds are counted as well");
        let refused = coverage::list(&app.audit, &sales, 7).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        let refused = rules::caught(&app.audit, &sales, 7).await.unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
    }
);

both!(
    what_no_rule_asked_for_is_counted_by_model_until_a_rule_does,
    async |app: TestApp| {
        let crm = story(&app).await;
        // A rule that follows a part: creations by managers only.
        let part = json!({"name": "Part", "host": "crm", "model": "calendar.event",
            "log_create": true, "log_write": false, "log_unlink": false, "groups": ["Boss"]});
        let part = RuleInput::read(part).unwrap();
        rules::create(&app.audit, SYSTEM, part).await.unwrap();
        let auditor = signed_in(&app, "aud", Role::Auditor, &[]).await;
        let list = coverage::list(&app.audit, &auditor, 7).await.unwrap();
        assert_eq!(list.len(), 1, "{list:?}");
        let meetings = &list[0];
        assert_eq!(
            (meetings.host.as_str(), meetings.model.as_str()),
            ("crm", "calendar.event")
        );
        assert_eq!(meetings.label, "Calendar event");
        assert_eq!(meetings.let_go, counts(2, 0, 1));
        assert!(meetings.first_at <= meetings.last_at);
        let named: Vec<_> = meetings.rules.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(named, ["Part"]);

        let boss = by("ada", &["Boss"], create("3", json!({"name": "Board"})));
        let recorded = crm.one(of("calendar.event", boss)).await;
        assert_eq!(recorded["status"], "recorded");
        crm.one(of("calendar.event", write("2", json!({"name": "Tea"}))))
            .await;
        let list = coverage::list(&app.audit, SYSTEM, 1).await.unwrap();
        assert_eq!(list[0].let_go, counts(2, 1, 1), "the board's is recorded");

        crm.uninstall().await;
        let list = coverage::list(&app.audit, SYSTEM, 7).await.unwrap();
        assert!(list.is_empty(), "nobody makes a rule for a host that ended");
    }
);

both!(
    a_batch_that_is_refused_counts_nothing,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let first = with(write("1", json!({"a": 1})), "id", json!("op"));
        crm.one(first).await;
        let again = with(write("1", json!({"a": 2})), "id", json!("op"));
        let meeting = of("calendar.event", create("1", json!({})));
        let answer = crm
            .send(json!([meeting, write("2", json!({"a": 1})), again]))
            .await;
        answer.problem(409, "idempotency_conflict");
        assert!(
            coverage::list(&app.audit, SYSTEM, 7)
                .await
                .unwrap()
                .is_empty()
        );
        let key = audit::keys::authenticate(&app.audit, &crm.key)
            .await
            .unwrap();
        assert_eq!(of_host(&app, &key).await.logs, counts(0, 1, 0));
    }
);

both!(
    each_rule_tells_what_it_caught_to_those_who_see_it,
    async |app: TestApp| {
        let crm = story(&app).await;
        let other = Host::new(&app, "erp").await;
        app.follow("erp", LEAD).await;
        other.one(write("1", json!({"a": 1}))).await;
        let list = rules::list(&app.audit, SYSTEM, &types::RuleQuery::default())
            .await
            .unwrap();
        let id = |host: &str, model: &str| {
            let mut of = list.items.iter();
            let rule = of.find(|rule| rule.host == host && rule.model == model);
            rule.unwrap().id.clone()
        };
        let (leads, orders) = (id("crm", LEAD), id("crm", "sale.order"));
        let all = rules::caught(&app.audit, SYSTEM, 7).await.unwrap();
        let expected = [
            (leads.clone(), 4),
            (orders.clone(), 2),
            (id("erp", LEAD), 1),
        ];
        assert_eq!(all, expected.into());
        let key = audit::keys::authenticate(&app.audit, &crm.key)
            .await
            .unwrap();
        let own = rules::caught(&app.audit, &key, 7).await.unwrap();
        assert_eq!(own, [(leads.clone(), 4), (orders.clone(), 2)].into());
        rules::delete(&app.audit, SYSTEM, &orders).await.unwrap();
        let own = rules::caught(&app.audit, &key, 7).await.unwrap();
        assert_eq!(own, [(leads, 4)].into());
    }
);

both!(
    a_rule_is_tried_on_the_last_operations_before_it_is_made,
    async |app: TestApp| {
        story(&app).await;
        let rule = |rest: Value| {
            let mut rule = json!({"name": "Try", "host": "crm", "model": "calendar.event"});
            for (name, value) in rest.as_object().unwrap() {
                rule[name] = value.clone();
            }
            RuleInput::read(rule).unwrap()
        };
        let tried = async |rest: Value| {
            let input = rule(rest);
            rules::preview(&app.audit, SYSTEM, input).await.unwrap()
        };
        let default = tried(json!({})).await;
        assert_eq!(default.counted, 9, "what changed nothing is not counted");
        assert_eq!(default.by_operation, counts(0, 0, 1));
        assert!(default.since.is_some());
        let all = tried(json!({"log_create": true, "active": false})).await;
        assert_eq!((all.caught, all.recorded_already), (3, 0));
        let leads = tried(json!({"model": LEAD, "log_create": true})).await;
        assert_eq!((leads.caught, leads.recorded_already), (4, 4));
        let sales = tried(json!({"model": LEAD, "groups": ["Sales"]})).await;
        assert_eq!(sales.by_operation, counts(0, 1, 0));
        let not_marc = tried(json!({"model": LEAD, "excluded_users": ["marc"]})).await;
        assert_eq!(not_marc.by_operation, counts(0, 1, 0));
        let unknown = tried(json!({"model": "res.unknown"})).await;
        assert_eq!((unknown.counted, unknown.caught), (9, 0));

        let elsewhere = rule(json!({"host": "nowhere"}));
        let refused = rules::preview(&app.audit, SYSTEM, elsewhere).await;
        assert_eq!(refused.unwrap_err().code(), Code::Invalid);
        let auditor = signed_in(&app, "aud", Role::Auditor, &[]).await;
        let refused = rules::preview(&app.audit, &auditor, rule(json!({}))).await;
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
    }
);

both!(
    of_very_many_operations_a_rule_is_tried_on_the_last_thousand,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let meetings = |from: usize, to: usize| -> Vec<Value> {
            let each = |n: usize| of("calendar.event", create(&n.to_string(), json!({})));
            (from..to).map(each).collect()
        };
        crm.record(json!(meetings(0, 700))).await;
        for n in 0..5 {
            crm.one(create(&n.to_string(), json!({"n": n}))).await;
        }
        crm.record(json!(meetings(700, 1_500))).await;
        let rule = json!({"name": "Try", "host": "crm", "model": LEAD, "log_create": true});
        let preview = rules::preview(&app.audit, SYSTEM, RuleInput::read(rule).unwrap())
            .await
            .unwrap();
        assert_eq!((preview.counted, preview.caught), (1_000, 5));
        crm.record(json!(meetings(1_500, 2_300))).await;
        let rule = json!({"name": "Try", "host": "crm", "model": LEAD, "log_create": true});
        let preview = rules::preview(&app.audit, SYSTEM, RuleInput::read(rule).unwrap())
            .await
            .unwrap();
        assert_eq!((preview.counted, preview.caught), (1_000, 0));
        let list = coverage::list(&app.audit, SYSTEM, 7).await.unwrap();
        assert_eq!(list[0].let_go, counts(2_300, 0, 0), "all were counted");
    }
);

both!(
    callers_at_once_lose_no_count_and_block_each_other_not,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        app.follow("crm", "sale.order").await;
        let caller = async |caller: usize| {
            for n in 0..8 {
                let id = format!("{caller}.{n}");
                let lead = create(&id, json!({"n": n}));
                let order = of("sale.order", create(&id, json!({"n": n})));
                let meeting = of("calendar.event", create(&id, json!({})));
                let mut batch = vec![lead, order, meeting];
                batch.rotate_left((caller + n) % 3);
                let answer = crm.send(json!(batch)).await;
                answer.expect(StatusCode::OK);
            }
        };
        futures::future::join_all((0..6).map(caller)).await;
        let key = audit::keys::authenticate(&app.audit, &crm.key)
            .await
            .unwrap();
        assert_eq!(of_host(&app, &key).await.logs, counts(96, 0, 0));
        let list = coverage::list(&app.audit, SYSTEM, 7).await.unwrap();
        assert_eq!(list[0].let_go, counts(48, 0, 0));
    }
);

both_lasting!(two_servers_count_together, async |lasting: Lasting| {
    let here = lasting.serve(Options::default()).await;
    here.follow().await;
    let there = lasting.serve(Options::default()).await;
    let send = async |server: &crate::support::Served, name: &str| {
        for n in 0..10 {
            let id = format!("{name}{n}");
            let meeting = of("calendar.event", create(&id, json!({})));
            let answer = server
                .send(json!([meeting, create(&id, json!({"n": n}))]))
                .await;
            answer.expect(StatusCode::OK);
        }
    };
    futures::future::join(send(&here, "a"), send(&there, "b")).await;
    let key = audit::keys::authenticate(&here.audit, &here.key)
        .await
        .unwrap();
    let seen = overview::get(&here.audit, &key, 1).await.unwrap();
    assert_eq!(seen.models[0].logs, counts(20, 0, 0));
    let list = coverage::list(&there.audit, SYSTEM, 1).await.unwrap();
    assert_eq!(list[0].let_go, counts(20, 0, 0));
    here.stop().await;
    there.stop().await;
});

both_lasting!(
    logs_of_before_the_counts_are_counted_by_the_migration,
    async |lasting: Lasting| {
        let server = lasting.serve(Options::default()).await;
        server.follow().await;
        let batch = json!([
            create("1", json!({"stage": "new"})),
            change("1", json!({"stage": "won"}), json!({"stage": "lost"})),
            with(unlink("1"), "user", json!({"login": "nadia"})),
        ]);
        server.send(batch).await.expect(StatusCode::OK);
        let figures = async |audit: &audit::Audit| {
            let seen = overview::get(audit, SYSTEM, 3).await.unwrap();
            let caught = rules::caught(audit, SYSTEM, 3).await.unwrap();
            (seen.logs, seen.unrecorded, seen.users, caught)
        };
        let before = figures(&server.audit).await;
        assert_eq!(before.1, 1);
        assert_eq!(before.3.values().copied().collect::<Vec<_>>(), [3]);
        server.stop().await;
        migration::down(&lasting.url, 1).await.unwrap();
        migration::up(&lasting.url).await.unwrap();
        let audit = audit::Audit::open(&lasting.url, Options::default())
            .await
            .unwrap();
        assert_eq!(figures(&audit).await, before);
        audit.close().await;
    }
);
