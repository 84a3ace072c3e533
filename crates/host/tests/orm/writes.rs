//! Every way to write, with what was before and after.

use revisor_host::{Audited, Error, Operation, OperationKind};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};

use crate::entities::{contact, contact::named, tag};
use crate::everywhere;
use crate::host::{Host, by_marc};

everywhere!(
    one_record_from_its_creation_to_its_end,
    many_records_at_once_each_with_its_values,
    an_upsert_is_a_creation_or_a_change,
    a_key_of_several_columns_names_a_record,
    hooks_run_and_what_the_database_holds_is_recorded,
    what_changes_nothing_is_no_operation,
    more_rows_than_one_statement_takes,
    sensitive_and_ignored_columns_and_bytes,
);

/// Operation, record, name, old and new, without the columns that a test does not look at.
fn told(operations: &[Operation], columns: &[&str]) -> Vec<Value> {
    let pick = |side: &Option<types::Values>| {
        side.as_ref().map(|side| {
            let picked = side
                .iter()
                .filter(|(name, _)| columns.contains(&name.as_str()));
            Value::Object(
                picked
                    .map(|(name, value)| (name.clone(), value.clone()))
                    .collect(),
            )
        })
    };
    operations
        .iter()
        .map(|one| {
            json!([
                one.operation,
                one.model,
                one.record_id,
                one.record_name,
                pick(&one.old),
                pick(&one.new)
            ])
        })
        .collect()
}

async fn one_record_from_its_creation_to_its_end(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail).because("asked by phone");
    let made = db.insert(named("Ada")).await.unwrap();
    assert_eq!(
        contact::Entity::find_by_id(made.id).one(&db).await.unwrap(),
        Some(made.clone())
    );
    let mut moved = made.clone().into_active_model();
    moved.city = Set(Some("London".to_owned()));
    let moved = db.update(moved).await.unwrap();
    assert_eq!(moved.city.as_deref(), Some("London"));
    let mut saved = moved.into_active_model();
    saved.age = Set(36);
    let saved: contact::ActiveModel = db.save(saved).await.unwrap();
    let new: contact::ActiveModel = db.save(named("Bob")).await.unwrap();
    assert_eq!(db.delete(saved).await.unwrap(), 1);
    let bob = new.id.clone().unwrap();
    assert_eq!(db.delete_by_id::<contact::Entity>(bob).await.unwrap(), 1);
    assert_eq!(db.delete_by_id::<contact::Entity>(bob).await.unwrap(), 0);

    let heard = host.heard(&trail).await;
    let id = made.id;
    let (ada, bob) = (id.to_string(), bob.to_string());
    let row = |city: Value, age| json!({"id": id, "name": "Ada", "city": city, "age": age});
    assert_eq!(
        told(&heard, &["id", "name", "city", "age"]),
        [
            json!(["create", "contact", ada, "Ada", null, row(json!(null), 0)]),
            json!(["write", "contact", ada, "Ada", row(json!(null), 0), {"city": "London"}]),
            json!(["write", "contact", ada, "Ada", row(json!("London"), 0), {"age": 36}]),
            json!(["create", "contact", bob, "Bob", null, {"id": new.id.unwrap(), "name": "Bob", "city": null, "age": 0}]),
            json!([
                "unlink",
                "contact",
                ada,
                "Ada",
                row(json!("London"), 36),
                null
            ]),
            json!(["unlink", "contact", bob, "Bob", {"id": bob.parse::<i32>().unwrap(), "name": "Bob", "city": null, "age": 0}, null]),
        ]
    );
    for one in &heard {
        assert_eq!(one.user, crate::host::marc());
        assert_eq!(one.context.reason.as_deref(), Some("asked by phone"));
        assert!(one.occurred_at.is_some() && one.context.transaction_id.is_some());
    }
}

async fn many_records_at_once_each_with_its_values(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let models = ["Ada", "Bob", "Eve"].map(|name| contact::ActiveModel {
        city: Set((name != "Eve").then(|| "Lutetia".to_owned())),
        ..named(name)
    });
    let made = db.insert_many(models).await.unwrap();
    assert_eq!(
        made.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["Ada", "Bob", "Eve"]
    );
    let moved = db
        .update_many::<contact::Entity>()
        .col_expr(contact::Column::City, Expr::value("Paris"))
        .col_expr(
            contact::Column::Age,
            Expr::col(contact::Column::Age).add(made[0].id),
        )
        .filter(contact::Column::City.eq("Lutetia"))
        .exec()
        .await
        .unwrap();
    assert_eq!(moved, 2);
    let older = db
        .update_many::<contact::Entity>()
        .set(contact::ActiveModel {
            age: Set(9),
            ..Default::default()
        })
        .filter(
            contact::Column::Name
                .eq("Eve")
                .or(contact::Column::Name.eq("Bob")),
        )
        .exec_with_returning()
        .await
        .unwrap();
    assert_eq!(older.iter().map(|one| one.age).collect::<Vec<_>>(), [9, 9]);
    let gone = db
        .delete_many::<contact::Entity>()
        .filter(contact::Column::Age.eq(9))
        .filter(contact::Column::City.is_null())
        .exec()
        .await
        .unwrap();
    assert_eq!(gone, 1);

    let heard = host.heard(&trail).await;
    let [ada, bob, eve] = [0, 1, 2].map(|n: usize| made[n].id);
    let id = |id: i32| id.to_string();
    assert_eq!(
        told(&heard, &["city", "age"]),
        [
            json!(["create", "contact", id(ada), "Ada", null, {"city": "Lutetia", "age": 0}]),
            json!(["create", "contact", id(bob), "Bob", null, {"city": "Lutetia", "age": 0}]),
            json!(["create", "contact", id(eve), "Eve", null, {"city": null, "age": 0}]),
            json!(["write", "contact", id(ada), "Ada", {"city": "Lutetia", "age": 0}, {"city": "Paris", "age": ada}]),
            json!(["write", "contact", id(bob), "Bob", {"city": "Lutetia", "age": 0}, {"city": "Paris", "age": ada}]),
            json!(["write", "contact", id(bob), "Bob", {"city": "Paris", "age": ada}, {"age": 9}]),
            json!(["write", "contact", id(eve), "Eve", {"city": null, "age": 0}, {"age": 9}]),
            json!(["unlink", "contact", id(eve), "Eve", {"city": null, "age": 9}, null]),
        ]
    );
    let none: Vec<contact::Model> = db
        .insert_many(Vec::<contact::ActiveModel>::new())
        .await
        .unwrap();
    assert!(none.is_empty());
    let renumbered = db
        .update_many::<contact::Entity>()
        .col_expr(contact::Column::Id, Expr::value(7));
    let refused = renumbered.exec().await.unwrap_err();
    assert!(matches!(refused, Error::Unsupported(_)), "{refused}");
}

async fn an_upsert_is_a_creation_or_a_change(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let with = |name: &str, email: Option<&str>| contact::ActiveModel {
        email: Set(email.map(str::to_owned)),
        ..named(name)
    };
    let email = [contact::Column::Email];
    let made = db.upsert(with("Ada", Some("a@x")), email).await.unwrap();
    let changed = db.upsert(with("Ada L.", Some("a@x")), email).await.unwrap();
    assert_eq!((changed.id, changed.name.as_str()), (made.id, "Ada L."));
    assert_eq!(
        db.insert_if_absent(with("Else", Some("a@x")), email)
            .await
            .unwrap(),
        None
    );
    let other = db
        .insert_if_absent(with("Bob", Some("b@x")), email)
        .await
        .unwrap()
        .unwrap();
    let (first, second) = (
        db.upsert(with("N", None), email).await.unwrap(),
        db.upsert(with("N", None), email).await.unwrap(),
    );
    assert_ne!(first.id, second.id, "NULL is never the same as NULL");
    for refused in [
        db.upsert(named("Ada"), email).await.unwrap_err(),
        db.upsert(with("Ada", Some("a@x")), []).await.unwrap_err(),
        db.upsert(with("N", Some("c@x")), [contact::Column::Name])
            .await
            .unwrap_err(),
    ] {
        assert!(matches!(refused, Error::Unsupported(_)), "{refused}");
    }
    let heard = host.heard(&trail).await;
    let id = |id: i32| id.to_string();
    assert_eq!(
        told(&heard, &["name"]),
        [
            json!(["create", "contact", id(made.id), "Ada", null, {"name": "Ada"}]),
            json!(["write", "contact", id(made.id), "Ada L.", {"name": "Ada"}, {"name": "Ada L."}]),
            json!(["create", "contact", id(other.id), "Bob", null, {"name": "Bob"}]),
            json!(["create", "contact", id(first.id), "N", null, {"name": "N"}]),
            json!(["create", "contact", id(second.id), "N", null, {"name": "N"}]),
        ]
    );
}

async fn a_key_of_several_columns_names_a_record(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let tags = ["a", "b,c", "d"].map(|word| tag::Model {
        contact_id: 1,
        word: word.to_owned(),
        weight: 1,
    });
    db.insert_many(tags.clone()).await.unwrap();
    db.update_many::<tag::Entity>()
        .col_expr(tag::Column::Weight, Expr::col(tag::Column::Weight).add(1))
        .filter(tag::Column::Word.ne("d"))
        .exec()
        .await
        .unwrap();
    db.delete_by_id::<tag::Entity>((1, "b,c".to_owned()))
        .await
        .unwrap();
    db.delete(tags[2].clone()).await.unwrap();
    let heard = host.heard(&trail).await;
    let told: Vec<_> = heard
        .iter()
        .map(|one| (one.operation.as_str(), one.record_id.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("create", "1,a"),
            ("create", "1,b\\,c"),
            ("create", "1,d"),
            ("write", "1,a"),
            ("write", "1,b\\,c"),
            ("unlink", "1,b\\,c"),
            ("unlink", "1,d"),
        ]
    );
}

async fn hooks_run_and_what_the_database_holds_is_recorded(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let made = db.insert(named("  Ada ")).await.unwrap();
    assert_eq!(made.name, "Ada");
    let refused = db.insert(named("refuse")).await.unwrap_err();
    assert!(
        refused.to_string().contains("refused by a hook"),
        "{refused}"
    );
    let refused = db.insert(named("write past")).await.unwrap_err();
    assert!(refused.to_string().contains("only reads"), "{refused}");
    host.doubles().await;
    let doubled = db
        .insert(contact::ActiveModel {
            age: Set(4),
            ..named("Bob")
        })
        .await
        .unwrap();
    let heard = host.heard(&trail).await;
    assert_eq!(
        told(&heard, &["name", "weight"]),
        [
            json!(["create", "contact", made.id.to_string(), "Ada", null, {"name": "Ada", "weight": null}]),
            json!(["create", "contact", doubled.id.to_string(), "Bob", null, {"name": "Bob", "weight": 8.0}]),
        ]
    );
}

async fn what_changes_nothing_is_no_operation(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let made = db.insert(named("Ada")).await.unwrap();
    let same = made.clone().into_active_model();
    db.update(same).await.unwrap();
    let mut same = made.clone().into_active_model();
    same.name = Set("Ada".to_owned());
    same.touched = Set(99);
    db.update(same).await.unwrap();
    let nobody = db
        .update_many::<contact::Entity>()
        .col_expr(contact::Column::Age, Expr::value(1));
    assert_eq!(
        nobody
            .filter(contact::Column::Name.eq("Nobody"))
            .exec()
            .await
            .unwrap(),
        0
    );
    let missing = contact::ActiveModel {
        id: Set(made.id + 1),
        ..named("Nobody")
    };
    let refused = db.update(missing.clone()).await.unwrap_err();
    assert!(
        matches!(refused, Error::Database(sea_orm::DbErr::RecordNotUpdated)),
        "{refused}"
    );
    assert_eq!(db.delete(missing).await.unwrap(), 0);
    assert!(db.update(named("No key")).await.is_err());
    assert!(db.delete(named("No key")).await.is_err());
    let heard = host.heard(&trail).await;
    assert_eq!(heard.len(), 1, "{heard:#?}");
}

async fn more_rows_than_one_statement_takes(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let words = |n: usize| tag::Model {
        contact_id: 1,
        word: n.to_string(),
        weight: 0,
    };
    let txn = db.begin().await.unwrap();
    assert_eq!(
        txn.insert_many((0..1_000).map(words)).await.unwrap().len(),
        1_000
    );
    txn.commit().await.unwrap();
    let heavier = db
        .update_many::<tag::Entity>()
        .col_expr(tag::Column::Weight, Expr::value(1));
    assert_eq!(heavier.exec().await.unwrap(), 1_000);
    assert_eq!(db.delete_many::<tag::Entity>().exec().await.unwrap(), 1_000);
    let heard = host.heard(&trail).await;
    assert_eq!(heard.len(), 3_000);
    assert!(crate::recorder::replay(&heard)["tag"].is_empty());
    let writes = heard
        .iter()
        .filter(|one| one.operation == OperationKind::Write)
        .count();
    assert_eq!(writes, 1_000);
}

async fn sensitive_and_ignored_columns_and_bytes(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db: Audited = by_marc(&trail);
    let made = db
        .insert(contact::ActiveModel {
            password: Set(Some("secret".to_owned())),
            photo: Set(Some(b"abc".to_vec())),
            weight: Set(Some(0.1)),
            age: Set(i64::MAX),
            touched: Set(5),
            ..named("Ada")
        })
        .await
        .unwrap();
    let mut other = made.clone().into_active_model();
    other.photo = Set(Some(b"abd".to_vec()));
    other.touched = Set(6);
    db.update(other).await.unwrap();
    let heard = host.heard(&trail).await;
    let new = heard[0].new.as_ref().unwrap();
    assert_eq!(
        new["password"], "secret",
        "the server keeps a commitment of it"
    );
    assert_eq!(new["age"].to_string(), i64::MAX.to_string());
    assert_eq!(new["weight"].to_string(), "0.1");
    assert_eq!(new["photo"]["binary"]["size"], 3);
    assert!(!new.contains_key("touched"));
    let changed: Vec<_> = heard[1].new.as_ref().unwrap().keys().cloned().collect();
    assert_eq!(changed, ["photo"]);
}
