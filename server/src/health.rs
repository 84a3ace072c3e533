//! Whether the process lives, whether it can work, and its metrics. None of them asks for a key.

use audit::Audit;
use axum::{
    Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use types::Code;

use crate::{
    api::{ApiError, problem},
    router::AppState,
};

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .method_not_allowed_fallback(problem::method_not_allowed)
}

async fn healthz() -> Response {
    plain("ok\n".to_owned())
}

async fn readyz(State(audit): State<Audit>) -> Result<Response, ApiError> {
    match audit.ready().await {
        Ok(()) => Ok(plain("ready\n".to_owned())),
        Err(error) => {
            tracing::error!(error = %problem::chain(&error), "database.not_ready");
            Err(ApiError::new(
                Code::Unavailable,
                "the database does not answer, or is not migrated",
            )
            .retry_after(5))
        }
    }
}

async fn metrics(State(handle): State<PrometheusHandle>) -> Response {
    let text = handle.render();
    (
        [
            (
                header::CONTENT_TYPE,
                "text/plain; version=0.0.4; charset=utf-8",
            ),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response()
}

fn plain(text: String) -> Response {
    (
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        text,
    )
        .into_response()
}
