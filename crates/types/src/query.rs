//! What a list is asked for: one grammar for page address, API and export.
//!
//! A query is read from the text behind `?`, every unknown or malformed parameter being told, and
//! written back to it, so that a page's address and the API's are the same words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Code, Faults, OperationKind, Timestamp};

/// Most rows of a page.
pub const MAX_LIMIT: u32 = 200;
const DEFAULT_LIMIT: u32 = 50;
/// Most records named in one query, and most parameters of one name.
const MOST_REPEATED: usize = 1_000;
/// Longest text searched for, in characters.
const SEARCH: usize = 500;

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

/// Newest or oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Newest first.
    #[default]
    Desc,
    /// Oldest first.
    Asc,
}

/// Yes, no, or not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tri {
    /// Not asked for: both.
    #[default]
    Any,
    /// Only those that are.
    Yes,
    /// Only those that are not.
    No,
}

impl From<Option<bool>> for Tri {
    fn from(value: Option<bool>) -> Self {
        match value {
            None => Self::Any,
            Some(true) => Self::Yes,
            Some(false) => Self::No,
        }
    }
}

/// Which logs, in which order. All filters combine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LogQuery {
    /// Of this host.
    pub host: Option<String>,
    /// Of this model.
    pub model: Option<String>,
    /// Of these records.
    pub record_id: Vec<String>,
    /// By this user's login.
    pub user: Option<String>,
    /// Of these operations.
    pub operation: Vec<OperationKind>,
    /// With a change of this field.
    pub field: Option<String>,
    /// Of this request of the host.
    pub request_id: Option<String>,
    /// Of this transaction of the host.
    pub transaction_id: Option<String>,
    /// Recorded then or later.
    pub from: Option<Timestamp>,
    /// Recorded then or earlier.
    pub to: Option<Timestamp>,
    /// With this text in the record's name, the user, an old or a new value.
    pub q: Option<String>,
    /// With a greater `seq`: to follow the tail.
    pub after_seq: Option<i64>,
    /// Newest or oldest first.
    pub order: Order,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 200; 0 stands for the default of 50.
    pub limit: u32,
}

impl LogQuery {
    /// Reads a query text; every fault is told.
    pub fn parse(query: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut parameters = Parameters::parse(query);
        let read = Self::read(&mut parameters, &mut faults);
        parameters.finish(&mut faults);
        faults.finish(Some(read))
    }

    /// Takes the parameters of a log query out of `parameters`.
    pub fn read(parameters: &mut Parameters, faults: &mut Faults) -> Self {
        let mut operation = Vec::new();
        for word in parameters.all("operation") {
            match OperationKind::parse(&word) {
                Some(kind) if operation.contains(&kind) => {}
                Some(kind) => operation.push(kind),
                None => {
                    let detail = "one of: create, write, unlink";
                    faults.push("/operation", Code::UnknownValue, detail);
                }
            }
        }
        operation.sort_unstable();
        let mut record_id = parameters.all("record_id");
        record_id.sort_unstable();
        record_id.dedup();
        if record_id.len() > MOST_REPEATED {
            let detail = format!("at most {MOST_REPEATED} records");
            faults.push("/record_id", Code::TooMany, detail);
        }
        let order = match parameters.one("order", faults).as_deref() {
            None | Some("desc") => Order::Desc,
            Some("asc") => Order::Asc,
            Some(_) => {
                faults.push("/order", Code::UnknownValue, "one of: asc, desc");
                Order::Desc
            }
        };
        Self {
            host: parameters.one("host", faults),
            model: parameters.one("model", faults),
            record_id,
            user: parameters.one("user", faults),
            operation,
            field: parameters.one("field", faults),
            request_id: parameters.one("request_id", faults),
            transaction_id: parameters.one("transaction_id", faults),
            from: parameters.time("from", faults),
            to: parameters.time("to", faults),
            q: search(parameters, faults),
            after_seq: parameters.number("after_seq", 0..=i64::MAX, faults),
            order,
            cursor: parameters.one("cursor", faults),
            limit: parameters.limit(faults),
        }
    }

    /// Rows of a page.
    pub fn page_size(&self) -> u32 {
        page_size(self.limit)
    }

    /// The filters alone as a query text: what a cursor is bound to, and what a page's address
    /// holds without its position.
    pub fn filters(&self) -> String {
        let mut out = Writer::default();
        out.text("host", self.host.as_deref());
        out.text("model", self.model.as_deref());
        for id in &self.record_id {
            out.text("record_id", Some(id));
        }
        out.text("user", self.user.as_deref());
        for kind in &self.operation {
            out.text("operation", Some(kind.as_str()));
        }
        out.text("field", self.field.as_deref());
        out.text("request_id", self.request_id.as_deref());
        out.text("transaction_id", self.transaction_id.as_deref());
        out.text("from", self.from.map(|time| time.to_string()).as_deref());
        out.text("to", self.to.map(|time| time.to_string()).as_deref());
        out.text("q", self.q.as_deref());
        out.text(
            "after_seq",
            self.after_seq.map(|seq| seq.to_string()).as_deref(),
        );
        if self.order == Order::Asc {
            out.text("order", Some("asc"));
        }
        out.finish()
    }

    /// The whole query as a query text; reading it again gives the same query.
    pub fn to_query(&self) -> String {
        let mut out = Writer(self.filters());
        out.text("cursor", self.cursor.as_deref());
        if self.page_size() != DEFAULT_LIMIT {
            out.text("limit", Some(&self.page_size().to_string()));
        }
        out.finish()
    }
}

/// Which records of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordQuery {
    /// Of this host.
    pub host: Option<String>,
    /// Of this model; always needed.
    pub model: String,
    /// With this text in the name or a value.
    pub q: Option<String>,
    /// Only deleted ones, only living ones, or both.
    pub deleted: Tri,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 200; 0 stands for the default of 50.
    pub limit: u32,
}

impl RecordQuery {
    /// Reads a query text; every fault is told.
    pub fn parse(query: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut parameters = Parameters::parse(query);
        let model = parameters.one("model", &mut faults);
        if model.is_none() {
            faults.push("/model", Code::Missing, "`model` is required");
        }
        let read = Self {
            host: parameters.one("host", &mut faults),
            model: model.unwrap_or_default(),
            q: search(&mut parameters, &mut faults),
            deleted: parameters.boolean("deleted", &mut faults).into(),
            cursor: parameters.one("cursor", &mut faults),
            limit: parameters.limit(&mut faults),
        };
        parameters.finish(&mut faults);
        faults.finish(Some(read))
    }

    /// Rows of a page.
    pub fn page_size(&self) -> u32 {
        page_size(self.limit)
    }

    /// The filters alone as a query text.
    pub fn filters(&self) -> String {
        let mut out = Writer::default();
        out.text("host", self.host.as_deref());
        out.text("model", Some(&self.model));
        out.text("q", self.q.as_deref());
        match self.deleted {
            Tri::Any => {}
            Tri::Yes => out.text("deleted", Some("true")),
            Tri::No => out.text("deleted", Some("false")),
        }
        out.finish()
    }
}

/// Which rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleQuery {
    /// Of this host.
    pub host: Option<String>,
    /// Of this model.
    pub model: Option<String>,
    /// With this text in the name or model.
    pub q: Option<String>,
    /// In force or not.
    pub active: Tri,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Rows of the page, 1 to 200; 0 stands for the default of 50.
    pub limit: u32,
}

impl RuleQuery {
    /// Reads a query text; every fault is told.
    pub fn parse(query: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut parameters = Parameters::parse(query);
        let read = Self {
            host: parameters.one("host", &mut faults),
            model: parameters.one("model", &mut faults),
            q: search(&mut parameters, &mut faults),
            active: parameters.boolean("active", &mut faults).into(),
            cursor: parameters.one("cursor", &mut faults),
            limit: parameters.limit(&mut faults),
        };
        parameters.finish(&mut faults);
        faults.finish(Some(read))
    }

    /// Rows of a page.
    pub fn page_size(&self) -> u32 {
        page_size(self.limit)
    }

    /// The filters alone as a query text.
    pub fn filters(&self) -> String {
        let mut out = Writer::default();
        out.text("host", self.host.as_deref());
        out.text("model", self.model.as_deref());
        out.text("q", self.q.as_deref());
        match self.active {
            Tri::Any => {}
            Tri::Yes => out.text("active", Some("true")),
            Tri::No => out.text("active", Some("false")),
        }
        out.finish()
    }
}

fn search(parameters: &mut Parameters, faults: &mut Faults) -> Option<String> {
    let text = parameters.one("q", faults)?;
    if text.chars().count() > SEARCH {
        faults.push("/q", Code::TooLong, format!("at most {SEARCH} characters"));
        return None;
    }
    Some(text)
}

const fn page_size(limit: u32) -> u32 {
    if limit == 0 {
        DEFAULT_LIMIT
    } else if limit > MAX_LIMIT {
        MAX_LIMIT
    } else {
        limit
    }
}

/// Writes a query text.
#[derive(Default)]
struct Writer(String);

impl Writer {
    fn text(&mut self, name: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0
            .extend(form_urlencoded::byte_serialize(name.as_bytes()));
        self.0.push('=');
        self.0
            .extend(form_urlencoded::byte_serialize(value.as_bytes()));
    }

    fn finish(self) -> String {
        self.0
    }
}

/// Escapes one segment of a path, so that `a/b c` stays one segment (RFC 3986).
pub fn encode_segment(segment: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn unknown_and_malformed_parameters_are_all_told() {
        let faults =
            LogQuery::parse("modle=crm.lead&limit=0&order=up&from=yesterday&operation=merge")
                .unwrap_err()
                .into_vec();
        let mut found: Vec<_> = faults
            .iter()
            .map(|f| (f.pointer.as_str(), f.code))
            .collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                ("/from", Code::Malformed),
                ("/limit", Code::OutOfRange),
                ("/modle", Code::UnknownParameter),
                ("/operation", Code::UnknownValue),
                ("/order", Code::UnknownValue),
            ]
        );
    }

    #[test]
    fn a_segment_with_a_slash_stays_one_segment() {
        assert_eq!(encode_segment("src/é a.rs"), "src%2F%C3%A9%20a.rs");
    }

    proptest! {
        #[test]
        fn a_query_written_and_read_again_is_the_same(
            model in proptest::option::of("\\PC{1,12}"),
            records in proptest::collection::btree_set("\\PC{1,8}", 0..4),
            q in proptest::option::of("\\PC{1,12}"),
            micros in proptest::option::of(0i64..4_000_000_000_000_000),
            limit in 1u32..=MAX_LIMIT,
            ascending: bool,
        ) {
            let query = LogQuery {
                model,
                record_id: records.into_iter().collect(),
                q,
                from: micros.map(Timestamp::from_micros),
                operation: vec![OperationKind::Create, OperationKind::Unlink],
                order: if ascending { Order::Asc } else { Order::Desc },
                limit,
                ..LogQuery::default()
            };
            prop_assert_eq!(LogQuery::parse(&query.to_query()), Ok(query));
        }
    }
}
