//! The pages: Leptos on the server, sessions, and what guards them.
//!
//! A page's request passes, from outside in: security headers, the check that a form comes from
//! our own pages, the bound of a form, the session, the door (who is not signed in is led to sign in), the page. The
//! contexts that `app` reads are provided here: the audit core, the principal, the request.

mod controls;
mod door;
mod headers;
mod live;
mod origin;
mod pages;
mod seat;
mod session;
mod sign_in;
mod site;
mod sso;
mod store;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use leptos::config::LeptosOptions;
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, NotForContentType, Predicate},
};

pub(crate) use headers::{Policy, secure};
pub(crate) use sso::Sso;
pub use sso::SsoOptions;

use crate::{
    api::{drain, problem},
    limits,
    router::{AppState, Options},
};

/// What Leptos is told; its own configuration files and variables are not read.
pub(crate) fn leptos_options(options: &Options) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("revisor")
        .site_root(options.site_root.to_string_lossy().into_owned())
        .site_pkg_dir(site::folder(&options.site_root))
        .site_addr(options.addr)
        .build()
}

/// Pages, server functions, sign-in, and the site's files.
pub(crate) fn router(state: &AppState, options: &Options) -> Router<AppState> {
    // What comes line by line must not wait in a compressor; nor events, which the default
    // leaves alone.
    let compressed =
        DefaultPredicate::new().and(NotForContentType::const_new("application/x-ndjson"));
    let signed = Router::new()
        .route("/export", get(pages::export))
        .merge(pages::router(state))
        .route_layer(middleware::from_fn_with_state(state.clone(), door::door))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/live/logs", get(live::logs))
        .merge(sign_in::router())
        .fallback(pages::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(middleware::from_fn_with_state(
            session::Attendance::of(state, options),
            session::attend,
        ))
        .layer(session::layer(&state.audit, options))
        .layer(middleware::from_fn(controls::pictured))
        .layer(middleware::from_fn(limits::forms))
        .layer(middleware::from_fn(drain))
        .layer(middleware::from_fn(origin::same_origin));
    Router::new()
        .merge(signed)
        .layer(CompressionLayer::new().compress_when(compressed))
        .merge(site::router())
}
