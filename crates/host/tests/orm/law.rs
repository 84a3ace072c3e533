//! The law: recorded operations, applied in order to nothing, give the host's tables.

use proptest::prelude::*;
use revisor_host::{Audited, Error};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, ExprTrait, QueryFilter, Set};

use crate::entities::{contact, contact::named, tag};
use crate::host::{Host, by_marc};
use crate::recorder::replay;

/// Something a host does.
#[derive(Debug, Clone)]
enum Act {
    Insert(i32, String),
    InsertMany(Vec<String>),
    Rename(i32, String),
    Older(i64, i64),
    Delete(i32),
    DeleteOlder(i64),
    Upsert(String, String),
    Absent(String, String),
    Tag(i32, String, i32),
    Untag(String),
    /// In a transaction or savepoint, committed or rolled back.
    Within(bool, Vec<Act>),
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{1,2}",
        Just("é, \\ \"x\"".to_owned()),
        Just(String::new())
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let id = 1..9_i32;
    let leaf = prop_oneof![
        3 => (id.clone(), word()).prop_map(|(id, name)| Act::Insert(id, name)),
        2 => prop::collection::vec(word(), 0..4).prop_map(Act::InsertMany),
        3 => (id.clone(), word()).prop_map(|(id, name)| Act::Rename(id, name)),
        2 => (0..4_i64, -1..3_i64).prop_map(|(than, by)| Act::Older(than, by)),
        2 => id.clone().prop_map(Act::Delete),
        1 => (2..6_i64).prop_map(Act::DeleteOlder),
        2 => (word(), word()).prop_map(|(email, name)| Act::Upsert(email, name)),
        1 => (word(), word()).prop_map(|(email, name)| Act::Absent(email, name)),
        2 => (id, word(), 0..3).prop_map(|(id, word, weight)| Act::Tag(id, word, weight)),
        1 => word().prop_map(Act::Untag),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        (any::<bool>(), prop::collection::vec(inner, 0..4))
            .prop_map(|(commits, acts)| Act::Within(commits, acts))
    })
}

/// Does it; what the database refuses (a key that is taken) is refused, and the host goes on.
async fn perform(db: &Audited<DatabaseTransaction>, act: Act) -> Result<(), Error> {
    match act {
        Act::Insert(id, name) => {
            let model = contact::ActiveModel {
                id: Set(id),
                ..named(&name)
            };
            db.insert(model).await?;
        }
        Act::InsertMany(words) => {
            let models = words.into_iter().enumerate().map(|(n, word)| tag::Model {
                contact_id: 0,
                word,
                weight: i32::try_from(n).unwrap(),
            });
            db.insert_many(models).await?;
        }
        Act::Rename(id, name) => {
            let model = contact::ActiveModel {
                id: Set(id),
                name: Set(name),
                ..Default::default()
            };
            db.update(model).await?;
        }
        Act::Older(than, by) => {
            db.update_many::<contact::Entity>()
                .col_expr(
                    contact::Column::Age,
                    Expr::col(contact::Column::Age).add(by),
                )
                .filter(contact::Column::Age.lt(than))
                .exec()
                .await?;
        }
        Act::Delete(id) => {
            db.delete_by_id::<contact::Entity>(id).await?;
        }
        Act::DeleteOlder(than) => {
            let older = db.delete_many::<contact::Entity>();
            older.filter(contact::Column::Age.gte(than)).exec().await?;
        }
        Act::Upsert(email, name) => {
            let model = contact::ActiveModel {
                email: Set(Some(email)),
                ..named(&name)
            };
            db.upsert(model, [contact::Column::Email]).await?;
        }
        Act::Absent(email, name) => {
            let model = contact::ActiveModel {
                email: Set(Some(email)),
                ..named(&name)
            };
            db.insert_if_absent(model, [contact::Column::Email]).await?;
        }
        Act::Tag(contact_id, word, weight) => {
            let model = tag::ActiveModel {
                contact_id: Set(contact_id),
                word: Set(word),
                weight: Set(weight),
            };
            db.upsert(model, [tag::Column::ContactId, tag::Column::Word])
                .await?;
        }
        Act::Untag(word) => {
            db.delete_many::<tag::Entity>()
                .filter(tag::Column::Word.eq(word))
                .exec()
                .await?;
        }
        Act::Within(commits, acts) => {
            let inner = db.begin().await?;
            for act in acts {
                let _ = Box::pin(perform(&inner, act)).await;
            }
            if commits {
                inner.commit().await?;
            } else {
                inner.rollback().await?;
            }
        }
    }
    Ok(())
}

async fn holds(host: Host, acts: Vec<Act>) {
    let trail = host.trail().open().await.unwrap();
    for act in acts {
        let txn = by_marc(&trail).begin().await.unwrap();
        let _ = perform(&txn, act).await;
        txn.commit().await.unwrap();
    }
    let tables = replay(&host.heard(&trail).await);
    let contacts = host
        .rows::<contact::Entity>(|row| row["id"].to_string())
        .await;
    let mut told = tables.get("contact").cloned().unwrap_or_default();
    for row in told.values_mut() {
        // Not told: it is ignored.
        row["touched"] = 0.into();
    }
    assert_eq!(told, contacts);
    let tags = host.rows::<tag::Entity>(|row| {
        let word = row["word"]
            .as_str()
            .unwrap()
            .replace('\\', "\\\\")
            .replace(',', "\\,");
        format!("{},{word}", row["contact_id"])
    });
    assert_eq!(tables.get("tag").cloned().unwrap_or_default(), tags.await);
}

fn run(future: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(future);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn operations_in_order_give_the_tables_on_sqlite(acts in prop::collection::vec(act(), 1..25)) {
        run(async { holds(Host::sqlite().await, acts).await });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn operations_in_order_give_the_tables_on_postgres(acts in prop::collection::vec(act(), 1..25)) {
        run(async {
            if let Some(host) = Host::postgres().await {
                holds(host, acts).await;
            }
        });
    }
}

#[cfg(feature = "mysql")]
proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn operations_in_order_give_the_tables_on_mysql(acts in prop::collection::vec(act(), 1..25)) {
        run(async {
            if let Some(host) = Host::mysql().await {
                holds(host, acts).await;
            }
        });
    }
}
