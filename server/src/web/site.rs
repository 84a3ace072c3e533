//! The site's files: style, wasm, icons. From a folder, or from inside the program (feature
//! `embed`).
//!
//! Their names do not change from build to build, so a browser asks each time whether a file is
//! still the same, and mostly gets 304.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use types::Code;

use crate::{
    api::{ApiError, problem},
    router::AppState,
};

/// Where the program's own files are asked for; others are looked for when no page is found.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/pkg/{*path}", get(package))
        .method_not_allowed_fallback(problem::method_not_allowed)
}

async fn package(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let (parts, _) = request.into_parts();
    file(&state, &parts)
        .await
        .ok_or_else(|| ApiError::new(Code::NotFound, "there is no such file"))
}

/// The file that a request names, if there is one.
pub(super) async fn file(state: &AppState, request: &Parts) -> Option<Response> {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        return None;
    }
    let mut response = source::file(state, request).await?;
    if !matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        return None;
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Some(response.into_response())
}

#[cfg(not(feature = "embed"))]
mod source {
    //! Files of the folder that the settings name.

    use axum::{
        body::Body,
        http::{header, request::Parts},
        response::{IntoResponse, Response},
    };
    use tower::ServiceExt;
    use tower_http::services::ServeDir;

    use crate::router::AppState;

    pub(super) async fn file(state: &AppState, request: &Parts) -> Option<Response> {
        let mut copy = axum::http::Request::builder()
            .method(request.method.clone())
            .uri(request.uri.clone());
        for name in [header::ACCEPT_ENCODING, header::IF_MODIFIED_SINCE] {
            if let Some(value) = request.headers.get(&name) {
                copy = copy.header(name, value);
            }
        }
        let folder = ServeDir::new(&*state.leptos.site_root)
            .append_index_html_on_directories(false)
            .precompressed_br();
        let response = folder.oneshot(copy.body(Body::empty()).ok()?).await.ok()?;
        Some(response.into_response())
    }
}

#[cfg(feature = "embed")]
mod source {
    //! Files inside the program.

    use axum::{
        http::{HeaderMap, StatusCode, header, request::Parts},
        response::{IntoResponse, Response},
    };
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use rust_embed::{Embed, EmbeddedFile};

    use crate::{api::holds_tag, router::AppState};

    #[derive(Embed)]
    #[folder = "../target/site-release/"]
    struct Site;

    #[expect(clippy::unused_async, reason = "the same signature as for a folder")]
    pub(super) async fn file(_: &AppState, request: &Parts) -> Option<Response> {
        let path = request.uri.path().trim_start_matches('/');
        let (file, brotli) = find(path, &request.headers)?;
        let tag = format!(
            "\"{}\"",
            URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash())
        );
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, tag.parse().ok()?);
        if holds_tag(&request.headers, &tag) {
            return Some((StatusCode::NOT_MODIFIED, headers).into_response());
        }
        headers.insert(header::CONTENT_TYPE, content_type(path).parse().ok()?);
        if brotli {
            headers.insert(header::CONTENT_ENCODING, "br".parse().ok()?);
        }
        Some((headers, file.data).into_response())
    }

    fn find(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, bool)> {
        let brotli = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| {
                value.split(',').map(str::trim).any(|coding| {
                    coding == "br" || (coding.starts_with("br;") && !coding.ends_with("q=0"))
                })
            });
        if brotli && let Some(file) = Site::get(&format!("{path}.br")) {
            return Some((file, true));
        }
        Some((Site::get(path)?, false))
    }

    fn content_type(path: &str) -> &'static str {
        match path.rsplit('.').next().unwrap_or_default() {
            "js" => "text/javascript; charset=utf-8",
            "wasm" => "application/wasm",
            "css" => "text/css; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "json" => "application/json",
            "txt" => "text/plain; charset=utf-8",
            "svg" => "image/svg+xml",
            "png" => "image/png",
            "ico" => "image/x-icon",
            "woff2" => "font/woff2",
            _ => "application/octet-stream",
        }
    }
}
