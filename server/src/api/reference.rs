//! The reference page `/api/docs`: Swagger UI over the `OpenAPI` document, from files inside
//! the program; it asks nothing of another origin.

use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::compression::CompressionLayer;
use types::Code;
use utoipa_swagger_ui::Config;

use super::{ApiError, problem};
use crate::router::AppState;

/// Swagger UI sets styles on its elements, which the pages of Revisor must not.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; \
     base-uri 'none'; form-action 'none'";

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/docs", get(async || file("")))
        .route("/api/docs/", get(async || file("")))
        .route(
            "/api/docs/{*path}",
            get(async |Path(path): Path<String>| file(&path)),
        )
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(middleware::from_fn(headers))
        .layer(CompressionLayer::new())
}

async fn headers(request: axum::extract::Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn config() -> Arc<Config<'static>> {
    static CONFIG: OnceLock<Arc<Config<'static>>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let config = Config::from("/api/v1/openapi.json")
            .validator_url("none")
            .persist_authorization(false);
        Arc::new(config)
    });
    Arc::clone(config)
}

fn file(path: &str) -> Result<Response, ApiError> {
    let file = utoipa_swagger_ui::serve(path, config())
        .ok()
        .flatten()
        .ok_or_else(|| ApiError::new(Code::NotFound, "there is no such file"))?;
    let bytes = if path.is_empty() {
        // The page is served with and without the last slash, so its files are named in full.
        let page = String::from_utf8_lossy(&file.bytes).replace("\"./", "\"/api/docs/");
        page.replace("href=\"index.css\"", "href=\"/api/docs/index.css\"")
            .into_bytes()
    } else {
        file.bytes.into_owned()
    };
    let headers = [
        (header::CONTENT_TYPE, file.content_type),
        (header::CACHE_CONTROL, "public, max-age=3600".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
