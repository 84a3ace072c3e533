//! The people who sign in here.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use serde_json::json;
use types::{Code, OperationKind, Role, Timestamp, User, UserInput};
use uuid::Uuid;

use crate::ledger::{self, Deed};
use crate::store::{Work, user};
use crate::{Audit, Error, Principal};

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
    insert(audit, work, &Principal::System, input, hash).await
}

/// Creates a person. Administrators only. 409 `user_exists`.
pub async fn create(audit: &Audit, principal: &Principal, input: UserInput) -> Result<User, Error> {
    principal.administers()?;
    let input = input.check().map_err(Error::Invalid)?;
    let hash = hash(audit, input.password.clone()).await?;
    let work = audit.store().begin().await?;
    insert(audit, work, principal, input, hash).await
}

async fn insert(
    audit: &Audit,
    work: Work,
    principal: &Principal,
    input: UserInput,
    password_hash: String,
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

/// Checks a password; `wrong_credentials` tells nothing about which part was wrong, and takes as
/// long.
pub async fn sign_in(audit: &Audit, login: &str, password: &str) -> Result<User, Error> {
    let found = audit.store().user_by_login(login).await?;
    let hash = match &found {
        Some((row, _)) => row.password_hash.clone(),
        None => stand_in(audit).await?,
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

/// The principal of a user who is signed in; none when disabled or gone.
pub async fn principal(audit: &Audit, id: &str) -> Result<Option<Principal>, Error> {
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
    let user = present(row, groups)?;
    Ok(Some(Principal::User {
        id: user.id,
        login: user.login,
        name: user.name,
        role: user.role,
        groups: user.groups,
    }))
}

/// The hash that is checked when nobody has the login, so that it takes as long.
async fn stand_in(audit: &Audit) -> Result<String, Error> {
    static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    HASH.get_or_try_init(|| hash(audit, "nobody has this password".to_owned()))
        .await
        .cloned()
}

/// Argon2id with the crate's defaults (19 MiB, 2 passes), off the threads that serve requests.
async fn hash(audit: &Audit, password: String) -> Result<String, Error> {
    let mut salt = [0; 16];
    (audit.0.ports.random)(&mut salt);
    blocking(move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| Error::Broken(format!("the password could not be hashed: {error}")))
    })
    .await?
}

async fn verify(hash: String, password: String) -> Result<bool, Error> {
    blocking(move || {
        let parsed = PasswordHash::new(&hash)
            .map_err(|error| Error::Broken(format!("a stored password hash is broken: {error}")))?;
        Ok(Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok())
    })
    .await?
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Broken(format!("a task ended early: {error}")))
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
