//! Sessions of people: opaque data under an id, with an end.

use types::Timestamp;

use crate::{Audit, Error};

/// Keeps `data` under `id` until `expires_at`; what was there is replaced.
pub async fn save(
    audit: &Audit,
    id: &str,
    data: &[u8],
    expires_at: Timestamp,
) -> Result<(), Error> {
    Ok(audit.store().save_session(id, data, expires_at).await?)
}

/// The data under `id`, unless it has ended.
pub async fn load(audit: &Audit, id: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(audit.store().load_session(id, audit.now()).await?)
}

/// Ends a session.
pub async fn delete(audit: &Audit, id: &str) -> Result<(), Error> {
    Ok(audit.store().delete_session(id).await?)
}

/// Forgets the sessions that have ended.
pub async fn delete_expired(audit: &Audit) -> Result<(), Error> {
    Ok(audit.store().delete_expired_sessions(audit.now()).await?)
}
