//! The `OpenAPI` document and the reference page.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::app::{Answer, TestApp};

#[test]
fn the_document_is_as_it_was() {
    insta::assert_snapshot!("openapi", server::api::openapi::document());
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if let (Some(target), "$ref") = (member.as_str(), name.as_str()) {
                        let pointer = target.trim_start_matches('#');
                        assert!(document.pointer(pointer).is_some(), "{target}");
                    }
                    walk(member, document);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, document)),
            _ => {}
        }
    }
    let document: Value = serde_json::from_str(server::api::openapi::document()).unwrap();
    walk(&document, &document);
}

both!(
    the_document_is_served_without_a_key,
    async |app: TestApp| {
        let answer = Answer::of(app.request(Method::GET, "/api/v1/openapi.json")).await;
        let answer = answer.expect(StatusCode::OK);
        assert_eq!(answer.header("content-type"), "application/json");
        assert!(!answer.header("etag").is_empty());
        assert_eq!(answer.body["openapi"], "3.1.0");
        assert!(answer.body["paths"]["/api/v1/operations"]["post"].is_object());
    }
);

both!(
    the_reference_page_asks_nothing_of_another_origin,
    async |app: TestApp| {
        let page = Answer::of(app.request(Method::GET, "/api/docs"))
            .await
            .expect(StatusCode::OK);
        assert!(page.header("content-type").starts_with("text/html"));
        assert!(
            page.header("content-security-policy")
                .contains("default-src 'none'")
        );
        let parts: Vec<_> = ["src=\"", "href=\""]
            .into_iter()
            .flat_map(|mark| page.text.split(mark).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(parts.len() >= 5, "{}", page.text);
        for part in parts {
            assert!(part.starts_with("/api/docs/"), "{part}");
            Answer::of(app.request(Method::GET, part))
                .await
                .expect(StatusCode::OK);
        }
        let script = Answer::of(app.request(Method::GET, "/api/docs/swagger-initializer.js")).await;
        assert!(
            script.text.contains("/api/v1/openapi.json"),
            "{}",
            script.text
        );
        let missing = Answer::of(app.request(Method::GET, "/api/docs/nothing.js")).await;
        missing.problem(404, "not_found");
    }
);
