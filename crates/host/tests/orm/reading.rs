//! An audited connection reads in all of SeaORM's ways, and lets nothing be written past it.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ModelTrait, PaginatorTrait,
    QueryFilter, QuerySelect, Set, Statement,
};

use crate::entities::{contact, contact::named};
use crate::everywhere;
use crate::host::{Host, by_marc};

everywhere!(
    reading_works,
    writing_past_it_is_refused,
    writing_past_it_on_purpose_is_not_recorded
);

async fn reading_works(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    db.insert_many(["Ada", "Bob", "Eve"].map(named))
        .await
        .unwrap();
    assert_eq!(contact::Entity::find().count(&db).await.unwrap(), 3);
    let pages = contact::Entity::find().paginate(&db, 2);
    assert_eq!(pages.num_pages().await.unwrap(), 2);
    let locked = contact::Entity::find().filter(contact::Column::Name.eq("Bob"));
    let locked = match db.get_database_backend() {
        sea_orm::DbBackend::Sqlite => locked,
        _ => locked.lock_exclusive(),
    };
    assert_eq!(locked.all(&db).await.unwrap().len(), 1);
    let raw = Statement::from_string(db.get_database_backend(), "SELECT 7 AS n");
    let row = db.query_one_raw(raw).await.unwrap().unwrap();
    assert_eq!(row.try_get::<i32>("", "n").unwrap(), 7);
}

async fn writing_past_it_is_refused(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    let ada = db.insert(named("Ada")).await.unwrap();
    let txn = db.begin().await.unwrap();
    let change = contact::ActiveModel {
        id: Set(ada.id),
        name: Set("Eve".to_owned()),
        ..Default::default()
    };
    let refused: [Option<DbErr>; 7] = [
        named("Bob").insert(&db).await.err(),
        named("Bob").insert(&txn).await.err(),
        change.clone().update(&txn).await.err(),
        ada.clone().delete(&db).await.err(),
        contact::Entity::delete_many().exec(&txn).await.err(),
        contact::Entity::insert(named("Bob")).exec(&db).await.err(),
        db.execute_unprepared("DELETE FROM contact").await.err(),
    ];
    for refused in refused {
        let told = refused.expect("it is refused").to_string();
        assert!(
            told.contains("only reads") && told.contains("unaudited()"),
            "{told}"
        );
        assert!(!told.contains("Bob"), "values are not told: {told}");
    }
    txn.commit().await.unwrap();
    assert_eq!(contact::Entity::find().all(&db).await.unwrap(), [ada]);
}

async fn writing_past_it_on_purpose_is_not_recorded(host: Host) {
    let trail = host.trail().open().await.unwrap();
    let db = by_marc(&trail);
    named("Ada").insert(db.unaudited()).await.unwrap();
    assert_eq!(contact::Entity::find().count(&db).await.unwrap(), 1);
    assert!(host.heard(&trail).await.is_empty());
}
