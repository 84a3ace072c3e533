//! The pages of `app` and its server functions, with the contexts they read.

use std::time::{SystemTime, UNIX_EPOCH};

use app::{Posted, RequestInfo};
use audit::{Audit, Principal, sessions::Current};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::post,
};
use leptos::{
    context::{provide_context, use_context},
    nonce::use_nonce,
    prelude::LeptosOptions,
};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list,
    render_app_async_with_context,
};
use types::{Code, Language, Parameters, Preferences, Timestamp, Zone};

use super::{
    headers::content_policy,
    session::{AuthSession, SingleSignOn},
    site,
};
use crate::{
    api::{ApiError, export_logs, export_selected},
    observe::RequestId,
    router::AppState,
};

/// Longest form that a page is posted, in bytes.
const MOST_POSTED: usize = 64 * 1024;

/// What `app` finds in its context.
#[derive(Clone)]
struct Contexts {
    audit: Audit,
    principal: Option<Principal>,
    preferences: Preferences,
    session: Current,
    info: RequestInfo,
    posted: Option<Posted>,
}

impl Contexts {
    fn of(audit: Audit, auth: &AuthSession, request: &Request) -> Self {
        let request_id = request
            .extensions()
            .get::<RequestId>()
            .map_or_else(String::new, |id| id.0.clone());
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
            });
        let preferences = auth.user.as_ref().map(|person| person.preferences.clone());
        let preferences = preferences.unwrap_or_default();
        let session = request.extensions().get::<Current>().cloned();
        Self {
            audit,
            principal: auth.user.as_ref().map(|person| person.principal.clone()),
            session: session.unwrap_or_default(),
            info: RequestInfo {
                now: Timestamp::from_micros(now),
                language: language(&preferences, request.headers()),
                zone: zone(&preferences, request.headers()),
                theme: preferences.theme,
                request_id,
                single_sign_on: request
                    .extensions()
                    .get::<SingleSignOn>()
                    .map(|named| named.0.clone()),
            },
            preferences,
            posted: None,
        }
    }

    fn provide(self) {
        provide_context(self.audit);
        if let Some(principal) = self.principal {
            provide_context(principal);
        }
        provide_context(self.preferences);
        provide_context(self.session);
        provide_context(self.info);
        if let Some(posted) = self.posted {
            provide_context(posted);
        }
    }
}

/// Provides the contexts of the request, and gives the page's nonce to its header.
fn provide() {
    let contexts =
        use_context::<Parts>().and_then(|parts| parts.extensions.get::<Contexts>().cloned());
    if let Some(contexts) = contexts {
        contexts.provide();
    }
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&content_policy(Some(&nonce)))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Every page and server function.
pub(super) fn router(state: &AppState) -> Router<AppState> {
    let routes: Vec<AxumRouteListing> = generate_route_list(app::App);
    let options = state.leptos.clone();
    Router::new()
        .leptos_routes_with_context(state, routes, provide, move || app::shell(options.clone()))
        // The only page that answers a form itself.
        .route("/hosts/{host}/keys", post(posted))
        .layer(middleware::from_fn_with_state(state.clone(), with_contexts))
}

/// The page at the address that a form was posted to, with the form. What it answers is in no
/// address and, as no page is stored, in no cache.
async fn posted(State(options): State<LeptosOptions>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST_POSTED).await else {
        return ApiError::new(Code::PayloadTooLarge, "the form is too large").into_response();
    };
    if let Some(contexts) = parts.extensions.get_mut::<Contexts>() {
        contexts.posted = Some(Posted(String::from_utf8_lossy(&body).into_owned()));
    }
    let page = render_app_async_with_context(provide, move || app::shell(options.clone()));
    page(Request::from_parts(parts, Body::empty())).await
}

async fn with_contexts(
    State(audit): State<Audit>,
    auth: AuthSession,
    mut request: Request,
    next: Next,
) -> Response {
    let contexts = Contexts::of(audit, &auth, &request);
    request.extensions_mut().insert(contexts);
    next.run(request).await
}

/// What no page is at: the application's own page for that, or a problem for programs.
pub(super) async fn not_found(
    State(state): State<AppState>,
    auth: AuthSession,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    if let Some(file) = site::file(&state, &parts).await {
        return file;
    }
    let mut request = Request::from_parts(parts, body);
    let path = request.uri().path();
    let program = ["/api/", "/fn/", "/pkg/"];
    if !request.method().is_safe()
        || path == "/api"
        || program.iter().any(|prefix| path.starts_with(prefix))
    {
        return ApiError::new(Code::NotFound, "there is no such path").into_response();
    }
    let contexts = Contexts::of(state.audit, &auth, &request);
    request.extensions_mut().insert(contexts);
    let options: LeptosOptions = state.leptos;
    let page = render_app_async_with_context(provide, move || app::shell(options.clone()));
    let mut response = page(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// The export of the API, for a person who is signed in; also of logs that are named by `log`.
pub(super) async fn export(
    State(audit): State<Audit>,
    auth: AuthSession,
    request: Request,
) -> Result<Response, ApiError> {
    let person = auth
        .user
        .ok_or_else(|| ApiError::new(Code::Unauthorized, "sign in first"))?;
    let query = request.uri().query().unwrap_or_default();
    // All that a list has, whatever lines of it are ticked besides.
    let mut parameters = Parameters::parse(query);
    if let [matching] = parameters.all("matching").as_slice() {
        let format = parameters.all("format").join(",");
        let filters = matching.trim_start_matches('?');
        let query = format!("format={}&{filters}", types::encode_segment(&format));
        let zone = clocks(&audit, &person.preferences, request.headers());
        return export_logs(&audit, &person.principal, &query, zone).await;
    }
    let named = query.split('&').any(|pair| pair.starts_with("log="));
    if named {
        return export_selected(&audit, &person.principal, query).await;
    }
    let zone = clocks(&audit, &person.preferences, request.headers());
    export_logs(&audit, &person.principal, query, zone).await
}

/// The clocks by which a person's searches are read.
pub(super) fn clocks(audit: &Audit, preferences: &Preferences, headers: &HeaderMap) -> Zone {
    audit::preferences::zone(&zone(preferences, headers), audit.now())
}

/// The language that the person prefers, else the one that the browser asks for most of those that
/// the pages speak.
fn language(preferences: &Preferences, headers: &HeaderMap) -> Language {
    let asked = || words::accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?);
    preferences.language.or_else(asked).unwrap_or(Language::En)
}

/// The zone that the person prefers, else the one that their browser told by a cookie.
fn zone(preferences: &Preferences, headers: &HeaderMap) -> String {
    let told = || {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix("zone="))
            .map(|zone| zone.replace("%2F", "/"))
    };
    preferences
        .time_zone
        .clone()
        .or_else(told)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_the_pages_speak_is_taken() {
        for (asked, found) in [
            ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
            ("de-DE, en-GB;q=0.7, fr;q=0.3", "en"),
            ("de", "en"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked));
            let none = Preferences::default();
            assert_eq!(language(&none, &headers).as_str(), found, "{asked}");
            let french = Preferences {
                language: Some(Language::Fr),
                ..none
            };
            assert_eq!(language(&french, &headers), Language::Fr);
        }
    }
}
