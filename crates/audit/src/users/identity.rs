//! People who sign in by single sign-on: known by who they are at the provider, never by a login
//! that happens to be the same.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use types::{Code, Role, User, UserInput, UserPatch};

use super::password::hash;
use super::{insert, present, update};
use crate::{Audit, Error, Principal};

/// What a provider, which was asked and proved, says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Issuer and subject: who it is, for ever.
    pub subject: String,
    /// The login that a new person gets.
    pub login: String,
    /// The name for people.
    pub name: String,
    /// The groups, where the provider tells them.
    pub groups: Option<Vec<String>>,
    /// The role, where groups give one.
    pub role: Option<Role>,
}

/// Signs in who a provider says it is. Somebody new is made a person; of one who is known, name,
/// groups and role become those that the provider tells. 409 `user_exists` where the login is that
/// of somebody else.
pub async fn sign_in_by_identity(audit: &Audit, identity: Identity) -> Result<User, Error> {
    let Some((row, groups)) = audit.store().user_by_subject(&identity.subject).await? else {
        return begin(audit, identity).await;
    };
    if row.disabled_at.is_some() {
        return Err(Error::forbidden("this account is disabled"));
    }
    let before = present(row, groups)?;
    let patch = UserPatch {
        name: Some(identity.name).filter(|name| !name.trim().is_empty()),
        role: identity.role,
        groups: identity.groups,
    };
    let role_stays = UserPatch {
        role: None,
        ..patch.clone()
    };
    match update(audit, &Principal::System, &before.id, patch).await {
        // Somebody has to administer, whatever the provider says.
        Err(error) if error.code() == Code::LastAdministrator => {
            update(audit, &Principal::System, &before.id, role_stays).await
        }
        other => other,
    }
}

async fn begin(audit: &Audit, identity: Identity) -> Result<User, Error> {
    // A password that nobody knows; an administrator may give another one.
    let mut bytes = [0; 32];
    (audit.0.ports.random)(&mut bytes);
    let input = UserInput {
        login: identity.login,
        name: identity.name,
        role: identity.role.unwrap_or(Role::User),
        groups: identity.groups.unwrap_or_default(),
        password: STANDARD.encode(bytes),
    }
    .check()
    .map_err(Error::Invalid)?;
    let hash = hash(audit, input.password.clone()).await?;
    let work = audit.store().begin().await?;
    let subject = Some(identity.subject);
    insert(audit, work, &Principal::System, input, hash, subject).await
}
