//! Values as pages show them: plain data made from a JSON value, its type and its label.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use types::{FieldType, Timestamp};

use crate::reader::reader;
use crate::say::{decimal, t};

/// A value, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// Not known: it was never seen.
    Unknown,
    /// Nothing.
    Nothing,
    /// Sensitive: that it changed is known, the value is not.
    Masked,
    /// Personal, and erased: when, for people, where that is told.
    Erased(Option<String>),
    /// Personal, and it cannot be read: it was altered, or its key is missing.
    Sealed,
    /// Bytes, by size and the beginning of their digest.
    Binary {
        /// For people: `2.0 KB`, in the reader's language.
        size: String,
        /// The first characters of the SHA-256.
        digest: String,
    },
    /// Yes or no.
    Flag(bool),
    /// A number, in the digits that the host sent.
    Number(String),
    /// A short text.
    Text(String),
    /// A text of several lines, or long.
    Long(String),
    /// A point in time, to the second.
    Time(String),
    /// A relation or selection: what it is called, and its id or word.
    Named(Named),
    /// A set of relations.
    Many(Vec<Named>),
    /// Anything else, indented.
    Json(String),
}

/// Something with an id, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// What it is called, where that is known.
    pub label: Option<String>,
    /// The id or word.
    pub id: String,
}

/// Longest text shown on one line, in characters.
const SHORT: usize = 120;

/// Makes `value` ready to be shown. `None` is a value that is not known.
pub fn show(kind: FieldType, value: Option<&Value>, label: Option<&str>) -> Shown {
    let Some(value) = value else {
        return Shown::Unknown;
    };
    match value {
        Value::Null => Shown::Nothing,
        Value::Bool(flag) => Shown::Flag(*flag),
        Value::Number(number) if is_reference(kind) => named(number.to_string(), label),
        Value::Number(number) => Shown::Number(number.to_string()),
        Value::String(text) => show_text(kind, text, label),
        Value::Array(items) => show_array(items, label),
        Value::Object(_) => show_object(value, label),
    }
}

fn show_text(kind: FieldType, text: &str, label: Option<&str>) -> Shown {
    if is_reference(kind) || kind.is_set() {
        return named(text.to_owned(), label);
    }
    if kind.is_number() {
        return Shown::Number(text.to_owned());
    }
    if kind == FieldType::Datetime
        && let Some(time) = Timestamp::parse(text)
    {
        return Shown::Time(reader().absolute(time));
    }
    if text.contains('\n') || text.chars().count() > SHORT {
        Shown::Long(text.to_owned())
    } else {
        Shown::Text(text.to_owned())
    }
}

fn show_array(items: &[Value], label: Option<&str>) -> Shown {
    let members: Option<Vec<Named>> = items.iter().map(member).collect();
    let Some(mut members) = members else {
        return Shown::Json(pretty(&Value::Array(items.to_vec())));
    };
    // A set's label names its members in order, divided by commas.
    if let Some(label) = label {
        let names: Vec<_> = label.split(", ").collect();
        if names.len() == members.len() {
            for (member, name) in members.iter_mut().zip(names) {
                if member.label.is_none() && name != member.id {
                    member.label = Some(name.to_owned());
                }
            }
        }
    }
    Shown::Many(members)
}

fn member(value: &Value) -> Option<Named> {
    let (id, label) = match value {
        Value::Object(object) => (object.get("id")?, object.get("name")),
        other => (other, None),
    };
    Some(Named {
        id: scalar(id)?,
        label: label.and_then(Value::as_str).map(str::to_owned),
    })
}

fn show_object(value: &Value, label: Option<&str>) -> Shown {
    if value
        .get("masked")
        .is_some_and(|masked| masked == &Value::Bool(true))
    {
        return Shown::Masked;
    }
    let says = |name: &str| value.get(name) == Some(&Value::Bool(true));
    if says("erased") {
        let at = value.get("at").and_then(Value::as_str);
        let at = at.and_then(Timestamp::parse);
        return Shown::Erased(at.map(|at| reader().absolute(at)));
    }
    if says("sealed") {
        return Shown::Sealed;
    }
    if let Some(binary) = value.get("binary") {
        let size = binary.get("size").and_then(scalar);
        let digest = binary.get("sha256").and_then(Value::as_str);
        if let (Some(size), Some(digest)) = (size, digest) {
            return Shown::Binary {
                size: size.parse().map_or(size, human_size),
                digest: digest.chars().take(12).collect(),
            };
        }
    }
    match member(value) {
        Some(found) => named(found.id, found.label.as_deref().or(label)),
        None => Shown::Json(pretty(value)),
    }
}

fn named(id: String, label: Option<&str>) -> Shown {
    Shown::Named(Named {
        label: label.filter(|label| *label != id).map(str::to_owned),
        id,
    })
}

const fn is_reference(kind: FieldType) -> bool {
    matches!(
        kind,
        FieldType::Selection | FieldType::Many2one | FieldType::Reference
    )
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn human_size(bytes: u64) -> String {
    let units = [t!("size-kb"), t!("size-mb"), t!("size-gb"), t!("size-tb")];
    if bytes < 1024 {
        return t!("size-bytes", count = bytes);
    }
    // Tenths, in whole numbers: a size is shown, not reckoned with.
    let mut tenths = bytes.saturating_mul(10) / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < units.len() {
        tenths /= 1024;
        unit += 1;
    }
    let number = decimal(&format!("{}.{}", tenths / 10, tenths % 10));
    format!("{number}\u{a0}{}", units[unit])
}

impl Shown {
    /// One short line without markup, for summaries.
    pub fn brief(&self) -> String {
        let text = match self {
            Self::Unknown => t!("value-unknown"),
            Self::Nothing => "—".to_owned(),
            Self::Masked => t!("value-hidden"),
            Self::Erased(_) => t!("value-erased"),
            Self::Sealed => t!("value-sealed"),
            Self::Binary { size, .. } => size.clone(),
            Self::Flag(true) => t!("value-yes"),
            Self::Flag(false) => t!("value-no"),
            Self::Number(text) => decimal(text),
            Self::Text(text) | Self::Long(text) | Self::Time(text) => text.clone(),
            Self::Named(named) => named.text().to_owned(),
            Self::Many(members) if members.is_empty() => t!("value-none"),
            Self::Many(members) => members
                .iter()
                .map(Named::text)
                .collect::<Vec<_>>()
                .join(", "),
            Self::Json(_) => "{…}".to_owned(),
        };
        shorten(&text, 48)
    }
}

impl Named {
    /// What it is called, or its id.
    pub fn text(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.id)
    }
}

/// `text` on one line, cut after `most` characters.
pub fn shorten(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let mut cut: String = line.chars().take(most - 1).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn unknown_nothing_and_hidden_are_three_things() {
        assert_eq!(show(FieldType::Char, None, None), Shown::Unknown);
        assert_eq!(
            show(FieldType::Char, Some(&Value::Null), None),
            Shown::Nothing
        );
        let masked = json!({"masked": true});
        assert_eq!(show(FieldType::Char, Some(&masked), None), Shown::Masked);
        let erased = json!({"erased": true, "at": "2026-11-23T08:15:30.000000Z"});
        assert_eq!(
            show(FieldType::Char, Some(&erased), None),
            Shown::Erased(Some("2026-11-23 08:15:30 UTC".into()))
        );
        let sealed = json!({"sealed": true});
        assert_eq!(show(FieldType::Date, Some(&sealed), None), Shown::Sealed);
    }

    #[test]
    fn a_number_keeps_the_digits_of_its_host() {
        let value: Value = serde_json::from_str("12345678901234567890.50").unwrap();
        assert_eq!(
            show(FieldType::Float, Some(&value), None),
            Shown::Number("12345678901234567890.50".into())
        );
    }

    #[test]
    fn relations_and_selections_show_their_name_and_their_id() {
        let shown = show(FieldType::Selection, Some(&json!("new")), Some("New"));
        assert_eq!(shown.brief(), "New");
        let shown = show(
            FieldType::Many2one,
            Some(&json!({"id": "7", "name": "Delta PC"})),
            None,
        );
        assert_eq!(
            shown,
            Shown::Named(Named {
                label: Some("Delta PC".into()),
                id: "7".into()
            })
        );
        let shown = show(FieldType::Many2many, Some(&json!(["1", 2])), Some("A, B"));
        assert_eq!(shown.brief(), "A, B");
        assert_eq!(
            show(FieldType::Many2many, Some(&json!([])), None).brief(),
            "none"
        );
    }

    #[test]
    fn binaries_long_texts_times_and_json() {
        let binary = json!({"binary": {"size": 2048, "sha256": "0123456789abcdef"}});
        assert_eq!(
            show(FieldType::Binary, Some(&binary), None),
            Shown::Binary {
                size: "2.0\u{a0}KB".into(),
                digest: "0123456789ab".into()
            }
        );
        assert!(matches!(
            show(FieldType::Text, Some(&json!("a\nb")), None),
            Shown::Long(_)
        ));
        assert_eq!(
            show(
                FieldType::Datetime,
                Some(&json!("2026-11-23T08:15:30Z")),
                None
            )
            .brief(),
            "2026-11-23 08:15:30 UTC"
        );
        assert!(matches!(
            show(FieldType::Json, Some(&json!({"a": [1]})), None),
            Shown::Json(_)
        ));
    }

    #[test]
    fn a_summary_is_one_short_line() {
        assert_eq!(shorten("a\n  b", 10), "a b");
        assert_eq!(shorten("abcdef", 4), "abc…");
    }
}
