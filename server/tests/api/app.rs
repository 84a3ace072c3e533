//! A running server with a fresh database, and the client that tests talk to it by.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU32, Ordering},
};

use audit::{Audit, Options, Principal};
use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    header::{HeaderMap, HeaderValue},
    redirect,
};
use serde_json::{Value, json};
use types::{HostInput, KeyInput, Role, Scope, User, UserInput};

/// Makes a test of `$body` for each database: `both!(name, async |app| { … })`.
macro_rules! both {
    ($name:ident, $body:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let body = $body;
                body($crate::app::TestApp::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let body = $body;
                if let Some(app) = $crate::app::TestApp::postgres().await {
                    body(app).await;
                }
            }
        }
    };
}

/// A client that follows no redirect and keeps no cookie.
pub(crate) fn client() -> Client {
    // What this build secures connections with has to be chosen before any client is made.
    revisor_host::secure_by_ring();
    Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap()
}

/// The password of the people that tests create.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running server with a fresh database of its own.
pub(crate) struct TestApp {
    /// The core that the server serves, to prepare what the API cannot.
    pub(crate) audit: Audit,
    /// The client: follows no redirect, keeps no cookie.
    pub(crate) client: Client,
    /// Ends the answers that go on for ever, as when the server ends.
    pub(crate) ending: tokio_util::sync::CancellationToken,
    address: SocketAddr,
    admin: String,
    _database: Database,
}

/// What goes away with the test.
enum Database {
    Sqlite(#[expect(dead_code, reason = "held for its end")] tempfile::TempDir),
    Postgres { server: String, name: String },
}

impl Drop for Database {
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
    let output = std::process::Command::new("psql")
        .args([&format!("{server}/postgres"), "-qc", statement])
        .output()
        .expect("psql runs");
    assert!(
        output.status.success(),
        "{statement}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

impl TestApp {
    /// With a SQLite file.
    pub(crate) async fn sqlite() -> Self {
        Self::sqlite_with(server::Options::default()).await
    }

    /// With a SQLite file, served otherwise than by default.
    pub(crate) async fn sqlite_with(options: server::Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/revisor.db?mode=rwc", folder.path().display());
        Self::start(&url, Database::Sqlite(folder), options).await
    }

    /// With a new database below `REVISOR_TEST_POSTGRES_URL`; none where that is not set.
    pub(crate) async fn postgres() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("REVISOR_TEST_POSTGRES_URL") else {
            let required = std::env::var("REVISOR_TEST_REQUIRE_POSTGRES");
            assert!(
                required.is_err(),
                "REVISOR_TEST_REQUIRE_POSTGRES is set and REVISOR_TEST_POSTGRES_URL is not"
            );
            return None;
        };
        let server = server.trim_end_matches('/').to_owned();
        let name = format!(
            "revisor_test_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        psql(
            &server,
            &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        );
        psql(&server, &format!("CREATE DATABASE {name}"));
        let url = format!("{server}/{name}");
        let database = Database::Postgres { server, name };
        Some(Self::start(&url, database, server::Options::default()).await)
    }

    async fn start(url: &str, database: Database, options: server::Options) -> Self {
        migration::up(url).await.unwrap();
        let audit = Audit::open(url, Options::default()).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let options = server::Options {
            addr: address,
            ..options
        };
        let router = server::app(audit.clone(), &options);
        let listening = server::listen::Listening::default();
        let ended = tokio_util::sync::CancellationToken::new();
        tokio::spawn(server::listen::serve(listener, router, listening, ended));
        let client = client();
        let mut app = Self {
            audit,
            client,
            ending: options.ending,
            address,
            admin: String::new(),
            _database: database,
        };
        app.admin = app.key("operator", &[Scope::Admin]).await;
        app
    }

    /// The address of `path`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `127.0.0.1:port`.
    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// A key of scope `admin`, of the host `operator`.
    pub(crate) fn admin(&self) -> &str {
        &self.admin
    }

    /// A new key of `host`, which is created if it is missing.
    pub(crate) async fn key(&self, host: &str, scopes: &[Scope]) -> String {
        let host = HostInput {
            name: host.to_owned(),
            label: None,
        };
        let host = audit::hosts::ensure(&self.audit, &Principal::System, host)
            .await
            .unwrap();
        let input = KeyInput {
            name: "test".to_owned(),
            scopes: scopes.to_vec(),
            expires_at: None,
        };
        audit::keys::create(&self.audit, &Principal::System, &host.name, input)
            .await
            .unwrap()
            .key
    }

    /// A new person, whose password is [`PASSWORD`].
    pub(crate) async fn person(&self, login: &str, role: Role) -> User {
        let input = UserInput {
            login: login.to_owned(),
            name: login.to_owned(),
            role,
            groups: Vec::new(),
            password: PASSWORD.to_owned(),
        };
        audit::users::create(&self.audit, &Principal::System, input)
            .await
            .unwrap()
    }

    /// A request without a key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// A request with a key.
    pub(crate) fn with(&self, key: &str, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(key)
    }

    /// `GET` with a key.
    pub(crate) async fn get(&self, key: &str, path: &str) -> Answer {
        Answer::of(self.with(key, Method::GET, path)).await
    }

    /// `POST` of JSON with a key.
    pub(crate) async fn post(&self, key: &str, path: &str, body: Value) -> Answer {
        Answer::of(self.with(key, Method::POST, path).json(&body)).await
    }

    /// Makes a rule for everyone that follows create, write and unlink.
    pub(crate) async fn follow(&self, host: &str, model: &str) -> Value {
        let rule =
            json!({ "name": "everything", "host": host, "model": model, "log_create": true });
        let answer = self.post(self.admin(), "/api/v1/rules", rule).await;
        answer.expect(StatusCode::CREATED).body
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body as JSON; null where it is none.
    pub(crate) body: Value,
}

impl Answer {
    /// Sends the request and reads the answer.
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        Self::read(request.send().await.unwrap()).await
    }

    /// Reads the answer.
    pub(crate) async fn read(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self {
            status,
            headers,
            text,
            body,
        }
    }

    /// The same answer, of this status.
    #[track_caller]
    pub(crate) fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A header as text; empty where it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(HeaderValue::to_str)
            .transpose()
            .unwrap()
            .unwrap_or_default()
    }

    /// The session's cookie, as a browser sends it back.
    #[track_caller]
    pub(crate) fn session(&self) -> String {
        let cookies = self.headers.get_all("set-cookie").iter();
        let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
        let cookie = cookies.find(|cookie| cookie.contains("revisor_session="));
        let cookie = cookie.expect("a session is given");
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
            "{cookie}"
        );
        cookie.split(';').next().unwrap().to_owned()
    }

    /// The same answer, a problem of this status and code.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, code: &str) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["code"], code, "{}", self.text);
        for member in ["type", "title", "detail", "request_id"] {
            assert!(self.body[member].is_string(), "{member}: {}", self.text);
        }
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        self
    }

    /// The faults of a problem as (pointer, code), in order of their pointers.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let word = |fault: &Value, name: &str| fault[name].as_str().unwrap().to_owned();
        let mut faults: Vec<_> = self.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| (word(fault, "pointer"), word(fault, "code")))
            .collect();
        faults.sort();
        faults
    }
}
