//! Single sign-on by `OpenID` Connect: the code flow with PKCE, state and nonce.
//!
//! What a sign-in in progress has to remember is in a cookie of the browser that began it, so that
//! any server can end it. The provider is asked for its document and keys when somebody signs in,
//! and remembered for a while. What a provider says of a person is used only after its signature,
//! issuer, audience, nonce and times were checked.

mod provider;

use std::time::Duration;

use audit::{Audit, users::Identity};
use axum::{
    Extension, Router,
    extract::State,
    http::{HeaderMap, Uri, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use types::{Code, Parameters};

use super::{
    seat::Seat,
    session::{AuthSession, ByTls, Person, enter},
    sign_in::{local_path, told},
};
use crate::{api::ApiError, router::AppState};
use provider::{Begun, SsoError, wrong};

pub(crate) use provider::Sso;
pub use provider::SsoOptions;

/// How long a person may take to sign in at the provider.
const PATIENCE: Duration = Duration::from_mins(10);
/// The cookie of a sign-in in progress.
const COOKIE: &str = "revisor_sso";
/// Where the provider sends people back to.
const RETURN: &str = "/sign-in/sso/return";

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/sign-in/sso", get(begin))
        .route(RETURN, get(end))
}

/// Leads to the provider.
async fn begin(
    State(state): State<AppState>,
    Extension(by_tls): Extension<ByTls>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let Some(sso) = &state.sso else {
        return Err(ApiError::new(Code::NotFound, "there is no such path"));
    };
    let next = Parameters::parse(uri.query().unwrap_or_default()).all("next");
    let next = next.first().and_then(|next| local_path(next));
    match sso.begin(next.unwrap_or("/")).await {
        Ok((url, begun)) => {
            let kept = serde_json::to_vec(&begun).unwrap_or_default();
            let cookie = cookie(&URL_SAFE_NO_PAD.encode(kept), PATIENCE, by_tls);
            Ok((
                AppendHeaders([(header::SET_COOKIE, cookie)]),
                Redirect::to(&url),
            )
                .into_response())
        }
        Err(error) => Ok(refused(&error, by_tls)),
    }
}

/// Takes back who comes from the provider.
async fn end(
    State(state): State<AppState>,
    mut auth: AuthSession,
    Extension(seat): Extension<Seat>,
    Extension(by_tls): Extension<ByTls>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let Some(sso) = &state.sso else {
        return Err(ApiError::new(Code::NotFound, "there is no such path"));
    };
    let identity = match came_back(sso, &headers, &uri).await {
        Ok(found) => found,
        Err(error) => return Ok(refused(&error, by_tls)),
    };
    let (identity, next) = identity;
    let person = match person(&state.audit, identity).await {
        Ok(person) => person,
        Err(error) => {
            let word = match told(error) {
                Code::Forbidden => "disabled",
                Code::UserExists => "sso_login_taken",
                _ => "sso_failed",
            };
            return Ok(back(word, by_tls));
        }
    };
    enter(&mut auth, &person, &seat).await?;
    let next = local_path(&next).unwrap_or("/").to_owned();
    Ok((forgotten(by_tls), Redirect::to(&next)).into_response())
}

async fn came_back(
    sso: &Sso,
    headers: &HeaderMap,
    uri: &Uri,
) -> Result<(Identity, String), SsoError> {
    let mut query = Parameters::parse(uri.query().unwrap_or_default());
    let mut one = |name: &str| query.all(name).into_iter().next();
    if let Some(error) = one("error") {
        return Err(wrong("the provider refused", error));
    }
    let begun = kept(headers).ok_or_else(|| wrong("the browser", "began no sign-in here"))?;
    if one("state").as_deref() != Some(begun.state.as_str()) {
        return Err(wrong("the state", "is of another sign-in"));
    }
    // Which provider it comes from, where that is told (RFC 9207).
    if one("iss").is_some_and(|issuer| issuer != sso.options.issuer) {
        return Err(wrong("the issuer", "is another one"));
    }
    let code = one("code").ok_or_else(|| wrong("the provider", "sent no code"))?;
    let next = begun.next.clone();
    Ok((sso.end(begun, code).await?, next))
}

async fn person(audit: &Audit, identity: Identity) -> Result<Person, audit::Error> {
    let user = audit::users::sign_in_by_identity(audit, identity).await?;
    let found = audit::users::signed_in(audit, &user.id).await?;
    found
        .and_then(Person::of)
        .ok_or_else(|| audit::Error::forbidden("this account is disabled"))
}

fn refused(error: &SsoError, by_tls: ByTls) -> Response {
    tracing::warn!(%error, "sign_in.sso_failed");
    back("sso_failed", by_tls)
}

fn back(word: &str, by_tls: ByTls) -> Response {
    let address = format!("/sign-in?error={word}");
    (forgotten(by_tls), Redirect::to(&address)).into_response()
}

type Cookie = AppendHeaders<[(header::HeaderName, String); 1]>;

fn forgotten(by_tls: ByTls) -> Cookie {
    AppendHeaders([(header::SET_COOKIE, cookie("", Duration::ZERO, by_tls))])
}

fn cookie(value: &str, age: Duration, ByTls(by_tls): ByTls) -> String {
    let secure = if by_tls { "; Secure" } else { "" };
    let age = age.as_secs();
    format!("{COOKIE}={value}; Path=/sign-in/sso; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

fn kept(headers: &HeaderMap) -> Option<Begun> {
    let value = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()
}
