//! Who is signed in: a cookie, the session behind it, and the person, read anew for each request,
//! so that one who is disabled is out at once, and so is one whose password was changed elsewhere.

use std::time::{SystemTime, UNIX_EPOCH};

use audit::{
    Audit, Principal,
    sessions::Current,
    users::{Origin, SignedIn},
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use axum_login::{
    AuthManagerLayer, AuthManagerLayerBuilder, AuthUser, AuthnBackend,
    tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite},
};
use types::{Code, Preferences};

use super::{
    seat::Seat,
    store::{SEAT, Store},
};
use crate::{
    api::ApiError,
    router::{AppState, Options},
};

/// The cookie's name, which is also the end of its name behind TLS.
pub(super) const COOKIE: &str = "revisor_session";
/// Its name behind TLS: browsers take it only from this very host, by HTTPS.
const SECURE_COOKIE: &str = "__Host-revisor_session";
/// A session is written at most once in so many seconds to say that it is in use.
const TOUCH: u64 = 300;

/// The session of a request, with the person in it.
pub(super) type AuthSession = axum_login::AuthSession<People>;

/// The people who can sign in.
#[derive(Clone)]
pub(super) struct People(Audit);

/// A person who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Person {
    id: String,
    stamp: [u8; 32],
    pub(super) principal: Principal,
    pub(super) preferences: Preferences,
}

impl Person {
    pub(super) fn of(signed_in: SignedIn) -> Option<Self> {
        match &signed_in.principal {
            Principal::User { id, .. } => Some(Self {
                id: id.clone(),
                stamp: signed_in.stamp,
                principal: signed_in.principal,
                preferences: signed_in.preferences,
            }),
            Principal::System | Principal::Key { .. } => None,
        }
    }
}

impl AuthUser for Person {
    type Id = String;

    fn id(&self) -> String {
        self.id.clone()
    }

    fn session_auth_hash(&self) -> &[u8] {
        &self.stamp
    }
}

/// A login and a password, as typed, and by whom.
pub(super) struct Credentials {
    pub(super) origin: Origin,
    pub(super) login: String,
    pub(super) password: String,
}

impl AuthnBackend for People {
    type User = Person;
    type Credentials = Credentials;
    type Error = audit::Error;

    async fn authenticate(&self, credentials: Credentials) -> Result<Option<Person>, audit::Error> {
        let Credentials {
            origin,
            login,
            password,
        } = credentials;
        match audit::users::sign_in_from(&self.0, &origin, &login, &password).await {
            Ok(user) => self.get_user(&user.id).await,
            Err(audit::Error::Refused {
                code: Code::WrongCredentials,
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn get_user(&self, id: &String) -> Result<Option<Person>, audit::Error> {
        Ok(audit::users::signed_in(&self.0, id)
            .await?
            .and_then(Person::of))
    }
}

/// The layer that finds the session and the person of a request.
pub(super) fn layer(audit: &Audit, options: &Options) -> AuthManagerLayer<People, Store> {
    let idle = i64::try_from(options.session_idle.as_secs()).unwrap_or(i64::MAX);
    let sessions = SessionManagerLayer::new(Store(audit.clone()))
        .with_name(if options.behind_tls {
            SECURE_COOKIE
        } else {
            COOKIE
        })
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(options.behind_tls)
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(idle)));
    AuthManagerLayerBuilder::new(People(audit.clone()), sessions).build()
}

/// What [`attend`] is told.
#[derive(Clone)]
pub(super) struct Attendance {
    audit: Audit,
    behind_proxy: bool,
    behind_tls: bool,
    single_sign_on: Option<SingleSignOn>,
}

/// What single sign-on is called; may be empty.
#[derive(Debug, Clone)]
pub(super) struct SingleSignOn(pub(super) String);

/// Whether cookies are sent by HTTPS only.
#[derive(Debug, Clone, Copy)]
pub(super) struct ByTls(pub(super) bool);

impl Attendance {
    pub(super) fn of(state: &AppState, options: &Options) -> Self {
        Self {
            audit: state.audit.clone(),
            behind_proxy: options.behind_proxy,
            behind_tls: options.behind_tls,
            single_sign_on: options
                .sso
                .as_ref()
                .map(|sso| SingleSignOn(sso.label.clone())),
        }
    }
}

/// Tells the request which session it belongs to and where it comes from; says now and then that
/// a session is in use, which moves its end; and signs a person in anew who changed what their
/// session proves.
pub(super) async fn attend(
    State(attendance): State<Attendance>,
    mut auth: AuthSession,
    mut request: Request,
    next: Next,
) -> Response {
    let seat = Seat::of(&request, attendance.behind_proxy);
    request.extensions_mut().insert(seat.clone());
    request
        .extensions_mut()
        .insert(ByTls(attendance.behind_tls));
    if let Some(named) = attendance.single_sign_on {
        request.extensions_mut().insert(named);
    }
    let id = auth.user.as_ref().and(auth.session.id());
    let current = Current::new(id.map(|id| id.to_string()).as_deref());
    request.extensions_mut().insert(current.clone());
    if auth.user.is_some() {
        seen(&auth.session).await;
    }
    let response = next.run(request).await;
    if let (true, Some(person)) = (current.is_to_be_renewed(), &auth.user) {
        let renewed = match audit::users::signed_in(&attendance.audit, &person.id).await {
            Ok(found) => match found.and_then(Person::of) {
                Some(person) => enter(&mut auth, &person, &seat).await,
                None => Ok(()),
            },
            Err(error) => Err(error.into()),
        };
        // The password is changed all the same; the person only has to sign in with it.
        if renewed.is_err() {
            tracing::warn!("session.not_renewed");
        }
    }
    response
}

/// Signs a person in under a new session id, whatever session there was (fixation).
pub(super) async fn enter(
    auth: &mut AuthSession,
    person: &Person,
    seat: &Seat,
) -> Result<(), ApiError> {
    let kept = async {
        auth.session.cycle_id().await?;
        auth.session.insert(SEAT, seat).await
    };
    kept.await.map_err(|error| failed(&error))?;
    auth.login(person).await.map_err(|error| failed(&error))
}

/// A session that cannot be kept is our fault: it is logged, and told without detail.
pub(super) fn failed(error: &(dyn std::error::Error + 'static)) -> ApiError {
    tracing::error!(error = %crate::api::problem::chain(error), "session.failed");
    ApiError::new(Code::Internal, "the session cannot be kept")
}

async fn seen(session: &Session) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() / TOUCH);
    let last = session.get::<u64>("seen").await.ok().flatten();
    if last != Some(now)
        && let Err(error) = session.insert("seen", now).await
    {
        tracing::warn!(error = %error, "session.not_touched");
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
