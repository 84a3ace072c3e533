//! Rules: which operations are followed.
use crate::{Audit, Error, Principal};
use types::{Page, Rule, RuleInput, RulePatch, RuleQuery};

/// Makes a rule. 409 `rule_exists`.
pub async fn create(audit: &Audit, principal: &Principal, input: RuleInput) -> Result<Rule, Error> { unimplemented!() }
/// The rules: all of them for administrators and auditors, its own host's active ones for a key without `admin`.
pub async fn list(audit: &Audit, principal: &Principal, query: &RuleQuery) -> Result<Page<Rule>, Error> { unimplemented!() }
/// One rule.
pub async fn get(audit: &Audit, principal: &Principal, id: &str) -> Result<Rule, Error> { unimplemented!() }
/// Changes members of a rule.
pub async fn update(audit: &Audit, principal: &Principal, id: &str, patch: RulePatch) -> Result<Rule, Error> { unimplemented!() }
/// Deletes a rule; its logs stay.
pub async fn delete(audit: &Audit, principal: &Principal, id: &str) -> Result<(), Error> { unimplemented!() }
