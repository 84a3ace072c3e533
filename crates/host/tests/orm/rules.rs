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
