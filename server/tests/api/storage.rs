//! What the database holds, and what is told when it fails.

use audit::Options;
use reqwest::Method;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::json;

use crate::support::{LEAD, Lasting, Served, change, create, with};

/// Every row of every table as text, and every byte of a database file.
pub(crate) async fn everything(url: &str) -> String {
    let mut all = String::new();
    if let Some(path) = url.strip_prefix("sqlite://") {
        let file = path.split('?').next().unwrap();
        for suffix in ["", "-wal"] {
            let bytes = std::fs::read(format!("{file}{suffix}")).unwrap_or_default();
            all.push_str(&String::from_utf8_lossy(&bytes));
        }
        return all;
    }
    let database = Database::connect(url).await.unwrap();
    let tables = "SELECT tablename AS found FROM pg_tables WHERE schemaname = 'public'";
    for table in texts(&database, tables).await {
        let rows = format!("SELECT t::text AS found FROM \"{table}\" t");
        all.push_str(&texts(&database, &rows).await.join("\n"));
    }
    database.close().await.unwrap();
    all
}

async fn texts(database: &DatabaseConnection, query: &str) -> Vec<String> {
    let statement = Statement::from_string(database.get_database_backend(), query);
    let rows = database.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", "found").unwrap())
        .collect()
}

async fn declared(server: &Served) {
    server.follow().await;
    let model = json!({ "fields": [
        {"name": "password", "sensitive": true}, {"name": "image", "type": "binary"},
        {"name": "write_date", "ignored": true}] });
    let path = format!("/api/v1/models/{LEAD}");
    let answer = server.call(Method::PUT, &path, Some(model)).await;
    assert!(answer.status.is_success(), "{}", answer.text);
}

both_lasting!(
    a_sensitive_value_the_bytes_of_a_binary_and_a_key_are_never_stored,
    async |lasting: Lasting| {
        let server = lasting.serve(Options::default()).await;
        declared(&server).await;
        let image = "c2VjcmV0IGltYWdlIGJ5dGVz";
        let first = json!({ "name": "visible-name", "password": "hunter-one", "image": image, "write_date": "hunter-date" });
        let first = with(create("1", first), "id", json!("op-1"));
        let old = json!({ "password": "hunter-outside" });
        let second = change("1", old, json!({ "password": "hunter-two" }));
        for operation in [first, second] {
            let answer = server.send(json!([operation])).await;
            assert_eq!(
                answer.body["results"][0]["status"], "recorded",
                "{}",
                answer.text
            );
        }
        let key = server.key.clone();
        server.stop().await;
        let all = everything(&lasting.url).await;
        assert!(all.contains("visible-name"), "the rows were read");
        for secret in ["hunter", image, "secret image bytes", &key] {
            assert!(!all.contains(secret), "{secret}");
        }
    }
);

both_lasting!(
    a_failure_of_the_database_tells_nothing_of_it,
    async |lasting: Lasting| {
        let server = lasting.serve(Options::default()).await;
        declared(&server).await;
        server.send(json!([create("1", json!({ "n": 1 }))])).await;
        let direct = Database::connect(&lasting.url).await.unwrap();
        // Somebody breaks what is read, below the server.
        let broken = "ALTER TABLE record RENAME TO record_gone";
        direct.execute_unprepared(broken).await.unwrap();
        let batch = json!({ "operations": [create("2", json!({ "n": 1 }))] });
        for (method, path, body) in [
            (Method::GET, "/api/v1/records?model=crm.lead", None),
            (Method::GET, "/api/v1/records/crm.lead/1", None),
            (Method::POST, "/api/v1/operations", Some(batch)),
        ] {
            let answer = server.call(method, path, body).await;
            assert!(answer.status.is_server_error(), "{path} {}", answer.text);
            assert_eq!(answer.header("content-type"), "application/problem+json");
            let told = answer.text.to_lowercase();
            for word in [
                "record_gone",
                "select",
                "insert",
                "sql",
                "relation",
                "table",
                "/tmp",
                "panic",
                ".rs",
                "no such",
            ] {
                assert!(!told.contains(word), "{word}: {}", answer.text);
            }
        }
        let back = "ALTER TABLE record_gone RENAME TO record";
        direct.execute_unprepared(back).await.unwrap();
        let logs = server
            .call(Method::GET, "/api/v1/logs?host=crm&model=crm.lead", None)
            .await;
        assert_eq!(
            logs.body["items"].as_array().unwrap().len(),
            1,
            "nothing of the failed batch"
        );
        let again = server.send(json!([create("2", json!({ "n": 1 }))])).await;
        assert_eq!(again.body["results"][0]["revision"], 1);
        let _ = direct.close().await;
        server.stop().await;
    }
);
