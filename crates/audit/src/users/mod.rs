//! The people who sign in here.
//!
//! Nobody is deleted: what a person did names them. One who left is disabled.

mod attempts;
mod change;
mod identity;
mod password;

use std::collections::BTreeSet;

use serde_json::json;
use sha2::{Digest, Sha256};
use types::{Code, OperationKind, Preferences, Role, Timestamp, User, UserInput};
use uuid::Uuid;

use crate::ledger::{self, Deed};
use crate::store::{Work, user};
use crate::{Audit, Error, Principal, preferences};

pub(crate) use attempts::Attempts;
pub use attempts::Origin;
pub use change::{disable, enable, update};
pub use identity::{Identity, sign_in_by_identity};
pub use password::{change_password, reset_password, suggest_password};
use password::{hash, stand_in, verify};

/// Whether nobody can sign in yet.
pub async fn none_yet(audit: &Audit) -> Result<bool, Error> {
    Ok(!audit.store().has_users().await?)
}

/// Creates the first administrator, whatever role `input` says; 409 `already_set_up` when
/// somebody exists.
pub async fn set_up(audit: &Audit, input: UserInput) -> Result<User, Error> {
    let input = UserInput {
        role: Role::Administrator,
        ..input
    }
    .check()
    .map_err(Error::Invalid)?;
    let hash = hash(audit, input.password.clone()).await?;
    let work = audit.store().begin().await?;
    if work.has_users().await? {
        return Err(Error::refused(
            Code::AlreadySetUp,
            "somebody can sign in already",
        ));
    }
    insert(audit, work, &Principal::System, input, hash, None).await
}

/// Creates a person. Administrators only. 409 `user_exists`.
pub async fn create(audit: &Audit, principal: &Principal, input: UserInput) -> Result<User, Error> {
    principal.administers()?;
    let input = input.check().map_err(Error::Invalid)?;
    let hash = hash(audit, input.password.clone()).await?;
    let work = audit.store().begin().await?;
    insert(audit, work, principal, input, hash, None).await
}

async fn insert(
    audit: &Audit,
    work: Work,
    principal: &Principal,
    input: UserInput,
    password_hash: String,
    subject: Option<String>,
) -> Result<User, Error> {
    let row = user::Model {
        number: 0,
        id: audit.0.ports.id(),
        login: input.login,
        name: input.name,
        role: input.role.as_str().to_owned(),
        password_hash,
        created_at: audit.now().micros(),
        disabled_at: None,
        preferences: None,
        subject,
    };
    let row = work
        .insert_user(row, &input.groups)
        .await
        .map_err(|error| {
            if error.is_duplicate() {
                Error::refused(Code::UserExists, "a user of this login exists already")
            } else {
                error.into()
            }
        })?;
    let mut new = json!({
        "login": row.login, "name": row.name, "role": row.role, "groups": input.groups,
    });
    new["password"] = row.password_hash.clone().into();
    let deed = Deed {
        operation: OperationKind::Create,
        model: "revisor.user",
        record_id: &row.id.to_string(),
        record_name: &row.name,
        old: None,
        new: Some(new),
    };
    ledger::record(audit, &work, principal, deed).await?;
    work.commit().await?;
    present(row, input.groups)
}

/// The people, by login. Administrators and auditors only.
pub async fn list(audit: &Audit, principal: &Principal) -> Result<Vec<User>, Error> {
    if !principal.reads_all() {
        principal.administers()?;
    }
    let people = audit.store().users().await?;
    people
        .into_iter()
        .map(|(row, groups)| present(row, groups))
        .collect()
}

/// As [`sign_in`], for somebody from outside: whoever fails too often has to wait, by their
/// address and for the account. A browser that signed in before has a count of its own, so that
/// nobody else's failures keep the owner of an account out.
pub async fn sign_in_from(
    audit: &Audit,
    origin: &Origin,
    login: &str,
    password: &str,
) -> Result<User, Error> {
    // Few at once: people who are right do not count against each other, and many guesses sent
    // together see what became of those before them.
    let _turn = audit.0.attempts.turn().await?;
    let attempt = audit.0.attempts.begin(audit.now(), origin, login)?;
    let user = sign_in(audit, login, password).await?;
    audit.0.attempts.forgive(&attempt);
    Ok(user)
}

/// What a browser shows at the next sign-in, to be known as one that signed in as `login` before.
pub fn device(audit: &Audit, login: &str) -> String {
    let mut nonce = [0; 16];
    (audit.0.ports.random)(&mut nonce);
    audit.0.attempts.device(login, nonce)
}

/// Checks a password; `wrong_credentials` tells nothing about which part was wrong, and takes as
/// long.
pub async fn sign_in(audit: &Audit, login: &str, password: &str) -> Result<User, Error> {
    let stand_in = stand_in(audit).await?;
    let found = audit.store().user_by_login(login).await?;
    let hash = match &found {
        Some((row, _)) => row.password_hash.clone(),
        None => stand_in,
    };
    let right = verify(hash, password.to_owned()).await?;
    match found {
        Some((row, groups)) if right && row.disabled_at.is_none() => present(row, groups),
        _ => Err(Error::refused(
            Code::WrongCredentials,
            "login or password is wrong",
        )),
    }
}

/// A person who is signed in, with what every page needs of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who it is, for the use cases.
    pub principal: Principal,
    /// How they want the pages to be.
    pub preferences: Preferences,
    /// Changes with the password: a session that holds another is one of before.
    pub stamp: [u8; 32],
}

/// A user who is signed in; none when disabled or gone.
pub async fn signed_in(audit: &Audit, id: &str) -> Result<Option<SignedIn>, Error> {
    let Ok(id) = Uuid::parse_str(id) else {
        return Ok(None);
    };
    let found = audit
        .store()
        .user_by_id(id)
        .await?
        .filter(|(row, _)| row.disabled_at.is_none());
    let Some((row, groups)) = found else {
        return Ok(None);
    };
    let preferences = preferences::of(&row)?;
    let stamp = Sha256::digest(row.password_hash.as_bytes()).into();
    let user = present(row, groups)?;
    Ok(Some(SignedIn {
        principal: Principal::User {
            id: user.id,
            login: user.login,
            name: user.name,
            role: user.role,
            groups: user.groups,
        },
        preferences,
        stamp,
    }))
}

/// One person. Administrators and auditors see everyone, others themselves.
pub async fn get(audit: &Audit, principal: &Principal, id: &str) -> Result<User, Error> {
    let own = matches!(principal, Principal::User { id: own, .. } if own == id);
    if !own && !principal.reads_all() {
        principal.administers()?;
    }
    let found = audit.store().user_by_id(uuid(id)?).await?;
    let (row, groups) = found.ok_or_else(Error::not_found)?;
    present(row, groups)
}

/// Every group that is named somewhere: of people, of models' viewers, of fields, of rules; by
/// name. Administrators and auditors only.
pub async fn groups(audit: &Audit, principal: &Principal) -> Result<Vec<String>, Error> {
    if !principal.reads_all() {
        principal.administers()?;
    }
    let mut groups: BTreeSet<String> = audit.store().groups().await?.into_iter().collect();
    for entry in audit.current().await?.models() {
        groups.extend(entry.model.viewers.iter().cloned());
        let of_fields = entry.model.fields.iter().flat_map(|field| &field.groups);
        groups.extend(of_fields.cloned());
    }
    Ok(groups.into_iter().collect())
}

fn uuid(id: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(id).map_err(|_| Error::not_found())
}

fn present(row: user::Model, groups: Vec<String>) -> Result<User, Error> {
    let role = Role::parse(&row.role)
        .ok_or_else(|| Error::Broken(format!("the role {} is not known", row.role)))?;
    Ok(User {
        id: row.id.to_string(),
        login: row.login,
        name: row.name,
        role,
        groups,
        created_at: Timestamp::from_micros(row.created_at),
        disabled_at: row.disabled_at.map(Timestamp::from_micros),
    })
}
