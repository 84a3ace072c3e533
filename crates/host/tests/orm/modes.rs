//! What `strict` and `buffered` promise when the outbox cannot be written.

use std::time::Duration;

use revisor_host::{Bound, Context, Error, Mode, Trail};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel, Set, TransactionTrait};

use crate::entities::{contact, contact::named};
use crate::everywhere;
use crate::host::{Host, by_marc, deliver, marc, until};
use crate::recorder::{Recorder, replay};

everywhere!(
    strict_refuses_what_it_cannot_record,
    strict_refuses_what_is_over_the_bound_until_there_is_room,
    buffered_goes_on_and_tells_later_in_order,
    buffered_goes_on_over_the_bound,
    buffered_counts_what_it_loses,
    a_trail_without_its_tables_does_not_begin,
);

async fn breaks(host: &Host) {
    let sql = "ALTER TABLE revisor_outbox RENAME TO elsewhere";
    host.db.execute_unprepared(sql).await.unwrap();
}

async fn is_repaired(host: &Host) {
    let sql = "ALTER TABLE elsewhere RENAME TO revisor_outbox";
    host.db.execute_unprepared(sql).await.unwrap();
}

async fn names(host: &Host) -> Vec<String> {
    let all = contact::Entity::find().all(&host.db).await.unwrap();
    all.into_iter().map(|one| one.name).collect()
}

async fn strict_refuses_what_it_cannot_record(host: Host) {
    let trail = host.trail().open().await.unwrap();
    assert_eq!(trail.mode(), Mode::Strict);
    let db = by_marc(&trail);
    let ada = db.insert(named("Ada")).await.unwrap();
    breaks(&host).await;
    let refused = db.insert(named("Bob")).await.unwrap_err();
    assert!(matches!(refused, Error::Outbox(_)), "{refused}");
    db.insert_many([named("Bob")]).await.unwrap_err();
    db.update_many::<contact::Entity>()
        .set(contact::ActiveModel {
            age: Set(9),
            ..Default::default()
        })
        .exec()
        .await
        .unwrap_err();
    db.delete(ada.clone()).await.unwrap_err();
    // A host that goes on in its transaction all the same commits nothing that is not audited.
    let txn = db.begin().await.unwrap();
    txn.insert(named("Bob")).await.unwrap_err();
    txn.commit().await.unwrap();
    let txn = host.db.begin().await.unwrap();
    let joined = trail.on(&txn, marc(), Context::default());
    joined.insert(named("Bob")).await.unwrap_err();
    txn.commit().await.unwrap();
    assert_eq!(
        contact::Entity::find().all(&db).await.unwrap(),
        [ada],
        "reading goes on"
    );
    assert!(!trail.has_ended());
    is_repaired(&host).await;
    db.insert(named("Bob")).await.unwrap();
    assert_eq!(names(&host).await, ["Ada", "Bob"]);
    assert_eq!(host.heard(&trail).await.len(), 2);
    assert_eq!(trail.lost(), 0);
}

fn three() -> Bound {
    Bound {
        operations: 3,
        ..Bound::default()
    }
}

async fn strict_refuses_what_is_over_the_bound_until_there_is_room(host: Host) {
    let trail = host.trail().bound(three()).open().await.unwrap();
    let db = by_marc(&trail);
    db.insert_many(["Ada", "Bob"].map(named)).await.unwrap();
    let refused = db.insert_many(["Eve", "Kim"].map(named)).await.unwrap_err();
    assert!(
        matches!(refused, Error::Full { operations: 2, .. }),
        "{refused}"
    );
    db.insert(named("Eve")).await.unwrap();
    let refused = db.insert(named("Kim")).await.unwrap_err();
    assert!(
        matches!(refused, Error::Full { operations: 3, .. }),
        "{refused}"
    );
    assert_eq!(names(&host).await, ["Ada", "Bob", "Eve"]);
    assert_eq!(host.heard(&trail).await.len(), 3);
    let mut waited = 0;
    while let Err(refused) = db.insert(named("Kim")).await {
        assert!(matches!(refused, Error::Full { .. }), "{refused}");
        waited += 1;
        assert!(waited < 100, "there is room");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let small = Bound {
        bytes: 10,
        ..Bound::default()
    };
    let trail = host.trail().bound(small).open().await.unwrap();
    let refused = by_marc(&trail).insert(named("Lea")).await.unwrap_err();
    assert!(
        matches!(refused, Error::Full { operations: 1, .. }),
        "{refused}"
    );
}

async fn buffered(host: &Host) -> Trail {
    host.trail().mode(Mode::Buffered).open().await.unwrap()
}

async fn buffered_goes_on_and_tells_later_in_order(host: Host) {
    let trail = buffered(&host).await;
    let db = by_marc(&trail);
    let server = Recorder::new();
    let delivery = deliver(&trail, &server);
    let ada = db.insert(named("Ada")).await.unwrap();
    until(&delivery, |progress| progress.delivered == 1).await;
    breaks(&host).await;
    let aged = |age| contact::ActiveModel {
        age: Set(age),
        ..ada.clone().into_active_model()
    };
    db.update(aged(1)).await.unwrap();
    let txn = db.begin().await.unwrap();
    txn.update(aged(2)).await.unwrap();
    let inner = txn.begin().await.unwrap();
    inner.update(aged(3)).await.unwrap();
    inner.rollback().await.unwrap();
    txn.commit().await.unwrap();
    let txn = db.begin().await.unwrap();
    txn.insert(named("Never")).await.unwrap();
    drop(txn);
    assert!(trail.spooled() > 0);
    let status = delivery.status().await;
    assert!(status.is_err(), "the outbox cannot be read: {status:?}");
    is_repaired(&host).await;
    db.update(aged(4)).await.unwrap();
    until(&delivery, |progress| progress.delivered == 4).await;
    db.update(aged(5)).await.unwrap();
    until(&delivery, |progress| progress.delivered == 5).await;
    assert_eq!((trail.spooled(), trail.lost()), (0, 0));
    let status = delivery.status().await.unwrap();
    assert_eq!((status.trouble, status.backlog.waiting), (None, 0));
    delivery.shutdown(Duration::from_secs(10)).await;
    let tables = replay(&server.heard());
    assert_eq!(tables["contact"][&ada.id.to_string()]["age"], 5);
    assert_eq!(names(&host).await, ["Ada"]);
}

async fn buffered_goes_on_over_the_bound(host: Host) {
    let trail = host
        .trail()
        .mode(Mode::Buffered)
        .bound(three())
        .open()
        .await
        .unwrap();
    let db = by_marc(&trail);
    for number in 0..10 {
        db.insert(named(&format!("Ada {number}"))).await.unwrap();
    }
    assert_eq!(trail.spooled(), 7);
    let server = Recorder::new();
    let delivery = deliver(&trail, &server);
    until(&delivery, |progress| progress.delivered == 10).await;
    delivery.shutdown(Duration::from_secs(10)).await;
    let told: Vec<_> = server
        .heard()
        .into_iter()
        .filter_map(|one| one.record_name)
        .collect();
    assert_eq!(told, names(&host).await);
    assert_eq!(trail.lost(), 0);
}

async fn buffered_counts_what_it_loses(host: Host) {
    let trail = host
        .trail()
        .mode(Mode::Buffered)
        .spool(2)
        .open()
        .await
        .unwrap();
    let db = by_marc(&trail);
    breaks(&host).await;
    db.insert_many(["Ada", "Bob", "Eve"].map(named))
        .await
        .unwrap();
    assert_eq!((trail.spooled(), trail.lost()), (2, 1));
    // Nobody can say what becomes of the host's own transaction, so nothing false is kept.
    let txn = host.db.begin().await.unwrap();
    let joined = trail.on(&txn, marc(), Context::default());
    joined.insert(named("Kim")).await.unwrap();
    txn.commit().await.unwrap();
    assert_eq!((trail.spooled(), trail.lost()), (2, 2));
    assert_eq!(names(&host).await, ["Ada", "Bob", "Eve", "Kim"]);
    let delivery = deliver(&trail, &Recorder::new());
    delivery.shutdown(Duration::from_secs(10)).await;
    assert_eq!((trail.spooled(), trail.lost()), (0, 4), "the host ended");
}

async fn a_trail_without_its_tables_does_not_begin(host: Host) {
    let refused = host.trail().installed().open().await.unwrap_err();
    assert!(refused.to_string().contains("install"), "{refused}");
    let installing = (0..4).map(|_| revisor_host::install(&host.db));
    for installed in futures_join(installing).await {
        installed.unwrap();
    }
    let trail = host.trail().installed().open().await.unwrap();
    by_marc(&trail).insert(named("Ada")).await.unwrap();
    host.trail().open().await.unwrap();
    assert_eq!(
        host.heard(&trail).await.len(),
        1,
        "opening again keeps what waits"
    );
}

/// All at once.
async fn futures_join<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for (future, done) in &mut futures {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *done = Some(value),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending {
            std::task::Poll::Pending
        } else {
            std::task::Poll::Ready(())
        }
    })
    .await;
    futures.into_iter().filter_map(|(_, done)| done).collect()
}
