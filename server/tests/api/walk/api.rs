//! Every call of the HTTP API as every kind of key.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::Scope;

use crate::{
    app::{Answer, TestApp},
    support::{Host, LEAD, create, write},
};

/// The statuses that the kinds of keys get: none at all, one that nobody gave out, `record`,
/// `read`, `read` of another host, `admin`.
type Statuses = [u16; 6];

struct Call {
    method: &'static str,
    /// As the document of the API writes it.
    path: &'static str,
    /// What is asked for, where that is not the path itself.
    asked: String,
    body: Option<Value>,
    expected: Statuses,
}

fn call(
    method: &'static str,
    path: &'static str,
    asked: impl Into<String>,
    body: impl Into<Option<Value>>,
    expected: Statuses,
) -> Call {
    Call {
        method,
        path,
        asked: asked.into(),
        body: body.into(),
        expected,
    }
}

/// Administrative: nobody but an `admin` key.
const ADMIN: Statuses = [401, 401, 403, 403, 403, 200];
/// A list: of another host there is nothing in it.
const LIST: Statuses = [401, 401, 403, 200, 200, 200];
/// One thing of the host: another host is told what one is told of what does not exist.
const ONE: Statuses = [401, 401, 403, 200, 404, 200];

#[expect(clippy::too_many_lines, reason = "a table, a call an entry")]
/// The calls, in an order in which what ends something comes last.
fn calls(log: &str, rule: &str, key: &str) -> Vec<Call> {
    let record = "/api/v1/records/crm.lead/1";
    let operation = json!({ "operations": [create("7", json!({ "name": "x" }))] });
    let new_rule = json!({ "name": "n", "host": "crm", "model": "n" });
    let created = |expected: Statuses| expected.map(|it| if it == 200 { 201 } else { it });
    let gone = |expected: Statuses| expected.map(|it| if it == 200 { 204 } else { it });
    vec![
        call("get", "/api/v1/logs", "/api/v1/logs", None, LIST),
        call(
            "get",
            "/api/v1/logs/{id}",
            format!("/api/v1/logs/{log}"),
            None,
            ONE,
        ),
        call(
            "get",
            "/api/v1/logs/{id}/proof",
            format!("/api/v1/logs/{log}/proof"),
            None,
            ONE,
        ),
        // A checkpoint says how many logs there are and a hash, to whoever may read anything.
        call(
            "get",
            "/api/v1/checkpoint",
            "/api/v1/checkpoint",
            None,
            LIST,
        ),
        call(
            "get",
            "/api/v1/checkpoint/keys",
            "/api/v1/checkpoint/keys",
            None,
            LIST,
        ),
        call(
            "get",
            "/api/v1/consistency",
            "/api/v1/consistency?from=1&to=2",
            None,
            LIST,
        ),
        call(
            "get",
            "/api/v1/export",
            "/api/v1/export?format=csv",
            None,
            LIST,
        ),
        call(
            "get",
            "/api/v1/records",
            "/api/v1/records?model=crm.lead",
            None,
            LIST,
        ),
        call(
            "get",
            "/api/v1/records/{model}/{record_id}",
            record,
            None,
            ONE,
        ),
        call(
            "get",
            "/api/v1/records/{model}/{record_id}/revisions",
            format!("{record}/revisions"),
            None,
            ONE,
        ),
        call(
            "get",
            "/api/v1/records/{model}/{record_id}/compare",
            format!("{record}/compare?from=1&to=2"),
            None,
            ONE,
        ),
        call(
            "get",
            "/api/v1/records/{model}/{record_id}/restore-plan",
            format!("{record}/restore-plan?revision=1"),
            None,
            ONE,
        ),
        call("get", "/api/v1/models", "/api/v1/models", None, LIST),
        call(
            "get",
            "/api/v1/models/{model}",
            "/api/v1/models/crm.lead",
            None,
            ONE,
        ),
        // A key declares and records for its own host, whatever its host is.
        call(
            "put",
            "/api/v1/models/{model}",
            "/api/v1/models/crm.other",
            json!({}),
            [401, 401, 201, 403, 403, 201],
        ),
        call(
            "put",
            "/api/v1/models/{model}/viewers",
            "/api/v1/models/crm.lead/viewers",
            json!({ "groups": ["Sales"] }),
            ADMIN,
        ),
        call(
            "post",
            "/api/v1/operations",
            "/api/v1/operations",
            operation,
            [401, 401, 200, 403, 403, 200],
        ),
        // A host reads its own rules by any key.
        call(
            "get",
            "/api/v1/rules",
            "/api/v1/rules",
            None,
            [401, 401, 200, 200, 200, 200],
        ),
        call(
            "get",
            "/api/v1/rules/{id}",
            format!("/api/v1/rules/{rule}"),
            None,
            ADMIN,
        ),
        call(
            "post",
            "/api/v1/rules",
            "/api/v1/rules",
            new_rule,
            created(ADMIN),
        ),
        call(
            "patch",
            "/api/v1/rules/{id}",
            format!("/api/v1/rules/{rule}"),
            json!({ "name": "renamed" }),
            ADMIN,
        ),
        call(
            "delete",
            "/api/v1/rules/{id}",
            format!("/api/v1/rules/{rule}"),
            None,
            gone(ADMIN),
        ),
        call("get", "/api/v1/hosts", "/api/v1/hosts", None, ADMIN),
        call(
            "post",
            "/api/v1/hosts",
            "/api/v1/hosts",
            json!({ "name": "new" }),
            created(ADMIN),
        ),
        call(
            "get",
            "/api/v1/hosts/{host}/keys",
            "/api/v1/hosts/crm/keys",
            None,
            ADMIN,
        ),
        call(
            "post",
            "/api/v1/hosts/{host}/keys",
            "/api/v1/hosts/crm/keys",
            json!({ "name": "k", "scopes": ["read"] }),
            created(ADMIN),
        ),
        call(
            "delete",
            "/api/v1/hosts/{host}/keys/{id}",
            format!("/api/v1/hosts/crm/keys/{key}"),
            None,
            gone(ADMIN),
        ),
        call(
            "delete",
            "/api/v1/hosts/{host}",
            "/api/v1/hosts/new",
            None,
            gone(ADMIN),
        ),
    ]
}

both!(
    every_call_of_the_api_gives_each_key_what_it_may,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let log = crm.log(create("1", json!({ "name": "Keyboards" }))).await;
        crm.log(write("1", json!({ "name": "Mice" }))).await;
        let rules = app.get(app.admin(), "/api/v1/rules").await.body;
        let rule = rules["items"]
            .as_array()
            .and_then(|rules| rules.iter().find(|rule| rule["model"] == LEAD))
            .and_then(|rule| rule["id"].as_str())
            .expect("the rule of leads")
            .to_owned();
        let spare = json!({ "name": "spare", "scopes": ["read"] });
        let spare = app.post(app.admin(), "/api/v1/hosts/crm/keys", spare).await;
        let spare = spare.expect(StatusCode::CREATED).body["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let keys = [
            None,
            Some("rvs_this-key-was-never-given-out".to_owned()),
            Some(app.key("crm", &[Scope::Record]).await),
            Some(app.key("crm", &[Scope::Read]).await),
            Some(app.key("shop", &[Scope::Read]).await),
            Some(app.admin().to_owned()),
        ];
        let log = log["id"].as_str().unwrap();
        let seed = audit::Seed([7; 32]);
        app.audit.start_sealing(&seed).await.unwrap();
        app.audit.seal().await.unwrap();

        let calls = calls(log, &rule, &spare);
        let mut wrong = Vec::new();
        for call in &calls {
            for (key, expected) in keys.iter().zip(call.expected) {
                let method: Method = call.method.to_uppercase().parse().unwrap();
                let mut request = app.request(method, &call.asked);
                if let Some(key) = key {
                    request = request.bearer_auth(key);
                }
                if let Some(body) = &call.body {
                    request = request.json(body);
                }
                let answer = Answer::of(request).await;
                if answer.status.as_u16() != expected {
                    let at = keys.iter().position(|it| it == key);
                    wrong.push(format!(
                        "{} {} as {at:?}: {} and not {expected}: {}",
                        call.method, call.asked, answer.status, answer.text
                    ));
                }
                // Of another host nothing is told, whatever the status is.
                if key == &keys[4] {
                    for word in ["Keyboards", "Mice", "crm.lead", "spare"] {
                        assert!(
                            !answer.text.contains(word),
                            "{}: {}",
                            call.asked,
                            answer.text
                        );
                    }
                }
                if answer.status.is_client_error() {
                    assert_eq!(
                        answer.body["status"],
                        answer.status.as_u16(),
                        "{}",
                        call.asked
                    );
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));

        let document = Answer::of(app.request(Method::GET, "/api/v1/openapi.json"))
            .await
            .body;
        let there: BTreeSet<(String, String)> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().keys();
                methods.map(move |method| (path.clone(), method.clone()))
            })
            .collect();
        let walked = calls
            .iter()
            .map(|call| (call.path.to_owned(), call.method.to_owned()));
        assert_eq!(there, walked.collect(), "every call is in the table");
    }
);
