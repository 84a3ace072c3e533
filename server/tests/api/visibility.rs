//! Who sees what: people see the models their groups may view, without the fields of other groups.
//!
//! Pages ask the core as these tests do; the API's keys see their whole host.

use audit::{Principal, records::RecordKey};
use futures::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::{Code, LogQuery, RecordQuery, Role};

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, create, operation, with, write},
};

/// Somebody with this role, in these groups.
pub(crate) fn person(role: Role, groups: &[&str]) -> Principal {
    Principal::User {
        id: uuid::Uuid::nil().to_string(),
        login: "ann".to_owned(),
        name: "Ann".to_owned(),
        role,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
    }
}

pub(crate) async fn view(app: &TestApp, model: &str, groups: &[&str]) {
    let path = format!("/api/v1/models/{model}/viewers");
    let request = app.with(app.admin(), Method::PUT, &path);
    let answer = Answer::of(request.json(&json!({ "groups": groups }))).await;
    answer.expect(StatusCode::OK);
}

/// A lead with a margin for managers, and an order that nobody but auditors may see.
pub(crate) async fn story(app: &TestApp) -> Host<'_> {
    let crm = Host::crm(app).await;
    app.follow("crm", "sale.order").await;
    let model = json!({ "fields": [{"name": "margin", "type": "float", "groups": ["Manager"]}] });
    crm.declare(LEAD, model).await.expect(StatusCode::CREATED);
    crm.log(create(
        "1",
        json!({ "name": "Keyboards", "margin": 4711.5 }),
    ))
    .await;
    crm.log(write("1", json!({ "margin": 815.25, "name": "Mice" })))
        .await;
    crm.log(write("1", json!({ "margin": 333.75 }))).await;
    let order = with(operation("create", "9"), "model", json!("sale.order"));
    crm.log(with(order, "new", json!({ "name": "Order of Delta" })))
        .await;
    view(app, LEAD, &["Sales", "Manager"]).await;
    crm
}

async fn logs(app: &TestApp, who: &Principal, query: &str) -> Vec<Value> {
    let query = LogQuery::parse(query).unwrap();
    let page = audit::logs::list(&app.audit, who, &query).await.unwrap();
    let export = audit::export::logs(&app.audit, who, query.clone())
        .await
        .unwrap();
    let exported: Vec<_> = export.map(Result::unwrap).collect().await;
    assert_eq!(exported, page.items, "an export holds what the list shows");
    page.items
        .iter()
        .map(|log| serde_json::to_value(log).unwrap())
        .collect()
}

both!(
    a_person_sees_the_models_that_a_group_of_theirs_may_view,
    async |app: TestApp| {
        story(&app).await;
        for (who, count) in [
            (person(Role::Administrator, &[]), 4),
            (person(Role::Auditor, &[]), 4),
            (person(Role::User, &["Sales"]), 3),
            (person(Role::User, &["Manager", "Other"]), 3),
            (person(Role::User, &["Other"]), 0),
            (person(Role::User, &[]), 0),
        ] {
            assert_eq!(logs(&app, &who, "host=crm").await.len(), count, "{who:?}");
        }
        let sales = person(Role::User, &["Sales"]);
        assert!(logs(&app, &sales, "q=Delta").await.is_empty());
        assert!(logs(&app, &sales, "model=sale.order").await.is_empty());
        assert!(logs(&app, &sales, "host=revisor").await.is_empty());
        let models = audit::models::list(&app.audit, &sales, None).await.unwrap();
        assert_eq!(models.len(), 1);
        let order = logs(&app, &person(Role::Auditor, &[]), "model=sale.order").await;
        let id = order[0]["id"].as_str().unwrap();
        let refused = audit::logs::get(&app.audit, &sales, id).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
        let key = RecordKey {
            host: None,
            model: "sale.order",
            record_id: "9",
        };
        let refused = audit::records::revisions(&app.audit, &sales, key, None, 50).await;
        assert_eq!(refused.unwrap_err().code(), Code::NotFound);
        let query = RecordQuery::parse("model=sale.order").unwrap();
        let rows = audit::records::list(&app.audit, &sales, &query)
            .await
            .unwrap();
        assert!(rows.items.is_empty());
    }
);

both!(
    the_values_of_a_field_are_seen_by_its_groups_alone,
    async |app: TestApp| {
        let crm = story(&app).await;
        let sales = person(Role::User, &["Sales"]);
        let manager = person(Role::User, &["Manager"]);
        let key = RecordKey {
            host: None,
            model: LEAD,
            record_id: "1",
        };
        for (who, sees) in [
            (&sales, false),
            (&manager, true),
            (&person(Role::Auditor, &[]), true),
        ] {
            let mut told = json!(logs(&app, who, "model=crm.lead").await).to_string();
            let add = |told: &mut String, value: Value| told.push_str(&value.to_string());
            for moment in [
                audit::records::Moment::Latest,
                audit::records::Moment::Revision(1),
            ] {
                let record = audit::records::get(&app.audit, who, key, moment)
                    .await
                    .unwrap();
                add(&mut told, json!(record));
            }
            let page = audit::records::revisions(&app.audit, who, key, None, 50)
                .await
                .unwrap();
            assert_eq!(page.items.len(), 3);
            add(&mut told, json!(page));
            let compared = audit::records::compare(&app.audit, who, key, 1, 3)
                .await
                .unwrap();
            add(&mut told, json!(compared));
            let plan = audit::records::restore_plan(&app.audit, who, key, 1)
                .await
                .unwrap();
            add(&mut told, json!(plan));
            let query = RecordQuery::parse("model=crm.lead").unwrap();
            let rows = audit::records::list(&app.audit, who, &query).await.unwrap();
            add(&mut told, json!(rows));
            for value in ["4711.5", "815.25", "333.75", "margin"] {
                assert_eq!(told.contains(value), sees, "{value} {who:?} {told}");
            }
            assert!(told.contains("Keyboards"));
            for (query, count) in [
                ("field=margin", 3),
                ("q=4711.5", 2),
                ("q=815.25", 2),
                ("field=margin&q=keyboards", 2),
            ] {
                let found = logs(&app, who, query).await.len();
                assert_eq!(found, if sees { count } else { 0 }, "{query} {who:?}");
            }
            let found = RecordQuery::parse("model=crm.lead&q=333.75").unwrap();
            let found = audit::records::list(&app.audit, who, &found).await.unwrap();
            assert_eq!(found.items.len(), usize::from(sees));
            let model = audit::models::get(&app.audit, who, None, LEAD)
                .await
                .unwrap();
            assert_eq!(
                model.fields.iter().any(|field| field.name == "margin"),
                sees
            );
        }
        let own = crm.lead("1", "").await;
        assert_eq!(
            own["values"]["margin"], 333.75,
            "a host sees its own values"
        );
    }
);

both!(
    pages_of_what_a_search_may_not_find_are_not_short,
    async |app: TestApp| {
        let crm = story(&app).await;
        let batch: Vec<_> = (0..120)
            .map(|n| {
                let secret = if n % 3 == 0 { "name" } else { "margin" };
                create(&format!("p{n}"), json!({ secret: format!("needle {n}") }))
            })
            .collect();
        crm.record(json!(batch)).await;
        let sales = person(Role::User, &["Sales"]);
        let (mut found, mut cursor) = (0, None);
        loop {
            let query = LogQuery {
                cursor,
                ..LogQuery::parse("q=needle&limit=7").unwrap()
            };
            let page = audit::logs::list(&app.audit, &sales, &query).await.unwrap();
            found += page.items.len();
            cursor = page.next_cursor;
            assert!(cursor.is_none() || page.items.len() == 7);
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, 40);
    }
);

both!(only_administrators_change_anything, async |app: TestApp| {
    story(&app).await;
    for who in [person(Role::Auditor, &[]), person(Role::User, &["Sales"])] {
        let rule = json!({ "name": "r", "host": "crm", "model": "m" });
        let rule = types::RuleInput::read(rule).unwrap();
        let refused = audit::rules::create(&app.audit, &who, rule)
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        let refused = audit::hosts::end(&app.audit, &who, "crm")
            .await
            .unwrap_err();
        assert_eq!(refused.code(), Code::Forbidden);
        let groups = types::ViewersInput {
            groups: vec!["Sales".to_owned()],
        };
        let refused = audit::models::set_viewers(&app.audit, &who, None, LEAD, groups).await;
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
    }
    let key = app
        .key("crm", &[types::Scope::Record, types::Scope::Read])
        .await;
    let request = app.with(&key, Method::PUT, "/api/v1/models/crm.lead/viewers");
    let answer = Answer::of(request.json(&json!({ "groups": [] }))).await;
    answer.problem(403, "forbidden");
});
