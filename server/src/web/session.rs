//! Who is signed in: a cookie, the session behind it, and the person, read anew for each request,
//! so that one who is disabled is out at once.

use std::time::{SystemTime, UNIX_EPOCH};

use audit::{Audit, Principal};
use axum::{extract::Request, middleware::Next, response::Response};
use axum_login::{
    AuthManagerLayer, AuthManagerLayerBuilder, AuthUser, AuthnBackend,
    tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite},
};
use types::Code;

use super::store::Store;
use crate::router::Options;

/// The cookie's name.
pub(super) const COOKIE: &str = "revisor_session";
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
    pub(super) principal: Principal,
}

impl Person {
    fn of(principal: Principal) -> Option<Self> {
        match &principal {
            Principal::User { id, .. } => Some(Self {
                id: id.clone(),
                principal,
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
        self.id.as_bytes()
    }
}

/// A login and a password, as typed.
pub(super) struct Credentials {
    pub(super) login: String,
    pub(super) password: String,
}

impl AuthnBackend for People {
    type User = Person;
    type Credentials = Credentials;
    type Error = audit::Error;

    async fn authenticate(&self, credentials: Credentials) -> Result<Option<Person>, audit::Error> {
        let Credentials { login, password } = credentials;
        match audit::users::sign_in(&self.0, &login, &password).await {
            Ok(user) => self.get_user(&user.id).await,
            Err(audit::Error::Refused {
                code: Code::WrongCredentials,
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn get_user(&self, id: &String) -> Result<Option<Person>, audit::Error> {
        Ok(audit::users::principal(&self.0, id)
            .await?
            .and_then(Person::of))
    }
}

/// The layer that finds the session and the person of a request.
pub(super) fn layer(audit: &Audit, options: &Options) -> AuthManagerLayer<People, Store> {
    let idle = i64::try_from(options.session_idle.as_secs()).unwrap_or(i64::MAX);
    let sessions = SessionManagerLayer::new(Store(audit.clone()))
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(options.behind_tls)
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(idle)));
    AuthManagerLayerBuilder::new(People(audit.clone()), sessions).build()
}

/// Says now and then that a session is in use, which moves its end.
pub(super) async fn touch(auth: AuthSession, request: Request, next: Next) -> Response {
    if auth.user.is_some() {
        seen(&auth.session).await;
    }
    next.run(request).await
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
