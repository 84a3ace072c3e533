//! What nobody follows costs nothing; while that is not sure, everything is recorded.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use revisor_host::{Delivery, FieldType, Rule, Trail};
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde_json::json;

use crate::entities::{company, contact, contact::named};
use crate::everywhere;
use crate::host::{Host, by_marc, deliver, until};
use crate::recorder::Recorder;

everywhere!(
    only_what_a_rule_asks_for_is_written_to_the_outbox,
    what_nobody_follows_costs_no_statement_more,
    models_are_declared_to_the_server,
);

fn rule(change: serde_json::Value) -> Rule {
    let mut rule = json!({
        "id": "r", "name": "n", "host": "h", "model": "contact",
        "log_create": true, "log_write": true, "log_unlink": true,
        "groups": [], "excluded_users": [], "ignored_fields": [], "require_reason": false,
        "active": true, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    });
    for (name, value) in change.as_object().unwrap() {
        rule[name] = value.clone();
    }
    serde_json::from_value(rule).unwrap()
}

async fn asked_twice(server: &Recorder, delivery: &Delivery, trail: &Trail) {
    let before = server.asked.load(Ordering::Relaxed);
    while server.asked.load(Ordering::Relaxed) < before + 2
        || !delivery.status().await.unwrap().knows_rules
    {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let _ = trail;
}

async fn only_what_a_rule_asks_for_is_written_to_the_outbox(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let server = Recorder::new();
    let delivery = deliver(&trail, &server);
    let ada = db.insert(named("Ada")).await.unwrap();
    until(&delivery, |progress| progress.delivered == 1).await;

    *server.rules.lock().unwrap() = Some(Vec::new());
    asked_twice(&server, &delivery, &trail).await;
    let bob = db.insert(named("Bob")).await.unwrap();
    db.insert_many(["Eve", "Kim"].map(named)).await.unwrap();
    db.update_many::<contact::Entity>()
        .set(contact::ActiveModel {
            age: Set(5),
            ..Default::default()
        })
        .exec()
        .await
        .unwrap();

    *server.rules.lock().unwrap() = Some(vec![
        rule(json!({"log_create": false, "groups": ["Sales"]})),
        rule(json!({"log_write": false, "groups": ["Nobody's"]})),
        rule(json!({"log_write": false, "excluded_users": ["marc"]})),
        rule(json!({"log_write": false, "model": "other"})),
    ]);
    asked_twice(&server, &delivery, &trail).await;
    db.insert(named("Lea")).await.unwrap();
    let mut older = bob.into_active_model();
    older.age = Set(9);
    db.update(older).await.unwrap();
    db.delete(ada).await.unwrap();
    delivery.shutdown(Duration::from_secs(10)).await;
    let told: Vec<_> = server
        .heard()
        .iter()
        .map(|one| (one.operation.as_str(), one.record_name.clone().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("create", "Ada".to_owned()),
            ("write", "Bob".to_owned()),
            ("unlink", "Ada".to_owned())
        ]
    );
}

async fn what_nobody_follows_costs_no_statement_more(mut host: Host) {
    let counted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&counted);
    host.db.set_metric_callback(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let trail = host.trail().open().await.unwrap();
    let server = Recorder::new();
    *server.rules.lock().unwrap() = Some(Vec::new());
    let delivery = deliver(&trail, &server);
    asked_twice(&server, &delivery, &trail).await;
    delivery.shutdown(Duration::from_secs(10)).await;
    let db = by_marc(&trail);
    let since = || counted.swap(0, Ordering::Relaxed);
    since();
    let plain = named("Ada").insert(&host.db).await.unwrap();
    let inserting = since();
    let audited = db.insert(named("Bob")).await.unwrap();
    assert_eq!(since(), inserting);
    let older = |model: contact::Model| contact::ActiveModel {
        age: Set(3),
        ..model.into_active_model()
    };
    older(plain).update(&host.db).await.unwrap();
    let updating = since();
    let audited = db.update(older(audited)).await.unwrap();
    assert_eq!(since(), updating);
    db.delete(audited).await.unwrap();
    assert_eq!(since(), 1);
}

async fn models_are_declared_to_the_server(host: Host) {
    let trail = host
        .trail()
        .model::<contact::Entity>()
        .open()
        .await
        .unwrap();
    let server = Recorder::new();
    server.away.store(true, Ordering::Relaxed);
    let delivery = deliver(&trail, &server);
    tokio::time::sleep(Duration::from_millis(120)).await;
    server.away.store(false, Ordering::Relaxed);
    let db = by_marc(&trail);
    db.insert(company::ActiveModel {
        title: Set("Delta".to_owned()),
        ..Default::default()
    })
    .await
    .unwrap();
    let declared = |model: &str| server.models.lock().unwrap().get(model).cloned();
    let relation = || {
        let fields = declared("contact")?.fields;
        let field = fields
            .into_iter()
            .find(|field| field.name == "company_id")?;
        Some((field.kind?, field.relation?))
    };
    for _ in 0..500 {
        if relation().is_some_and(|(_, model)| model == "crm.company") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        relation(),
        Some((FieldType::Many2one, "crm.company".to_owned()))
    );
    assert_eq!(
        declared("crm.company").unwrap().name_field.as_deref(),
        Some("title")
    );
    let contact = declared("contact").unwrap();
    let sensitive: Vec<_> = contact
        .fields
        .iter()
        .filter(|field| field.sensitive)
        .map(|field| &field.name)
        .collect();
    assert_eq!(sensitive, ["password"]);
    delivery.shutdown(Duration::from_secs(10)).await;
}

/// As `/api/v1` answers: pages, and a tag on each.
#[tokio::test]
async fn rules_are_fetched_by_http_once_and_again_only_when_they_change() {
    use axum::extract::{Query, State};
    use axum::http::{HeaderMap, StatusCode, header};
    use axum::response::IntoResponse;
    use revisor_host::{HttpServer, Server as _};
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    type Rules = Arc<Mutex<Vec<Rule>>>;
    async fn page(
        State(rules): State<Rules>,
        Query(query): Query<BTreeMap<String, String>>,
        headers: HeaderMap,
    ) -> axum::response::Response {
        assert_eq!(headers["authorization"], "Bearer key");
        let rules = rules.lock().unwrap().clone();
        let (most, from) = (
            query["limit"].parse::<usize>().unwrap(),
            query.get("cursor"),
        );
        let from = from.map_or(0, |cursor| cursor.parse().unwrap());
        let items: Vec<_> = rules.iter().skip(from).take(most).cloned().collect();
        let more = from + items.len() < rules.len();
        let page = json!({
            "items": items, "next_cursor": more.then(|| (from + items.len()).to_string()),
        });
        let tag = format!("\"{}\"", page.to_string().len());
        if headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|held| *held == tag)
        {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        ([(header::ETAG, tag)], axum::Json(page)).into_response()
    }

    let rules: Rules = Arc::default();
    let app = axum::Router::new()
        .route("/api/v1/rules", axum::routing::get(page))
        .with_state(Arc::clone(&rules));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let server = HttpServer::new(&url, "key").unwrap();

    let told = server.rules(None).await.unwrap().unwrap();
    assert!(told.rules.is_empty() && told.tag.is_some());
    assert_eq!(server.rules(told.tag.as_deref()).await.unwrap(), None);
    rules.lock().unwrap().push(rule(json!({})));
    let told = server.rules(told.tag.as_deref()).await.unwrap().unwrap();
    assert_eq!(told.rules, [rule(json!({}))]);
    // More than a page: read whole each time, since the tag is the first page's.
    let many: Vec<_> = (0..450)
        .map(|n| rule(json!({"id": n.to_string()})))
        .collect();
    rules.lock().unwrap().clone_from(&many);
    let told = server.rules(told.tag.as_deref()).await.unwrap().unwrap();
    assert_eq!((told.rules, told.tag), (many, None));
}
