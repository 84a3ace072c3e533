//! The axum layer: each request has its audited connection.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path};
use axum::http::{Request, StatusCode};
use axum::response::IntoResponse;
use axum::routing::post;
use revisor_host::{Actor, AuditLayer, Audited, Error};
use tower::ServiceExt as _;

use crate::entities::contact::named;
use crate::host::Host;

async fn create(db: Audited, Path(name): Path<String>) -> impl IntoResponse {
    let made: Result<_, Error> = db
        .transaction(async |txn| {
            let made = txn.insert(named(&name)).await?;
            txn.delete(made).await
        })
        .await;
    match made {
        Ok(_) => StatusCode::CREATED,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[tokio::test]
async fn a_request_tells_who_from_where_and_in_which_trace() {
    let host = Host::sqlite().await;
    let trail = host.trail().open().await.unwrap();
    let layer = AuditLayer::new(&trail, |parts| Actor {
        login: parts.headers["x-user"].to_str().unwrap().to_owned(),
        ..Actor::default()
    })
    .proxies("10.0.0.0/8".parse().unwrap());
    let app = Router::new()
        .route("/{name}", post(create))
        .layer(layer)
        .route("/bare/{name}", post(create));
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = |path: &str| {
        Request::post(path)
            .header("x-user", "marc")
            .header("user-agent", "Browser/1 ".repeat(300))
            .header("x-forwarded-for", "198.51.100.1")
            .header("x-request-id", "r-1")
            .header("traceparent", trace)
            .extension(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 80))))
            .body(Body::empty())
            .unwrap()
    };
    let answer = app.clone().oneshot(request("/Ada")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(answer.headers()["x-request-id"], "r-1");
    let unlike = Request::post("/Bob")
        .header("x-user", "eve")
        .header("x-request-id", "no spaces please")
        .header("traceparent", "nonsense")
        .body(Body::empty())
        .unwrap();
    let answer = app.clone().oneshot(unlike).await.unwrap();
    let minted = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(answer.status(), StatusCode::CREATED);
    let answer = app.oneshot(request("/bare/Kim")).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);

    let heard = host.heard(&trail).await;
    assert_eq!(heard.len(), 4);
    assert_eq!(
        (heard[0].user.login.as_str(), heard[2].user.login.as_str()),
        ("marc", "eve")
    );
    let context = &heard[0].context;
    assert_eq!(context.ip.as_deref(), Some("198.51.100.1"));
    assert_eq!(context.request_id.as_deref(), Some("r-1"));
    assert_eq!(context.traceparent.as_deref(), Some(trace));
    assert_eq!(context.user_agent.as_ref().unwrap().len(), 1_000);
    assert_eq!(context.transaction_id, heard[1].context.transaction_id);
    let other = &heard[2].context;
    assert_eq!(
        (&other.ip, &other.traceparent, &other.user_agent),
        (&None, &None, &None)
    );
    assert_eq!(other.request_id.as_deref(), Some(minted.as_str()));
}
