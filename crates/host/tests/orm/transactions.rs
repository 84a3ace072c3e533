//! Transactions, savepoints, and many that write one record.

use revisor_host::{Audited, Context, Error, OperationKind};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    Set, TransactionTrait,
};

use crate::entities::{contact, contact::named};
use crate::everywhere;
use crate::host::{Host, by_marc, marc};
use crate::recorder::replay;

everywhere!(
    what_is_rolled_back_was_never_heard_of,
    a_savepoint_is_rolled_back_alone,
    a_transaction_of_the_host_is_joined,
    a_closure_commits_or_rolls_back,
    operations_on_one_record_come_in_the_order_of_its_changes,
    upserts_at_once_make_one_record;
    not mysql: a_write_that_is_dropped_halfway_leaves_nothing,
);

async fn names(host: &Host) -> Vec<String> {
    let all = contact::Entity::find().all(&host.db).await.unwrap();
    all.into_iter().map(|one| one.name).collect()
}

async fn what_is_rolled_back_was_never_heard_of(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let txn = db.begin().await.unwrap();
    txn.insert(named("Ada")).await.unwrap();
    txn.rollback().await.unwrap();
    let txn = db.begin().await.unwrap();
    txn.insert(named("Bob")).await.unwrap();
    drop(txn);
    // One write of two is refused: neither happened.
    let twice = ["a@x", "a@x"].map(|email| contact::ActiveModel {
        email: Set(Some(email.to_owned())),
        ..named("Twin")
    });
    db.insert_many(twice).await.unwrap_err();
    db.insert(named("Eve")).await.unwrap();
    assert_eq!(names(&host).await, ["Eve"]);
    assert_eq!(host.heard(&trail).await.len(), 1);
}

async fn a_savepoint_is_rolled_back_alone(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let txn = db.begin().await.unwrap();
    txn.insert(named("Ada")).await.unwrap();
    let inner = txn.begin().await.unwrap();
    inner.insert(named("Bob")).await.unwrap();
    inner.rollback().await.unwrap();
    let inner = txn.begin().await.unwrap();
    inner.insert(named("Eve")).await.unwrap();
    inner.commit().await.unwrap();
    // A write that fails leaves the transaction as it was.
    let clash = contact::ActiveModel {
        id: Set(1_000_000),
        ..named("Kim")
    };
    txn.insert(clash.clone()).await.unwrap();
    txn.insert(clash).await.unwrap_err();
    txn.commit().await.unwrap();
    assert_eq!(names(&host).await, ["Ada", "Eve", "Kim"]);
    let heard = host.heard(&trail).await;
    let said: Vec<_> = heard
        .iter()
        .filter_map(|one| one.record_name.as_deref())
        .collect();
    assert_eq!(said, ["Ada", "Eve", "Kim"]);
    let transactions: std::collections::BTreeSet<_> = heard
        .iter()
        .map(|one| one.context.transaction_id.clone())
        .collect();
    assert_eq!(transactions.len(), 1, "one transaction, one id");
}

async fn a_transaction_of_the_host_is_joined(host: Host) {
    let trail = host.trail().open().await.unwrap();
    for commits in [true, false] {
        let txn = host.db.begin().await.unwrap();
        let db = trail.on(&txn, marc(), Context::default());
        let made = db.insert(named("Ada")).await.unwrap();
        let mut older = made.into_active_model();
        older.age = Set(7);
        db.update(older).await.unwrap();
        assert_eq!(
            contact::Entity::find()
                .all(&db)
                .await
                .unwrap()
                .last()
                .unwrap()
                .age,
            7
        );
        if commits {
            txn.commit().await.unwrap();
        } else {
            txn.rollback().await.unwrap();
        }
    }
    trail
        .on(&host.db, marc(), Context::default())
        .insert(named("Bob"))
        .await
        .unwrap();
    assert_eq!(names(&host).await, ["Ada", "Bob"]);
    assert_eq!(host.heard(&trail).await.len(), 3);
}

/// As code that is generic over SeaORM's connections begins a transaction.
async fn generic<C: TransactionTrait>(db: &C) -> C::Transaction {
    TransactionTrait::begin(db).await.unwrap()
}

async fn a_closure_commits_or_rolls_back(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let made = db
        .transaction(async |txn| {
            txn.insert(named("Ada")).await?;
            txn.insert(named("Bob")).await
        })
        .await
        .unwrap();
    assert_eq!(made.name, "Bob");
    let refused: Result<(), DbErr> = db
        .transaction(async |txn| {
            txn.insert(named("Eve")).await?;
            Err(DbErr::Custom("no".to_owned()))
        })
        .await;
    assert!(refused.is_err());
    let txn: Audited<DatabaseTransaction> = generic(&db).await;
    txn.insert(named("Kim")).await.unwrap();
    sea_orm::TransactionSession::commit(txn).await.unwrap();
    TransactionTrait::transaction(&db, |txn| {
        Box::pin(async move { txn.insert(named("Lea")).await.map(|_| ()) })
    })
    .await
    .unwrap();
    assert_eq!(names(&host).await, ["Ada", "Bob", "Kim", "Lea"]);
    assert_eq!(host.heard(&trail).await.len(), 4);
}

async fn operations_on_one_record_come_in_the_order_of_its_changes(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let made = by_marc(&trail).insert(named("Ada")).await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..6 {
        let (trail, own) = (trail.clone(), host.db.clone());
        writers.spawn(async move {
            let db = by_marc(&trail);
            for round in 0..12 {
                match (writer + round) % 4 {
                    0 => {
                        let mut one = contact::ActiveModel {
                            id: Set(made.id),
                            ..Default::default()
                        };
                        one.city = Set(Some(format!("{writer}-{round}")));
                        db.update(one).await.unwrap();
                    }
                    1 => {
                        let age = Expr::col(contact::Column::Age).add(1);
                        let older = db.update_many::<contact::Entity>();
                        let older = older.col_expr(contact::Column::Age, age);
                        older
                            .filter(contact::Column::Id.eq(made.id))
                            .exec()
                            .await
                            .unwrap();
                    }
                    2 => {
                        // Begun by the host itself, in its own way.
                        let txn = own.begin().await.unwrap();
                        let db = trail.on(&txn, marc(), Context::default());
                        let mut one = contact::ActiveModel {
                            id: Set(made.id),
                            ..Default::default()
                        };
                        one.email = Set(Some(format!("{writer}-{round}@x")));
                        db.update(one).await.unwrap();
                        txn.commit().await.unwrap();
                    }
                    _ => {
                        let txn = db.begin().await.unwrap();
                        let weight = Expr::value(f64::from(writer * 100 + round));
                        let heavier = txn.update_many::<contact::Entity>();
                        heavier
                            .col_expr(contact::Column::Weight, weight)
                            .exec()
                            .await
                            .unwrap();
                        txn.commit().await.unwrap();
                    }
                }
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let heard = host.heard(&trail).await;
    // Each operation's old row is the row that the one before it left: replay checks that.
    let tables = replay(&heard);
    let row = contact::Entity::find_by_id(made.id)
        .one(&host.db)
        .await
        .unwrap()
        .unwrap();
    let told = &tables["contact"][&made.id.to_string()];
    assert_eq!(told["city"], serde_json::json!(row.city));
    assert_eq!(told["age"], serde_json::json!(row.age));
    assert_eq!(told["email"], serde_json::json!(row.email));
    assert_eq!((row.age, heard.len()), (18, 73));
}

async fn upserts_at_once_make_one_record(host: Host) {
    // MySQL answers two that look for a row that is not there with a deadlock; the host tries
    // again, as it must there whatever it writes.
    let may_deadlock = host.url.starts_with("mysql");
    let trail = host.trail().open().await.unwrap();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let db = by_marc(&trail);
        writers.spawn(async move {
            let model = contact::ActiveModel {
                email: Set(Some("a@x".to_owned())),
                ..named(&format!("Ada {writer}"))
            };
            loop {
                match db.upsert(model.clone(), [contact::Column::Email]).await {
                    Ok(_) => break,
                    Err(Error::Database(error))
                        if may_deadlock && error.to_string().contains("Deadlock") => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    let heard = host.heard(&trail).await;
    let creates = heard
        .iter()
        .filter(|one| one.operation == OperationKind::Create)
        .count();
    assert_eq!((creates, heard.len()), (1, 8));
    replay(&heard);
    assert_eq!(names(&host).await.len(), 1);
}

/// A handler whose client went away is dropped at any await.
///
/// Not on MySQL: there sqlx 0.9 never gives back some of the connections that are dropped so, and
/// leaves transactions open on them; with plain SeaORM as well.
async fn a_write_that_is_dropped_halfway_leaves_nothing(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let (mut done, mut dropped) = (0, 0);
    // On a busy machine few polls are enough, so the short ones come often.
    for polls in (1..80).chain(1..9).chain(1..9).chain(1..9) {
        let writing = async {
            let txn = db.begin().await?;
            txn.insert(named(&format!("Ada {polls}"))).await?;
            txn.update_many::<contact::Entity>()
                .col_expr(contact::Column::Age, Expr::col(contact::Column::Age).add(1))
                .exec()
                .await?;
            txn.commit().await
        };
        let mut writing = Box::pin(writing);
        let mut left = polls;
        let ended: Option<Result<(), Error>> = std::future::poll_fn(|context| {
            left -= 1;
            match writing.as_mut().poll(context) {
                std::task::Poll::Ready(done) => std::task::Poll::Ready(Some(done)),
                std::task::Poll::Pending if left == 0 => std::task::Poll::Ready(None),
                std::task::Poll::Pending => std::task::Poll::Pending,
            }
        })
        .await;
        match ended {
            Some(ended) => {
                ended.unwrap();
                done += 1;
            }
            None => dropped += 1,
        }
    }
    assert!(done > 5 && dropped > 5, "{done} done, {dropped} dropped");
    let tables = replay(&host.heard(&trail).await);
    let rows = host
        .rows::<contact::Entity>(|row| row["id"].to_string())
        .await;
    let told = tables.get("contact").cloned().unwrap_or_default();
    assert_eq!(
        told.keys().collect::<Vec<_>>(),
        rows.keys().collect::<Vec<_>>()
    );
    for (id, row) in rows {
        assert_eq!(
            (&told[&id]["name"], &told[&id]["age"]),
            (&row["name"], &row["age"])
        );
    }
}
