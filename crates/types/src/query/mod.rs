//! What a list is asked for: one grammar for page address, API and export.
//!
//! A query is read from the text behind `?`, every unknown or malformed parameter being told, and
//! written back to it, so that a page's address and the API's are the same words.

mod logs;
mod parameters;
mod records;
mod rules;
mod search;

pub use logs::LogQuery;
pub use parameters::Parameters;
pub use records::RecordQuery;
pub use rules::RuleQuery;
pub use search::{
    Caret, Mark, Meaning, Qualifier, Revisions, Search, SearchFault, Span, Stretch, Term, Unit,
    When, Zone,
};

use serde::{Deserialize, Serialize};

use crate::{Code, Faults};

/// Most rows of a page.
pub const MAX_LIMIT: u32 = 200;
const DEFAULT_LIMIT: u32 = 50;
/// Longest text searched for, in characters.
const SEARCH: usize = 500;

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

fn search_text(parameters: &mut Parameters, faults: &mut Faults) -> Option<String> {
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

    #[test]
    fn a_segment_with_a_slash_stays_one_segment() {
        assert_eq!(encode_segment("src/é a.rs"), "src%2F%C3%A9%20a.rs");
    }
}
