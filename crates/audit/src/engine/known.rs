//! A value as it is kept: plain, masked by a commitment, the digest of bytes, or sealed under the key
//! of a data subject.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use types::FieldType;

use super::canonical::canonical;

/// In which form a value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Form {
    /// As it is.
    #[default]
    #[serde(rename = "p")]
    Plain,
    /// Only a keyed commitment to it.
    #[serde(rename = "m")]
    Masked,
    /// Only its size and digest.
    #[serde(rename = "b")]
    Binary,
    /// Encrypted under the key of a data subject: see [`super::seal`].
    #[serde(rename = "s")]
    Sealed,
}

impl Form {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks with a reference"
    )]
    fn is_plain(&self) -> bool {
        *self == Self::Plain
    }
}

/// A field's value as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The value itself; for a masked one the commitment in hex, for a binary one
    /// `{"size": …, "sha256": "…"}`, for a sealed one `{"key": …, "sealed": "…"}`, which says when
    /// it was erased while it is shown.
    #[serde(rename = "v")]
    pub value: Value,
    /// What the value was called.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its form.
    #[serde(rename = "f", default, skip_serializing_if = "Form::is_plain")]
    pub form: Form,
}

impl Known {
    /// A plain value.
    pub fn plain(value: Value) -> Self {
        Self {
            value,
            label: None,
            form: Form::Plain,
        }
    }

    /// No value.
    pub fn null() -> Self {
        Self::plain(Value::Null)
    }

    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// Whether it is the same value as another of the same field.
    pub fn same(&self, other: &Self, kind: FieldType) -> bool {
        if self.form == other.form && self.value == other.value {
            return true;
        }
        self.canonical(kind) == other.canonical(kind)
    }

    /// Whether it says no more than that there is nothing: null, or an empty set.
    pub fn is_nothing(&self, kind: FieldType) -> bool {
        // Of other types only null is nothing.
        let set = matches!(kind, FieldType::One2many | FieldType::Many2many);
        self.is_null() || set && self.same(&Self::null(), kind)
    }

    fn canonical(&self, kind: FieldType) -> String {
        match self.form {
            _ if self.is_null() => canonical(kind, &Value::Null),
            Form::Plain => canonical(kind, &self.value),
            Form::Masked => format!("masked {}", self.value),
            Form::Binary => format!("binary {}", super::canonical::structural(&self.value)),
            Form::Sealed => format!("sealed {}", super::canonical::structural(&self.value)),
        }
    }

    /// The value as everybody may see it.
    pub fn shown(&self) -> Value {
        match self.form {
            _ if self.is_null() => Value::Null,
            Form::Plain => self.value.clone(),
            Form::Masked => masked(),
            Form::Binary => json!({"binary": self.value}),
            Form::Sealed => match self.value.get("erased") {
                Some(at) => json!({"erased": true, "at": at}),
                None => json!({"sealed": true}),
            },
        }
    }
}

/// Whether what is shown stands for a value that is not: masked, erased, or sealed and not opened.
pub fn is_hidden(shown: &Value) -> bool {
    let says = |name| shown.get(name) == Some(&Value::Bool(true));
    match shown.as_object().map_or(0, serde_json::Map::len) {
        1 => says("masked") || says("sealed"),
        2 => says("erased") && shown.get("at").is_some(),
        _ => false,
    }
}

/// What stands for a value that is not shown.
pub fn masked() -> Value {
    json!({"masked": true})
}
