//! Who works with the contacts: three people, of whom one chooses one. No passwords; this is an
//! example.

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use axum::response::Redirect;
use revisor_host::Actor;

/// The cookie that holds the login.
const COOKIE: &str = "contacts_person";

/// Somebody who can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    pub(crate) group: &'static str,
}

/// All of them.
pub(crate) const PEOPLE: [Person; 3] = [
    Person {
        login: "alice",
        name: "Alice Martin",
        group: "Sales",
    },
    Person {
        login: "bruno",
        name: "Bruno Costa",
        group: "Sales",
    },
    Person {
        login: "chioma",
        name: "Chioma Obi",
        group: "Support",
    },
];

impl Person {
    /// The person of this login.
    pub(crate) fn of(login: &str) -> Option<Self> {
        PEOPLE.into_iter().find(|person| person.login == login)
    }

    /// Who the cookie of a request says it is.
    fn signed_in(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(header::COOKIE).into_iter();
        cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, login)| (name == COOKIE).then(|| Self::of(login))?)
    }

    /// The user that operations of a request are of.
    pub(crate) fn actor(request: &Parts) -> Actor {
        Self::signed_in(&request.headers).map_or_else(
            // Handlers that write ask for a person, so nothing is written in this name.
            || Actor {
                login: "nobody".to_owned(),
                ..Actor::default()
            },
            |person| Actor {
                login: person.login.to_owned(),
                name: Some(person.name.to_owned()),
                groups: vec![person.group.to_owned()],
                on_behalf_of: None,
            },
        )
    }

    /// The cookie that signs this person in. `Strict`: forms of other sites come without it.
    pub(crate) fn cookie(self) -> String {
        format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", self.login)
    }
}

/// The cookie that signs out.
pub(crate) fn no_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// Handlers that take a person are for those who are signed in; others are asked who they are.
impl<S: Send + Sync> FromRequestParts<S> for Person {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Redirect> {
        Self::signed_in(&parts.headers).ok_or_else(|| Redirect::to("/sign-in"))
    }
}
