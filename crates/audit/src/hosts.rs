//! Hosts: the applications whose users' operations are audited.
use crate::{Audit, Error, Principal};
use types::{Host, HostInput};

/// Creates a host. 409 `host_exists`.
pub async fn create(audit: &Audit, principal: &Principal, input: HostInput) -> Result<Host, Error> { unimplemented!() }
/// The hosts, by name; ended ones only when asked for. A key without `admin` sees its own host only.
pub async fn list(audit: &Audit, principal: &Principal, ended: bool) -> Result<Vec<Host>, Error> { unimplemented!() }
/// Uninstalls a host: its keys and rules end, its logs stay.
pub async fn end(audit: &Audit, principal: &Principal, host: &str) -> Result<(), Error> { unimplemented!() }
/// The host of this name, created if it is missing.
pub async fn ensure(audit: &Audit, principal: &Principal, input: HostInput) -> Result<Host, Error> { unimplemented!() }
