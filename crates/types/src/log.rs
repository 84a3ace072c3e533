//! Logs: recorded operations, immutable.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Context, FieldType, OperationKind, Timestamp, Values};

/// Who did it, as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogUser {
    /// The login.
    pub login: String,
    /// The name, where the host gave one.
    pub name: Option<String>,
    /// For whom it was done, where somebody acted for another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

/// One field's old and new value.
///
/// A sensitive value is `{"masked": true}`, a binary one `{"binary": {"size": …, "sha256": "…"}}`, a
/// personal one that was erased `{"erased": true, "at": "…"}`, one that cannot be read
/// `{"sealed": true}`.
/// `old` is absent where it was not known; it is `null` where there was nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// The technical name of the field.
    pub field: String,
    /// Its label, as it was then.
    pub label: String,
    /// Its type, as it was then.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The value before.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub old: Option<Value>,
    /// The value after; `null` in an unlink.
    pub new: Value,
    /// What the old value was called, for selections and relations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_label: Option<String>,
    /// What the new value was called, for selections and relations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_label: Option<String>,
}

/// Keeps `null` apart from absent.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A field that something changed outside the audit trail, told by the next operation's `old`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnrecordedChange {
    /// The technical name of the field.
    pub field: String,
    /// What the trail knew.
    pub last_known: Value,
    /// What the host found instead.
    pub found: Value,
    /// What the value known was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_known_label: Option<String>,
    /// What the value found was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_label: Option<String>,
}

/// One recorded operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Log {
    /// Opaque.
    pub id: String,
    /// The place in the whole log: 1, 2, 3 … without a gap, in the order of commits.
    pub seq: i64,
    /// The host it came from.
    pub host: String,
    /// The kind of record.
    pub model: String,
    /// Its label, as it was then.
    pub model_label: String,
    /// Which record.
    pub record_id: String,
    /// The record's name, as it was then.
    pub record_name: Option<String>,
    /// The record's n-th log: 1, 2, 3 … without a gap.
    pub revision: i64,
    /// What was done.
    pub operation: OperationKind,
    /// Who did it.
    pub user: LogUser,
    /// When the host says it was done.
    pub occurred_at: Timestamp,
    /// When it was recorded; strictly rising with `seq`.
    pub recorded_at: Timestamp,
    /// The rules that asked for it; none where it is always followed.
    pub rule_ids: Vec<String>,
    /// The fields whose value really changed.
    pub changes: Vec<Change>,
    /// What changed outside the audit trail before this operation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unrecorded_changes: Vec<UnrecordedChange>,
    /// Values that the operation told without changing them, and that were not known before.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub observed: Values,
    /// Where it came from and why.
    pub context: Context,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_old_value_of_null_is_not_an_unknown_one() {
        let known = json!({"field": "a", "label": "A", "type": "char", "old": null, "new": 1});
        let unknown = json!({"field": "a", "label": "A", "type": "char", "new": 1});
        for (wire, old) in [(known, Some(Value::Null)), (unknown, None)] {
            let change: Change = serde_json::from_value(wire.clone()).unwrap();
            assert_eq!(change.old, old);
            assert_eq!(serde_json::to_value(&change).unwrap(), wire);
        }
    }
}
