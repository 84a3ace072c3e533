//! Exports: the logs of the same filters, all of them, as CSV or NDJSON.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    support::{Host, create, each, list, parse_lines, text, with, write},
};

/// The cells of a CSV text (RFC 4180), row by row.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            letter => cell.push(letter),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !quoted, "whole rows");
    rows
}

async fn story(crm: &Host<'_>) {
    crm.app.follow("crm", "res.partner").await;
    for chunk in 0..6 {
        let batch: Vec<_> = (0..100)
            .map(|number| {
                let number = chunk * 100 + number;
                let mut one = write(
                    &(number % 7).to_string(),
                    json!({ "n": number, "t": format!("a,\"{number}\"\nü") }),
                );
                if number % 3 == 0 {
                    one["model"] = json!("res.partner");
                }
                one["user"]["login"] = json!(["marc", "joel"][number % 2]);
                one
            })
            .collect();
        crm.record(json!(batch)).await;
    }
}

both!(
    an_export_holds_exactly_the_logs_of_its_query,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        story(&crm).await;
        for query in [
            "",
            "order=asc",
            "model=crm.lead&user=joel",
            "record_id=1&record_id=2&order=asc&field=n",
            "q=%2242%22",
            "user=nobody",
            "operation=create",
        ] {
            let listed = crm.logs(&format!("{query}&limit=200")).await;
            let lines = crm
                .get(&format!("/api/v1/export?format=ndjson&{query}"))
                .await;
            let lines = lines.expect(StatusCode::OK);
            assert_eq!(lines.header("content-type"), "application/x-ndjson");
            assert_eq!(parse_lines(&lines.text), listed, "{query}");

            let csv = crm.get(&format!("/api/v1/export?format=csv&{query}")).await;
            let csv = csv.expect(StatusCode::OK);
            assert!(csv.header("content-type").starts_with("text/csv"));
            assert!(csv.header("content-disposition").starts_with("attachment"));
            let rows = cells(&csv.text);
            let head = &rows[0];
            assert_eq!(rows.len(), listed.len() + 1, "{query}");
            let column = |name: &str| head.iter().position(|cell| cell == name).unwrap();
            for (row, log) in rows[1..].iter().zip(&listed) {
                assert_eq!(row.len(), head.len());
                for name in [
                    "id",
                    "host",
                    "model",
                    "record_id",
                    "operation",
                    "recorded_at",
                    "occurred_at",
                ] {
                    assert_eq!(row[column(name)], text(&log[name]));
                }
                assert_eq!(row[column("seq")], log["seq"].to_string());
                assert_eq!(row[column("revision")], log["revision"].to_string());
                let changes: Value = serde_json::from_str(&row[column("changes")]).unwrap();
                assert_eq!(changes, log["changes"]);
            }
        }
        assert_eq!(crm.logs("limit=200").await.len(), 600);
    }
);

both!(
    an_export_says_its_format_and_knows_its_filters,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        for (query, pointer) in [
            ("", "/format"),
            ("format=xlsx", "/format"),
            ("format=csv&modle=x", "/modle"),
            ("format=csv&from=x", "/from"),
        ] {
            let answer = crm.get(&format!("/api/v1/export?{query}")).await;
            assert_eq!(
                answer.problem(422, "invalid_request").faults()[0].0,
                pointer
            );
        }
        let empty = crm
            .get("/api/v1/export?format=csv")
            .await
            .expect(StatusCode::OK);
        assert_eq!(cells(&empty.text).len(), 1, "the names of the columns");
        let empty = crm
            .get("/api/v1/export?format=ndjson")
            .await
            .expect(StatusCode::OK);
        assert!(empty.text.is_empty());
    }
);

both!(no_cell_is_a_formula, async |app: TestApp| {
    let crm = Host::crm(&app).await;
    let evil = "=HYPERLINK(\"http://evil.example\")";
    let mut one = with(
        create(evil, json!({ "name": evil })),
        "record_name",
        json!("+1"),
    );
    one["user"] = json!({ "login": "@x", "name": "-1" });
    one["context"] = json!({ "reason": "=1+1" });
    crm.log(one).await;
    let csv = crm
        .get("/api/v1/export?format=csv")
        .await
        .expect(StatusCode::OK);
    for cell in cells(&csv.text).concat() {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
    }
});

both!(
    an_export_while_others_record_misses_nothing_that_was_there,
    async |app: TestApp| {
        let crm = Host::crm(&app).await;
        story(&crm).await;
        let before = each(&crm.logs("order=asc&limit=200").await, "seq");
        let recording = async {
            for round in 0..20 {
                let batch: Vec<_> = (0..20)
                    .map(|n| create(&format!("x{round}.{n}"), json!({ "n": n })))
                    .collect();
                crm.record(json!(batch)).await;
            }
        };
        let exporting = async {
            for order in ["asc", "desc"] {
                let path = format!("/api/v1/export?format=ndjson&order={order}");
                let lines = crm.get(&path).await.expect(StatusCode::OK);
                let seqs = each(&parse_lines(&lines.text), "seq");
                for seq in &before {
                    assert_eq!(
                        seqs.iter().filter(|found| *found == seq).count(),
                        1,
                        "{seq}"
                    );
                }
            }
        };
        tokio::join!(recording, exporting);
        assert!(list(&crm.read("/api/v1/logs").await["items"]).len() == 50);
    }
);
