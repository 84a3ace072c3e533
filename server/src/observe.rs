//! Seen from outside: a request id on every answer, one line of log and the metrics of a request.
//!
//! Neither holds a body, a key, a password, a query or an address with a record's id in it: a
//! request is named by its route.

use std::{any::Any, sync::OnceLock, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Instrument;
use types::Code;
use uuid::Uuid;

use crate::api::{self, ApiError};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the caller's own where it is sane, else a new one.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    fn of(headers: &HeaderMap) -> Self {
        let sane = |text: &&str| {
            (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
        };
        let given = headers
            .get(X_REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .filter(sane);
        Self(given.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned))
    }
}

/// The outermost middleware: gives the request its id, finishes problem documents, logs, counts.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = RequestId::of(request.headers());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let page = wants_page(&request);
    request.extensions_mut().insert(id.clone());

    // Of the highest level, so that an error in it is told with it whatever the filter is.
    let span = tracing::error_span!("request", request_id = %id.0, route = %route);
    let response = next.run(request).instrument(span).await;
    let mut response = api::problem::finish(response, &id.0, page);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }

    let status = response.status().as_u16();
    let elapsed = begun.elapsed();
    let labels = [
        ("route", route.clone()),
        ("method", method.to_string()),
        ("status", status.to_string()),
    ];
    metrics::counter!("revisor_http_requests_total", &labels).increment(1);
    metrics::histogram!("revisor_http_request_duration_seconds", "route" => route.clone())
        .record(elapsed.as_secs_f64());
    tracing::info!(
        http.method = %method,
        http.route = %route,
        http.status = status,
        duration_ms = elapsed.as_secs_f64() * 1_000.0,
        request_id = %id.0,
        "request"
    );
    response
}

/// Whether a failure is answered by a page rather than by a problem document.
fn wants_page(request: &Request) -> bool {
    let path = request.uri().path();
    let program = ["/api/", "/fn/", "/healthz", "/readyz", "/metrics"];
    !program.iter().any(|prefix| path.starts_with(prefix))
        && request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
}

/// What a handler that panicked answers.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer hands the payload over"
)]
pub(crate) fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let detail = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(panic = detail, "request.panicked");
    ApiError::new(Code::Internal, "an unexpected fault").into_response()
}

/// The process's recorder of metrics, installed at the first call.
pub(crate) fn recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let buckets = [
                0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
            ];
            let suffix = Matcher::Suffix("_seconds".to_owned());
            let builder = PrometheusBuilder::new();
            let builder = builder
                .set_buckets_for_metric(suffix, &buckets)
                .unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("metrics are recorded elsewhere; /metrics stays empty");
            }
            describe();
            handle
        })
        .clone()
}

fn describe() {
    metrics::describe_counter!(
        "revisor_http_requests_total",
        "Requests answered, by route, method and status."
    );
    metrics::describe_histogram!(
        "revisor_http_request_duration_seconds",
        metrics::Unit::Seconds,
        "Time until the head of the answer, by route."
    );
    metrics::describe_counter!(
        "revisor_operations_total",
        "Operations that hosts reported, by what became of them."
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::StatusCode, middleware, routing::get};
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    async fn fails() -> Response {
        panic!("the secret of the handler")
    }

    async fn answer(accept: &str) -> (StatusCode, String) {
        let router = Router::new()
            .route("/", get(fails))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn(observe));
        let request = Request::builder()
            .header(header::ACCEPT, accept)
            .body(Body::empty())
            .unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 65_536)
            .await
            .unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_without_a_detail() {
        for (accept, mark) in [
            ("*/*", "\"code\":\"internal\""),
            ("text/html", "<!DOCTYPE html>"),
        ] {
            let (status, body) = answer(accept).await;
            assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(body.contains(mark), "{body}");
            assert!(!body.contains("secret"), "{body}");
        }
    }
}
