//! Bodies: every call that takes one judges it alike.

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use types::Scope;

use crate::{
    app::{Answer, TestApp},
    support::text,
};

both!(
    every_call_that_takes_a_body_judges_it_alike,
    async |app: TestApp| {
        let key = app.key("crm", &Scope::ALL).await;
        let rule = app.follow("crm", "m").await;
        let rule = format!("/api/v1/rules/{}", text(&rule["id"]));
        for (method, path) in [
            (Method::POST, "/api/v1/hosts"),
            (Method::POST, "/api/v1/hosts/crm/keys"),
            (Method::POST, "/api/v1/rules"),
            (Method::PATCH, &rule),
            (Method::PUT, "/api/v1/models/m"),
            (Method::POST, "/api/v1/operations"),
        ] {
            let call = || app.with(&key, method.clone(), path);
            let judged = async |request: RequestBuilder, status: u16, code: &str| {
                let answer = Answer::of(request).await;
                assert_eq!(answer.status.as_u16(), status, "{path} {}", answer.text);
                answer.problem(status, code)
            };
            let typed =
                |kind: &str, body: &str| call().header("content-type", kind).body(body.to_owned());
            judged(call().body("{}"), 415, "unsupported_media_type").await;
            judged(typed("text/json", "{}"), 415, "unsupported_media_type").await;
            judged(
                typed("application/xml", "<a/>"),
                415,
                "unsupported_media_type",
            )
            .await;
            let deep = "[".repeat(100_000);
            for broken in ["", "{", "{\"a\": 1,}", "{'a': 1}", "NaN", "{} x", &deep] {
                judged(typed("application/json", broken), 400, "invalid_json").await;
            }
            let latin = call()
                .header("content-type", "application/json")
                .body(&b"{\"name\": \"\xe9\"}"[..]);
            judged(latin, 400, "invalid_json").await;
            let unknown = judged(
                call().json(&json!({ "no_such": 1 })),
                422,
                "invalid_request",
            )
            .await;
            let faults = unknown.faults();
            let expected = ("/no_such".to_owned(), "unknown_field".to_owned());
            assert!(faults.contains(&expected), "{path} {faults:?}");
            for wrong in [json!([]), json!("x"), json!(1), json!(null)] {
                let answer = judged(call().json(&wrong), 422, "invalid_request").await;
                assert_eq!(answer.faults(), [(String::new(), "wrong_type".to_owned())]);
            }
            let padded = format!("{{\"no_such\": \"{}\"}}", "x".repeat(8 * 1024 * 1024));
            judged(typed("application/json", &padded), 413, "payload_too_large").await;
        }
    }
);
