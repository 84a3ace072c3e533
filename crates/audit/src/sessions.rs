//! Sessions of people: opaque data under an id, with an end.
use crate::{Audit, Error};
use types::Timestamp;

/// Keeps `data` under `id` until `expires_at`; what was there is replaced.
pub async fn save(audit: &Audit, id: &str, data: &[u8], expires_at: Timestamp) -> Result<(), Error> { unimplemented!() }
/// The data under `id`, unless it has ended.
pub async fn load(audit: &Audit, id: &str) -> Result<Option<Vec<u8>>, Error> { unimplemented!() }
/// Ends a session.
pub async fn delete(audit: &Audit, id: &str) -> Result<(), Error> { unimplemented!() }
/// Forgets the sessions that have ended.
pub async fn delete_expired(audit: &Audit) -> Result<(), Error> { unimplemented!() }
