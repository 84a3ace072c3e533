//! Two revisions of a record, side by side.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    history::whole,
    support::{Host, LEAD, create, lead_path, list, text, unlink, with, write},
};

both!(
    the_fields_that_differ_are_told_with_both_values,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let model = json!({ "fields": [
            {"name": "stage", "label": "Stage", "type": "selection", "selection": {"new": "New", "won": "Won"}},
            {"name": "tags", "type": "many2many"}] });
        crm.declare(LEAD, model).await.expect(StatusCode::CREATED);
        crm.log(create(
            "1",
            json!({ "stage": "new", "n": 1, "tags": ["a", "b"], "same": "x" }),
        ))
        .await;
        crm.log(write("1", json!({ "n": 2, "tags": ["b", "a", "c"] })))
            .await;
        crm.log(write("1", json!({ "stage": "won", "n": 1.0 })))
            .await;
        crm.log(write("1", json!({ "tags": ["b", "a"], "fresh": true })))
            .await;

        let compared = crm.lead("1", "/compare?from=1&to=3").await;
        assert_eq!((&compared["from"], &compared["to"]), (&json!(1), &json!(3)));
        let changes = list(&compared["changes"]);
        let stage = changes.iter().find(|c| c["field"] == "stage").unwrap();
        for (name, value) in [
            ("from", "new"),
            ("to", "won"),
            ("label", "Stage"),
            ("from_label", "New"),
            ("to_label", "Won"),
            ("type", "selection"),
        ] {
            assert_eq!(stage[name], value, "{stage}");
        }
        let names = |compared: &Value| -> Vec<String> {
            let mut names: Vec<_> = list(&compared["changes"])
                .iter()
                .map(|c| text(&c["field"]))
                .collect();
            names.sort();
            names
        };
        assert_eq!(
            names(&compared),
            ["stage", "tags"],
            "1 and 1.0 do not differ"
        );
        let tags_again = crm.lead("1", "/compare?from=1&to=4").await;
        assert_eq!(names(&tags_again), ["fresh", "stage"], "a set has no order");
        let fresh = list(&tags_again["changes"])
            .into_iter()
            .find(|c| c["field"] == "fresh");
        assert!(
            fresh.unwrap().get("from").is_none(),
            "what is not known is left out"
        );
        assert_eq!(
            crm.lead("1", "/compare?from=2&to=2").await["changes"],
            json!([])
        );
        let back = crm.lead("1", "/compare?from=3&to=1").await;
        let stage = list(&back["changes"])
            .into_iter()
            .find(|c| c["field"] == "stage")
            .unwrap();
        assert_eq!(
            (&stage["from"], &stage["to"]),
            (&json!("won"), &json!("new"))
        );
        for query in [
            "from=0&to=1",
            "from=1&to=0",
            "from=1",
            "to=1",
            "from=x&to=1",
            "from=1&to=2&at=1",
        ] {
            let answer = crm
                .get(&format!("{}/compare?{query}", lead_path("1")))
                .await;
            answer.problem(422, "invalid_request");
        }
        crm.get(&format!("{}/compare?from=1&to=9", lead_path("1")))
            .await
            .problem(404, "not_found");
    }
);

both!(
    any_two_revisions_differ_by_what_their_values_say,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let steps = whole("1", 21, 40);
        for step in &steps {
            crm.log(step.operation.clone()).await;
        }
        for (from, to) in [
            (1, 2),
            (1, 40),
            (40, 1),
            (7, 23),
            (13, 14),
            (39, 40),
            (20, 20),
        ] {
            let (before, after) = (&steps[from - 1].values, &steps[to - 1].values);
            let compared = crm
                .lead("1", &format!("/compare?from={from}&to={to}"))
                .await;
            let changes = list(&compared["changes"]);
            let mut expected: Vec<&String> = before.keys().chain(after.keys()).collect();
            expected.sort();
            expected.dedup();
            expected.retain(|field| before.get(*field) != after.get(*field));
            let mut found: Vec<String> = changes.iter().map(|c| text(&c["field"])).collect();
            found.sort();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{from} {to}");
            for change in &changes {
                let field = text(&change["field"]);
                assert_eq!(
                    change.get("from"),
                    before.get(&field),
                    "{from} {to} {field}"
                );
                assert_eq!(change.get("to"), after.get(&field), "{from} {to} {field}");
            }
        }
    }
);

both!(a_deleted_record_can_be_compared, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    crm.log(create("1", json!({ "a": 1 }))).await;
    crm.log(write("1", json!({ "a": 2 }))).await;
    crm.log(with(unlink("1"), "old", json!({ "a": 2 }))).await;
    let compared = crm.lead("1", "/compare?from=1&to=2").await;
    assert_eq!(list(&compared["changes"]).len(), 1);
    crm.lead("1", "/compare?from=1&to=3").await;
});
