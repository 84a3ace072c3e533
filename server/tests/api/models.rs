//! Models: declared by hosts, or made by the first operation.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    support::{Host, each, list, operation, text, with},
};

fn field(model: &Value, name: &str) -> Value {
    let fields = list(&model["fields"]);
    let found = fields.into_iter().find(|field| field["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}: {model}"))
}

both!(
    a_model_is_declared_and_declared_again,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let body = json!({
            "label": "Lead/Opportunity", "name_field": "name",
            "fields": [
                {"name": "stage", "label": "Stage", "type": "selection", "selection": {"new": "New", "qualified": "Qualified"}},
                {"name": "partner_id", "label": "Customer", "type": "many2one", "relation": "res.partner"},
                {"name": "password", "label": "Password", "type": "char", "sensitive": true},
                {"name": "write_date", "type": "datetime", "ignored": true},
                {"name": "margin", "type": "float", "groups": ["Sales / Manager"]},
            ]
        });
        let first = crm
            .declare("crm.lead", body.clone())
            .await
            .expect(StatusCode::CREATED);
        assert_eq!(first.body["label"], "Lead/Opportunity");
        assert_eq!(first.body["name_field"], "name");
        let again = crm.declare("crm.lead", body).await.expect(StatusCode::OK);
        assert_eq!(again.body, first.body);

        let model = crm.read("/api/v1/models/crm.lead").await;
        assert_eq!(model, first.body);
        assert_eq!(model["host"], "crm");
        assert_eq!(model["model"], "crm.lead");
        let stage = field(&model, "stage");
        assert_eq!(stage["type"], "selection");
        assert_eq!(
            stage["selection"],
            json!({"new": "New", "qualified": "Qualified"})
        );
        assert_eq!(field(&model, "partner_id")["relation"], "res.partner");
        assert_eq!(field(&model, "password")["sensitive"], true);
        assert_eq!(field(&model, "write_date")["ignored"], true);
        assert!(!text(&field(&model, "write_date")["label"]).is_empty());
        assert_eq!(
            field(&model, "margin")["groups"],
            json!(["Sales / Manager"])
        );

        let other = json!({ "label": "Lead", "fields": [{"name": "stage", "type": "char"}] });
        let other = crm.declare("crm.lead", other).await.expect(StatusCode::OK);
        assert_eq!(other.body["label"], "Lead");
        assert_eq!(field(&other.body, "stage")["type"], "char");
        let models = crm.read("/api/v1/models").await;
        assert_eq!(each(&list(&models["items"]), "model"), ["crm.lead"]);
        assert_eq!(models["next_cursor"], Value::Null);
    }
);

both!(
    every_type_of_the_contract_can_be_declared,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let types = "char text html integer float monetary boolean date datetime selection \
                     many2one one2many many2many reference binary json";
        let fields: Vec<_> = types
            .split_whitespace()
            .map(|kind| json!({ "name": format!("f_{kind}"), "type": kind }))
            .collect();
        let answer = crm.declare("all", json!({ "fields": fields })).await;
        let model = answer.expect(StatusCode::CREATED).body;
        for kind in types.split_whitespace() {
            assert_eq!(field(&model, &format!("f_{kind}"))["type"], kind);
        }
    }
);

both!(
    every_fault_of_a_declaration_is_told_with_its_pointer,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        let body = json!({
            "lable": "x",
            "label": 7,
            "fields": [
                {"name": "a", "type": "varchar"},
                {"type": "char"},
                {"name": "b", "colour": "red", "sensitive": "yes"},
                {"name": "c", "selection": ["x"]},
                {"name": "c"},
                "d",
            ]
        });
        let answer = crm
            .declare("crm.lead", body)
            .await
            .problem(422, "invalid_request");
        let found: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
        assert_eq!(
            found,
            [
                "/fields/0/type",
                "/fields/1/name",
                "/fields/2/colour",
                "/fields/2/sensitive",
                "/fields/3/selection",
                "/fields/4/name",
                "/fields/5",
                "/label",
                "/lable",
            ]
        );
        crm.get("/api/v1/models/crm.lead")
            .await
            .problem(404, "not_found");
    }
);

both!(
    an_operation_declares_its_model_with_labels_from_the_names,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        app.follow("crm", "sale.order").await;
        let new = json!({
            "name": "S001", "amount_total": 12.5, "line_count": 3, "partner_id": {"id": "7", "name": "Delta PC"},
            "confirmed": true, "date_order": "2026-11-23", "sent_at": "2026-11-23T08:15:30Z", "notes": "two\nlines",
        });
        let order = with(
            with(operation("create", "1"), "model", json!("sale.order")),
            "new",
            new,
        );
        let log = crm.log(order).await;
        assert_eq!(log["model"], "sale.order");
        assert!(!text(&log["model_label"]).is_empty());
        let model = crm.read("/api/v1/models/sale.order").await;
        assert!(
            text(&model["label"]).to_lowercase().contains("order"),
            "{model}"
        );
        for (name, kind) in [
            ("name", "char"),
            ("amount_total", "float"),
            ("line_count", "integer"),
            ("partner_id", "many2one"),
            ("confirmed", "boolean"),
            ("date_order", "date"),
            ("sent_at", "datetime"),
            ("notes", "text"),
        ] {
            let field = field(&model, name);
            assert_eq!(field["type"], kind, "{name}");
            assert!(!text(&field["label"]).is_empty());
        }
    }
);

both!(
    a_relation_that_nobody_declared_stays_one_when_its_id_comes_alone,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let delta = json!({"id": "7", "name": "Delta PC"});
        let new = json!({ "partner_id": delta, "tag_ids": [] });
        crm.one(crate::support::create("1", new)).await;
        let log = crm
            .log(crate::support::write("1", json!({ "partner_id": "8" })))
            .await;
        let change = crate::support::changed(&log, "partner_id");
        assert_eq!(change["old"], "7");
        assert_eq!(change["old_label"], "Delta PC");
        assert_eq!(change["new"], "8");
        let new = json!({ "partner_id": {"id": "9", "name": "Ready Mat"}, "tag_ids": [{"id": "1", "name": "Hot"}] });
        let log = crm.log(crate::support::write("1", new)).await;
        let change = crate::support::changed(&log, "partner_id");
        assert_eq!(change["new"], "9", "{log}");
        assert_eq!(change["new_label"], "Ready Mat", "{log}");
        let change = crate::support::changed(&log, "tag_ids");
        assert_eq!(change["new"], json!(["1"]), "{log}");
        assert_eq!(change["new_label"], "Hot", "{log}");
    }
);

both!(
    a_model_may_have_any_name_that_a_path_can_carry,
    async |app: TestApp| {
        let crm = Host::new(&app, "crm").await;
        for name in ["a/b", "é ü", "100%", "a?b#c", "模型"] {
            let answer = crm.declare(name, json!({ "label": "L" })).await;
            assert_eq!(answer.expect(StatusCode::CREATED).body["model"], name);
            let path = format!("/api/v1/models/{}", types::encode_segment(name));
            assert_eq!(crm.read(&path).await["model"], name);
        }
    }
);
