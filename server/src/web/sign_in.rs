//! Signing in and out, and the first administrator: plain forms, answered by redirects.

use std::fmt::Write as _;

use audit::{Audit, users::Origin};
use axum::{
    Extension, Form, Router,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::post,
};
use serde::Deserialize;
use types::{Code, Role, UserInput, encode_segment};

use super::{
    seat::Seat,
    session::{AuthSession, ByTls, Credentials, enter, failed},
    sso,
};
use crate::{
    api::{ApiError, problem::chain},
    router::AppState,
};

/// The forms' targets; the pages of the same names are the application's.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-in", post(sign_in))
        .merge(sso::router())
        .route("/setup", post(set_up))
}

#[derive(Deserialize)]
pub(super) struct SignIn {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(audit): State<Audit>,
    mut auth: AuthSession,
    Extension(seat): Extension<Seat>,
    Extension(by_tls): Extension<ByTls>,
    headers: HeaderMap,
    form: Result<Form<SignIn>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(SignIn {
        login,
        password,
        next,
    }) = form.map_err(unreadable)?;
    let next = local_path(&next);
    let refused = |code: Code| {
        let mut address = format!("/sign-in?error={code}");
        for (name, value) in [
            ("login", login.as_str()),
            ("next", next.unwrap_or_default()),
        ] {
            if !value.is_empty() {
                let _ = write!(address, "&{name}={}", encode_segment(value));
            }
        }
        Redirect::to(&address).into_response()
    };
    let credentials = Credentials {
        origin: origin(&seat, &headers),
        login: login.clone(),
        password,
    };
    let person = match auth.authenticate(credentials).await {
        Ok(Some(person)) => person,
        Ok(None) => {
            // Not the login: people type their passwords there.
            let address = seat.address.as_deref().unwrap_or_default();
            tracing::info!(address, "sign_in.refused");
            return Ok(refused(Code::WrongCredentials));
        }
        Err(axum_login::Error::Backend(audit::Error::TooMany { retry_after })) => {
            let address = seat.address.as_deref().unwrap_or_default();
            tracing::warn!(address, "sign_in.too_many");
            let wait = [(header::RETRY_AFTER, retry_after.to_string())];
            return Ok((wait, refused(Code::RateLimited)).into_response());
        }
        Err(axum_login::Error::Backend(error)) => {
            let error = told(error);
            return Ok(refused(error));
        }
        Err(error) => return Err(failed(&error)),
    };
    enter(&mut auth, &person, &seat).await?;
    let known = remembered(&audit::users::device(&audit, &login), by_tls);
    let cookie = AppendHeaders([(header::SET_COOKIE, known)]);
    Ok((cookie, Redirect::to(next.unwrap_or("/"))).into_response())
}

/// The cookie of a browser that signed in before.
const DEVICE: &str = "revisor_device";

/// Who tries: the address, and the browser's token, if it has one.
fn origin(seat: &Seat, headers: &HeaderMap) -> Origin {
    let device = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(DEVICE)?.strip_prefix('='))
        .map(str::to_owned);
    Origin {
        address: seat.address.as_deref().and_then(|text| text.parse().ok()),
        device,
    }
}

/// What makes a browser known for a year, to the sign-in page alone.
fn remembered(token: &str, ByTls(by_tls): ByTls) -> String {
    let secure = if by_tls { "; Secure" } else { "" };
    format!("{DEVICE}={token}; Path=/sign-in; HttpOnly; SameSite=Strict; Max-Age=31536000{secure}")
}

/// Ends the session, here and in the browser.
pub(super) async fn sign_out(mut auth: AuthSession) -> Result<Redirect, ApiError> {
    auth.logout().await.map_err(|error| failed(&error))?;
    Ok(Redirect::to("/sign-in"))
}

#[derive(Deserialize)]
pub(super) struct SetUp {
    #[serde(default)]
    login: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: Option<String>,
}

async fn set_up(
    State(audit): State<Audit>,
    mut auth: AuthSession,
    Extension(seat): Extension<Seat>,
    form: Result<Form<SetUp>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(form) = form.map_err(unreadable)?;
    let back = format!(
        "&login={}&name={}",
        encode_segment(&form.login),
        encode_segment(&form.name)
    );
    let refused = |word: &str| Redirect::to(&format!("/setup?error={word}{back}")).into_response();
    if !audit::users::none_yet(&audit).await? {
        return Ok(Redirect::to("/sign-in?error=already_set_up").into_response());
    }
    if form
        .password_again
        .is_some_and(|again| again != form.password)
    {
        return Ok(refused("password_mismatch"));
    }
    let login = form.login.clone();
    let password = form.password.clone();
    let input = UserInput {
        login: form.login,
        name: form.name,
        role: Role::Administrator,
        groups: Vec::new(),
        password: form.password,
    };
    match audit::users::set_up(&audit, input).await {
        Ok(_) => {}
        Err(error) if error.code() == Code::AlreadySetUp => {
            return Ok(Redirect::to("/sign-in?error=already_set_up").into_response());
        }
        Err(error) => return Ok(refused(told(error).as_str())),
    }
    let person = auth
        .authenticate(Credentials {
            origin: Origin::default(),
            login,
            password,
        })
        .await
        .map_err(|error| failed(&error))?
        .ok_or_else(|| ApiError::new(Code::Internal, "the administrator cannot sign in"))?;
    enter(&mut auth, &person, &seat).await?;
    Ok(Redirect::to("/").into_response())
}

/// The word of a refusal, for the address; what is our fault is logged.
pub(super) fn told(error: audit::Error) -> Code {
    let code = error.code();
    if matches!(code, Code::Internal | Code::Unavailable) {
        tracing::error!(error = %chain(&error), "sign_in.failed");
    }
    code
}

fn unreadable(_: FormRejection) -> ApiError {
    ApiError::new(Code::BadRequest, "the form cannot be read")
}

/// An address of ours to go on to: a path that no browser takes for another site.
pub(super) fn local_path(next: &str) -> Option<&str> {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.bytes().all(|b| b.is_ascii_graphic());
    plain.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn one_goes_on_to_an_address_of_ours_only() {
        for (next, fine) in [
            ("/logs?model=crm.lead", true),
            ("/", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("/logs\r\nx: y", false),
        ] {
            assert_eq!(local_path(next).is_some(), fine, "{next}");
        }
    }
}
