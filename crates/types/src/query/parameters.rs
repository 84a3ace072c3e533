//! The parameters of a query, taken out one by one.

use std::collections::BTreeMap;

use super::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::{Code, Faults, Timestamp};

/// The parameters behind a `?`, taken out one by one; what is left over is unknown.
#[derive(Debug, Default)]
pub struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// Splits a query text (`application/x-www-form-urlencoded`).
    pub fn parse(query: &str) -> Self {
        let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            map.entry(name.into_owned())
                .or_default()
                .push(value.into_owned());
        }
        Self(map)
    }

    /// Every value of `name`; empty ones are the same as not being there (an empty form field).
    pub fn all(&mut self, name: &str) -> Vec<String> {
        let mut values = self.0.remove(name).unwrap_or_default();
        values.retain(|value| !value.is_empty());
        values
    }

    /// The one value of `name`; told as a fault when there are several.
    pub fn one(&mut self, name: &str, faults: &mut Faults) -> Option<String> {
        let mut values = self.all(name);
        if values.len() > 1 {
            faults.push(
                format!("/{name}"),
                Code::Duplicate,
                format!("`{name}` is given twice"),
            );
        }
        values.pop()
    }

    /// A time in RFC 3339.
    pub fn time(&mut self, name: &str, faults: &mut Faults) -> Option<Timestamp> {
        let text = self.one(name, faults)?;
        // A `+` of an offset that was not escaped arrives as a blank.
        let time = Timestamp::parse(&text).or_else(|| Timestamp::parse(&text.replace(' ', "+")));
        if time.is_none() {
            faults.push(format!("/{name}"), Code::Malformed, "not an RFC 3339 time");
        }
        time
    }

    /// A whole number within `range`.
    pub fn number(
        &mut self,
        name: &str,
        range: std::ops::RangeInclusive<i64>,
        faults: &mut Faults,
    ) -> Option<i64> {
        let text = self.one(name, faults)?;
        let number = text.parse::<i64>().ok();
        if number.is_none() {
            faults.push(format!("/{name}"), Code::Malformed, "not a whole number");
        } else if !number.is_some_and(|number| range.contains(&number)) {
            let detail = format!("from {} to {}", range.start(), range.end());
            faults.push(format!("/{name}"), Code::OutOfRange, detail);
        }
        number.filter(|number| range.contains(number))
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, name: &str, faults: &mut Faults) -> Option<bool> {
        match self.one(name, faults)?.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                faults.push(
                    format!("/{name}"),
                    Code::UnknownValue,
                    "one of: true, false",
                );
                None
            }
        }
    }

    /// The page size.
    pub fn limit(&mut self, faults: &mut Faults) -> u32 {
        self.number("limit", 1..=i64::from(MAX_LIMIT), faults)
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(DEFAULT_LIMIT)
    }

    /// Calls every parameter that was not taken unknown.
    pub fn finish(self, faults: &mut Faults) {
        for name in self.0.into_keys() {
            let detail = format!("`{name}` is not known here");
            faults.push(format!("/{name}"), Code::UnknownParameter, detail);
        }
    }
}
