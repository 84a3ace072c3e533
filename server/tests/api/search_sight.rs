//! Nothing that may not be seen can be told from a search: not by what it finds, counts, groups,
//! suggests, or leaves out.

use std::collections::{BTreeMap, BTreeSet};

use audit::{Principal, logs};
use futures::StreamExt;
use serde_json::json;
use types::{GroupBy, Log, LogQuery, Order, Role, SuggestionKind};

use crate::{
    app::TestApp,
    support::{Host, LEAD, change, create, operation, with},
    visibility::{person, view},
};

/// Two leads that look the same to Sales and differ in what only managers see, and an order that
/// Sales do not see at all.
async fn story(app: &TestApp) -> Host<'_> {
    let crm = Host::crm(app).await;
    app.follow("crm", "sale.order").await;
    let model = json!({ "fields": [
        {"name": "margin", "type": "char", "groups": ["Manager"]},
        {"name": "pin", "type": "char", "sensitive": true},
    ]});
    crm.declare(LEAD, model)
        .await
        .expect(reqwest::StatusCode::CREATED);
    for (id, secret, gap) in [("a", "4711", "was"), ("b", "815", "other")] {
        crm.log(create(id, json!({ "name": "Keyboards", "margin": "was" })))
            .await;
        // Only of the second did something change the hidden field outside the trail.
        let told = change(
            id,
            json!({ "name": "Keyboards", "margin": gap }),
            json!({ "name": "Mice", "margin": secret, "pin": secret }),
        );
        crm.log(told).await;
        crm.log(change(
            id,
            json!({ "name": "Mice" }),
            json!({ "name": "Screens" }),
        ))
        .await;
    }
    let order = with(operation("create", "9"), "model", json!("sale.order"));
    let order = with(order, "user", json!({ "login": "zoe", "name": "Zoe" }));
    crm.log(with(
        order,
        "new",
        json!({ "name": "Order", "discount": 1 }),
    ))
    .await;
    view(app, LEAD, &["Sales", "Manager"]).await;
    crm
}

const SEARCHES: [&str; 24] = [
    "",
    "4711",
    "-4711",
    "815",
    "-815",
    "-was",
    "-other",
    "keyboards -815",
    "mice 4711",
    "field:margin",
    "-field:margin",
    "field:margin,name",
    "field:pin",
    "-field:pin",
    "is:unrecorded",
    "-is:unrecorded",
    "is:unrecorded,first",
    "-is:unrecorded,first",
    "-is:first 815",
    "model:sale.order",
    "-model:sale.order",
    "user:zoe",
    "-user:zoe -keyboards",
    "host:crm order",
];

fn query(q: &str) -> LogQuery {
    LogQuery {
        q: Some(q.to_owned()),
        host: Some("crm".to_owned()),
        ..LogQuery::default()
    }
}

async fn list(app: &TestApp, who: &Principal, q: &str) -> Vec<Log> {
    let page = logs::list(&app.audit, who, &query(q)).await.unwrap();
    assert_eq!(page.next_cursor, None);
    page.items
}

both!(
    records_that_look_the_same_are_found_by_the_same_searches,
    async |app: TestApp| {
        story(&app).await;
        let sales = person(Role::User, &["Sales"]);
        let revisions = |found: &[Log], record: &str| -> Vec<i64> {
            let of = found.iter().filter(|log| log.record_id == record);
            of.map(|log| log.revision).collect()
        };
        for q in SEARCHES {
            let found = list(&app, &sales, q).await;
            assert_eq!(revisions(&found, "a"), revisions(&found, "b"), "{q}");
            assert!(found.iter().all(|log| log.model == LEAD), "{q}");
        }
        assert_eq!(
            list(&app, &sales, "-4711").await.len(),
            6,
            "nothing is left out"
        );
        assert_eq!(list(&app, &sales, "-field:margin").await.len(), 6);
        assert_eq!(list(&app, &sales, "is:unrecorded").await.len(), 0);
        assert_eq!(list(&app, &sales, "-is:unrecorded").await.len(), 6);
        let manager = person(Role::User, &["Manager"]);
        assert_eq!(revisions(&list(&app, &manager, "-815").await, "b"), [3, 1]);
        assert_eq!(
            revisions(&list(&app, &manager, "is:unrecorded").await, "b"),
            [2]
        );
        assert_eq!(list(&app, &manager, "-field:margin").await.len(), 2);
        // A sensitive value is nobody's to find, and its change everybody's.
        let auditor = person(Role::Auditor, &[]);
        assert_eq!(list(&app, &auditor, "field:pin").await.len(), 2);
    }
);

both!(
    what_is_counted_and_grouped_is_what_is_listed,
    async |app: TestApp| {
        story(&app).await;
        for who in [
            person(Role::User, &["Sales"]),
            person(Role::User, &["Manager"]),
            person(Role::User, &["Other"]),
            person(Role::Auditor, &[]),
        ] {
            for q in SEARCHES {
                let found = list(&app, &who, q).await;
                agrees(&app, &who, q, &found).await;
            }
        }
    }
);

async fn agrees(app: &TestApp, who: &Principal, q: &str, found: &[Log]) {
    let (audit, asked) = (&app.audit, query(q));
    let told = format!("{q} {who:?}");
    let counted = logs::count(audit, who, &asked).await.unwrap();
    assert_eq!(
        (counted.count as usize, counted.more),
        (found.len(), false),
        "{told}"
    );

    let exported = audit::export::logs(audit, who, asked.clone())
        .await
        .unwrap();
    let exported: Vec<Log> = exported.map(Result::unwrap).collect().await;
    assert_eq!(exported, found, "{told}");

    let facets = logs::facets(audit, who, &asked).await.unwrap();
    let counts = |facet: &types::Facet| -> BTreeMap<String, u32> {
        assert!(facet.complete && facet.more == 0, "{told}");
        let values = facet.values.iter();
        values
            .map(|value| (value.value.clone(), value.count))
            .collect()
    };
    let tally = |words: Vec<String>| -> BTreeMap<String, u32> {
        let mut tally = BTreeMap::new();
        for word in words {
            *tally.entry(word).or_default() += 1;
        }
        tally
    };
    // A facet that the search asks for itself is counted without it.
    let list = async |name: &str| -> Vec<Log> {
        let kept: Vec<_> = q
            .split(' ')
            .filter(|term| !term.trim_start_matches('-').starts_with(name))
            .collect();
        list(app, who, &kept.join(" ")).await
    };
    let words = |logs: Vec<Log>, word: fn(Log) -> String| logs.into_iter().map(word).collect();
    let users = words(list("user:").await, |log| log.user.login);
    assert_eq!(counts(&facets.users), tally(users), "{told}");
    let models = words(list("model:").await, |log| log.model);
    assert_eq!(counts(&facets.models), tally(models), "{told}");
    let kinds = words(list("op:").await, |log| log.operation.to_string());
    assert_eq!(counts(&facets.operations), tally(kinds), "{told}");
    let days = words(list("on:").await, |log| {
        log.recorded_at.to_string()[..10].to_owned()
    });
    assert_eq!(counts(&facets.days), tally(days), "{told}");
    let fields = list("field:").await.into_iter();
    let fields = fields.flat_map(|log| log.changes.into_iter().map(|change| change.field));
    assert_eq!(counts(&facets.fields), tally(fields.collect()), "{told}");

    for by in GroupBy::ALL {
        let groups = logs::groups(audit, who, &asked, by).await.unwrap();
        assert!(groups.complete && groups.more == 0);
        let mut total = 0;
        for group in &groups.groups {
            let mut one = asked.clone();
            for (qualifier, value) in &group.terms {
                one = one.only(*qualifier, value);
            }
            let logs = logs::list(audit, who, &one).await.unwrap().items;
            assert_eq!(logs.len(), group.count as usize, "{told} {group:?}");
            assert_eq!(logs[0].seq, group.newest_seq, "{told} {group:?}");
            total += logs.len();
        }
        assert_eq!(total, found.len(), "{told} {by:?}");
    }

    let records = logs::records(audit, who, &asked).await.unwrap();
    let expected: BTreeSet<_> = found
        .iter()
        .map(|log| (&log.model, &log.record_id))
        .collect();
    let names: BTreeSet<_> = records
        .records
        .iter()
        .map(|r| (&r.model, &r.record_id))
        .collect();
    assert_eq!((names, records.more), (expected, false), "{told}");
    assert_eq!(records.records.len(), names_of(found), "each once: {told}");

    for (at, log) in found.iter().enumerate() {
        let near = logs::neighbours(audit, who, &log.id, &asked).await.unwrap();
        let older = found.get(at + 1).map(|log| log.id.clone());
        let newer = at.checked_sub(1).map(|at| found[at].id.clone());
        assert_eq!(near, (older, newer), "{told}");
    }
}

fn names_of(found: &[Log]) -> usize {
    let names: BTreeSet<_> = found
        .iter()
        .map(|log| (&log.model, &log.record_id))
        .collect();
    names.len()
}

both!(
    what_is_suggested_is_what_may_be_seen,
    async |app: TestApp| {
        story(&app).await;
        let suggest = async |who: &Principal, text: &str| -> Vec<String> {
            let found = logs::complete(&app.audit, who, text, text.len()).await;
            let found = found.unwrap().into_iter();
            found.map(|suggestion| suggestion.text).collect()
        };
        let sales = person(Role::User, &["Sales"]);
        let manager = person(Role::User, &["Manager"]);
        let auditor = person(Role::Auditor, &[]);
        let nobody = person(Role::User, &[]);
        for (who, text, expected) in [
            (&sales, "model:", vec!["crm.lead"]),
            (&sales, "host:", vec!["crm"]),
            (&sales, "field:", vec!["name", "pin"]),
            (&sales, "field:marg", vec![]),
            (&sales, "user:", vec!["marc"]),
            (&sales, "user:zo", vec![]),
            (&manager, "field:marg", vec!["margin"]),
            (&auditor, "user:zo", vec!["zoe"]),
            (&auditor, "user:Demo", vec!["marc"]),
            (&auditor, "model:sale", vec!["sale.order"]),
            (
                &auditor,
                "model:sale.order field:",
                vec!["discount", "name"],
            ),
            (&auditor, "op:w", vec!["write"]),
            (&auditor, "-op:create,un", vec!["unlink"]),
            (&auditor, "from:y", vec!["yesterday"]),
            (&auditor, "is:", vec!["unrecorded", "first"]),
            (&auditor, "re", vec!["record:", "revision:", "request:"]),
            (&auditor, "x -us", vec!["user:"]),
            (&auditor, "record:", vec![]),
            (&nobody, "model:", vec![]),
            (&nobody, "host:", vec![]),
            (&nobody, "field:", vec![]),
            (&nobody, "user:", vec![]),
        ] {
            assert_eq!(suggest(who, text).await, expected, "{text} {who:?}");
        }
        assert_eq!(suggest(&auditor, "").await.len(), 10);
        let found = logs::complete(&app.audit, &auditor, "a user:ma b", 9)
            .await
            .unwrap();
        assert_eq!(found[0].span.range(), 7..9);
        assert_eq!(found[0].kind, SuggestionKind::Value(types::Qualifier::User));
        assert_eq!(found[0].label, "Marc Demo");
    }
);

both!(
    selected_logs_are_given_in_their_order_without_those_that_are_hidden,
    async |app: TestApp| {
        story(&app).await;
        let everything = list(&app, &person(Role::Auditor, &[]), "").await;
        let mut ids: Vec<String> = everything.iter().map(|log| log.id.clone()).collect();
        ids.reverse();
        ids.push(ids[0].clone());
        ids.push("garbage".to_owned());
        let sales = person(Role::User, &["Sales"]);
        let found = logs::by_ids(&app.audit, &sales, &ids).await.unwrap();
        let asked = LogQuery {
            order: Order::Asc,
            ..query("")
        };
        let listed = logs::list(&app.audit, &sales, &asked).await.unwrap();
        assert_eq!(found, listed.items);
        assert!(found.iter().all(|log| log.model == LEAD));
        let many = vec![ids[0].clone(); logs::MOST_IDS + 1];
        assert!(logs::by_ids(&app.audit, &sales, &many).await.is_err());
    }
);
