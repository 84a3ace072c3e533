//! Hosts: creating them, listing them, and uninstalling one.

use reqwest::{Method, StatusCode};
use serde_json::json;
use types::Scope;

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, create, each, text, walk, write},
};

const HOSTS: &str = "/api/v1/hosts";

both!(
    a_host_is_created_with_its_label_and_is_in_the_list,
    async |app: TestApp| {
        let body = json!({ "name": "crm", "label": "CRM" });
        let made = app.post(app.admin(), HOSTS, body).await;
        let made = made.expect(StatusCode::CREATED);
        assert_eq!(made.body["name"], "crm");
        assert_eq!(made.body["label"], "CRM");
        let created_at = text(&made.body["created_at"]);
        assert!(
            created_at.ends_with('Z') && created_at.len() == 27,
            "{created_at}"
        );

        let bare = app.post(app.admin(), HOSTS, json!({ "name": "erp" })).await;
        let bare = bare.expect(StatusCode::CREATED);
        assert!(!text(&bare.body["label"]).is_empty());

        let hosts = app.get(app.admin(), HOSTS).await.expect(StatusCode::OK);
        assert_eq!(hosts.body["next_cursor"], json!(null));
        let names = each(hosts.body["items"].as_array().unwrap(), "name");
        for name in ["crm", "erp", "operator", "revisor"] {
            assert!(names.contains(&json!(name)), "{names:?}");
        }
    }
);

both!(a_name_that_is_taken_is_409, async |app: TestApp| {
    let body = json!({ "name": "crm", "label": "CRM" });
    let made = app.post(app.admin(), HOSTS, body.clone()).await;
    made.expect(StatusCode::CREATED);
    let again = app.post(app.admin(), HOSTS, body).await;
    again.problem(409, "host_exists");
    let own = app
        .post(app.admin(), HOSTS, json!({ "name": "revisor" }))
        .await;
    own.problem(409, "host_exists");
});

both!(a_name_has_the_form_of_the_contract, async |app: TestApp| {
    let longest = "a".repeat(63);
    for name in ["a", "0", "x_y.z-1", &longest] {
        let answer = app.post(app.admin(), HOSTS, json!({ "name": name })).await;
        answer.expect(StatusCode::CREATED);
    }
    let too_long = "a".repeat(64);
    for name in ["CRM", "-a", "_a", ".a", "a b", "é", "a/b", "a\n", &too_long] {
        let answer = app.post(app.admin(), HOSTS, json!({ "name": name })).await;
        let answer = answer.problem(422, "invalid_request");
        assert_eq!(answer.faults()[0].0, "/name", "{name:?}");
    }
    for (body, pointers) in [
        (json!({}), vec!["/name"]),
        (json!({ "name": "" }), vec!["/name"]),
        (json!({ "name": 7 }), vec!["/name"]),
        (
            json!({ "name": "ok", "colour": 1, "label": [] }),
            vec!["/colour", "/label"],
        ),
        (json!([]), vec![""]),
        (json!("crm"), vec![""]),
    ] {
        let answer = app.post(app.admin(), HOSTS, body).await;
        let answer = answer.problem(422, "invalid_request");
        let found: Vec<_> = answer.faults().into_iter().map(|fault| fault.0).collect();
        assert_eq!(found, pointers, "{}", answer.text);
    }
});

both!(hosts_are_listed_page_by_page, async |app: TestApp| {
    for number in 0..5 {
        let body = json!({ "name": format!("host-{number}") });
        let answer = app.post(app.admin(), HOSTS, body).await;
        answer.expect(StatusCode::CREATED);
    }
    let all = walk(&app, app.admin(), "/api/v1/hosts?limit=200").await;
    let paged = walk(&app, app.admin(), "/api/v1/hosts?limit=2").await;
    assert_eq!(all.len(), 7);
    assert_eq!(paged, all);
    let first = app.get(app.admin(), "/api/v1/hosts?limit=2").await.body;
    let cursor = text(&first["next_cursor"]);
    for list in ["/api/v1/logs", "/api/v1/models", "/api/v1/rules"] {
        let answer = app
            .get(app.admin(), &format!("{list}?cursor={cursor}"))
            .await;
        answer.problem(400, "invalid_cursor");
    }
});

both!(
    an_uninstalled_host_keeps_its_logs_and_loses_its_keys_and_rules,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let erp = Host::new(&app, "erp").await;
        app.follow("erp", LEAD).await;
        crm.one(create("1", json!({ "name": "Keyboards" }))).await;
        let log = crm.log(write("1", json!({ "name": "Mice" }))).await;

        let end = || app.with(app.admin(), Method::DELETE, "/api/v1/hosts/crm");
        let ended = Answer::of(end()).await.expect(StatusCode::NO_CONTENT);
        assert!(ended.text.is_empty());

        let refused = crm.send(json!([write("1", json!({ "name": "x" }))])).await;
        refused.problem(401, "unauthorized");
        for path in ["/api/v1/logs", "/api/v1/rules", "/api/v1/models"] {
            crm.get(path).await.problem(401, "unauthorized");
        }
        let rules = walk(&app, app.admin(), "/api/v1/rules?host=crm").await;
        assert!(rules.is_empty(), "{rules:?}");
        let rules = walk(&app, app.admin(), "/api/v1/rules?host=erp").await;
        assert_eq!(rules.len(), 1);

        let path = format!("/api/v1/logs/{}", text(&log["id"]));
        let kept = app.get(app.admin(), &path).await.expect(StatusCode::OK);
        assert_eq!(kept.body, log);
        let logs = walk(&app, app.admin(), "/api/v1/logs?host=crm").await;
        assert_eq!(each(&logs, "revision"), [2, 1]);
        for path in [
            "/api/v1/records?model=crm.lead&host=crm",
            "/api/v1/records/crm.lead/1?host=crm",
            "/api/v1/records/crm.lead/1/revisions?host=crm",
            "/api/v1/records/crm.lead/1/compare?from=1&to=2&host=crm",
            "/api/v1/export?format=ndjson&host=crm",
        ] {
            let answer = app.get(app.admin(), path).await.expect(StatusCode::OK);
            assert!(answer.text.contains("Mice"), "{path}: {}", answer.text);
        }
        Answer::of(end()).await.problem(404, "not_found");
        let erp_still = erp.one(create("1", json!({ "name": "x" }))).await;
        assert_eq!(erp_still["status"], "recorded");
    }
);

both!(
    neither_an_unknown_nor_the_built_in_host_can_be_uninstalled,
    async |app: TestApp| {
        let end = |name: &str| {
            let path = format!("/api/v1/hosts/{name}");
            app.with(app.admin(), Method::DELETE, &path)
        };
        Answer::of(end("nothing")).await.problem(404, "not_found");
        Answer::of(end("revisor"))
            .await
            .problem(409, "builtin_host");
        let key = app.key("crm", &[Scope::Record, Scope::Read]).await;
        let request = app.with(&key, Method::DELETE, "/api/v1/hosts/crm");
        Answer::of(request).await.problem(403, "forbidden");
        app.get(&key, HOSTS).await.problem(403, "forbidden");
    }
);
