//! Keys: what hosts sign their calls with.
use crate::{Audit, Error, Principal};
use types::{Key, KeyInput, MintedKey};

/// Who holds this key; 401 for one that is unknown, revoked or expired.
pub async fn authenticate(audit: &Audit, key: &str) -> Result<Principal, Error> { unimplemented!() }
/// Makes a key of `host`.
pub async fn create(audit: &Audit, principal: &Principal, host: &str, input: KeyInput) -> Result<MintedKey, Error> { unimplemented!() }
/// The keys of `host`, oldest first.
pub async fn list(audit: &Audit, principal: &Principal, host: &str) -> Result<Vec<Key>, Error> { unimplemented!() }
/// Revokes a key at once.
pub async fn revoke(audit: &Audit, principal: &Principal, host: &str, id: &str) -> Result<(), Error> { unimplemented!() }
