//! Secrets are in no line of the log, whatever its level, in no metric, and in no answer but the one
//! that gives them.

use std::{
    io,
    sync::{Arc, Mutex},
};

use reqwest::{Method, StatusCode, header};
use serde_json::json;
use tracing_subscriber::{filter::filter_fn, fmt, layer::SubscriberExt, prelude::*};
use types::Role;

use crate::{
    app::{Answer, PASSWORD, TestApp},
    pages::{form, sign_in},
    people::in_groups,
    support::Host,
};

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_a_log_or_a_metric() {
    let kept = Kept::default();
    let writer = kept.clone();
    // The tests' own client is no part of the server.
    let ours = |target: &str| !target.starts_with("reqwest") && !target.starts_with("hyper");
    let layer = fmt::layer()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .with_filter(filter_fn(move |event| ours(event.target())));
    let told = tracing_subscriber::registry().with(layer).try_init();
    told.expect("no other test of this process takes the log");

    let app = TestApp::sqlite().await;
    in_groups(&app, "ada", Role::Administrator, &[]).await;
    let cookie = sign_in(&app, "ada").await;
    let wrong = "a wrong password of ada";
    for login in ["ada", "a password typed as a login"] {
        let fields = [("login", login), ("password", wrong)];
        Answer::of(form(&app, "/sign-in", &fields)).await;
    }
    let crm = Host::crm(&app).await;
    crm.record(json!([crate::support::create(
        "1",
        json!({"token": "s3cr3t-value"})
    )]))
    .await;
    for path in ["/logs", "/hosts/crm/keys", "/users", "/nothing"] {
        let request = app.request(Method::GET, path);
        Answer::of(request.header(header::COOKIE, &cookie)).await;
    }
    let unknown = "rev_an_unknown_key_of_somebody";
    app.get(unknown, "/api/v1/logs")
        .await
        .problem(401, "unauthorized");
    let broken = app
        .with(&crm.key, Method::POST, "/api/v1/operations")
        .header(header::CONTENT_TYPE, "application/json")
        .body("{\"operations\": [{\"new\": \"s3cr3t-value\"");
    let broken = Answer::of(broken).await.problem(400, "invalid_json");
    assert!(!broken.text.contains("s3cr3t"), "{}", broken.text);
    let keys = app.get(app.admin(), "/api/v1/hosts/crm/keys").await;
    assert!(!keys.text.contains(&crm.key));
    let metrics = app.request(Method::GET, "/metrics");
    let metrics = Answer::of(metrics).await.expect(StatusCode::OK).text;

    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("sign_in.refused") && log.contains("http.route=/api/v1/logs"));
    let session = cookie.split_once('=').unwrap().1;
    for secret in [
        PASSWORD,
        wrong,
        "a password typed as a login",
        &crm.key,
        app.admin(),
        unknown,
        session,
        "s3cr3t-value",
    ] {
        for line in log.lines().chain(metrics.lines()) {
            assert!(!line.contains(secret), "{line}");
        }
    }
}
