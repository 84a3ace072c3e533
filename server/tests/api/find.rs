//! Going to a record by its name: whoever may see it finds it, and nobody else.

use audit::{Principal, records};
use serde_json::json;
use types::Role;

use crate::{
    app::TestApp,
    people::signed_in,
    support::{Host, LEAD, create, operation, with},
    visibility::view,
};

async fn found(app: &TestApp, who: &Principal, text: &str) -> Vec<(String, String)> {
    let records = records::find_named(&app.audit, who, text, 8).await;
    let records = records.unwrap().into_iter();
    records.map(|it| (it.model, it.record_id)).collect()
}

fn named(id: &str, name: &str) -> serde_json::Value {
    with(
        create(id, json!({ "note": "of bicycles" })),
        "record_name",
        json!(name),
    )
}

both!(
    a_record_is_found_by_its_id_or_its_name,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        app.follow("crm", "sale.order").await;
        for (id, name) in [
            ("1", "Big BICYCLES"),
            ("2", "Bicycles, 40"),
            ("3", "Chairs"),
        ] {
            crm.log(named(id, name)).await;
        }
        let order = with(operation("create", "2"), "model", json!("sale.order"));
        crm.log(with(order, "new", json!({ "name": "S2" }))).await;
        let who = &Principal::System;
        let lead = |id: &str| (LEAD.to_owned(), id.to_owned());
        assert_eq!(
            found(&app, who, " bicycles ").await,
            [lead("2"), lead("1")],
            "what begins so comes first; other values are not names"
        );
        let both = found(&app, who, "2").await;
        assert_eq!(both.len(), 2, "an id is found in every model: {both:?}");
        assert!(found(&app, who, "").await.is_empty());
        assert!(found(&app, who, "100%_").await.is_empty());
        let one = records::find_named(&app.audit, who, "bicycles", 1).await;
        assert_eq!(one.unwrap().len(), 1);
    }
);

both!(
    a_person_finds_only_records_of_models_that_they_may_see,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        app.follow("crm", "sale.order").await;
        crm.log(named("1", "Keyboards")).await;
        let order = with(operation("create", "9"), "model", json!("sale.order"));
        let order = with(order, "record_name", json!("Keyboards of Delta"));
        crm.log(with(order, "new", json!({ "n": 1 }))).await;
        view(&app, LEAD, &["Sales"]).await;
        let sam = signed_in(&app, "sam", Role::User, &["Sales"]).await;
        let eve = signed_in(&app, "eve", Role::User, &[]).await;
        assert_eq!(
            found(&app, &sam, "keyboards").await,
            [(LEAD.to_owned(), "1".to_owned())]
        );
        assert!(found(&app, &sam, "9").await.is_empty());
        assert!(found(&app, &eve, "keyboards").await.is_empty());
        let all = found(&app, &Principal::System, "keyboards").await;
        assert_eq!(all.len(), 2);
    }
);
