//! No page of another site may act here with a person's cookie (CSRF).
//!
//! A request that changes something must come from our own pages: the browser says so by
//! `Sec-Fetch-Site`, an older one by `Origin`. Keys are no cookies; `/api/v1` is not concerned.

use axum::{
    extract::Request,
    http::{HeaderMap, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use types::Code;

use super::session::COOKIE;
use crate::api::ApiError;

/// Refuses what comes from elsewhere.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_ours(request.headers()) {
        return next.run(request).await;
    }
    ApiError::new(
        Code::Forbidden,
        "this request did not come from a page of Revisor",
    )
    .into_response()
}

fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok())
    {
        return matches!(site, "same-origin" | "none");
    }
    if let Some(origin) = text(header::ORIGIN) {
        let origin = origin.parse::<Uri>().ok();
        let authority = origin
            .as_ref()
            .and_then(Uri::authority)
            .map(ToString::to_string);
        return authority.is_some() && authority.as_deref() == text(header::HOST);
    }
    // A program, not a browser: harmless without a session of somebody.
    !headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|cookies| cookies.contains(COOKIE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn only_our_own_pages_may_act_with_a_session() {
        let cookie = ("cookie", "a=b; revisor_session=x");
        for (headers, ours) in [
            (vec![cookie, ("sec-fetch-site", "same-origin")], true),
            (vec![cookie, ("sec-fetch-site", "none")], true),
            (vec![cookie, ("sec-fetch-site", "cross-site")], false),
            (vec![cookie, ("sec-fetch-site", "same-site")], false),
            (
                vec![cookie, ("host", "a:1"), ("origin", "http://a:1")],
                true,
            ),
            (
                vec![cookie, ("host", "a:1"), ("origin", "http://b:1")],
                false,
            ),
            (vec![cookie, ("host", "a:1"), ("origin", "null")], false),
            (vec![cookie, ("host", "a:1")], false),
            (vec![("host", "a:1"), ("origin", "http://b:1")], false),
            (vec![("host", "a:1")], true),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect();
            assert_eq!(is_ours(&map), ours, "{headers:?}");
        }
    }
}
