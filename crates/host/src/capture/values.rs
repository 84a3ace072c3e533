//! Values: from the JSON that PostgreSQL wrote of a row to what the server takes.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use types::Timestamp;

use super::kind::Kind;

/// How deep a value may nest; a deeper one is sent as its text.
const DEPTH: usize = 90;

/// A text or JSON of more bytes is sent as its size and digest, like bytes: a request takes eight
/// times as many, and nobody reads such a value in a log.
const LARGEST: usize = 1 << 20;

/// The value as it is sent.
pub(super) fn convert(kind: Option<Kind>, value: Value) -> Value {
    match (kind, value) {
        (kind, Value::String(text)) if text.len() > LARGEST && kind != Some(Kind::Bytes) => {
            digest(text.as_bytes())
        }
        (Some(Kind::Json), value) if is_large(&value, &mut LARGEST.clone()) => {
            digest(value.to_string().as_bytes())
        }
        (Some(Kind::Instant), Value::String(text)) => Value::String(
            Timestamp::parse(&with_minutes(&text)).map_or(text, |time| time.to_string()),
        ),
        (Some(Kind::Bytes), Value::String(text)) => match bytes(&text) {
            Some(bytes) => digest(&bytes),
            None => Value::String(text),
        },
        (Some(Kind::Json), value) if !is_shallow(&value, DEPTH) => Value::String(value.to_string()),
        (_, value) => value,
    }
}

/// What is kept of bytes.
fn digest(bytes: &[u8]) -> Value {
    use std::fmt::Write as _;
    let mut hex = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(hex, "{byte:02x}");
    }
    json!({"binary": {"size": bytes.len(), "sha256": hex}})
}

/// PostgreSQL writes an offset of whole hours as `+01`, RFC 3339 as `+01:00`.
fn with_minutes(text: &str) -> String {
    match text.rfind(['+', '-']) {
        Some(at) if text.len() - at == 3 && text.contains(':') => format!("{text}:00"),
        _ => text.to_owned(),
    }
}

/// Bytes in either form that `bytea_output` knows.
fn bytes(text: &str) -> Option<Vec<u8>> {
    if let Some(hex) = text.strip_prefix("\\x") {
        let digits = hex.as_bytes();
        let value = |digit: u8| {
            char::from(digit)
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        };
        if digits.len() % 2 != 0 {
            return None;
        }
        return digits
            .chunks_exact(2)
            .map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?))
            .collect();
    }
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first != b'\\' {
            out.push(*first);
            rest = tail;
            continue;
        }
        match tail {
            [b'\\', tail @ ..] => {
                out.push(b'\\');
                rest = tail;
            }
            [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', tail @ ..] => {
                out.push((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'));
                rest = tail;
            }
            _ => return None,
        }
    }
    Some(out)
}

/// Whether a value has more bytes than are left.
fn is_large(value: &Value, left: &mut usize) -> bool {
    let own = match value {
        Value::String(text) => text.len(),
        _ => 1,
    };
    let Some(rest) = left.checked_sub(own) else {
        return true;
    };
    *left = rest;
    match value {
        Value::Array(items) => items.iter().any(|item| is_large(item, left)),
        Value::Object(members) => members
            .iter()
            .any(|(name, member)| left.checked_sub(name.len()).is_none() || is_large(member, left)),
        _ => false,
    }
}

fn is_shallow(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| is_shallow(item, levels - 1)),
        Value::Object(members) => {
            levels > 0
                && members
                    .values()
                    .all(|member| is_shallow(member, levels - 1))
        }
        _ => true,
    }
}

/// Reads a row that PostgreSQL wrote as JSON.
///
/// A `json` column may hold what PostgreSQL takes and stricter readers do not: half of a surrogate
/// pair, a thousand levels. Such a value becomes its text; the others are not touched by that.
pub(super) fn row(text: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Some(members),
        Ok(_) => None,
        Err(_) => {
            let mut row = Map::new();
            for (name, value) in members(text)? {
                let name = serde_json::from_str(name).ok()?;
                let value =
                    serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
                row.insert(name, value);
            }
            Some(row)
        }
    }
}

/// The members of an object in JSON, as they are written. PostgreSQL wrote it, so it is well-formed.
pub(super) fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut members = Vec::new();
    let mut rest = inner.trim_start();
    while !rest.is_empty() {
        let (name, tail) = rest.split_at(value_end(rest)?);
        let tail = tail.trim_start().strip_prefix(':')?.trim_start();
        let (value, tail) = tail.split_at(value_end(tail)?);
        members.push((name.trim(), value.trim()));
        let tail = tail.trim_start();
        rest = if tail.is_empty() {
            tail
        } else {
            tail.strip_prefix(',')?.trim_start()
        };
    }
    Some(members)
}

/// Where the value that a text begins with ends.
fn value_end(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    quoted = false;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                if depth == 0 {
                    return Some(at);
                }
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b',' | b':' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    (depth == 0 && !quoted).then_some(text.len())
}

/// The text that a key's value is known by.
pub(super) fn id_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn instants_are_told_in_utc_and_what_rfc_3339_cannot_write_as_it_is() {
        for (text, told) in [
            ("2026-11-23T09:15:30.5+01:00", "2026-11-23T08:15:30.500000Z"),
            ("2026-11-23T09:15:30+01", "2026-11-23T08:15:30.000000Z"),
            ("2026-11-23T09:15:30-05:30", "2026-11-23T14:45:30.000000Z"),
            ("infinity", "infinity"),
            ("-infinity", "-infinity"),
            ("12026-01-01T00:00:00+00:00", "12026-01-01T00:00:00+00:00"),
            (
                "0044-03-15T00:00:00+00:00 BC",
                "0044-03-15T00:00:00+00:00 BC",
            ),
        ] {
            assert_eq!(convert(Some(Kind::Instant), json!(text)), json!(told));
        }
    }

    #[test]
    fn bytes_become_size_and_digest_in_either_form() {
        let abc = json!({"binary": {"size": 3, "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}});
        assert_eq!(convert(Some(Kind::Bytes), json!("\\x616263")), abc);
        assert_eq!(convert(Some(Kind::Bytes), json!("\\141bc")), abc);
        assert_eq!(bytes("a\\\\\\377"), Some(vec![b'a', b'\\', 0xff]));
        assert_eq!(bytes("\\x6"), None);
    }

    #[test]
    fn what_a_strict_reader_refuses_becomes_text_and_the_rest_stays() {
        let deep = format!("{}{}", "[".repeat(400), "]".repeat(400));
        let text = format!(
            r#"{{"id":1,"half":{{"a":"\ud800"}},"deep":{deep},"n":12345678901234567890.10,"s":"x,\"}}"}}"#
        );
        let row = row(&text).unwrap();
        assert_eq!(row["id"], json!(1));
        assert_eq!(row["half"], json!("{\"a\":\"\\ud800\"}"));
        assert_eq!(row["deep"], json!(deep));
        assert_eq!(row["n"].to_string(), "12345678901234567890.10");
        assert_eq!(row["s"], json!("x,\"}"));
        let hundred =
            serde_json::from_str(&format!("{}{}", "[".repeat(100), "]".repeat(100))).unwrap();
        assert!(convert(Some(Kind::Json), hundred).is_string());
    }

    #[test]
    fn what_is_very_large_is_told_by_its_size_and_digest() {
        let text = "é".repeat(LARGEST / 2 + 1);
        let told = convert(Some(Kind::Text), json!(text));
        assert_eq!(told["binary"]["size"], json!(LARGEST + 2));
        assert_eq!(convert(Some(Kind::Other), json!(text)), told);
        let fits = json!("x".repeat(LARGEST));
        assert_eq!(convert(Some(Kind::Text), fits.clone()), fits);
        let list = json!({"a": vec!["0123456789"; LARGEST / 10 + 1]});
        assert!(convert(Some(Kind::Json), list).get("binary").is_some());
        let small = json!({"a": [1, "x"]});
        assert_eq!(convert(Some(Kind::Json), small.clone()), small);
    }

    proptest! {
        #[test]
        fn the_members_of_any_object_are_found(entries in prop::collection::btree_map(".{0,8}", ".{0,12}", 0..6)) {
            let object: Map<String, Value> = entries.into_iter().map(|(name, text)| (name, json!({"t": [text, 1]}))).collect();
            let text = Value::Object(object.clone()).to_string();
            let found = members(&text).unwrap();
            prop_assert_eq!(found.len(), object.len());
            for (name, value) in found {
                let name: String = serde_json::from_str(name).unwrap();
                prop_assert_eq!(serde_json::from_str::<Value>(value).unwrap(), object[&name].clone());
            }
        }

        #[test]
        fn bytes_are_read_back_from_hex(some: Vec<u8>) {
            let hex: String = some.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
            prop_assert_eq!(bytes(&format!("\\x{hex}")), Some(some));
        }
    }
}
