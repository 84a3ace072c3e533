//! Answers that need not be sent again: an `ETag` on what is read, 304 where the reader has it.
//!
//! The tag is a digest of the body, so it costs the server its work but spares the network; and it
//! can never be stale.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use types::Code;

use super::ApiError;

/// Marks an answer that is sent as it comes into being, and has no tag.
#[derive(Clone)]
pub(super) struct Streamed;

/// Tags the answers to `GET` and `HEAD`; says how every answer may be kept.
pub(super) async fn etag(request: Request, next: Next) -> Response {
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    let held = kept(request.headers());
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("authorization"));
    let tagged = read
        && response.status() == StatusCode::OK
        && response.extensions().get::<Streamed>().is_none();
    if !tagged {
        response
            .headers_mut()
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // The handlers made this body in memory already.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return ApiError::new(Code::Internal, "the answer broke off").into_response();
    };
    let tag = format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(&Sha256::digest(&bytes)[..18])
    );
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    parts.headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    if held.iter().any(|value| matches(value, &tag)) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The tags that the reader has, kept beyond the request.
fn kept(headers: &HeaderMap) -> Vec<HeaderValue> {
    let values = headers.get_all(header::IF_NONE_MATCH);
    values.iter().cloned().collect()
}

/// Weak comparison of `If-None-Match` (RFC 9110, 13.1.2): a list of tags, or `*`.
fn matches(value: &HeaderValue, tag: &str) -> bool {
    let Ok(value) = value.to_str() else {
        return false;
    };
    value.split(',').map(str::trim).any(|candidate| {
        candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate) == tag
    })
}

/// Whether a request's headers hold this tag; for answers that are tagged elsewhere.
#[cfg(feature = "embed")]
pub(crate) fn holds(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .any(|value| matches(value, tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_lists_weak_or_by_a_star() {
        for (value, found) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
        ] {
            assert_eq!(
                matches(&HeaderValue::from_static(value), "\"a\""),
                found,
                "{value}"
            );
        }
    }
}
