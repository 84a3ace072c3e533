//! Limits: headers, forms, time, requests of a key.

use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use server::{Options, listen};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use types::{Role, Scope};

use crate::{
    app::{Answer, TestApp},
    pages::sign_in,
    people::in_groups,
};

/// What the server says to these bytes, until it closes the connection.
async fn say(address: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may close before it was told everything.
    let _ = stream.write_all(bytes).await;
    let mut told = Vec::new();
    let read = stream.read_to_end(&mut told);
    let _ = tokio::time::timeout(Duration::from_secs(20), read).await;
    String::from_utf8_lossy(&told).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_is_bounded() {
    let app = TestApp::sqlite().await;
    let address = app.authority();
    let large = format!(
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n",
        "x".repeat(100_000)
    );
    let many = "X: 1\r\n".repeat(150);
    let many = format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{many}\r\n");
    for request in [large, many] {
        let told = say(&address, request.as_bytes()).await;
        assert!(told.starts_with("HTTP/1.1 431"), "{told}");
    }
    let smuggled = "POST /api/v1/operations HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\
                    Content-Length: 5\r\n\r\nabcde";
    let told = say(&address, smuggled.as_bytes()).await;
    assert!(told.starts_with("HTTP/1.1 400"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_that_never_ends_is_not_waited_for_and_places_become_free() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let listening = listen::Listening {
        connections: 2,
        header_time: Duration::from_millis(300),
        ..listen::Listening::default()
    };
    let ended = tokio_util::sync::CancellationToken::new();
    let router = axum::Router::new().route("/", axum::routing::get(async || "here"));
    let serving = tokio::spawn(listen::serve(listener, router, listening, ended.clone()));
    // Both places are taken by who says nothing more.
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        slow.push(stream);
    }
    let request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let told = say(&address, request).await;
    assert!(told.ends_with("here"), "{told}");
    ended.cancel();
    tokio::time::timeout(Duration::from_secs(5), serving)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_takes_too_long_is_answered() {
    let app = TestApp::sqlite_with(Options {
        answer_within: Duration::from_millis(400),
        ..Options::default()
    })
    .await;
    let request = format!(
        "POST /api/v1/hosts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{\"name\":",
        app.admin()
    );
    let told = say(&app.authority(), request.as_bytes()).await;
    assert!(told.starts_with("HTTP/1.1 503"), "{told}");
    assert!(told.contains("\"code\":\"unavailable\""), "{told}");
}

both!(a_form_is_bounded_wherever_it_goes, async |app: TestApp| {
    in_groups(&app, "ada", Role::Administrator, &[]).await;
    let cookie = sign_in(&app, "ada").await;
    let body = format!("name={}", "x".repeat(2 * 1024 * 1024));
    for path in [
        "/fn/rules/save",
        "/fn/me/preferences",
        "/sign-in",
        "/hosts/crm/keys",
    ] {
        let post = || {
            app.request(Method::POST, path)
                .header(header::COOKIE, &cookie)
                .header("sec-fetch-site", "same-origin")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        };
        let answer = Answer::of(post().body(body.clone())).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        let chunks = body.as_bytes().chunks(65_536).map(<[u8]>::to_vec);
        let chunks: Vec<Result<_, std::io::Error>> = chunks.map(Ok).collect();
        let stream = reqwest::Body::wrap_stream(futures::stream::iter(chunks));
        // Its length is not told beforehand; the connection may break before all of it is sent.
        if let Ok(response) = post().body(stream).send().await {
            assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        }
    }
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_told_what_it_may_still_ask() {
    let app = TestApp::sqlite_with(Options {
        key_rate: 3,
        ..Options::default()
    })
    .await;
    let (key, other) = (
        app.key("crm", &[Scope::Read]).await,
        app.key("shop", &[Scope::Read]).await,
    );
    for remaining in ["2", "1", "0"] {
        let answer = app.get(&key, "/api/v1/logs").await.expect(StatusCode::OK);
        assert_eq!(answer.header("ratelimit-limit"), "3");
        assert_eq!(answer.header("ratelimit-remaining"), remaining);
        assert_eq!(answer.header("ratelimit-policy"), "3;w=60");
        assert!(answer.header("ratelimit-reset").parse::<u32>().unwrap() <= 60);
    }
    let refused = app.get(&key, "/api/v1/logs").await;
    let refused = refused.problem(429, "rate_limited");
    assert_eq!(refused.header("ratelimit-remaining"), "0");
    assert!((1..=20).contains(&refused.header("retry-after").parse::<u32>().unwrap()));
    let answer = app.get(&other, "/api/v1/logs").await;
    answer.expect(StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_runs_so_many_requests_at_once() {
    let app = TestApp::sqlite_with(Options {
        key_requests: 1,
        ..Options::default()
    })
    .await;
    let key = app.key("crm", &Scope::ALL).await;
    // A stream of operations that does not end for a while.
    let (sender, receiver) = futures::channel::mpsc::unbounded::<Result<Vec<u8>, std::io::Error>>();
    let request = app
        .with(&key, Method::POST, "/api/v1/operations")
        .header(header::CONTENT_TYPE, "application/x-ndjson")
        .body(reqwest::Body::wrap_stream(receiver));
    let running = tokio::spawn(request.send());
    tokio::time::sleep(Duration::from_millis(300)).await;
    let refused = app.get(&key, "/api/v1/logs").await;
    refused.problem(429, "rate_limited");
    drop(sender);
    let response = running.await.unwrap().unwrap();
    response.bytes().await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    app.get(&key, "/api/v1/logs").await.expect(StatusCode::OK);
}
