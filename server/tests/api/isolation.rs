//! Hosts know nothing of each other: what is another's does not exist.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, create, each, list, text, walk, write},
};

both!(
    what_is_of_another_host_is_404_as_what_does_not_exist,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let erp = Host::new(&app, "erp").await;
        crm.one(create("1", json!({ "name": "Secret deal" }))).await;
        let log = crm.log(write("1", json!({ "name": "Other" }))).await;
        let id = text(&log["id"]);
        let missing = uuid::Uuid::now_v7().to_string();
        let record = "/api/v1/records/crm.lead";
        for (path, nothing) in [
            (
                format!("/api/v1/logs/{id}"),
                format!("/api/v1/logs/{missing}"),
            ),
            (format!("{record}/1"), format!("{record}/none")),
            (
                format!("{record}/1?host=crm"),
                format!("{record}/none?host=crm"),
            ),
            (
                format!("{record}/1?revision=1"),
                format!("{record}/none?revision=1"),
            ),
            (
                format!("{record}/1/revisions"),
                format!("{record}/none/revisions"),
            ),
            (
                format!("{record}/1/compare?from=1&to=2"),
                format!("{record}/none/compare?from=1&to=2"),
            ),
            (
                format!("{record}/1/restore-plan?revision=1"),
                format!("{record}/none/restore-plan?revision=1"),
            ),
            (
                "/api/v1/models/crm.lead".to_owned(),
                "/api/v1/models/none".to_owned(),
            ),
            (
                "/api/v1/models/crm.lead?host=crm".to_owned(),
                "/api/v1/models/none?host=crm".to_owned(),
            ),
        ] {
            crm.get(&path).await.expect(StatusCode::OK);
            let another = erp.get(&path).await.problem(404, "not_found");
            let nothing = erp.get(&nothing).await.problem(404, "not_found");
            assert_eq!(another.body["detail"], nothing.body["detail"], "{path}");
            assert_eq!(another.body["title"], nothing.body["title"], "{path}");
        }
    }
);

both!(lists_hold_nothing_of_another_host, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let erp = Host::new(&app, "erp").await;
    crm.one(create("1", json!({ "name": "Secret deal" }))).await;
    for path in [
        "/api/v1/logs",
        "/api/v1/logs?host=crm",
        "/api/v1/logs?q=Secret",
        "/api/v1/logs?model=crm.lead",
        "/api/v1/logs?record_id=1",
        "/api/v1/logs?host=revisor",
        "/api/v1/records?model=crm.lead",
        "/api/v1/records?model=crm.lead&host=crm",
        "/api/v1/models",
        "/api/v1/models?host=crm",
        "/api/v1/rules",
        "/api/v1/rules?host=crm",
    ] {
        let answer = erp.get(path).await.expect(StatusCode::OK);
        assert_eq!(
            answer.body,
            json!({ "items": [], "next_cursor": null }),
            "{path}"
        );
    }
    for format in ["csv", "ndjson"] {
        let answer = erp.get(&format!("/api/v1/export?format={format}")).await;
        let answer = answer.expect(StatusCode::OK);
        assert!(!answer.text.contains("Secret"), "{}", answer.text);
        assert!(answer.text.lines().count() <= 1, "{}", answer.text);
    }
});

both!(
    two_hosts_may_have_the_same_models_records_and_ids,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let erp = Host::new(&app, "erp").await;
        app.follow("erp", LEAD).await;
        let of = |name: &str| {
            let mut operation = create("1", json!({ "name": name }));
            operation["id"] = json!("same-id");
            operation
        };
        let first = crm.one(of("of crm")).await;
        let second = erp.one(of("of erp")).await;
        assert_eq!(first["status"], "recorded");
        assert_eq!(second["status"], "recorded", "ids are unique per host");
        assert_eq!(second["revision"], 1);
        assert_eq!(crm.lead("1", "").await["values"]["name"], "of crm");
        assert_eq!(erp.lead("1", "").await["values"]["name"], "of erp");
        assert_eq!(crm.logs("limit=1").await.len(), 1);

        let ambiguous = app.get(app.admin(), "/api/v1/records/crm.lead/1").await;
        assert!(ambiguous.status.is_client_error(), "{}", ambiguous.text);
        for host in ["crm", "erp"] {
            let path = format!("/api/v1/records/crm.lead/1?host={host}");
            let record = app.get(app.admin(), &path).await.expect(StatusCode::OK);
            assert_eq!(record.body["values"]["name"], format!("of {host}"));
            assert_eq!(record.body["host"], host);
        }
        let both = walk(&app, app.admin(), "/api/v1/logs?model=crm.lead").await;
        assert_eq!(each(&both, "host"), ["erp", "crm"]);
    }
);

both!(
    a_host_reads_its_own_rules_in_force_and_no_others,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let erp = Host::new(&app, "erp").await;
        app.follow("erp", "erp.order").await;
        let off = json!({ "name": "off", "host": "crm", "model": "off", "active": false });
        app.post(app.admin(), "/api/v1/rules", off)
            .await
            .expect(StatusCode::CREATED);
        let own = crm.read("/api/v1/rules").await;
        assert_eq!(each(&list(&own["items"]), "model"), ["crm.lead"]);
        let own = erp.read("/api/v1/rules").await;
        assert_eq!(each(&list(&own["items"]), "model"), ["erp.order"]);

        let tag = crm.get("/api/v1/rules").await.header("etag").to_owned();
        assert!(!tag.is_empty());
        let again = || {
            let request = app.with(&crm.key, Method::GET, "/api/v1/rules");
            request.header("if-none-match", &tag)
        };
        let held = Answer::of(again()).await.expect(StatusCode::NOT_MODIFIED);
        assert!(held.text.is_empty());
        app.follow("erp", "erp.line").await;
        Answer::of(again()).await.expect(StatusCode::NOT_MODIFIED);
        app.follow("crm", "crm.team").await;
        let fresh = Answer::of(again()).await.expect(StatusCode::OK);
        assert_ne!(fresh.header("etag"), tag);
    }
);
