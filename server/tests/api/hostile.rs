//! Hostile content: recorded as it is, shown as it is, harming nothing on any page, in any export.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use types::{Role, encode_segment};

use crate::{
    app::{Answer, TestApp},
    pages::sign_in,
    people::in_groups,
    support::{Host, create, text, with},
};

const MARKUP: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'></textarea></title>";
const TURNED: &str = "invoice\u{202e}fdp.exe\u{2066}";
const ESCAPES: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m";
const FORMULA: &str = "=HYPERLINK(\"https://evil.example\")";
const LINES: &str = "one\r\n2026-11-23T00:00:00Z ERROR forged";

/// An operation that is hostile wherever it may say something.
fn hostile() -> Value {
    let values = json!({
        "name": MARKUP, "turned": TURNED, "escapes": ESCAPES, "formula": FORMULA, "lines": LINES,
        "nul": "a\u{0}b", "deep": [[[[{"<b>": [MARKUP]}]]]], "<i>field</i>": MARKUP,
        "lone": "\u{fffd}",
    });
    let mut operation = create("<7>", values);
    operation["record_name"] = json!(format!("{FORMULA}{MARKUP}{TURNED}"));
    operation["user"] = json!({"login": "eve<script>alert(3)</script>", "name": MARKUP});
    with(
        operation,
        "context",
        json!({"reason": format!("{FORMULA}{MARKUP}{ESCAPES}{LINES}"), "ip": "203.0.113.7",
               "user_agent": MARKUP, "request_id": "<r>", "transaction_id": "\"t'"}),
    )
}

both!(
    what_is_hostile_is_shown_as_it_is_and_runs_nowhere,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let log = crm.log(hostile()).await;
        assert_eq!(log["context"]["user_agent"], MARKUP);
        let id = text(&log["id"]);
        in_groups(&app, "ada", Role::Administrator, &[]).await;
        let cookie = sign_in(&app, "ada").await;
        let record = format!("/records/crm.lead/{}?host=crm", encode_segment("<7>"));
        let hostile_query = encode_segment(MARKUP);
        for path in [
            "/overview".to_owned(),
            "/logs".to_owned(),
            format!("/logs?q={hostile_query}"),
            format!("/logs?model={hostile_query}&group=user"),
            format!("/logs/{id}"),
            record.clone(),
            format!("{record}&from=1&to=1"),
            "/models/crm.lead?host=crm".to_owned(),
            "/models/crm.lead/records?host=crm".to_owned(),
            format!("/find?q={hostile_query}"),
            "/rules/coverage".to_owned(),
            format!("/sign-in?login={hostile_query}&error={hostile_query}"),
            format!("/nothing/{hostile_query}"),
        ] {
            let request = app
                .request(Method::GET, &path)
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, &cookie);
            let answer = Answer::of(request).await;
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
            for raw in [
                "<script>alert",
                "<img src=x",
                "</textarea></title>",
                "<i>field",
            ] {
                assert!(!answer.text.contains(raw), "{path} holds {raw}");
            }
            assert!(!answer.text.contains('\u{0}'), "{path}");
            let policy = answer.header("content-security-policy");
            assert!(!policy.contains("unsafe-inline"), "{path}");
        }

        let csv = crm
            .get("/api/v1/export?format=csv")
            .await
            .expect(StatusCode::OK);
        assert!(!csv.text.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{0}']));
        let mut reader = csv::Reader::from_reader(csv.text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1);
        for cell in &rows[0] {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
        let ndjson = crm.get("/api/v1/export?format=ndjson").await;
        assert_eq!(ndjson.text.lines().count(), 1, "a log is a line");
        let line: Value = serde_json::from_str(&ndjson.text).unwrap();
        assert_eq!(line["record_name"], log["record_name"]);
        assert!(!ndjson.text.contains('\u{1b}'));
    }
);

both!(
    json_that_two_readers_read_in_two_ways_is_refused,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        let post = async |body: String| {
            let request = app
                .with(&crm.key, Method::POST, "/api/v1/operations")
                .header(header::CONTENT_TYPE, "application/json")
                .body(body);
            Answer::of(request).await
        };
        let operation = |members: &str| {
            format!(
                r#"{{"operations":[{{"operation":"create","model":"crm.lead","record_id":"1",
                "user":{{"login":"marc"}},{members}}}]}}"#
            )
        };
        for (members, status, code) in [
            (r#""new":{"a":1,"a":2}"#.to_owned(), 400, "invalid_json"),
            (
                r#""new":{"a":1},"new":{"a":2}"#.to_owned(),
                400,
                "invalid_json",
            ),
            (r#""new":{"a":"\ud800"}"#.to_owned(), 400, "invalid_json"),
            (
                format!(r#""new":{{"a":{}1{}}}"#, "[".repeat(120), "]".repeat(120)),
                422,
                "invalid_request",
            ),
            (
                format!(r#""new":{{"a":{}}}"#, "[".repeat(50_000)),
                400,
                "invalid_json",
            ),
        ] {
            let answer = post(operation(&members)).await;
            answer.problem(status, code);
        }
        assert!(crm.logs("").await.is_empty());

        // Numbers that no double holds come back to their last digit.
        let large = "123456789012345678901234567890.000000000000000000001";
        let answer = post(operation(&format!(r#""new":{{"a":{large},"b":1e400}}"#))).await;
        answer.expect(StatusCode::OK);
        let logs = crm.get("/api/v1/logs").await.text;
        assert!(logs.contains(large), "{logs}");
    }
);
