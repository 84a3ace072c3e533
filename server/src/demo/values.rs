//! Values as a host writes them: exact decimals, and fields with their values.

use serde_json::Value;
use types::Values;

/// The same value in other words: `2` as `2.0`, a set in another order.
pub(crate) fn written_otherwise(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().rev().cloned().collect(),
        Value::Number(number) if !number.to_string().contains('.') => {
            decimal(&format!("{number}.0"))
        }
        other => other.clone(),
    }
}

/// Fields and their values.
pub(crate) fn fields_of<const N: usize>(pairs: [(&str, Value); N]) -> Values {
    pairs
        .into_iter()
        .map(|(field, value)| (field.to_owned(), value))
        .collect()
}

/// An amount of money, exact: 125000 cents are `1250.00`.
pub(crate) fn money(cents: i64) -> Value {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    decimal(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
}

/// A number by its digits.
pub(crate) fn decimal(digits: &str) -> Value {
    digits.parse().map_or(Value::Null, Value::Number)
}
