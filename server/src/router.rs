//! The whole router, and what its handlers share.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use audit::Audit;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware,
};
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    api,
    api::quota::Quotas,
    health, limits, observe, web,
    web::{Sso, SsoOptions},
};

/// What the router is told beside the audit core.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the server listens; only shown, never bound here.
    pub addr: SocketAddr,
    /// The folder of the site's files.
    pub site_root: PathBuf,
    /// Whether people reach the server by HTTPS: cookies are then sent by HTTPS only.
    pub behind_tls: bool,
    /// Whether a proxy stands in front, whose `X-Forwarded-For` tells where a request comes from.
    pub behind_proxy: bool,
    /// After how long without a request a person is signed out.
    pub session_idle: Duration,
    /// Single sign-on, where people may sign in by it.
    pub sso: Option<SsoOptions>,
    /// Whether calls to other servers may go to private addresses.
    pub allow_private: bool,
    /// How long an answer may take to begin.
    pub answer_within: Duration,
    /// How many requests a key may make a minute; 0 for as many as it likes.
    pub key_rate: u32,
    /// How many requests of a key may run at once.
    pub key_requests: usize,
    /// Cancelled when the server is to end: answers that would go on for ever end then.
    pub ending: CancellationToken,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from(([127, 0, 0, 1], 3000)),
            site_root: PathBuf::from("target/site"),
            behind_tls: false,
            behind_proxy: false,
            session_idle: Duration::from_hours(12),
            sso: None,
            allow_private: false,
            answer_within: Duration::from_mins(1),
            key_rate: 0,
            key_requests: 1_024,
            ending: CancellationToken::new(),
        }
    }
}

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) audit: Audit,
    pub(crate) leptos: LeptosOptions,
    pub(crate) metrics: PrometheusHandle,
    pub(crate) ending: CancellationToken,
    pub(crate) quotas: Arc<Quotas>,
    pub(crate) sso: Option<Arc<Sso>>,
}

impl FromRef<AppState> for Arc<Quotas> {
    fn from_ref(state: &AppState) -> Self {
        Arc::clone(&state.quotas)
    }
}

impl FromRef<AppState> for Audit {
    fn from_ref(state: &AppState) -> Self {
        state.audit.clone()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

impl FromRef<AppState> for PrometheusHandle {
    fn from_ref(state: &AppState) -> Self {
        state.metrics.clone()
    }
}

/// The whole router: the API for hosts, the pages, health and metrics.
pub fn app(audit: Audit, options: &Options) -> Router {
    let state = AppState {
        audit,
        leptos: web::leptos_options(options),
        metrics: observe::recorder(),
        ending: options.ending.clone(),
        quotas: Arc::new(Quotas::new(options.key_rate, options.key_requests)),
        sso: options
            .sso
            .clone()
            .map(|sso| Arc::new(Sso::new(sso, options.allow_private))),
    };
    Router::new()
        .merge(api::router())
        .merge(health::router())
        .merge(web::router(&state, options))
        .layer(DefaultBodyLimit::max(2 * 1024 * 1024))
        .layer(CatchPanicLayer::custom(observe::panicked))
        .layer(middleware::from_fn_with_state(
            options.answer_within,
            limits::time,
        ))
        .layer(middleware::from_fn_with_state(
            web::Policy::of(options),
            web::secure,
        ))
        .layer(middleware::from_fn(observe::observe))
        .with_state(state)
}
