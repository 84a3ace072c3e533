//! What the pages of people read, and the server functions that change them.

// A form posts its fields by name, so saving takes each as an argument; see the API of rules.
#![allow(clippy::too_many_arguments)]

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use types::{Role, Timestamp, User};

use super::state::{Draft, NewPassword, Sought};
use crate::{address, came_back, error::PageError, request};

/// The list.
pub(super) struct PeopleView {
    /// When the page was made.
    pub(super) now: Timestamp,
    /// Whether the reader may change people.
    pub(super) editable: bool,
    /// What was asked for.
    pub(super) sought: Sought,
    /// The people, by login.
    pub(super) people: Vec<User>,
    /// How many there are in all.
    pub(super) all: usize,
    /// When they were last seen, by id.
    pub(super) seen: BTreeMap<String, Timestamp>,
    /// The person of whom something was done a moment ago.
    pub(super) told: Option<User>,
}

/// The people that an address asks for.
pub(super) async fn list_people(query: String) -> Result<PeopleView, PageError> {
    let (audit, principal) = request::caller()?;
    let everybody = audit::users::list(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let seen = audit::sessions::last_seen(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let sought = Sought::read(&query);
    let told = address::parameter(&query, "user");
    Ok(PeopleView {
        now: request::now(),
        editable: request::administers(&principal),
        all: everybody.len(),
        told: told.and_then(|id| everybody.iter().find(|user| user.id == id).cloned()),
        people: everybody
            .into_iter()
            .filter(|user| sought.holds(user))
            .collect(),
        sought,
        seen,
    })
}

/// A group: who is in it, and what they may read by it.
#[derive(Default)]
pub(super) struct GroupView {
    /// Id and name of its members, by login.
    pub(super) members: Vec<(String, String)>,
    /// Host, name and label of the models whose logs it may read.
    pub(super) models: Vec<(String, String, String)>,
}

/// Every group, by name.
pub(super) async fn list_groups() -> Result<BTreeMap<String, GroupView>, PageError> {
    let (audit, principal) = request::caller()?;
    let known = audit::users::groups(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let people = audit::users::list(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let models = audit::models::list(&audit, &principal, None)
        .await
        .map_err(request::fail)?;
    let mut groups: BTreeMap<String, GroupView> = known
        .into_iter()
        .map(|group| (group, GroupView::default()))
        .collect();
    for user in people {
        for group in user.groups {
            let member = (user.id.clone(), user.name.clone());
            groups.entry(group).or_default().members.push(member);
        }
    }
    for model in models {
        for group in model.viewers {
            let model = (model.host.clone(), model.model.clone(), model.label.clone());
            groups.entry(group).or_default().models.push(model);
        }
    }
    Ok(groups)
}

/// The page of one person.
pub(super) struct PersonView {
    /// When the page was made.
    pub(super) now: Timestamp,
    /// Whether the reader may change people.
    pub(super) editable: bool,
    /// Whether the reader is the person.
    pub(super) own: bool,
    /// Whether nobody else could administer.
    pub(super) last: bool,
    /// The person; none for a new one.
    pub(super) user: Option<User>,
    /// When they were last seen.
    pub(super) seen: Option<Timestamp>,
    /// What the form holds.
    pub(super) draft: Draft,
    /// The groups to choose from.
    pub(super) groups: BTreeSet<String>,
    /// A password to offer.
    pub(super) offered: String,
    /// What is wrong, when a form came back.
    pub(super) error: Option<PageError>,
}

/// One person, or a new one where `id` is `new`.
pub(super) async fn get_person(id: String, query: String) -> Result<PersonView, PageError> {
    let (audit, principal) = request::caller()?;
    let editable = request::administers(&principal);
    let everybody = audit::users::list(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let administrators = everybody
        .iter()
        .filter(|user| user.role == Role::Administrator && user.disabled_at.is_none());
    let administrators: Vec<&str> = administrators.map(|user| user.id.as_str()).collect();
    let user = if id == "new" {
        if !editable {
            let detail = "only administrators create people";
            return Err(PageError::new(types::Code::Forbidden, detail));
        }
        None
    } else {
        let user = audit::users::get(&audit, &principal, &id);
        Some(user.await.map_err(request::fail)?)
    };
    let groups = audit::users::groups(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let seen = audit::sessions::last_seen(&audit, &principal)
        .await
        .map_err(request::fail)?;
    let draft = user.clone().map_or_else(Draft::new, Draft::from);
    // The password's form comes back by itself, with nothing typed.
    let of_password = address::parameter(&query, "of").is_some();
    Ok(PersonView {
        now: request::now(),
        editable,
        own: matches!(&principal, audit::Principal::User { id: own, .. } if *own == id),
        last: administrators == [id.as_str()],
        seen: seen.get(&id).copied(),
        draft: if of_password {
            draft
        } else {
            draft.come_back(&query)
        },
        groups: groups.into_iter().collect(),
        offered: audit::users::suggest_password(&audit),
        error: came_back::error_of(&query),
        user,
    })
}

fn page_of(id: &str) -> String {
    let id = if id.is_empty() { "new" } else { id };
    format!("/users/{}", address::encode_segment(id))
}

fn done(word: &str, id: &str) {
    let told = address::query_text([("done", word), ("user", id)]);
    request::go_to(&address::with_query("/users", &told));
}

/// Creates a person, or changes the one of `id`.
#[server(prefix = "/fn", endpoint = "users/save")]
pub async fn save_user(
    #[server(default)] id: String,
    #[server(default)] login: String,
    #[server(default)] name: String,
    #[server(default)] role: String,
    #[server(default)] groups: Vec<String>,
    #[server(default)] more_groups: String,
    #[server(default)] how: String,
    #[server(default)] offered: String,
    #[server(default)] password: String,
    #[server(default)] password_again: String,
) -> Result<(), PageError> {
    let draft = Draft {
        login,
        name,
        role: Role::parse(&role).unwrap_or(Role::User),
        groups,
        more_groups,
    };
    let password = NewPassword {
        typed: how == "typed",
        offered,
        password,
        again: password_again,
    };
    match server::save(&id, &draft, password).await {
        Ok((word, id)) => {
            done(word, &id);
            Ok(())
        }
        Err(error) => {
            let query = draft.to_query(&error);
            request::go_back(&address::with_query(&page_of(&id), &query));
            Err(error)
        }
    }
}

/// Gives a person another password; their sessions end.
#[server(prefix = "/fn", endpoint = "users/password")]
pub async fn reset_password(
    id: String,
    #[server(default)] how: String,
    #[server(default)] offered: String,
    #[server(default)] password: String,
    #[server(default)] password_again: String,
) -> Result<(), PageError> {
    let password = NewPassword {
        typed: how == "typed",
        offered,
        password,
        again: password_again,
    };
    match server::reset(&id, password).await {
        Ok(()) => {
            done("reset", &id);
            Ok(())
        }
        Err(error) => {
            let query = came_back::query_of(error.code, &error.faults, [("of", "password")]);
            let page = address::with_query(&page_of(&id), &query);
            request::go_back(&format!("{page}#password"));
            Err(error)
        }
    }
}

/// Lets a person sign in no more, or again.
#[server(prefix = "/fn", endpoint = "users/disable")]
pub async fn set_disabled(id: String, #[server(default)] disabled: bool) -> Result<(), PageError> {
    match server::set_disabled(&id, disabled).await {
        Ok(()) => {
            done(if disabled { "disabled" } else { "enabled" }, &id);
            Ok(())
        }
        Err(error) => {
            let query = came_back::query_of(error.code, &error.faults, [("of", "access")]);
            request::go_back(&address::with_query(&page_of(&id), &query));
            Err(error)
        }
    }
}

mod server {
    use types::{UserInput, UserPatch};

    use super::{Draft, NewPassword};
    use crate::{error::PageError, request};

    /// Creates or changes a person; what was done, and their id.
    pub(super) async fn save(
        id: &str,
        draft: &Draft,
        password: NewPassword,
    ) -> Result<(&'static str, String), PageError> {
        let (audit, principal) = request::caller()?;
        if id.is_empty() {
            let input = UserInput {
                login: draft.login.trim().to_owned(),
                name: draft.name.trim().to_owned(),
                role: draft.role,
                groups: draft.all_groups(),
                password: password.read().map_err(request::invalid)?,
            };
            let user = audit::users::create(&audit, &principal, input)
                .await
                .map_err(request::fail)?;
            return Ok(("created", user.id));
        }
        let patch = UserPatch {
            name: Some(draft.name.trim().to_owned()),
            role: Some(draft.role),
            groups: Some(draft.all_groups()),
        };
        audit::users::update(&audit, &principal, id, patch)
            .await
            .map_err(request::fail)?;
        Ok(("saved", id.to_owned()))
    }

    /// Gives a person another password.
    pub(super) async fn reset(id: &str, password: NewPassword) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        let password = password.read().map_err(request::invalid)?;
        audit::users::reset_password(&audit, &principal, id, password)
            .await
            .map_err(request::fail)
    }

    /// Lets a person sign in no more, or again.
    pub(super) async fn set_disabled(id: &str, disabled: bool) -> Result<(), PageError> {
        let (audit, principal) = request::caller()?;
        let changed = if disabled {
            audit::users::disable(&audit, &principal, id).await
        } else {
            audit::users::enable(&audit, &principal, id).await
        };
        changed.map(|_| ()).map_err(request::fail)
    }
}
