//! Reading JSON that a stranger sent: every fault noted with its pointer, nothing dropped.
//!
//! serde stops at the first fault and cannot say where it is in a parsed body; this reader takes a
//! value apart member by member, goes on after a fault, and at the end calls what is left over
//! unknown. A member that is `null` counts as absent. A member that is given twice is refused: what
//! reads the first one and what reads the last one would not read the same.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::{Code, Faults, Timestamp};

/// Parses a body. Depth is bounded by `serde_json` (128).
pub fn parse_json(body: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(body)
        .map(|Once(value)| value)
        .map_err(|error| {
            format!(
                "{} at line {} column {}",
                kind(&error),
                error.line(),
                error.column()
            )
        })
}

fn kind(error: &serde_json::Error) -> &'static str {
    if error.is_eof() {
        "the JSON ends too early"
    } else if error.is_data() {
        "a member is given twice"
    } else {
        "not valid JSON"
    }
}

/// JSON whose objects name each member once.
struct Once(Value);

/// How `serde_json` hands over a number whose digits are all kept (`arbitrary_precision`).
const NUMBER: &str = "$serde_json::private::Number";

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reading).map(Self)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if name == NUMBER {
                let digits: String = members.next_value()?;
                let number: Result<Number, _> = digits.parse();
                return number.map(Value::Number).map_err(A::Error::custom);
            }
            let Once(value) = members.next_value()?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// An object being read. Members are taken out one by one; [`Object::finish`] refuses the rest.
#[derive(Debug)]
pub struct Object {
    pointer: String,
    members: Map<String, Value>,
}

impl Object {
    /// Opens `value`, which must be an object, at `pointer`.
    pub fn open(value: Value, pointer: impl Into<String>, faults: &mut Faults) -> Option<Self> {
        let pointer = pointer.into();
        match value {
            Value::Object(members) => Some(Self { pointer, members }),
            other => {
                wrong_type(faults, pointer, "an object", &other);
                None
            }
        }
    }

    /// The pointer of member `name` (RFC 6901).
    pub fn at(&self, name: &str) -> String {
        format!(
            "{}/{}",
            self.pointer,
            name.replace('~', "~0").replace('/', "~1")
        )
    }

    /// Takes member `name` out; `null` is the same as not being there.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    /// Notes that `name` is missing.
    pub fn missing(&self, name: &str, faults: &mut Faults) {
        faults.push(
            self.at(name),
            Code::Missing,
            format!("`{name}` is required"),
        );
    }

    /// A text of 1 to `most` characters that must be there.
    pub fn required_text(
        &mut self,
        name: &str,
        most: usize,
        faults: &mut Faults,
    ) -> Option<String> {
        if !matches!(self.members.get(name), Some(value) if !value.is_null()) {
            self.members.remove(name);
            self.missing(name, faults);
            return None;
        }
        self.text(name, most, faults)
    }

    /// A text of 1 to `most` characters, if there.
    pub fn text(&mut self, name: &str, most: usize, faults: &mut Faults) -> Option<String> {
        let value = self.take(name)?;
        text(value, self.at(name), 1, most, faults)
    }

    /// A text of 0 to `most` characters, if there.
    pub fn text_or_empty(
        &mut self,
        name: &str,
        most: usize,
        faults: &mut Faults,
    ) -> Option<String> {
        let value = self.take(name)?;
        text(value, self.at(name), 0, most, faults)
    }

    /// A boolean, if there.
    pub fn boolean(&mut self, name: &str, faults: &mut Faults) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(value) => Some(value),
            other => {
                wrong_type(faults, self.at(name), "true or false", &other);
                None
            }
        }
    }

    /// A time in RFC 3339, if there.
    pub fn time(&mut self, name: &str, faults: &mut Faults) -> Option<Timestamp> {
        let pointer = self.at(name);
        match self.take(name)? {
            Value::String(text) => {
                let time = Timestamp::parse(&text);
                if time.is_none() {
                    let detail = "not an RFC 3339 time between the years 1 and 9999";
                    faults.push(pointer, Code::Malformed, detail);
                }
                time
            }
            other => {
                wrong_type(faults, pointer, "an RFC 3339 time", &other);
                None
            }
        }
    }

    /// An object taken as it is, if there.
    pub fn values(&mut self, name: &str, faults: &mut Faults) -> Option<Map<String, Value>> {
        match self.take(name)? {
            Value::Object(members) => Some(members),
            other => {
                wrong_type(faults, self.at(name), "an object", &other);
                None
            }
        }
    }

    /// An object to be read further, if there.
    pub fn object(&mut self, name: &str, faults: &mut Faults) -> Option<Self> {
        let pointer = self.at(name);
        Self::open(self.take(name)?, pointer, faults)
    }

    /// The elements of a list with their pointers, if there.
    pub fn list(&mut self, name: &str, faults: &mut Faults) -> Option<Vec<(String, Value)>> {
        let pointer = self.at(name);
        match self.take(name)? {
            Value::Array(items) => Some(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| (format!("{pointer}/{index}"), item))
                    .collect(),
            ),
            other => {
                wrong_type(faults, pointer, "a list", &other);
                None
            }
        }
    }

    /// A list of distinct texts of 1 to `most` characters each, at most `count` of them, if there.
    pub fn texts(
        &mut self,
        name: &str,
        most: usize,
        count: usize,
        faults: &mut Faults,
    ) -> Option<Vec<String>> {
        let items = self.list(name, faults)?;
        if items.len() > count {
            faults.push(
                self.at(name),
                Code::TooMany,
                format!("at most {count} elements"),
            );
            return None;
        }
        let mut texts: Vec<String> = Vec::with_capacity(items.len());
        for (pointer, item) in items {
            if let Some(item) = text(item, pointer, 1, most, faults)
                && !texts.contains(&item)
            {
                texts.push(item);
            }
        }
        Some(texts)
    }

    /// One of a set of words, read by `parse`, if there.
    pub fn word<T>(
        &mut self,
        name: &str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
        faults: &mut Faults,
    ) -> Option<T> {
        let pointer = self.at(name);
        match self.take(name)? {
            Value::String(word) => {
                let parsed = parse(&word);
                if parsed.is_none() {
                    faults.push(pointer, Code::UnknownValue, format!("one of: {allowed}"));
                }
                parsed
            }
            other => {
                wrong_type(faults, pointer, "a text", &other);
                None
            }
        }
    }

    /// Calls every member that was not taken unknown.
    pub fn finish(self, faults: &mut Faults) {
        for name in self.members.keys() {
            faults.push(
                self.at(name),
                Code::UnknownField,
                format!("`{name}` is not known here"),
            );
        }
    }
}

/// A text of `least` to `most` characters without NUL, which no database stores.
pub(crate) fn text(
    value: Value,
    pointer: String,
    least: usize,
    most: usize,
    faults: &mut Faults,
) -> Option<String> {
    let Value::String(text) = value else {
        wrong_type(faults, pointer, "a text", &value);
        return None;
    };
    let length = text.chars().count();
    if length < least {
        faults.push(pointer, Code::Empty, "must not be empty");
    } else if length > most {
        faults.push(
            pointer,
            Code::TooLong,
            format!("at most {most} characters, not {length}"),
        );
    } else if text.contains('\0') {
        faults.push(
            pointer,
            Code::Malformed,
            "must not contain the character U+0000",
        );
    } else {
        return Some(text);
    }
    None
}

fn wrong_type(faults: &mut Faults, pointer: String, wanted: &str, found: &Value) {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    faults.push(
        pointer,
        Code::WrongType,
        format!("must be {wanted}, not {found}"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_as_it_stands() {
        for text in [
            "null",
            r#"{"a":[1,2.50,-3e400,123456789012345678901234567890],"b":{"c":true,"d":"\ud83d\ude00"}}"#,
            "18446744073709551616",
        ] {
            let read = parse_json(text.as_bytes()).unwrap();
            assert_eq!(read, serde_json::from_str::<Value>(text).unwrap());
        }
        let exact = parse_json(b"[1.000000000000000000000000000000001]").unwrap();
        assert_eq!(exact.to_string(), "[1.000000000000000000000000000000001]");
    }

    #[test]
    fn what_two_readers_would_read_in_two_ways_is_refused() {
        for (text, why) in [
            (r#"{"a":1,"a":2}"#, "given twice"),
            (r#"[{"x":{"a":1,"\u0061":1}}]"#, "given twice"),
            (r#"{"a":"\ud800"}"#, "not valid JSON"),
            ("[1", "too early"),
            ("{\"a\":\"\u{1}\"}", "not valid JSON"),
        ] {
            let told = parse_json(text.as_bytes()).unwrap_err();
            assert!(told.contains(why), "{text}: {told}");
        }
        let deep = "[".repeat(100_000);
        assert!(parse_json(deep.as_bytes()).is_err());
    }
}
