//! From an error to an answer: the one place that does it (RFC 9457).
//!
//! A handler fails with an [`ApiError`]. Its answer carries the problem as an extension; the
//! outermost middleware, which knows the request's id, writes the document by [`finish`]. A fault
//! of the server is logged here, once, with its sources, and answered without a detail.

use std::fmt::Write as _;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use types::{Code, Fault, Faults, Problem};

/// Seconds after which it is worth asking again where the database does not work.
const OUTAGE: u32 = 2;

/// Why a request is not answered as asked.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    detail: String,
    errors: Vec<Fault>,
    retry_after: Option<u32>,
}

impl ApiError {
    /// A failure with what happened this time, for the caller to read.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// The faults of a request.
    pub fn invalid(faults: Faults) -> Self {
        let errors = faults.into_vec();
        let reason = errors
            .iter()
            .any(|fault| fault.code == Code::ReasonRequired);
        let code = if reason {
            Code::ReasonRequired
        } else {
            Code::Invalid
        };
        let detail = match errors.as_slice() {
            [one] if one.pointer.is_empty() => one.detail.clone(),
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} faults; see `errors`", many.len()),
        };
        Self {
            code,
            detail,
            errors,
            retry_after: None,
        }
    }

    /// The caller may try again after so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds.max(1));
        self
    }

    /// The stable word.
    pub fn code(&self) -> Code {
        self.code
    }
}

impl From<Faults> for ApiError {
    fn from(faults: Faults) -> Self {
        Self::invalid(faults)
    }
}

impl From<audit::Error> for ApiError {
    fn from(error: audit::Error) -> Self {
        match error {
            audit::Error::Refused { code, detail } => Self::new(code, detail),
            audit::Error::Invalid(faults) => Self::invalid(faults),
            audit::Error::Overloaded { retry_after } => {
                let detail = "more is waiting than can be taken; nothing was recorded";
                Self::new(Code::Overloaded, detail).retry_after(retry_after)
            }
            audit::Error::TooMany { retry_after } => {
                let detail = "too many attempts";
                Self::new(Code::RateLimited, detail).retry_after(retry_after)
            }
            error @ (audit::Error::Store(_) | audit::Error::Broken(_)) => {
                tracing::error!(error = %chain(&error), "request.failed");
                if error.code() == Code::Unavailable {
                    let detail =
                        "the database does not work now; what was asked may have been done";
                    return Self::new(Code::Unavailable, detail).retry_after(OUTAGE);
                }
                Self::new(
                    Code::Internal,
                    "the request failed; nothing more can be told here",
                )
            }
        }
    }
}

/// An error with everything that caused it, for the log only.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        // Some libraries tell their source in their own words already.
        let told = cause.to_string();
        if !text.ends_with(&told) {
            let _ = write!(text, ": {told}");
        }
        source = cause.source();
    }
    text
}

/// A problem on its way to the middleware that writes it.
#[derive(Clone)]
struct Draft(ApiError);

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        let wait = match status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                Some(self.retry_after.unwrap_or(1))
            }
            _ => self.retry_after,
        };
        if let Some(seconds) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Draft(self));
        response
    }
}

/// Writes the document of a problem, as JSON or as a plain page; other answers pass.
pub(crate) fn finish(mut response: Response, request_id: &str, page: bool) -> Response {
    let Some(Draft(error)) = response.extensions_mut().remove::<Draft>() else {
        return response;
    };
    let mut problem = Problem::new(error.code, error.detail, request_id);
    problem.errors = error.errors;
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    if page {
        parts.headers.remove(header::WWW_AUTHENTICATE);
        let mut answer = Html(plain_page(&problem)).into_response();
        *answer.status_mut() = parts.status;
        for (name, value) in &parts.headers {
            answer.headers_mut().insert(name, value.clone());
        }
        return answer;
    }
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    Response::from_parts(parts, Body::from(body))
}

/// A failure outside of any page, for people. Holds no script and no style.
fn plain_page(problem: &Problem) -> String {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    };
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"></head><body><main>\
         <h1>{title}</h1><p>{detail}</p><p>Request <code>{id}</code></p>\
         <p><a href=\"/\">Back to Revisor</a></p></main></body></html>",
        title = escape(&problem.title),
        detail = escape(&problem.detail),
        id = escape(&problem.request_id),
    )
}

/// The answer where the path exists and the method does not; the router adds `Allow`.
pub(crate) async fn method_not_allowed() -> ApiError {
    ApiError::new(
        Code::MethodNotAllowed,
        "the methods that are allowed here are in the header `Allow`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_the_server_tells_nothing() {
        let broken = audit::Error::Broken("SELECT secret FROM /var/db".to_owned());
        let error = ApiError::from(broken);
        assert_eq!(error.code(), Code::Internal);
        assert!(!error.detail.contains("secret"));
    }

    #[test]
    fn a_required_reason_is_named_on_top() {
        let fault = audit::Error::fault(
            "/operations/0/context/reason",
            Code::ReasonRequired,
            "say why",
        );
        let error = ApiError::from(fault);
        assert_eq!(error.code(), Code::ReasonRequired);
        assert_eq!(
            error.into_response().status(),
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }

    #[test]
    fn overload_says_when_to_come_again() {
        let response = ApiError::from(audit::Error::Overloaded { retry_after: 3 }).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "3");
    }
}
