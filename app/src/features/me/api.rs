//! What the page of one's own settings reads, and the server functions that change them.

use audit::sessions::Current;
use leptos::prelude::*;
use types::{Language, Preferences, Role, SessionInfo, Theme, Timestamp};

use crate::{came_back, error::PageError, request};

/// The page.
pub(super) struct MeView {
    /// When the page was made.
    pub(super) now: Timestamp,
    /// The login.
    pub(super) login: String,
    /// The name.
    pub(super) name: String,
    /// What they may do.
    pub(super) role: Role,
    /// The groups they are in.
    pub(super) groups: Vec<String>,
    /// How they want the pages to be.
    pub(super) preferences: Preferences,
    /// Where they are signed in.
    pub(super) sessions: Vec<SessionInfo>,
    /// What is wrong, when a form came back.
    pub(super) error: Option<PageError>,
}

fn current() -> Current {
    use_context::<Current>().unwrap_or_default()
}

/// The settings of whoever asks.
pub(super) async fn get_me(query: String) -> Result<MeView, PageError> {
    let (audit, principal) = request::caller()?;
    let audit::Principal::User {
        login,
        name,
        role,
        groups,
        ..
    } = principal.clone()
    else {
        return Err(PageError::new(types::Code::Forbidden, "people only"));
    };
    let preferences = audit::preferences::get(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let sessions = audit::sessions::list(&audit, &principal, &current())
        .await
        .map_err(request::fail)?;
    Ok(MeView {
        now: request::now(),
        login,
        name,
        role,
        groups,
        preferences,
        sessions,
        error: came_back::error_of(&query),
    })
}

/// Back to the page: what was done, or what is wrong with the form `of`.
fn back(of: &str, result: Result<(), PageError>) -> Result<(), PageError> {
    match &result {
        Ok(()) => request::go_to(&format!("/me?done={of}#{of}")),
        Err(error) => {
            let query = came_back::query_of(error.code, &error.faults, [("of", of)]);
            request::go_back(&format!("/me?{query}#{of}"));
        }
    }
    result
}

/// Keeps language, time zone and theme; an empty one is the browser's.
#[server(prefix = "/fn", endpoint = "me/preferences")]
pub async fn save_preferences(
    #[server(default)] language: String,
    #[server(default)] time_zone: String,
    #[server(default)] theme: String,
) -> Result<(), PageError> {
    back(
        "preferences",
        server::save(&language, time_zone, &theme).await,
    )
}

/// Changes one's own password; every other session ends.
#[server(prefix = "/fn", endpoint = "me/password")]
pub async fn change_password(
    #[server(default)] old_password: String,
    #[server(default)] password: String,
    #[server(default)] password_again: String,
) -> Result<(), PageError> {
    let changed = server::change_password(old_password, password, &password_again).await;
    back("password", changed)
}

/// Ends one of one's own sessions.
#[server(prefix = "/fn", endpoint = "me/end-session")]
pub async fn end_session(id: String) -> Result<(), PageError> {
    back("sessions", server::end(&id).await)
}

/// Ends every other session of one's own.
#[server(prefix = "/fn", endpoint = "me/end-others")]
pub async fn end_others() -> Result<(), PageError> {
    back("sessions", server::end_others().await)
}

mod server {
    use types::{Code, Faults, Preferences, check_password};

    use super::{Language, Theme, current};
    use crate::{error::PageError, request};

    /// Keeps the preferences; the columns of lists stay as they are.
    pub(super) async fn save(
        language: &str,
        time_zone: String,
        theme: &str,
    ) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        let kept = audit::preferences::get(&audit, &principal)
            .await
            .map_err(request::fail)?;
        let preferences = Preferences {
            language: Language::parse(language),
            time_zone: Some(time_zone).filter(|zone| !zone.is_empty()),
            theme: Theme::parse(theme).unwrap_or_default(),
            ..kept
        };
        audit::preferences::set(&audit, &principal, preferences)
            .await
            .map(|_| ())
            .map_err(request::fail)
    }

    /// Changes the password, typed twice.
    pub(super) async fn change_password(
        old: String,
        password: String,
        again: &str,
    ) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        let mut faults = Faults::default();
        check_password("/password", &password, &mut faults);
        if password != again {
            faults.push("/password_again", Code::Malformed, "the two differ");
        }
        faults.finish(Some(())).map_err(request::invalid)?;
        audit::users::change_password(&audit, &principal, &current(), old, password)
            .await
            .map_err(request::fail)
    }

    /// Ends one session.
    pub(super) async fn end(id: &str) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        audit::sessions::end(&audit, &principal, id)
            .await
            .map_err(request::fail)
    }

    /// Ends every session but this one.
    pub(super) async fn end_others() -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        audit::sessions::end_others(&audit, &principal, &current())
            .await
            .map(|_| ())
            .map_err(request::fail)
    }
}
