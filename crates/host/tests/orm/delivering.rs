//! From the outbox to the server: in order, each once, whatever stops in between.

use std::sync::atomic::Ordering;
use std::time::Duration;

use revisor_host::{
    Actor, Context, Delivery, Trail, backlog, discard_refused, refused, retry_refused,
};
use sea_orm::{ConnectionTrait, IntoActiveModel, Set};

use crate::entities::{contact, contact::named};
use crate::everywhere;
use crate::host::{Host, by_marc, connect, deliver, quick, until};
use crate::recorder::{Recorder, replay};

everywhere!(
    a_server_that_is_away_is_waited_for_and_hears_all_when_it_is_back,
    what_the_server_refuses_is_set_aside_without_its_secrets,
    what_cannot_be_read_is_set_aside,
    of_two_processes_one_delivers,
    delivery_stopped_anywhere_sends_each_operation_once,
    a_transaction_that_commits_late_is_delivered,
    nobody_escapes_the_trail_by_a_long_name_or_reason,
);

async fn nobody_escapes_the_trail_by_a_long_name_or_reason(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let server = Recorder::new();
    let user = Actor {
        name: Some("long".repeat(1_000)),
        ..Actor::default()
    };
    let db = trail.act(user, Context::default());
    db.because("why ".repeat(1_000))
        .insert(named("Ada"))
        .await
        .unwrap();
    let delivery = deliver(&trail, &server);
    until(&delivery, |progress| progress.delivered == 1).await;
    delivery.shutdown(Duration::from_secs(10)).await;
    let heard = server.heard();
    assert_eq!(heard[0].user.login, "unknown");
    assert!(heard[0].user.name.as_ref().unwrap().starts_with("longlong"));
}

async fn a_server_that_is_away_is_waited_for_and_hears_all_when_it_is_back(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let server = Recorder::new();
    server.away.store(true, Ordering::Relaxed);
    let delivery = deliver(&trail, &server);
    db.insert_many(["Ada", "Bob"].map(named)).await.unwrap();
    until(&delivery, |progress| {
        progress.trouble.as_deref() == Some("away")
    })
    .await;
    let status = delivery.status().await.unwrap();
    assert_eq!((status.backlog.waiting, status.backlog.refused), (2, 0));
    assert!(status.backlog.bytes > 0 && status.backlog.oldest.is_some());
    assert!(status.delivers && !status.ended && !status.knows_rules);
    server.away.store(false, Ordering::Relaxed);
    until(&delivery, |progress| {
        progress.delivered == 2 && progress.trouble.is_none()
    })
    .await;
    assert_eq!(
        backlog(&host.db).await.unwrap(),
        revisor_host::Backlog::default()
    );
    delivery.shutdown(Duration::from_secs(10)).await;
    assert_eq!(server.heard().len(), 2);
}

async fn what_the_server_refuses_is_set_aside_without_its_secrets(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let server = Recorder::new();
    server.poison.lock().unwrap().insert("Bob".to_owned());
    let secret = |name| contact::ActiveModel {
        password: Set(Some("hush".to_owned())),
        ..named(name)
    };
    db.insert_many(["Ada", "Bob", "Eve"].map(secret))
        .await
        .unwrap();
    let delivery = deliver(&trail, &server);
    until(&delivery, |progress| {
        progress.delivered == 2 && progress.set_aside == 1
    })
    .await;
    let status = delivery.status().await.unwrap();
    assert_eq!((status.backlog.waiting, status.backlog.refused), (0, 1));
    let aside = refused(&host.db, 10).await.unwrap();
    assert_eq!((aside.len(), aside[0].why.as_str()), (1, "poison"));
    let operation = aside[0].operation.clone().unwrap();
    assert_eq!(operation.record_name.as_deref(), Some("Bob"));
    assert_eq!(
        operation.new.unwrap()["password"],
        serde_json::json!({"masked": true})
    );
    server.poison.lock().unwrap().clear();
    assert_eq!(retry_refused(&host.db).await.unwrap(), 1);
    until(&delivery, |progress| progress.delivered == 3).await;
    server.poison.lock().unwrap().insert("Kim".to_owned());
    db.insert(secret("Kim")).await.unwrap();
    until(&delivery, |progress| progress.set_aside == 2).await;
    assert_eq!(discard_refused(&host.db).await.unwrap(), 1);
    assert_eq!(backlog(&host.db).await.unwrap().refused, 0);
    delivery.shutdown(Duration::from_secs(10)).await;
}

async fn what_cannot_be_read_is_set_aside(host: Host) {
    let trail = host.trail().open().await.unwrap();
    host.db
        .execute_unprepared(
            "INSERT INTO revisor_outbox (operation_id, payload, bytes, written_at) \
             VALUES ('x', 'nonsense', 8, 0)",
        )
        .await
        .unwrap();
    by_marc(&trail).insert(named("Ada")).await.unwrap();
    assert_eq!(host.heard(&trail).await.len(), 1);
    let aside = refused(&host.db, 10).await.unwrap();
    assert!(aside[0].operation.is_none() && aside[0].why.contains("cannot be read"));
}

async fn of_two_processes_one_delivers(host: Host) {
    let server = Recorder::new();
    let first = host.trail().open().await.unwrap();
    let second = Trail::builder(connect(&host.url).await)
        .open()
        .await
        .unwrap();
    let of_first = deliver(&first, &server);
    until(&of_first, |_| true).await;
    while !of_first.status().await.unwrap().delivers {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let of_second = deliver(&second, &server);
    for number in 0..20 {
        let trail = if number % 2 == 0 { &first } else { &second };
        by_marc(trail)
            .insert(named(&format!("Ada {number}")))
            .await
            .unwrap();
    }
    until(&of_first, |progress| progress.delivered == 20).await;
    assert!(!of_second.status().await.unwrap().delivers);
    // The first ends in order, and the second takes over at once.
    of_first.shutdown(Duration::from_secs(10)).await;
    by_marc(&second).insert(named("Last")).await.unwrap();
    until(&of_second, |progress| progress.delivered == 1).await;
    of_second.shutdown(Duration::from_secs(10)).await;
    assert_eq!(server.heard().len(), 21);
    assert_eq!(server.duplicates.load(Ordering::Relaxed), 0);
}

async fn delivery_stopped_anywhere_sends_each_operation_once(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let server = Recorder::new();
    let ada = by_marc(&trail).insert(named("Ada")).await.unwrap();
    let writing = {
        let db = by_marc(&trail);
        tokio::spawn(async move {
            for age in 1..=150 {
                let older = contact::ActiveModel {
                    age: Set(age),
                    ..ada.clone().into_active_model()
                };
                db.update(older).await.unwrap();
            }
            ada.id
        })
    };
    for round in 0_u64..60 {
        let delivery = Delivery::spawn_at(&trail, server.clone(), quick());
        tokio::time::sleep(Duration::from_micros(round * 331 % 9_000)).await;
        // Dropped, not shut down: as a crash leaves it, the lease not given back.
        drop(delivery);
        let forget = "UPDATE revisor_installation SET leased_until = 0";
        host.db.execute_unprepared(forget).await.unwrap();
    }
    let id = writing.await.unwrap();
    let delivery = deliver(&trail, &server);
    delivery.shutdown(Duration::from_secs(20)).await;
    assert_eq!(server.heard().len(), 151);
    assert_eq!(
        replay(&server.heard())["contact"][&id.to_string()]["age"],
        150
    );
}

async fn a_transaction_that_commits_late_is_delivered(host: Host) {
    if host.db.get_database_backend() == sea_orm::DbBackend::Sqlite {
        // Two never write at once there.
        return;
    }
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let server = Recorder::new();
    let delivery = deliver(&trail, &server);
    let late = db.begin().await.unwrap();
    late.insert(named("Late")).await.unwrap();
    db.insert_many(["Ada", "Bob"].map(named)).await.unwrap();
    until(&delivery, |progress| progress.delivered == 2).await;
    late.commit().await.unwrap();
    until(&delivery, |progress| progress.delivered == 3).await;
    let told: Vec<_> = server
        .heard()
        .into_iter()
        .filter_map(|one| one.record_name)
        .collect();
    assert_eq!(told, ["Ada", "Bob", "Late"]);
    delivery.shutdown(Duration::from_secs(10)).await;
}
