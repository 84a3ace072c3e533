//! Logs, as the principal may see them.
use crate::{Audit, Error, Principal};
use types::{Log, LogQuery, Page};

/// A page of logs.
pub async fn list(audit: &Audit, principal: &Principal, query: &LogQuery) -> Result<Page<Log>, Error> { unimplemented!() }
/// One log.
pub async fn get(audit: &Audit, principal: &Principal, id: &str) -> Result<Log, Error> { unimplemented!() }
/// The logs before and after one, of those the principal may see: (older, newer) ids.
pub async fn neighbours(audit: &Audit, principal: &Principal, id: &str) -> Result<(Option<String>, Option<String>), Error> { unimplemented!() }
