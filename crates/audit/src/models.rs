//! Models: the kinds of records.
use crate::{Audit, Error, Principal};
use types::{Model, ModelInput, ViewersInput};

/// Declares a model of the key's own host; true when it was not known before.
pub async fn declare(audit: &Audit, principal: &Principal, model: &str, input: ModelInput) -> Result<(Model, bool), Error> { unimplemented!() }
/// The models the principal may see, by host and name.
pub async fn list(audit: &Audit, principal: &Principal, host: Option<&str>) -> Result<Vec<Model>, Error> { unimplemented!() }
/// One model; `host` is needed only where several hosts have one of this name.
pub async fn get(audit: &Audit, principal: &Principal, host: Option<&str>, model: &str) -> Result<Model, Error> { unimplemented!() }
/// Says which groups may read the logs of a model. Administrators only.
pub async fn set_viewers(audit: &Audit, principal: &Principal, host: Option<&str>, model: &str, input: ViewersInput) -> Result<Model, Error> { unimplemented!() }
