//! Who is not signed in is led to sign in; on the first start, to create the administrator.

use audit::Audit;
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use types::encode_segment;

use super::session::AuthSession;
use crate::api::ApiError;

/// Pages that are for those who are not signed in.
const OPEN: [&str; 2] = ["/sign-in", "/setup"];

/// Lets a request through to its page, or leads the person away.
pub(super) async fn door(
    State(audit): State<Audit>,
    auth: AuthSession,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    // A server function answers for itself, in its own form.
    if path.starts_with("/fn/") {
        return next.run(request).await;
    }
    let signed_in = auth.user.is_some();
    if OPEN.contains(&path) {
        if signed_in {
            return Redirect::to("/").into_response();
        }
        return match audit::users::none_yet(&audit).await {
            Ok(true) if path != "/setup" => Redirect::to("/setup").into_response(),
            Ok(false) if path == "/setup" => Redirect::to("/sign-in").into_response(),
            Ok(_) => next.run(request).await,
            Err(error) => ApiError::from(error).into_response(),
        };
    }
    if signed_in {
        return next.run(request).await;
    }
    match audit::users::none_yet(&audit).await {
        Ok(true) => Redirect::to("/setup").into_response(),
        Ok(false) => {
            let back = match *request.method() {
                Method::GET | Method::HEAD => {
                    request.uri().path_and_query().map_or("/", |p| p.as_str())
                }
                _ => "/",
            };
            let address = if back == "/" {
                "/sign-in".to_owned()
            } else {
                format!("/sign-in?next={}", encode_segment(back))
            };
            Redirect::to(&address).into_response()
        }
        Err(error) => ApiError::from(error).into_response(),
    }
}
