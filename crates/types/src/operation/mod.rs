//! What a host reports: operations, and what became of each.

mod outcome;
mod read;

pub use outcome::{Outcome, Results};
pub(crate) use read::{LOGIN, NAME};

use crate::{Timestamp, Values};
use serde::{Deserialize, Serialize};

/// How many operations one JSON batch holds at most.
pub const MAX_OPERATIONS: usize = 1_000;

/// What was done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The record came into being.
    Create,
    /// Fields of the record were modified.
    Write,
    /// The record was deleted.
    Unlink,
}

impl OperationKind {
    /// All three, in the order of a record's life.
    pub const ALL: [Self; 3] = [Self::Create, Self::Write, Self::Unlink];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Write => "write",
            Self::Unlink => "unlink",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl std::fmt::Display for OperationKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The user of the host who did it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The login, which names the user in rules and filters.
    pub login: String,
    /// The name, kept as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The groups the user is in, which rules ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// The login of the user for whom this was done, where somebody acts for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// Where an operation came from and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// The network address of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// The user's program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The host's request, which several operations may share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The host's database transaction, which several operations may share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Why it was done, in the user's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The W3C trace context of the host's request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Context {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One operation by a user on a record, as a host reports it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The idempotency key, unique per host, at most 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What was done.
    pub operation: OperationKind,
    /// The kind of record.
    pub model: String,
    /// Which record.
    pub record_id: String,
    /// The record's name, kept as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_name: Option<String>,
    /// Who did it.
    pub user: Actor,
    /// When it was done; by default when it is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Timestamp>,
    /// The values before, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub old: Option<Values>,
    /// The values after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub new: Option<Values>,
    /// Where it came from and why.
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
}

/// A label for something that has only a technical name: `crm.lead` gives "Crm lead",
/// `partner_id` gives "Partner".
pub fn label_from_name(name: &str) -> String {
    let stem = name
        .strip_suffix("_ids")
        .or_else(|| name.strip_suffix("_id"))
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name);
    let spaced: String = stem
        .chars()
        .map(|c| if matches!(c, '_' | '.' | '-') { ' ' } else { c })
        .collect();
    let spaced = spaced.trim();
    if spaced.is_empty() {
        return name.to_owned();
    }
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_made_from_names() {
        assert_eq!(label_from_name("crm.lead"), "Crm lead");
        assert_eq!(label_from_name("partner_id"), "Partner");
        assert_eq!(label_from_name("tag_ids"), "Tag");
        assert_eq!(label_from_name("_id"), "Id");
        assert_eq!(label_from_name("été"), "Été");
    }
}
