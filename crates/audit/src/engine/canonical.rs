//! When two values are the same: the canonical form of a value, by its field's type.
//!
//! Equality here *is* equality of canonical forms, so it is reflexive, symmetric and transitive by
//! construction. `1` and `1.0` are one number, the elements of an x2many are a set, two spellings
//! of one point in time are one time; a value that does not fit its type keeps its JSON form.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Number, Value};
use types::{FieldType, Operation, Values};

/// The canonical form of `value` as a value of type `kind`.
pub fn canonical(kind: FieldType, value: &Value) -> String {
    match (kind, value) {
        (FieldType::One2many | FieldType::Many2many, Value::Null) => "s[]".to_owned(),
        (_, Value::Null) => "null".to_owned(),
        (kind, Value::String(text)) if kind.is_number() => {
            decimal(text).map_or_else(|| structural(value), |number| format!("#{number}"))
        }
        (FieldType::Date, Value::String(text)) => NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map_or_else(|_| structural(value), |date| format!("d{date}")),
        (FieldType::Datetime, Value::String(text)) => {
            instant(text).map_or_else(|| structural(value), |nanos| format!("t{nanos}"))
        }
        (FieldType::Many2one | FieldType::Reference, value) => {
            id_text(value).map_or_else(|| structural(value), |id| format!("r{}", quoted(&id)))
        }
        (FieldType::One2many | FieldType::Many2many, Value::Array(items)) => set(items),
        (_, value) => structural(value),
    }
}

/// Whether two values of a field are the same.
pub fn same(kind: FieldType, a: &Value, b: &Value) -> bool {
    a == b || canonical(kind, a) == canonical(kind, b)
}

/// The canonical form of any JSON: members sorted, numbers normalized.
pub fn structural(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// The canonical form of an operation as JSON, as [`structural`] has it, without making JSON of it
/// first.
pub fn of_operation(operation: &Operation) -> String {
    let mut out = String::with_capacity(512);
    let mut members = Members::open(&mut out);
    if !operation.context.is_empty() {
        let context = &operation.context;
        let mut inner = Members::open(members.name("context"));
        inner.text("ip", context.ip.as_deref());
        inner.text("reason", context.reason.as_deref());
        inner.text("request_id", context.request_id.as_deref());
        inner.text("traceparent", context.traceparent.as_deref());
        inner.text("transaction_id", context.transaction_id.as_deref());
        inner.text("user_agent", context.user_agent.as_deref());
        inner.close();
    }
    members.text("id", operation.id.as_deref());
    members.text("model", Some(&operation.model));
    members.values("new", operation.new.as_ref());
    let at = operation.occurred_at.map(|at| at.to_string());
    members.text("occurred_at", at.as_deref());
    members.values("old", operation.old.as_ref());
    members.text("operation", Some(operation.operation.as_str()));
    members.text("record_id", Some(&operation.record_id));
    members.text("record_name", operation.record_name.as_deref());
    let user = &operation.user;
    let mut inner = Members::open(members.name("user"));
    if !user.groups.is_empty() {
        let out = inner.name("groups");
        out.push('[');
        for (index, group) in user.groups.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            quote(group, out);
        }
        out.push(']');
    }
    inner.text("login", Some(&user.login));
    inner.text("name", user.name.as_deref());
    inner.text("on_behalf_of", user.on_behalf_of.as_deref());
    inner.close();
    members.close();
    out
}

/// The members of an object while they are written, in the order of their names.
struct Members<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Members<'a> {
    fn open(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, first: true }
    }

    /// Begins a member; its value is written next.
    fn name(&mut self, name: &str) -> &mut String {
        if !std::mem::take(&mut self.first) {
            self.out.push(',');
        }
        quote(name, self.out);
        self.out.push(':');
        self.out
    }

    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            quote(text, self.name(name));
        }
    }

    fn values(&mut self, name: &str, values: Option<&Values>) {
        if let Some(values) = values {
            members(values, self.name(name));
        }
    }

    fn close(self) {
        self.out.push('}');
    }
}

/// Whether a double (IEEE 754) tells every number in `value` to its last digit: only those stand
/// in canonical JSON as RFC 8785 has it.
pub fn is_of_doubles(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            let double = text.parse::<f64>().ok().filter(|double| double.is_finite());
            double.is_some_and(|double| decimal(&format!("{double:e}")) == decimal(&text))
        }
        Value::Array(items) => items.iter().all(is_of_doubles),
        Value::Object(members) => members.values().all(is_of_doubles),
        _ => true,
    }
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&normalized(number)),
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => members(object, out),
    }
}

fn members(object: &Map<String, Value>, out: &mut String) {
    let mut sorted: Vec<_> = object.iter().collect();
    if !sorted.is_sorted_by_key(|(name, _)| *name) {
        sorted.sort_unstable_by_key(|(name, _)| *name);
    }
    out.push('{');
    for (index, (name, member)) in sorted.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        quote(name, out);
        out.push(':');
        write(member, out);
    }
    out.push('}');
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    quote(text, &mut out);
    out
}

/// A text as JSON. Most have nothing in them that is written in another way.
fn quote(text: &str, out: &mut String) {
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&Value::from(text).to_string());
    }
}

fn normalized(number: &Number) -> String {
    let text = number.to_string();
    decimal(&text).map_or(text, |number| format!("#{number}"))
}

/// The id of a relation's value, whether `7`, `"7"` or `{"id": 7, "name": …}`.
fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(members) => members.get("id").and_then(id_text),
        _ => None,
    }
}

/// A set: its elements' canonical forms, sorted, each once.
fn set(items: &[Value]) -> String {
    let mut forms: Vec<_> = items
        .iter()
        .map(|item| id_text(item).map_or_else(|| structural(item), |id| quoted(&id)))
        .collect();
    forms.sort_unstable();
    forms.dedup();
    format!("s[{}]", forms.join(","))
}

/// A point in time in nanoseconds since 1970; without an offset it is UTC, as databases print it.
fn instant(text: &str) -> Option<i128> {
    let nanos = |time: DateTime<chrono::Utc>| {
        i128::from(time.timestamp()) * 1_000_000_000 + i128::from(time.timestamp_subsec_nanos())
    };
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(nanos(time.to_utc()));
    }
    let plain = text.replacen('T', " ", 1);
    NaiveDateTime::parse_from_str(&plain, "%Y-%m-%d %H:%M:%S%.f")
        .ok()
        .map(|time| nanos(time.and_utc()))
}

/// A decimal number without redundant digits: `-12.50` is `-125e-1`, `0.0` is `0`. `None` for
/// what is no decimal number. Of any size: nothing passes through a double.
fn decimal(text: &str) -> Option<String> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0').trim_end_matches('0');
    if significant.is_empty() {
        return Some("0".to_owned());
    }
    let trailing = digits.len() - digits.trim_end_matches('0').len();
    let shift = i64::try_from(trailing).ok()? - i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.checked_add(shift)?;
    let sign = if negative { "-" } else { "" };
    Some(if exponent == 0 {
        format!("{sign}{significant}")
    } else {
        format!("{sign}{significant}e{exponent}")
    })
}

#[cfg(test)]
#[path = "canonical_tests.rs"]
mod tests;
