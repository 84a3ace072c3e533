//! The type of a field that nobody declared, guessed from the values seen.

use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use types::FieldType;

/// The type of one value; `None` where it says nothing.
pub fn guess(value: &Value) -> Option<FieldType> {
    Some(match value {
        Value::Null => return None,
        // An empty list may be a list of anything.
        Value::Array(items) if items.is_empty() => return None,
        Value::Bool(_) => FieldType::Boolean,
        Value::Number(number) if number.is_i64() || number.is_u64() => FieldType::Integer,
        Value::Number(_) => FieldType::Float,
        Value::String(text) => guess_text(text),
        Value::Object(_) if is_relation(value) => FieldType::Many2one,
        Value::Array(items) if items.iter().all(is_relation) => FieldType::Many2many,
        Value::Array(_) | Value::Object(_) => FieldType::Json,
    })
}

fn guess_text(text: &str) -> FieldType {
    if text.len() == 10 && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() {
        FieldType::Date
    } else if text.len() >= 20 && DateTime::parse_from_rfc3339(text).is_ok() {
        FieldType::Datetime
    } else if text.contains('\n') || text.chars().count() > 255 {
        FieldType::Text
    } else {
        FieldType::Char
    }
}

/// `{"id": …}` or `{"id": …, "name": "…"}`.
fn is_relation(value: &Value) -> bool {
    let Value::Object(members) = value else {
        return false;
    };
    let id = matches!(members.get("id"), Some(Value::String(_) | Value::Number(_)));
    let named = matches!(
        members.get("name"),
        None | Some(Value::String(_) | Value::Null)
    );
    id && named && members.keys().all(|name| name == "id" || name == "name")
}

/// The type of a field that nobody declared, after one more value: `known` is what was guessed
/// before. A relation stays one when a later value is its bare id, and a set when it is one of
/// bare ids. `None` while no value said anything.
pub fn learn(known: Option<FieldType>, value: &Value) -> Option<FieldType> {
    match (known, value) {
        (Some(FieldType::Many2one), Value::String(_) | Value::Number(_)) => known,
        (Some(FieldType::Many2many), Value::Array(items)) if items.iter().all(is_id) => known,
        (Some(known), value) => Some(guess(value).map_or(known, |seen| widen(known, seen))),
        (None, value) => guess(value),
    }
}

/// An id, alone or with its name.
fn is_id(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_)) || is_relation(value)
}

/// The type that fits what was guessed before and the one seen now.
fn widen(known: FieldType, seen: FieldType) -> FieldType {
    use FieldType::{Char, Date, Datetime, Float, Integer, Json, Text};
    match (known, seen) {
        (a, b) if a == b => a,
        (Integer, Float) | (Float, Integer) => Float,
        (Date, Datetime) | (Datetime, Date) | (Char, Date | Datetime) | (Date | Datetime, Char) => {
            Char
        }
        (Text, Char | Date | Datetime) | (Char | Date | Datetime, Text) => Text,
        _ => Json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn types_are_guessed_from_values() {
        for (value, kind) in [
            (json!(true), Some(FieldType::Boolean)),
            (json!(3), Some(FieldType::Integer)),
            (json!(3.5), Some(FieldType::Float)),
            (json!("2026-11-23"), Some(FieldType::Date)),
            (json!("2026-11-23T08:15:30Z"), Some(FieldType::Datetime)),
            (json!("Delta PC"), Some(FieldType::Char)),
            (json!("two\nlines"), Some(FieldType::Text)),
            (
                json!({"id": "7", "name": "Delta PC"}),
                Some(FieldType::Many2one),
            ),
            (
                json!([{"id": 1}, {"id": 2, "name": "b"}]),
                Some(FieldType::Many2many),
            ),
            (json!(["a", "b"]), Some(FieldType::Json)),
            (json!({"id": "7", "colour": "red"}), Some(FieldType::Json)),
            (json!(null), None),
            (json!([]), None),
        ] {
            assert_eq!(guess(&value), kind, "{value}");
        }
    }

    #[test]
    fn a_relation_stays_one_when_its_id_comes_alone() {
        let learned = |values: &[Value]| values.iter().fold(None, learn);
        let one = json!({"id": "7", "name": "Delta PC"});
        assert_eq!(
            learned(&[one.clone(), json!("8"), json!(9)]),
            Some(FieldType::Many2one)
        );
        let many = json!([{"id": "1", "name": "a"}]);
        let kinds = [json!([]), many, json!(["1", 2]), json!([]), json!(null)];
        assert_eq!(learned(&kinds), Some(FieldType::Many2many));
        assert_eq!(learned(&[one, json!({"x": 1})]), Some(FieldType::Json));
    }

    proptest! {
        #[test]
        fn widening_does_not_depend_on_the_order(
            a in proptest::sample::select(FieldType::ALL),
            b in proptest::sample::select(FieldType::ALL),
        ) {
            prop_assert_eq!(widen(a, b), widen(b, a));
            prop_assert_eq!(widen(widen(a, b), b), widen(a, b));
        }
    }
}
