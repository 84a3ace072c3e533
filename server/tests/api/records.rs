//! Records as last known: their list, their names, their lives.

use reqwest::StatusCode;
use serde_json::{Value, json};
use types::encode_segment;

use crate::{
    app::TestApp,
    support::{Host, LEAD, create, each, lead_path, list, text, unlink, walk, with, write},
};

both!(
    a_record_is_known_as_it_was_last_told,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let first = with(
            create("13", json!({ "stage": "new", "n": 1, "none": null })),
            "record_name",
            json!("Keyboards"),
        );
        crm.log(first).await;
        let log = crm.log(write("13", json!({ "stage": "won" }))).await;
        let record = crm.lead("13", "").await;
        for (name, value) in [
            ("host", json!("crm")),
            ("model", json!(LEAD)),
            ("record_id", json!("13")),
            ("record_name", json!("Keyboards")),
            ("revision", json!(2)),
            ("deleted", json!(false)),
            ("recorded_at", log["recorded_at"].clone()),
            ("values", json!({ "stage": "won", "n": 1, "none": null })),
        ] {
            assert_eq!(record[name], value, "{name}");
        }
        let rows = crm.read("/api/v1/records?model=crm.lead").await;
        assert_eq!(rows["items"], json!([record]));

        let gone = crm.log(unlink("13")).await;
        let record = crm.lead("13", "").await;
        assert_eq!(record["deleted"], true);
        assert_eq!(record["revision"], 3);
        assert_eq!(record["recorded_at"], gone["recorded_at"]);
        assert_eq!(
            record["values"],
            json!({ "stage": "won", "n": 1, "none": null }),
            "the last known values"
        );

        crm.log(create("13", json!({ "stage": "again" }))).await;
        let record = crm.lead("13", "").await;
        assert_eq!(record["deleted"], false);
        assert_eq!(record["revision"], 4, "another life, the same history");
        assert_eq!(record["values"], json!({ "stage": "again" }));
        let logs = crm.lead("13", "/revisions").await;
        assert_eq!(each(&list(&logs["items"]), "revision"), [1, 2, 3, 4]);
        assert_eq!(
            each(&list(&logs["items"]), "operation"),
            ["create", "write", "unlink", "create"]
        );
    }
);

both!(
    a_record_is_named_by_the_host_or_by_its_name_field,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let log = crm.log(create("1", json!({ "name": "By name" }))).await;
        assert_eq!(log["record_name"], "By name");
        let log = crm.log(write("1", json!({ "n": 1 }))).await;
        assert_eq!(log["record_name"], "By name", "it keeps its name");
        let log = crm.log(write("1", json!({ "name": "Renamed" }))).await;
        assert_eq!(log["record_name"], "Renamed");
        let log = crm
            .log(with(
                write("1", json!({ "n": 2 })),
                "record_name",
                json!("Told"),
            ))
            .await;
        assert_eq!(log["record_name"], "Told");
        let logs = crm.logs("order=asc").await;
        assert_eq!(
            each(&logs, "record_name"),
            ["By name", "By name", "Renamed", "Told"]
        );
        let model = json!({ "name_field": "subject", "fields": [] });
        crm.declare(LEAD, model).await.expect(StatusCode::OK);
        let log = crm
            .log(create("2", json!({ "name": "x", "subject": "Subject" })))
            .await;
        assert_eq!(log["record_name"], "Subject");
        let none = crm.log(create("3", json!({ "n": 1 }))).await;
        assert_eq!(none["record_name"], Value::Null);
        assert_eq!(crm.lead("1", "").await["record_name"], "Told");
        assert_eq!(crm.lead("1", "?revision=1").await["record_name"], "By name");
    }
);

both!(
    records_are_found_by_text_and_by_deletion,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for id in 0..12 {
            let name = format!("Lead Nº{id}");
            crm.log(create(
                &id.to_string(),
                json!({ "name": name, "city": if id % 3 == 0 { "Liège" } else { "Mons" } }),
            ))
            .await;
            if id % 4 == 0 {
                crm.log(unlink(&id.to_string())).await;
            }
        }
        let found = async |query: &str| {
            let path = format!("/api/v1/records?model=crm.lead&limit=2&{query}");
            let rows = walk(&app, &crm.key, &path).await;
            each(&rows, "record_id")
                .iter()
                .map(text)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("").await.len(), 12);
        assert_eq!(found("deleted=true").await, ["0", "4", "8"]);
        assert_eq!(found("deleted=false").await.len(), 9);
        assert_eq!(found("q=li%C3%A8ge").await, ["0", "3", "6", "9"]);
        assert_eq!(found("q=LI%C3%88GE&deleted=false").await, ["3", "6", "9"]);
        assert_eq!(found("q=n%C2%BA11").await, ["11"]);
        assert_eq!(found("q=nothing").await, [""; 0]);
        assert_eq!(found("q=%25").await, [""; 0]);
        crm.log(write("3", json!({ "city": "Namur" }))).await;
        assert_eq!(
            found("q=li%C3%A8ge").await,
            ["0", "6", "9"],
            "by last known values"
        );
        let other = crm.read("/api/v1/records?model=not.known").await;
        assert_eq!(other, json!({ "items": [], "next_cursor": null }));
        for query in [
            "",
            "?model=",
            "?model=crm.lead&deleted=maybe",
            "?model=crm.lead&x=1",
        ] {
            crm.get(&format!("/api/v1/records{query}"))
                .await
                .problem(422, "invalid_request");
        }
    }
);

both!(ids_of_records_may_be_any_text, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let ids = [
        "src/main.rs",
        "a/b/../c",
        "/",
        " ",
        "a b+c%2F&d=e?f#g",
        "été",
        "e\u{301}te\u{301}",
        "\u{1F469}\u{200D}\u{1F680}",
        "\u{202E}rtl \u{5D0}\u{5D1}",
        "line\nbreak\ttab",
        "'; DROP TABLE record; --",
        "...",
        "%00",
        "revisions",
        "compare",
        &"x".repeat(512),
    ];
    for (number, id) in ids.iter().enumerate() {
        assert_eq!(
            crm.log(create(id, json!({ "n": number }))).await["record_id"],
            *id
        );
        assert_eq!(
            crm.log(write(id, json!({ "n": number + 1000 }))).await["revision"],
            2,
            "{id:?}"
        );
    }
    for (number, id) in ids.iter().enumerate() {
        let record = crm.lead(id, "").await;
        assert_eq!(record["record_id"], *id);
        assert_eq!(record["values"]["n"], json!(number + 1000));
        assert_eq!(
            crm.lead(id, "?revision=1").await["values"]["n"],
            json!(number)
        );
        let logs = crm.lead(id, "/revisions").await;
        assert_eq!(each(&list(&logs["items"]), "revision"), [1, 2]);
        crm.get(&format!("{}/compare?from=1&to=2", lead_path(id)))
            .await
            .expect(StatusCode::OK);
        let found = crm.logs(&format!("record_id={}", encode_segment(id))).await;
        assert_eq!(each(&found, "record_id"), [*id, *id]);
    }
    let several = format!(
        "record_id={}&record_id={}",
        encode_segment(ids[0]),
        encode_segment(ids[7])
    );
    assert_eq!(crm.logs(&several).await.len(), 4);
    for bad in ["a\u{0}b".to_owned(), "x".repeat(513), String::new()] {
        let answer = crm.send(json!([create(&bad, json!({ "n": 1 }))])).await;
        assert_eq!(
            answer.problem(422, "invalid_request").faults()[0].0,
            "/operations/0/record_id"
        );
    }
});

both!(
    an_id_that_reads_as_an_escape_is_told_from_what_it_reads_as,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for id in ["%00", "%2F", "%41", "A", "%"] {
            crm.log(create(id, json!({ "id": id }))).await;
        }
        for id in ["%00", "%2F", "%41", "A", "%"] {
            let record = crm.lead(id, "").await;
            assert_eq!(record["values"]["id"], id);
        }
    }
);

both!(what_is_not_known_is_404, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    crm.log(create("1", json!({ "n": 1 }))).await;
    for path in [
        "/api/v1/records/crm.lead/2",
        "/api/v1/records/res.partner/1",
        "/api/v1/records/crm.lead/2/revisions",
        "/api/v1/records/crm.lead/1?revision=2",
        "/api/v1/records/crm.lead/1?at=2001-01-01T00:00:00Z",
        "/api/v1/records/crm.lead/1/compare?from=1&to=2",
        "/api/v1/records/crm.lead/1/restore-plan?revision=2",
        "/api/v1/records/crm.lead",
        "/api/v1/records/crm.lead/1/nothing",
    ] {
        crm.get(path).await.problem(404, "not_found");
    }
    for (query, pointer) in [
        ("?revision=0", "/revision"),
        ("?revision=x", "/revision"),
        ("?at=yesterday", "/at"),
        ("/compare?to=1", "/from"),
        ("/compare?from=1&to=0", "/to"),
        ("/restore-plan?revision=-1", "/revision"),
        ("/revisions?limit=0", "/limit"),
    ] {
        let answer = crm.get(&format!("{}{query}", lead_path("1"))).await;
        assert_eq!(
            answer.problem(422, "invalid_request").faults()[0].0,
            pointer,
            "{query}"
        );
    }
});
