//! Limits that hold for every request: how large a form may be, how long an answer may take.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use types::Code;

use crate::api::ApiError;

/// Largest form that a page or a server function takes, in bytes.
const FORM: usize = 1024 * 1024;

/// Reads the form of a request before anything else does, and refuses one that is too large. What
/// reads it behind has no bound of its own.
pub(crate) async fn forms(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let too_large = || {
        let detail = format!("a form has at most {FORM} bytes");
        ApiError::new(Code::PayloadTooLarge, detail).into_response()
    };
    let told = request.headers().get(header::CONTENT_LENGTH);
    let told = told.and_then(|length| length.to_str().ok()?.parse().ok());
    if told.is_some_and(|length: usize| length > FORM) {
        return too_large();
    }
    let (parts, body) = request.into_parts();
    match to_bytes(body, FORM).await {
        Ok(bytes) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(error) if is_limit(&error) => too_large(),
        Err(_) => {
            ApiError::new(Code::BadRequest, "the form broke off before its end").into_response()
        }
    }
}

/// Whether a body ended because of its length.
fn is_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.to_string().contains("limit"))
}

/// Ends an answer that does not begin in time. One that is sent bit by bit may go on.
pub(crate) async fn time(State(most): State<Duration>, request: Request, next: Next) -> Response {
    if let Ok(response) = tokio::time::timeout(most, next.run(request)).await {
        return response;
    }
    tracing::warn!(seconds = most.as_secs(), "request.too_slow");
    let detail = "this took too long; what was asked may have been done";
    ApiError::new(Code::Unavailable, detail).into_response()
}
