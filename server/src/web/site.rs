//! The site's files: style, wasm, icons. From a folder, or from inside the program (feature
//! `embed`).
//!
//! The pages name them below `/pkg/<version>/`, where the version is a digest of what they hold: a
//! browser keeps such a file for good, and another build has another name. Asked for without a
//! version, or with that of another build, a file is looked at again each time.

use std::path::Path;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
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

/// The files whose names carry the version.
const VERSIONED: [&str; 3] = ["pkg/revisor.css", "pkg/revisor.js", "pkg/revisor_bg.wasm"];

/// The folder that the pages name for the site's files: `pkg/<version>`; `pkg` where there are none.
pub(super) fn folder(site_root: &Path) -> String {
    // Another program may be changing the files while this one runs.
    if std::env::var_os("LEPTOS_WATCH").is_some() {
        return "pkg".to_owned();
    }
    let mut digest = Sha256::new();
    for name in VERSIONED {
        let Some(bytes) = source::bytes(site_root, name) else {
            return "pkg".to_owned();
        };
        digest.update(Sha256::digest(&bytes));
    }
    let digest = digest.finalize();
    format!("pkg/{}", URL_SAFE_NO_PAD.encode(&digest[..9]))
}

async fn package(State(state): State<AppState>, request: Request) -> Result<Response, ApiError> {
    let (mut parts, _) = request.into_parts();
    let path = parts.uri.path().to_owned();
    // `/pkg/<version>/<rest>` is the file `/pkg/<rest>`.
    let current = path.strip_prefix(&format!("/{}/", state.leptos.site_pkg_dir));
    let rest = current.or_else(|| {
        let (version, rest) = path.strip_prefix("/pkg/")?.split_once('/')?;
        (version.len() == 12).then_some(rest)
    });
    if let Some(rest) = rest
        && let Ok(uri) = format!("/pkg/{rest}").parse()
    {
        parts.uri = uri;
    }
    let mut response = file(&state, &parts)
        .await
        .ok_or_else(|| ApiError::new(Code::NotFound, "there is no such file"))?;
    if current.is_some() && &*state.leptos.site_pkg_dir != "pkg" {
        let for_good = HeaderValue::from_static("public, max-age=31536000, immutable");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, for_good);
    }
    Ok(response)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(feature = "embed"))]
    #[test]
    fn another_build_has_another_name() {
        let site = tempfile::tempdir().unwrap();
        assert_eq!(folder(site.path()), "pkg");
        std::fs::create_dir(site.path().join("pkg")).unwrap();
        for name in VERSIONED {
            std::fs::write(site.path().join(name), name).unwrap();
        }
        let first = folder(site.path());
        assert_eq!(first, folder(site.path()));
        assert_eq!(first.len(), "pkg/".len() + 12);
        std::fs::write(site.path().join(VERSIONED[0]), "a{}").unwrap();
        assert_ne!(first, folder(site.path()));
    }
}

#[cfg(not(feature = "embed"))]
mod source {
    //! Files of the folder that the settings name.

    use std::path::Path;

    use axum::{
        body::Body,
        http::{header, request::Parts},
        response::{IntoResponse, Response},
    };
    use tower::ServiceExt;
    use tower_http::services::ServeDir;

    use crate::router::AppState;

    pub(super) fn bytes(site_root: &Path, name: &str) -> Option<Vec<u8>> {
        std::fs::read(site_root.join(name)).ok()
    }

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

    use std::path::Path;

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

    pub(super) fn bytes(_: &Path, name: &str) -> Option<Vec<u8>> {
        Some(Site::get(name)?.data.into_owned())
    }

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
