//! What the server knows of a request, and how server functions reach the use cases.

use types::{Language, Theme, Timestamp};

/// What the server tells the pages of the request they answer. Provided as a context for pages
/// and server functions; a view reads no clock and no locale of its own, so that what the server
/// renders and what the browser hydrates are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestInfo {
    /// When the request came.
    pub now: Timestamp,
    /// The language of the page.
    pub language: Language,
    /// The reader's time zone, an IANA name; empty where nobody told.
    pub zone: String,
    /// Light or dark.
    pub theme: Theme,
    /// The request, to name when asking for help.
    pub request_id: String,
    /// What single sign-on is called, where people may sign in by it; may be empty.
    pub single_sign_on: Option<String>,
}

/// The form that a page was posted, as `application/x-www-form-urlencoded`. A page that answers a
/// form itself, rather than by another address, tells what may stand in none: a new key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted(pub String);

mod server {
    use audit::{Audit, Principal};
    use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use types::{Code, Faults, Role, Timestamp};

    use super::RequestInfo;
    use crate::error::PageError;

    /// Who asks, and the core to ask; refused when nobody is signed in.
    pub(crate) fn caller() -> Result<(Audit, Principal), PageError> {
        let Some(audit) = use_context::<Audit>() else {
            return Err(told(Code::Internal, "The server is not ready."));
        };
        match use_context::<Principal>() {
            Some(principal) => Ok((audit, principal)),
            None => Err(told(Code::Unauthorized, "Sign in to see this page.")),
        }
    }

    /// The time of the request.
    pub(crate) fn now() -> Timestamp {
        use_context::<RequestInfo>().map_or_else(Timestamp::default, |info| info.now)
    }

    /// Whether `principal` may change rules; only to decide which controls a page offers, the
    /// use cases decide what is done.
    pub(crate) fn administers(principal: &Principal) -> bool {
        matches!(principal, Principal::System)
            || matches!(principal, Principal::User { role, .. } if *role == Role::Administrator)
    }

    /// The browser's words for a failure of the core. Logged here, once, when it is our fault.
    pub(crate) fn fail(error: audit::Error) -> PageError {
        let code = error.code();
        if matches!(code, Code::Internal | Code::Unavailable) {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(error = %error, error.source = source, "a page failed");
            return told(
                code,
                "Something failed here. The failure was noted; try again.",
            );
        }
        if let audit::Error::Overloaded { retry_after } = &error
            && let Some(response) = use_context::<ResponseOptions>()
        {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(*retry_after));
        }
        match error {
            audit::Error::Invalid(faults) => invalid(faults),
            other => told(code, other.to_string()),
        }
    }

    /// The error of a request with faults.
    pub(crate) fn invalid(faults: Faults) -> PageError {
        let mut error = told(
            Code::Invalid,
            "Some of what was asked for cannot be understood.",
        );
        error.faults = faults.into_vec();
        error
    }

    /// An error of `code`, with the id of the request and the status of the answer set.
    fn told(code: Code, detail: impl Into<String>) -> PageError {
        let mut error = PageError::new(code, detail);
        error.request_id = use_context::<RequestInfo>()
            .map(|info| info.request_id)
            .filter(|id| !id.is_empty());
        // A form posted without wasm is answered by going back to its page, not by a status.
        if !posted_as_form()
            && let (Some(response), Ok(status)) = (
                use_context::<ResponseOptions>(),
                StatusCode::from_u16(code.status()),
            )
        {
            response.set_status(status);
        }
        error
    }

    /// Whether this is a form posted by a browser without wasm: it waits for a page, not for data.
    pub(crate) fn posted_as_form() -> bool {
        use_context::<Parts>().is_some_and(|parts| {
            parts.method == Method::POST
                && parts
                    .headers
                    .get(header::ACCEPT)
                    .and_then(|accept| accept.to_str().ok())
                    .is_some_and(|accept| accept.contains("text/html"))
        })
    }

    /// Sends a browser whose form was posted without wasm to `address`, which must be escaped.
    pub(crate) fn go_back(address: &str) {
        if posted_as_form()
            && let Some(response) = use_context::<ResponseOptions>()
            && let Ok(location) = HeaderValue::from_str(address)
        {
            response.insert_header(header::LOCATION, location);
            response.set_status(StatusCode::SEE_OTHER);
        }
    }

    /// Sends the browser to `address`, with wasm and without.
    pub(crate) fn go_to(address: &str) {
        if posted_as_form() {
            go_back(address);
        } else if let Some(response) = use_context::<ResponseOptions>()
            && let Ok(location) = HeaderValue::from_str(address)
        {
            response.insert_header(header::LOCATION, location);
            response.insert_header(
                HeaderName::from_static(leptos::server_fn::redirect::REDIRECT_HEADER),
                HeaderValue::from_static(""),
            );
        }
    }

    /// Answers a page that is being rendered by sending the browser to `address`.
    pub(crate) fn redirect_page(address: &str) {
        if let Some(response) = use_context::<ResponseOptions>()
            && let Ok(location) = HeaderValue::from_str(address)
        {
            response.insert_header(header::LOCATION, location);
            response.set_status(StatusCode::SEE_OTHER);
        }
    }

    /// Gives the page that is being rendered the status of `code`.
    pub(crate) fn set_status(code: Code) {
        if let (Some(response), Ok(status)) = (
            use_context::<ResponseOptions>(),
            StatusCode::from_u16(code.status()),
        ) {
            response.set_status(status);
        }
    }
}

pub(crate) use server::{
    administers, caller, fail, go_back, go_to, invalid, now, redirect_page, set_status,
};
