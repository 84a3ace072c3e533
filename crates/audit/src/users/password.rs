//! Passwords: kept as Argon2id hashes, changed by their owner or reset by an administrator.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use serde_json::json;
use types::{Code, Faults, check_password};

use super::change::{Found, record};
use crate::sessions::Current;
use crate::{Audit, Error, Principal};

/// Letters and digits that nobody mistakes for another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password to offer, of a hundred random bits: twenty letters and digits in fours.
pub fn suggest_password(audit: &Audit) -> String {
    let mut random = [0; 20];
    (audit.0.ports.random)(&mut random);
    let mut password = String::with_capacity(24);
    for (n, byte) in random.into_iter().enumerate() {
        if n > 0 && n % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    password
}

/// Gives a person another password and ends their sessions. Administrators only.
pub async fn reset_password(
    audit: &Audit,
    principal: &Principal,
    id: &str,
    password: String,
) -> Result<(), Error> {
    principal.administers()?;
    check("/password", &password)?;
    let hash = hash(audit, password).await?;
    set(audit, principal, id, hash, None).await
}

/// Changes one's own password, which needs the old one; a wrong one is a fault at `/old_password`.
/// Every other session of the person ends; `current` is renewed by its keeper.
pub async fn change_password(
    audit: &Audit,
    principal: &Principal,
    current: &Current,
    old_password: String,
    password: String,
) -> Result<(), Error> {
    let Principal::User { id, .. } = principal else {
        return Err(Error::forbidden("only people have passwords"));
    };
    check("/password", &password)?;
    let found = audit.store().user_by_id(super::uuid(id)?).await?;
    let (row, _) = found.ok_or_else(Error::not_found)?;
    // Whoever took a session over shall not guess the password by it.
    let attempt = audit.0.attempts.within(audit.now(), id)?;
    if !verify(row.password_hash.clone(), old_password).await? {
        let detail = "the old password is wrong";
        return Err(Error::fault(
            "/old_password",
            Code::WrongCredentials,
            detail,
        ));
    }
    audit.0.attempts.forgive(&attempt);
    let hash = hash(audit, password).await?;
    let own = Own {
        current,
        before: row.password_hash,
    };
    set(audit, principal, id, hash, Some(own)).await?;
    current.renew();
    Ok(())
}

/// A person's own change: their session, and the hash that was proved.
struct Own<'a> {
    current: &'a Current,
    before: String,
}

async fn set(
    audit: &Audit,
    principal: &Principal,
    id: &str,
    hash: String,
    own: Option<Own<'_>>,
) -> Result<(), Error> {
    let work = audit.store().begin().await?;
    let mut found = Found::lock(&work, id).await?;
    // Somebody may have changed it, or disabled the person, since it was proved.
    if let Some(own) = &own
        && (own.before != found.row.password_hash || found.row.disabled_at.is_some())
    {
        return Err(Error::forbidden("the password was changed meanwhile"));
    }
    let before = std::mem::replace(&mut found.row.password_hash, hash);
    work.update_user(found.row.clone()).await?;
    let kept = own.as_ref().and_then(|own| own.current.digest());
    work.end_sessions(found.row.id, kept).await?;
    record(
        audit,
        &work,
        principal,
        &found.row,
        json!({"password": before}),
        json!({"password": found.row.password_hash}),
    )
    .await?;
    Ok(work.commit().await?)
}

fn check(pointer: &str, password: &str) -> Result<(), Error> {
    let mut faults = Faults::default();
    check_password(pointer, password, &mut faults);
    faults.finish(Some(())).map_err(Error::Invalid)
}

/// The hash that is checked when nobody has the login, so that it takes as long.
pub(super) async fn stand_in(audit: &Audit) -> Result<String, Error> {
    static HASH: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    HASH.get_or_try_init(|| hash(audit, "nobody has this password".to_owned()))
        .await
        .cloned()
}

/// Argon2id with the crate's defaults (19 MiB, 2 passes), off the threads that serve requests.
pub(super) async fn hash(audit: &Audit, password: String) -> Result<String, Error> {
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

/// Whether a password is the one of a hash.
pub(super) async fn verify(hash: String, password: String) -> Result<bool, Error> {
    blocking(move || {
        let parsed = PasswordHash::new(&hash)
            .map_err(|error| Error::Broken(format!("a stored password hash is broken: {error}")))?;
        Ok(Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok())
    })
    .await?
}

/// How many passwords are hashed at once: each takes 19 MiB and a processor.
static HASHING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(4);

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let _turn = HASHING
        .acquire()
        .await
        .map_err(|error| Error::Broken(error.to_string()))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Broken(format!("a task ended early: {error}")))
}
