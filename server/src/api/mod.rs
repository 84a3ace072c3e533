//! The HTTP API for hosts: `/api/v1`.
//!
//! A file a resource. Handlers find out who is asking ([`request::Caller`]), read the request with
//! the readers of `types`, make one call to a use case of `audit`, and answer; what fails becomes
//! a problem document in [`problem`]. The `OpenAPI` document is made from the handlers.

mod drain;
mod etag;
mod export;
mod hosts;
mod integrity;
mod keys;
mod list;
mod logs;
mod models;
pub mod openapi;
mod operations;
pub(crate) mod problem;
pub(crate) mod quota;
mod records;
mod reference;
mod request;
mod rules;
mod spool;
mod stream;

use axum::{Router, middleware};
use utoipa_axum::router::OpenApiRouter;

pub(crate) use drain::drain;
pub use problem::ApiError;

#[cfg(feature = "embed")]
pub(crate) use etag::holds as holds_tag;
pub(crate) use export::{answer as export_logs, answer_selected as export_selected};

use crate::router::AppState;

/// The resources, each route with its part of the `OpenAPI` document.
fn resources() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::frame()).nest(
        "/api/v1",
        OpenApiRouter::new()
            .merge(hosts::router())
            .merge(keys::router())
            .merge(models::router())
            .merge(rules::router())
            .merge(operations::router())
            .merge(logs::router())
            .merge(records::router())
            .merge(export::router())
            .merge(integrity::router()),
    )
}

/// The API, its document and its reference page.
pub(crate) fn router() -> Router<AppState> {
    let (resources, _) = resources().split_for_parts();
    resources
        .merge(openapi::router())
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(middleware::from_fn(etag::etag))
        .layer(middleware::from_fn(quota::tell))
        .layer(middleware::from_fn(drain))
        .merge(reference::router())
}
