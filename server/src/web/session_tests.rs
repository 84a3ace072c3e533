//! Sessions and passwords: what a page does that changes its own person's password.

use audit::{Audit, Principal, sessions::Current, users};
use axum::{
    Extension, Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
    middleware,
    response::Response,
    routing::{get, post},
};
use tower::ServiceExt;
use types::{Role, UserInput};

use super::*;
use crate::{observe, web};

const OLD: &str = "correct horse battery";
const NEW: &str = "another horse battery";

async fn who(auth: AuthSession) -> StatusCode {
    if auth.user.is_some() {
        StatusCode::OK
    } else {
        StatusCode::UNAUTHORIZED
    }
}

/// What a server function of the pages does.
async fn change(
    State(audit): State<Audit>,
    Extension(current): Extension<Current>,
    auth: AuthSession,
) -> StatusCode {
    let principal = auth.user.unwrap().principal;
    let (old, new) = (OLD.to_owned(), NEW.to_owned());
    match users::change_password(&audit, &principal, &current, old, new).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => StatusCode::from_u16(error.code().status()).unwrap(),
    }
}

fn router(audit: &Audit) -> Router {
    let options = Options::default();
    let state = AppState {
        ending: tokio_util::sync::CancellationToken::new(),
        audit: audit.clone(),
        leptos: web::leptos_options(&options),
        metrics: observe::recorder(),
        sso: None,
        quotas: std::sync::Arc::new(crate::api::quota::Quotas::new(0, 10)),
    };
    Router::new()
        .route("/who", get(who))
        .route("/change", post(change))
        .merge(web::sign_in::router())
        .layer(middleware::from_fn_with_state(
            Attendance::of(&state, &options),
            attend,
        ))
        .layer(layer(audit, &options))
        .with_state(state)
}

async fn send(router: &Router, method: &str, path: &str, cookie: &str, body: String) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    router.clone().oneshot(request).await.unwrap()
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let mut cookies = headers.get_all(header::SET_COOKIE).iter();
    let cookie = cookies.find_map(|c| c.to_str().ok().filter(|c| c.contains(COOKIE)))?;
    cookie.split(';').next().map(str::to_owned)
}

async fn sign_in(router: &Router) -> String {
    let body = format!("login=sam&password={}", OLD.replace(' ', "+"));
    let answer = send(router, "POST", "/sign-in", "", body).await;
    cookie(answer.headers()).unwrap()
}

async fn is_in(router: &Router, cookie: &str) -> bool {
    let answer = send(router, "GET", "/who", cookie, String::new()).await;
    answer.status() == StatusCode::OK
}

#[tokio::test]
async fn who_changes_their_password_stays_in_here_and_is_out_everywhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/web.db?mode=rwc", folder.path().display());
    migration::up(&url).await.unwrap();
    let audit = Audit::open(&url, audit::Options::default()).await.unwrap();
    let sam = UserInput {
        login: "sam".to_owned(),
        name: String::new(),
        role: Role::User,
        groups: Vec::new(),
        password: OLD.to_owned(),
    };
    users::create(&audit, &Principal::System, sam)
        .await
        .unwrap();
    let router = router(&audit);
    let (here, there) = (sign_in(&router).await, sign_in(&router).await);
    assert!(is_in(&router, &here).await && is_in(&router, &there).await);

    let answer = send(&router, "POST", "/change", &here, String::new()).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let renewed = cookie(answer.headers()).unwrap();
    assert_ne!(renewed, here, "under a new id");
    assert!(is_in(&router, &renewed).await);
    assert!(!is_in(&router, &here).await && !is_in(&router, &there).await);

    // A second time the old password is wrong: nothing changes, nobody is thrown out.
    let answer = send(&router, "POST", "/change", &renewed, String::new()).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(is_in(&router, &renewed).await);
    audit.close().await;
}
