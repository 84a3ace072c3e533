//! A host as tests play it, the operations it reports, and a database that outlives its server.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
};

use audit::{Audit, Options, Principal};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use types::{HostInput, KeyInput, Scope, encode_segment};

use crate::app::{Answer, PASSWORD, TestApp, client};

/// The model that most tests are about.
pub(crate) const LEAD: &str = "crm.lead";

/// A host with a key of the scopes `record` and `read`.
pub(crate) struct Host<'a> {
    pub(crate) app: &'a TestApp,
    pub(crate) name: String,
    pub(crate) key: String,
}

impl<'a> Host<'a> {
    /// The host of this name, made if it is missing.
    pub(crate) async fn new(app: &'a TestApp, name: &str) -> Self {
        let key = app.key(name, &[Scope::Record, Scope::Read]).await;
        Self {
            app,
            name: name.to_owned(),
            key,
        }
    }

    /// The host `crm`, whose leads are followed whatever happens to them.
    pub(crate) async fn crm(app: &'a TestApp) -> Self {
        let host = Self::new(app, "crm").await;
        app.follow("crm", LEAD).await;
        host
    }

    /// Sends a batch.
    pub(crate) async fn send(&self, operations: Value) -> Answer {
        let body = json!({ "operations": operations });
        self.app.post(&self.key, "/api/v1/operations", body).await
    }

    /// Sends a batch that must be taken; its results.
    pub(crate) async fn record(&self, operations: Value) -> Vec<Value> {
        let answer = self.send(operations).await.expect(StatusCode::OK);
        list(&answer.body["results"])
    }

    /// Sends one operation that must be taken; its result.
    pub(crate) async fn one(&self, operation: Value) -> Value {
        let mut results = self.record(json!([operation])).await;
        assert_eq!(results.len(), 1);
        results.remove(0)
    }

    /// Sends one operation that must be recorded; its log.
    pub(crate) async fn log(&self, operation: Value) -> Value {
        let result = self.one(operation).await;
        assert_eq!(result["status"], "recorded", "{result}");
        let id = text(&result["log_id"]);
        let log = self.read(&format!("/api/v1/logs/{id}")).await;
        assert_eq!(log["revision"], result["revision"], "{log}");
        log
    }

    /// Sends lines as NDJSON; the results, one a line.
    pub(crate) async fn lines(&self, body: String) -> Vec<Value> {
        let request = self
            .app
            .with(&self.key, Method::POST, "/api/v1/operations")
            .header("content-type", "application/x-ndjson")
            .body(body);
        let answer = Answer::of(request).await.expect(StatusCode::OK);
        assert_eq!(answer.header("content-type"), "application/x-ndjson");
        parse_lines(&answer.text)
    }

    /// Declares a model.
    pub(crate) async fn declare(&self, model: &str, body: Value) -> Answer {
        let path = format!("/api/v1/models/{}", encode_segment(model));
        let request = self.app.with(&self.key, Method::PUT, &path).json(&body);
        Answer::of(request).await
    }

    /// Uninstalls the host.
    pub(crate) async fn uninstall(&self) {
        let path = format!("/api/v1/hosts/{}", self.name);
        let request = self.app.with(self.app.admin(), Method::DELETE, &path);
        Answer::of(request).await.expect(StatusCode::NO_CONTENT);
    }

    /// `GET` by the host's key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.app.get(&self.key, path).await
    }

    /// `GET` that must succeed; its body.
    pub(crate) async fn read(&self, path: &str) -> Value {
        self.get(path).await.expect(StatusCode::OK).body
    }

    /// Every log of a query, page by page.
    pub(crate) async fn logs(&self, query: &str) -> Vec<Value> {
        walk(self.app, &self.key, &format!("/api/v1/logs?{query}")).await
    }

    /// A record of a lead as it is known, with what stands behind its path.
    pub(crate) async fn lead(&self, id: &str, rest: &str) -> Value {
        self.read(&format!("{}{rest}", lead_path(id))).await
    }
}

/// The path of a lead.
pub(crate) fn lead_path(id: &str) -> String {
    format!("/api/v1/records/{LEAD}/{}", encode_segment(id))
}

/// Every row of a list, page by page; `path` has a query already.
pub(crate) async fn walk(app: &TestApp, key: &str, path: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app.get(key, &format!("{path}{cursor}")).await;
        let page = page.expect(StatusCode::OK).body;
        rows.extend(list(&page["items"]));
        match &page["next_cursor"] {
            Value::Null => return rows,
            next => cursor = format!("&cursor={}", encode_segment(&text(next))),
        }
    }
}

/// An operation of marc on a lead.
pub(crate) fn operation(kind: &str, id: &str) -> Value {
    json!({
        "operation": kind, "model": LEAD, "record_id": id,
        "user": { "login": "marc", "name": "Marc Demo", "groups": ["Sales / Manager"] },
    })
}

/// Marc creates a lead.
pub(crate) fn create(id: &str, new: Value) -> Value {
    with(operation("create", id), "new", new)
}

/// Marc modifies a lead, and does not say what it was.
pub(crate) fn write(id: &str, new: Value) -> Value {
    with(operation("write", id), "new", new)
}

/// Marc modifies a lead, and says what it was.
pub(crate) fn change(id: &str, old: Value, new: Value) -> Value {
    with(write(id, new), "old", old)
}

/// Marc deletes a lead.
pub(crate) fn unlink(id: &str) -> Value {
    operation("unlink", id)
}

/// `value` with this member.
pub(crate) fn with(mut value: Value, member: &str, content: Value) -> Value {
    value[member] = content;
    value
}

/// A JSON list.
#[track_caller]
pub(crate) fn list(value: &Value) -> Vec<Value> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("{value}"))
        .clone()
}

/// A JSON text.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    let text = value.as_str().unwrap_or_else(|| panic!("{value}"));
    text.to_owned()
}

/// The member `name` of each row.
pub(crate) fn each(rows: &[Value], name: &str) -> Vec<Value> {
    rows.iter().map(|row| row[name].clone()).collect()
}

/// The change of a field in a log; null where it has none.
pub(crate) fn changed(log: &Value, field: &str) -> Value {
    let changes = list(&log["changes"]);
    let mut found = changes
        .into_iter()
        .filter(|change| change["field"] == field);
    let change = found.next().unwrap_or_default();
    assert!(found.next().is_none(), "{field} twice: {log}");
    change
}

/// The names of the fields that a log says changed, sorted.
pub(crate) fn fields(log: &Value) -> Vec<String> {
    let mut fields: Vec<_> = list(&log["changes"])
        .iter()
        .map(|c| text(&c["field"]))
        .collect();
    fields.sort();
    fields
}

/// The values of NDJSON.
pub(crate) fn parse_lines(text: &str) -> Vec<Value> {
    let parse = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
    text.lines().map(parse).collect()
}

/// A database that outlives the servers opened on it.
pub(crate) struct Lasting {
    pub(crate) url: String,
    _gone_at_the_end: Gone,
}

enum Gone {
    File(#[expect(dead_code, reason = "held for its end")] tempfile::TempDir),
    Postgres { server: String, name: String },
}

impl Drop for Gone {
    fn drop(&mut self) {
        if let Self::Postgres { server, name } = self {
            psql(
                server,
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            );
        }
    }
}

pub(crate) fn psql(server: &str, statement: &str) {
    let mut psql = std::process::Command::new("psql");
    psql.args([&format!("{server}/postgres"), "-qc", statement]);
    let output = psql.output().expect("psql runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{statement}: {told}");
}

impl Lasting {
    /// A SQLite file.
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/lasting.db?mode=rwc", folder.path().display());
        Self::migrated(url, Gone::File(folder)).await
    }

    /// A new PostgreSQL database; none where no server is named.
    pub(crate) async fn postgres() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("REVISOR_TEST_POSTGRES_URL") else {
            let required = std::env::var("REVISOR_TEST_REQUIRE_POSTGRES").is_ok();
            assert!(!required, "REVISOR_TEST_POSTGRES_URL is not set");
            return None;
        };
        let server = server.trim_end_matches('/').to_owned();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("revisor_lasting_{}_{number}", std::process::id());
        psql(&server, &format!("CREATE DATABASE {name}"));
        let url = format!("{server}/{name}");
        Some(Self::migrated(url, Gone::Postgres { server, name }).await)
    }

    async fn migrated(url: String, gone: Gone) -> Self {
        migration::up(&url).await.unwrap();
        Self {
            url,
            _gone_at_the_end: gone,
        }
    }

    /// A server on it, with a key of each scope for the host `crm`.
    pub(crate) async fn serve(&self, options: Options) -> Served {
        let audit = Audit::open(&self.url, options).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = server::app(audit.clone(), &server::Options::default());
        let task = tokio::spawn(async move { axum::serve(listener, router).await });
        let host = HostInput {
            name: "crm".to_owned(),
            label: None,
        };
        audit::hosts::ensure(&audit, &Principal::System, host)
            .await
            .unwrap();
        let input = KeyInput {
            name: "all".to_owned(),
            scopes: Scope::ALL.to_vec(),
            expires_at: None,
        };
        let key = audit::keys::create(&audit, &Principal::System, "crm", input).await;
        let key = key.unwrap().key;
        Served {
            audit,
            key,
            address,
            task,
        }
    }
}

/// A server on a [`Lasting`] database.
pub(crate) struct Served {
    pub(crate) audit: Audit,
    pub(crate) key: String,
    pub(crate) address: SocketAddr,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Served {
    /// Sends a request with the key that may do everything.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let url = format!("http://{}{path}", self.address);
        let request = client().request(method, url).bearer_auth(&self.key);
        Answer::of(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
    }

    /// Signs a person in whose password is [`PASSWORD`]; the cookie.
    pub(crate) async fn sign_in(&self, login: &str) -> String {
        let body = format!("login={login}&password={}", encode_segment(PASSWORD));
        let request = client()
            .post(format!("http://{}/sign-in", self.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        Answer::of(request).await.session()
    }

    /// A page, for whom the cookie is of.
    pub(crate) async fn page(&self, path: &str, cookie: &str) -> Answer {
        let url = format!("http://{}{path}", self.address);
        Answer::of(client().get(url).header("cookie", cookie)).await
    }

    /// Records a batch.
    pub(crate) async fn send(&self, operations: Value) -> Answer {
        let body = json!({ "operations": operations });
        self.call(Method::POST, "/api/v1/operations", Some(body))
            .await
    }

    /// Follows everything that happens to leads.
    pub(crate) async fn follow(&self) {
        let rule = json!({ "name": "all", "host": "crm", "model": LEAD, "log_create": true });
        let answer = self.call(Method::POST, "/api/v1/rules", Some(rule)).await;
        answer.expect(StatusCode::CREATED);
    }

    /// Ends the server and closes the database.
    pub(crate) async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
        self.audit.close().await;
    }
}

/// Makes a test of `$body` for each kind of lasting database.
macro_rules! both_lasting {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let body = $body;
                body($crate::support::Lasting::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let body = $body;
                if let Some(lasting) = $crate::support::Lasting::postgres().await {
                    body(lasting).await;
                }
            }
        }
    };
}
