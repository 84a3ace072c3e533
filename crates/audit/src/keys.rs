//! Keys: what hosts sign their calls with.
//!
//! A key is `rvs_` and 32 random bytes in base64url. It is shown once; kept are its first
//! characters, to tell it from others, and its SHA-256, which is enough: nobody guesses 256 bits.

use std::sync::atomic::Ordering;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use types::{Code, Key, KeyInput, MintedKey, OperationKind, Scope, Timestamp};
use uuid::Uuid;

use crate::engine::catalog::HostEntry;
use crate::ledger::{self, Deed};
use crate::store::{api_key, from_json, to_json};
use crate::{Audit, Error, Principal};

const MARK: &str = "rvs_";
/// How many characters of a key are kept to tell it from others.
const PREFIX: usize = 12;
/// The time of last use is kept to the minute: a write for every call would cost more than it says.
const TOUCH: i64 = 60_000_000;

/// Who holds this key; 401 for one that is unknown, revoked or expired.
pub async fn authenticate(audit: &Audit, key: &str) -> Result<Principal, Error> {
    let unknown = || Error::refused(Code::Unauthorized, "the key is unknown, revoked or expired");
    if !key.starts_with(MARK) || key.len() > 128 {
        return Err(unknown());
    }
    let hash = Sha256::digest(key);
    let seen = audit.0.glance.key(audit.store(), &hash).await?;
    let seen = seen.ok_or_else(unknown)?;
    let row = &seen.key;
    let now = audit.now();
    let expired = row.expires_at.is_some_and(|end| end <= now.micros());
    if row.revoked_at.is_some() || expired {
        return Err(unknown());
    }
    let catalog = audit.current_at(seen.version).await?;
    let host = catalog.host(row.host_id);
    let host = host.filter(|host| host.ended_at.is_none());
    let host = host.map(|host| host.name.clone()).ok_or_else(unknown)?;
    let used = seen.used.load(Ordering::Relaxed);
    let due = used == 0 || now.micros() - used > TOUCH;
    // Of those who come at the same time one writes.
    if due && seen.used.swap(now.micros(), Ordering::Relaxed) == used {
        let (audit, number) = (audit.clone(), row.number);
        tokio::spawn(async move {
            if let Err(error) = audit.store().touch_key(number, now).await {
                tracing::debug!(error = %error, "the last use of a key was not kept");
            }
        });
    }
    Ok(Principal::Key {
        id: row.id.to_string(),
        host,
        scopes: from_json(&row.scopes)?,
    })
}

/// Makes a key of `host`.
pub async fn create(
    audit: &Audit,
    principal: &Principal,
    host: &str,
    input: KeyInput,
) -> Result<MintedKey, Error> {
    principal.administers()?;
    let host = named(audit, host).await?;
    if host.builtin && input.scopes.contains(&Scope::Record) {
        return Err(Error::refused(
            Code::BuiltinHost,
            "nobody records for the built-in host",
        ));
    }
    let mut secret = [0; 32];
    (audit.0.ports.random)(&mut secret);
    let key = format!("{MARK}{}", URL_SAFE_NO_PAD.encode(secret));
    let minted = MintedKey {
        id: audit.0.ports.id().to_string(),
        prefix: key.chars().take(PREFIX).collect(),
        key,
        name: input.name,
        scopes: input.scopes,
        created_at: audit.now(),
        expires_at: input.expires_at,
    };
    let work = audit.store().begin().await?;
    let row = api_key::Model {
        number: 0,
        id: uuid(&minted.id)?,
        host_id: host.id,
        name: minted.name.clone(),
        prefix: minted.prefix.clone(),
        hash: Sha256::digest(&minted.key).to_vec(),
        scopes: to_json(&minted.scopes)?,
        created_at: minted.created_at.micros(),
        last_used_at: None,
        expires_at: minted.expires_at.map(Timestamp::micros),
        revoked_at: None,
    };
    work.insert_key(row).await?;
    let mut new = ledger::values(&minted, &["key"]);
    if let Some(new) = &mut new {
        new["host"] = host.name.clone().into();
    }
    let deed = Deed {
        operation: OperationKind::Create,
        model: "revisor.key",
        record_id: &minted.id,
        record_name: &minted.name,
        old: None,
        new,
    };
    ledger::record(audit, &work, principal, deed).await?;
    work.commit().await?;
    Ok(minted)
}

/// The keys of `host`, oldest first.
pub async fn list(audit: &Audit, principal: &Principal, host: &str) -> Result<Vec<Key>, Error> {
    if !principal.reads_all() {
        principal.administers()?;
    }
    let host = named(audit, host).await?;
    audit
        .store()
        .keys_of(host.id)
        .await?
        .into_iter()
        .map(present)
        .collect()
}

/// Revokes a key at once.
pub async fn revoke(
    audit: &Audit,
    principal: &Principal,
    host: &str,
    id: &str,
) -> Result<(), Error> {
    principal.administers()?;
    let host = named(audit, host).await?;
    let id = uuid(id)?;
    let work = audit.store().begin().await?;
    // Servers that know the key look again when the version is another.
    work.bump().await?;
    let now = audit.now();
    let key = work
        .revoke_key(host.id, id, now)
        .await?
        .ok_or_else(Error::not_found)?;
    if key.revoked_at.is_none() {
        let deed = Deed {
            operation: OperationKind::Write,
            model: "revisor.key",
            record_id: &key.id.to_string(),
            record_name: &key.name,
            old: Some(serde_json::json!({"revoked_at": null})),
            new: Some(serde_json::json!({"revoked_at": now})),
        };
        ledger::record(audit, &work, principal, deed).await?;
    }
    Ok(work.commit().await?)
}

async fn named(audit: &Audit, host: &str) -> Result<HostEntry, Error> {
    let catalog = audit.current().await?;
    let found = catalog
        .host_named(host)
        .filter(|host| host.ended_at.is_none());
    found.cloned().ok_or_else(Error::not_found)
}

fn uuid(id: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(id).map_err(|_| Error::not_found())
}

fn present(row: api_key::Model) -> Result<Key, Error> {
    Ok(Key {
        id: row.id.to_string(),
        name: row.name,
        prefix: row.prefix,
        scopes: from_json(&row.scopes)?,
        created_at: Timestamp::from_micros(row.created_at),
        last_used_at: row.last_used_at.map(Timestamp::from_micros),
        expires_at: row.expires_at.map(Timestamp::from_micros),
        revoked_at: row.revoked_at.map(Timestamp::from_micros),
    })
}
