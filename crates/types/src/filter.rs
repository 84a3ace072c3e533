//! Saved filters: queries of a list under a name.

use serde::{Deserialize, Serialize};

use crate::{Code, Faults, Timestamp};

/// A list that filters and columns are kept for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// The logs.
    #[default]
    Logs,
    /// The records of a model.
    Records,
    /// The rules.
    Rules,
}

impl List {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Logs, Self::Records, Self::Rules];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Records => "records",
            Self::Rules => "rules",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == word)
    }
}

impl std::fmt::Display for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A saved filter, as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFilter {
    /// Opaque.
    pub id: String,
    /// The list it is for.
    pub list: List,
    /// 1 to 64 characters.
    pub name: String,
    /// The query's text, as the list's address has it.
    pub query: String,
    /// Whether everybody has it.
    pub shared: bool,
    /// The name of whoever made it.
    pub owner: String,
    /// Whether this person made it, and so may change it.
    pub own: bool,
    /// Whether it is this person's default of the list.
    pub default: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A filter to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FilterInput {
    /// The list it is for.
    pub list: List,
    /// 1 to 64 characters.
    pub name: String,
    /// At most 4,000 characters.
    pub query: String,
    /// Whether everybody has it.
    #[serde(default)]
    pub shared: bool,
}

/// The members of a saved filter to change; what is not there stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterPatch {
    /// 1 to 64 characters.
    pub name: Option<String>,
    /// At most 4,000 characters.
    pub query: Option<String>,
    /// Whether everybody has it.
    pub shared: Option<bool>,
}

/// Longest name of a filter, in characters.
const NAME: usize = 64;
/// Longest text of a query, in characters.
const QUERY: usize = 4_000;

impl FilterInput {
    /// Checks lengths; the blanks around a name are taken off.
    pub fn check(mut self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        self.name = String::from(self.name.trim());
        if self.name.is_empty() {
            faults.push("/name", Code::Empty, "must not be empty");
        } else if self.name.chars().count() > NAME {
            faults.push("/name", Code::TooLong, format!("at most {NAME} characters"));
        } else if self.name.chars().any(char::is_control) {
            faults.push("/name", Code::Malformed, "no control characters");
        }
        if self.query.chars().count() > QUERY {
            let detail = format!("at most {QUERY} characters");
            faults.push("/query", Code::TooLong, detail);
        } else if self.query.chars().any(char::is_control) {
            faults.push("/query", Code::Malformed, "no control characters");
        }
        faults.finish(Some(self))
    }
}

impl FilterPatch {
    /// The whole of `filter` with these members changed.
    pub fn apply(self, filter: &SavedFilter) -> Result<FilterInput, Faults> {
        FilterInput {
            list: filter.list,
            name: self.name.unwrap_or_else(|| filter.name.clone()),
            query: self.query.unwrap_or_else(|| filter.query.clone()),
            shared: self.shared.unwrap_or(filter.shared),
        }
        .check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_has_a_name_and_a_query_that_is_not_endless() {
        let input = |name: &str, query: &str| FilterInput {
            name: name.to_owned(),
            query: query.to_owned(),
            ..FilterInput::default()
        };
        assert_eq!(input("  Won deals ", "").check().unwrap().name, "Won deals");
        assert!(input(&"é".repeat(64), &"q".repeat(4_000)).check().is_ok());
        for (name, query) in [
            (" ", ""),
            (&"é".repeat(65), ""),
            ("a\nb", ""),
            ("a", "b\0"),
            ("a", &"q".repeat(4_001)),
        ] {
            assert!(input(name, query).check().is_err(), "{name:?}");
        }
    }
}
