//! Audit rules: which operations, on which model, by which groups of users, are followed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Code, Faults, Object, OperationKind, Timestamp,
    operation::{LOGIN, NAME},
};

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the contract names five switches"
)]
pub struct Rule {
    /// Opaque.
    pub id: String,
    /// 1 to 64 characters.
    pub name: String,
    /// The host it is for.
    pub host: String,
    /// The kind of record it is for.
    pub model: String,
    /// Whether creations are followed.
    pub log_create: bool,
    /// Whether modifications are followed.
    pub log_write: bool,
    /// Whether deletions are followed.
    pub log_unlink: bool,
    /// Users of any of these groups are followed; everyone where empty.
    pub groups: Vec<String>,
    /// The logins that are not followed.
    pub excluded_users: Vec<String>,
    /// The fields that are left out, unless another matching rule keeps them.
    pub ignored_fields: Vec<String>,
    /// Whether an operation must give its reason.
    pub require_reason: bool,
    /// Whether it is in force.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Rule {
    /// Whether operations of `kind` are ticked.
    pub const fn follows(&self, kind: OperationKind) -> bool {
        match kind {
            OperationKind::Create => self.log_create,
            OperationKind::Write => self.log_write,
            OperationKind::Unlink => self.log_unlink,
        }
    }
}

/// A rule to be made, or the whole of a changed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the contract names five switches"
)]
pub struct RuleInput {
    /// 1 to 64 characters.
    pub name: String,
    /// The host it is for.
    pub host: String,
    /// The kind of record it is for.
    pub model: String,
    /// Default false.
    #[serde(default)]
    pub log_create: bool,
    /// Default true.
    #[serde(default = "yes")]
    pub log_write: bool,
    /// Default true.
    #[serde(default = "yes")]
    pub log_unlink: bool,
    /// Default everyone.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Default nobody.
    #[serde(default)]
    pub excluded_users: Vec<String>,
    /// Default none.
    #[serde(default)]
    pub ignored_fields: Vec<String>,
    /// Default false.
    #[serde(default)]
    pub require_reason: bool,
    /// Default true.
    #[serde(default = "yes")]
    pub active: bool,
}

const fn yes() -> bool {
    true
}

/// The members of a rule to change; what is not there stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RulePatch {
    /// 1 to 64 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The host it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The kind of record it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether creations are followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_create: Option<bool>,
    /// Whether modifications are followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_write: Option<bool>,
    /// Whether deletions are followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_unlink: Option<bool>,
    /// The groups followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// The logins not followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded_users: Option<Vec<String>>,
    /// The fields left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored_fields: Option<Vec<String>>,
    /// Whether an operation must give its reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_reason: Option<bool>,
    /// Whether it is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// Longest name of a rule, in characters.
const RULE_NAME: usize = 64;
/// Most groups, users or fields of a rule.
const MOST: usize = 1_000;

impl RulePatch {
    /// Reads and checks the body of a PATCH.
    pub fn read(body: Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let patch = Self::read_from(body, &mut faults);
        faults.finish(patch)
    }

    fn read_from(body: Value, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(body, "", faults)?;
        let patch = Self {
            name: object.text("name", RULE_NAME, faults),
            host: object.text("host", 63, faults),
            model: object.text("model", NAME, faults),
            log_create: object.boolean("log_create", faults),
            log_write: object.boolean("log_write", faults),
            log_unlink: object.boolean("log_unlink", faults),
            groups: object.texts("groups", NAME, MOST, faults),
            excluded_users: object.texts("excluded_users", LOGIN, MOST, faults),
            ignored_fields: object.texts("ignored_fields", NAME, MOST, faults),
            require_reason: object.boolean("require_reason", faults),
            active: object.boolean("active", faults),
        };
        object.finish(faults);
        Some(patch)
    }

    /// The whole of `rule` with these members changed. A rule must still follow an operation.
    pub fn apply(self, rule: &Rule) -> Result<RuleInput, Faults> {
        RuleInput {
            name: self.name.unwrap_or_else(|| rule.name.clone()),
            host: self.host.unwrap_or_else(|| rule.host.clone()),
            model: self.model.unwrap_or_else(|| rule.model.clone()),
            log_create: self.log_create.unwrap_or(rule.log_create),
            log_write: self.log_write.unwrap_or(rule.log_write),
            log_unlink: self.log_unlink.unwrap_or(rule.log_unlink),
            groups: self.groups.unwrap_or_else(|| rule.groups.clone()),
            excluded_users: self
                .excluded_users
                .unwrap_or_else(|| rule.excluded_users.clone()),
            ignored_fields: self
                .ignored_fields
                .unwrap_or_else(|| rule.ignored_fields.clone()),
            require_reason: self.require_reason.unwrap_or(rule.require_reason),
            active: self.active.unwrap_or(rule.active),
        }
        .check()
    }
}

impl RuleInput {
    /// Reads and checks the body of a POST.
    pub fn read(body: Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let present = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
        let missing: Vec<_> = ["name", "host", "model"]
            .into_iter()
            .filter(|name| !present(name))
            .collect();
        let is_object = body.is_object();
        let patch = RulePatch::read_from(body, &mut faults);
        if is_object {
            for name in missing {
                faults.push(
                    format!("/{name}"),
                    Code::Missing,
                    format!("`{name}` is required"),
                );
            }
        }
        let input = patch.map(|patch| Self {
            name: patch.name.unwrap_or_default(),
            host: patch.host.unwrap_or_default(),
            model: patch.model.unwrap_or_default(),
            log_create: patch.log_create.unwrap_or(false),
            log_write: patch.log_write.unwrap_or(true),
            log_unlink: patch.log_unlink.unwrap_or(true),
            groups: patch.groups.unwrap_or_default(),
            excluded_users: patch.excluded_users.unwrap_or_default(),
            ignored_fields: patch.ignored_fields.unwrap_or_default(),
            require_reason: patch.require_reason.unwrap_or(false),
            active: patch.active.unwrap_or(true),
        });
        if let Some(input) = &input {
            input.check_operations(&mut faults);
        }
        faults.finish(input)
    }

    /// Checks a rule that was not read from JSON (a form): lengths, and that it follows something.
    pub fn check(self) -> Result<Self, Faults> {
        Self::read(serde_json::to_value(&self).unwrap_or_default())
    }

    fn check_operations(&self, faults: &mut Faults) {
        if !(self.log_create || self.log_write || self.log_unlink) {
            let detail = "tick at least one of log_create, log_write, log_unlink";
            faults.push("", Code::NoOperation, detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn defaults_are_write_and_unlink_for_everyone() {
        let rule =
            RuleInput::read(json!({"name": "n", "host": "crm", "model": "crm.lead"})).unwrap();
        assert!(!rule.log_create && rule.log_write && rule.log_unlink && rule.active);
        assert!(rule.groups.is_empty() && !rule.require_reason);
    }

    #[test]
    fn a_rule_that_follows_nothing_is_refused_with_its_other_faults() {
        let faults = RuleInput::read(json!({
            "name": "x".repeat(65), "model": "crm.lead", "log_write": false, "log_unlink": false,
            "colour": "red"
        }))
        .unwrap_err()
        .into_vec();
        let found: Vec<_> = faults
            .iter()
            .map(|f| (f.pointer.as_str(), f.code))
            .collect();
        assert_eq!(
            found,
            [
                ("/name", Code::TooLong),
                ("/colour", Code::UnknownField),
                ("/host", Code::Missing),
                ("", Code::NoOperation)
            ]
        );
    }
}
