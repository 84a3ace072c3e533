//! Records as the audit trail knows them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{FieldType, Timestamp, Values};

/// A record, as last known or as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Record {
    /// The host it belongs to.
    pub host: String,
    /// The kind of record.
    pub model: String,
    /// Which record.
    pub record_id: String,
    /// Its name then.
    pub record_name: Option<String>,
    /// The revision that it is at.
    pub revision: i64,
    /// Whether that revision deleted it; its values are then the last ones known.
    pub deleted: bool,
    /// When that revision was recorded.
    pub recorded_at: Timestamp,
    /// The value of each field that is known.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub values: Values,
    /// What values of selections and relations were called.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// A field's value on a page, with what it is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordValue {
    /// The value.
    pub value: Value,
    /// What it is called.
    pub label: Option<String>,
}

/// A field that differs between two revisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldDifference {
    /// The technical name.
    pub field: String,
    /// Its label.
    pub label: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The value at the first revision; absent where not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub from: Option<Value>,
    /// The value at the second revision; absent where not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub to: Option<Value>,
    /// What the first value was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_label: Option<String>,
    /// What the second value was called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_label: Option<String>,
}

/// Two revisions of a record, side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    /// The host.
    pub host: String,
    /// The kind of record.
    pub model: String,
    /// Which record.
    pub record_id: String,
    /// The first revision.
    pub from: i64,
    /// The second revision.
    pub to: i64,
    /// The fields that differ.
    pub changes: Vec<FieldDifference>,
}

/// One operation of a JSON Patch (RFC 6902).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum PatchOperation {
    /// The value at `path` must be this.
    Test {
        /// A JSON Pointer.
        path: String,
        /// What must be there.
        value: Value,
    },
    /// Puts a value where none is.
    Add {
        /// A JSON Pointer.
        path: String,
        /// What to put there.
        value: Value,
    },
    /// Puts another value in place of the one there.
    Replace {
        /// A JSON Pointer.
        path: String,
        /// What to put there.
        value: Value,
    },
    /// Takes the value away.
    Remove {
        /// A JSON Pointer.
        path: String,
    },
}
