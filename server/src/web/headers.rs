//! Security headers on every answer.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::router::Options;

/// What the headers depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    tls: bool,
}

impl Policy {
    pub(crate) fn of(options: &Options) -> Self {
        Self {
            tls: options.behind_tls,
        }
    }
}

/// The content policy of a page whose inline scripts carry `nonce`; of a page without any, where
/// there is none.
pub(super) fn content_policy(nonce: Option<&str>) -> String {
    let scripts = nonce.map_or_else(String::new, |nonce| format!(" 'nonce-{nonce}'"));
    format!(
        "default-src 'self'; script-src 'self'{scripts} 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'self'; object-src 'none'"
    )
}

/// The content policy of what is no page: nothing of it is to be run or shown within another.
const DATA: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Adds the headers; a policy that the page set itself stays.
pub(crate) async fn secure(State(policy): State<Policy>, request: Request, next: Next) -> Response {
    let program = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if policy.tls {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(value) = if program {
            Ok(HeaderValue::from_static(DATA))
        } else {
            HeaderValue::from_str(&content_policy(None))
        }
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    // What a page shows is one person's.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-store"));
    response
}
