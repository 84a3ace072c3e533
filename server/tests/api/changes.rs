//! What a log keeps: the fields whose value really changed, as they were called then.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    support::{Host, LEAD, change, changed, create, fields, list, unlink, with, write},
};

async fn declare(crm: &Host<'_>, fields: Value) {
    let answer = crm.declare(LEAD, json!({ "fields": fields })).await;
    assert!(answer.status.is_success(), "{}", answer.text);
}

fn unchanged() -> Value {
    json!({ "status": "unchanged" })
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

both!(
    a_write_that_changes_nothing_makes_no_log,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let values =
            json!({ "name": "a", "n": 1, "on": true, "none": null, "j": {"x": [1, {"y": null}]} });
        crm.log(create("1", values.clone())).await;
        assert_eq!(crm.one(write("1", values.clone())).await, unchanged());
        assert_eq!(
            crm.one(change("1", values.clone(), values)).await,
            unchanged()
        );
        assert_eq!(crm.one(write("1", json!({}))).await, unchanged());
        let reordered = json!({ "j": {"x": [1.0, {"y": null}]} });
        assert_eq!(crm.one(write("1", reordered)).await, unchanged());
        assert_eq!(crm.logs("limit=9").await.len(), 1);
        assert_eq!(crm.lead("1", "").await["revision"], 1);
    }
);

both!(
    one_and_one_point_zero_are_the_same_number,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        declare(&crm, json!([{"name": "f", "type": "float"}, {"name": "m", "type": "monetary"}, {"name": "i", "type": "integer"}])).await;
        crm.log(create(
            "1",
            json!({ "f": 1, "m": 12.5, "i": 100, "guessed": 20 }),
        ))
        .await;
        for (field, same) in [
            ("f", "1.0"),
            ("f", "1.000"),
            ("f", "1e0"),
            ("m", "12.50"),
            ("m", "1.25e1"),
            ("i", "100.0"),
            ("i", "1E2"),
            ("guessed", "20.0"),
        ] {
            let result = crm.one(write("1", json!({ field: number(same) }))).await;
            assert_eq!(result, unchanged(), "{field} {same}");
        }
        let log = crm
            .log(write("1", json!({ "f": 1.5, "m": 12.5, "i": 100.0 })))
            .await;
        assert_eq!(fields(&log), ["f"]);
        crm.log(write("1", json!({ "f": 0 }))).await;
        assert_eq!(
            crm.one(write("1", json!({ "f": number("-0.0") }))).await,
            unchanged()
        );
        assert_eq!(
            fields(&crm.log(write("1", json!({ "f": null }))).await),
            ["f"]
        );
    }
);

both!(
    numbers_beyond_a_double_stay_as_they_are,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let numbers = [
            "123456789012345678901234567890",
            "0.1234567890123456789012345678901",
            "9007199254740993",
            "18446744073709551616",
            "-99999999999999999999.99",
        ];
        for (id, text) in numbers.iter().enumerate() {
            let id = id.to_string();
            let log = crm.log(create(&id, json!({ "n": number(text) }))).await;
            assert_eq!(changed(&log, "n")["new"].to_string(), *text);
            assert_eq!(crm.lead(&id, "").await["values"]["n"].to_string(), *text);
            assert_eq!(
                crm.lead(&id, "?revision=1").await["values"]["n"].to_string(),
                *text
            );
            assert_eq!(
                crm.one(write(&id, json!({ "n": number(text) }))).await,
                unchanged()
            );
        }
        crm.log(create("x", json!({ "n": number("9007199254740993") })))
            .await;
        let log = crm
            .log(write("x", json!({ "n": number("9007199254740992") })))
            .await;
        assert_eq!(changed(&log, "n")["old"].to_string(), "9007199254740993");
    }
);

both!(the_values_of_a_many2many_are_a_set, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    declare(&crm, json!([{"name": "tag_ids", "type": "many2many", "relation": "tag"}, {"name": "line_ids", "type": "one2many"}, {"name": "list", "type": "json"}])).await;
    crm.log(create(
        "1",
        json!({ "tag_ids": ["a", "b"], "line_ids": [1, 2, 3], "list": [1, 2] }),
    ))
    .await;
    for same in [
        json!(["b", "a"]),
        json!(["a", "b", "a"]),
        json!([{"id": "b", "name": "B"}, "a"]),
    ] {
        let result = crm.one(write("1", json!({ "tag_ids": same }))).await;
        assert_eq!(result, unchanged(), "{same}");
    }
    assert_eq!(
        crm.one(write("1", json!({ "line_ids": [3, 1, 2] }))).await,
        unchanged()
    );
    let log = crm
        .log(write(
            "1",
            json!({ "tag_ids": ["b"], "line_ids": [2, 1, 3], "list": [2, 1] }),
        ))
        .await;
    assert_eq!(
        fields(&log),
        ["list", "tag_ids"],
        "a list of json has an order"
    );
    let log = crm.log(write("1", json!({ "tag_ids": [] }))).await;
    assert_eq!(changed(&log, "tag_ids")["old"], json!(["b"]));
    assert_eq!(changed(&log, "tag_ids")["new"], json!([]));
});

both!(
    the_name_of_a_relation_is_kept_as_it_was_then,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        declare(&crm, json!([{"name": "partner_id", "label": "Customer", "type": "many2one", "relation": "res.partner"}, {"name": "tag_ids", "type": "many2many"}])).await;
        let delta = json!({"id": "7", "name": "Delta PC"});
        let first = crm
            .log(create(
                "1",
                json!({ "partner_id": delta, "tag_ids": [{"id": "1", "name": "Hot"}] }),
            ))
            .await;
        let partner = changed(&first, "partner_id");
        assert_eq!(partner["new"], "7");
        assert_eq!(partner["new_label"], "Delta PC");
        assert_eq!(partner["type"], "many2one");
        assert_eq!(partner["label"], "Customer");
        assert_eq!(changed(&first, "tag_ids")["new_label"], "Hot");

        let renamed = json!({ "partner_id": {"id": 7, "name": "Delta Computers"} });
        assert_eq!(crm.one(write("1", renamed)).await["status"], "unchanged");
        let second = crm
            .log(write(
                "1",
                json!({ "partner_id": {"id": "8", "name": "Ready Mat"} }),
            ))
            .await;
        assert_eq!(changed(&second, "partner_id")["old"], "7");
        assert_eq!(changed(&second, "partner_id")["old_label"], "Delta PC");
        assert_eq!(changed(&second, "partner_id")["new_label"], "Ready Mat");
        let id = crate::support::text(&first["id"]);
        assert_eq!(
            crm.read(&format!("/api/v1/logs/{id}")).await,
            first,
            "as it was then"
        );
        let third = crm.log(write("1", json!({ "partner_id": null }))).await;
        assert_eq!(changed(&third, "partner_id")["old_label"], "Ready Mat");
        assert_eq!(changed(&third, "partner_id")["new"], Value::Null);
        let found = crm.logs("q=ready%20mat").await;
        assert_eq!(found.len(), 2, "its name is found");
    }
);

both!(
    labels_are_frozen_when_they_are_declared_anew,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let model = |label: &str, stage: &str, new: &str, kind: &str| {
            json!({ "label": label, "fields": [{"name": "stage", "label": stage, "type": kind,
            "selection": {"new": new, "won": "Won"}}] })
        };
        crm.declare(LEAD, model("Lead", "Stage", "New", "selection"))
            .await
            .expect(StatusCode::CREATED);
        let first = crm.log(create("1", json!({ "stage": "new" }))).await;
        assert_eq!(first["model_label"], "Lead");
        let stage = changed(&first, "stage");
        assert_eq!(
            (&stage["label"], &stage["new_label"], &stage["type"]),
            (&json!("Stage"), &json!("New"), &json!("selection"))
        );

        crm.declare(LEAD, model("Opportunity", "Phase", "Fresh", "selection"))
            .await
            .expect(StatusCode::OK);
        let kept = crm.logs("order=asc").await;
        assert_eq!(kept, [first]);
        let second = crm.log(write("1", json!({ "stage": "won" }))).await;
        assert_eq!(second["model_label"], "Opportunity");
        let stage = changed(&second, "stage");
        assert_eq!(stage["label"], "Phase");
        assert_eq!(stage["new_label"], "Won");
        assert!(stage["old_label"].is_string(), "{stage}");
        let unknown = crm.log(write("1", json!({ "stage": "archived" }))).await;
        assert_eq!(changed(&unknown, "stage")["new"], "archived");
        assert!(changed(&unknown, "stage")["new_label"].is_null());
    }
);

both!(bytes_are_kept_as_size_and_digest, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    declare(&crm, json!([{"name": "image", "type": "binary"}])).await;
    let hello = "aGVsbG8="; // hello
    let digest = json!({"binary": {"size": 5, "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}});
    let log = crm.log(create("1", json!({ "image": hello }))).await;
    assert_eq!(changed(&log, "image")["new"], digest);
    assert_eq!(changed(&log, "image")["type"], "binary");
    assert_eq!(crm.lead("1", "").await["values"]["image"], digest);
    assert_eq!(
        crm.one(write("1", json!({ "image": hello }))).await,
        unchanged()
    );
    let log = crm.log(write("1", json!({ "image": "d29ybGQ=" }))).await;
    assert_eq!(changed(&log, "image")["old"], digest);
    for path in [
        "/api/v1/logs",
        "/api/v1/export?format=csv",
        "/api/v1/records?model=crm.lead",
        "/api/v1/records/crm.lead/1/revisions",
    ] {
        let answer = crm.get(path).await.expect(StatusCode::OK);
        assert!(
            !answer.text.contains(hello) && !answer.text.contains("d29ybGQ"),
            "{path}"
        );
    }
    assert!(crm.logs("q=aGVsbG8").await.is_empty());
    let log = crm.log(write("1", json!({ "image": null }))).await;
    assert_eq!(changed(&log, "image")["new"], Value::Null);
});

both!(
    a_missing_old_is_taken_from_the_last_known_state,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", json!({ "stage": "new", "n": 1 })))
            .await;
        let log = crm
            .log(write("1", json!({ "stage": "won", "fresh": "x" })))
            .await;
        assert_eq!(changed(&log, "stage")["old"], "new");
        let fresh = changed(&log, "fresh");
        assert!(
            fresh.get("old").is_none(),
            "an unknown old is left out, never guessed: {fresh}"
        );
        let partly = crm
            .log(change(
                "1",
                json!({ "n": 1 }),
                json!({ "n": 2, "stage": "lost" }),
            ))
            .await;
        assert_eq!(changed(&partly, "n")["old"], 1);
        assert_eq!(changed(&partly, "stage")["old"], "won");
        let gone = crm.log(unlink("1")).await;
        assert_eq!(fields(&gone), ["fresh", "n", "stage"]);
        assert_eq!(changed(&gone, "stage")["old"], "lost");
        let unknown = crm.log(unlink("never-seen")).await;
        assert_eq!(list(&unknown["changes"]), [] as [Value; 0]);
    }
);

both!(
    what_changed_outside_the_trail_is_told,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let plain = crm
            .log(create(
                "1",
                json!({ "stage": "qualified", "n": 1, "tag": "a" }),
            ))
            .await;
        assert!(plain.get("unrecorded_changes").is_none(), "{plain}");
        let log = crm
            .log(change(
                "1",
                json!({ "stage": "won", "n": 1.0 }),
                json!({ "stage": "lost", "n": 2 }),
            ))
            .await;
        assert_eq!(
            log["unrecorded_changes"],
            json!([{"field": "stage", "last_known": "qualified", "found": "won"}])
        );
        assert_eq!(
            changed(&log, "stage")["old"],
            "won",
            "what the host found was there"
        );
        let log = crm
            .log(change("1", json!({ "tag": "b" }), json!({ "n": 3 })))
            .await;
        assert_eq!(
            log["unrecorded_changes"],
            json!([{"field": "tag", "last_known": "a", "found": "b"}])
        );
        assert_eq!(
            crm.lead("1", "").await["values"],
            json!({ "stage": "lost", "n": 3, "tag": "b" })
        );
        assert_eq!(
            crm.lead("1", "?revision=1").await["values"]["stage"],
            "qualified"
        );
        assert_eq!(crm.lead("1", "?revision=2").await["values"]["tag"], "a");
        let log = crm
            .log(with(
                unlink("1"),
                "old",
                json!({ "stage": "lost", "n": 4, "tag": "b" }),
            ))
            .await;
        assert_eq!(
            log["unrecorded_changes"],
            json!([{"field": "n", "last_known": 3, "found": 4}])
        );
    }
);

both!(
    what_was_written_outside_the_trail_is_told_even_by_a_write_of_the_same_value,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        crm.log(create("1", json!({ "stage": "new" }))).await;
        let result = crm
            .one(change(
                "1",
                json!({ "stage": "won" }),
                json!({ "stage": "new" }),
            ))
            .await;
        assert_eq!(result["status"], "recorded", "{result}");
        let logs = crm.logs("limit=1").await;
        assert_eq!(logs[0]["unrecorded_changes"][0]["found"], "won");
        assert_eq!(crm.lead("1", "").await["values"]["stage"], "new");
    }
);

both!(texts_are_kept_to_the_letter, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    for (id, text) in [
        "",
        " ",
        "a\r\nb\tc",
        "\u{202e}evil",
        "a\u{0}b",
        "e\u{301}",
        "é",
        "\u{1F469}\u{200D}\u{1F680}",
        "'; DROP TABLE log; --",
        "\\\"/\u{7f}\u{1}",
    ]
    .iter()
    .enumerate()
    {
        let id = id.to_string();
        let log = crm
            .log(create(&id, json!({ "t": text, "marker": 1 })))
            .await;
        assert_eq!(changed(&log, "t")["new"], *text);
        assert_eq!(crm.lead(&id, "").await["values"]["t"], *text);
    }
    crm.log(create("n", json!({ "t": "é" }))).await;
    crm.log(write("n", json!({ "t": "e\u{301}" }))).await;
});
