//! What a list of logs is told beside its rows: counts, groups, suggestions, arrivals.

use serde::{Deserialize, Serialize};

use crate::{Qualifier, Span};

/// How many logs fit a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// How many were counted.
    pub count: u32,
    /// Whether there may be more: counting ended there.
    pub more: bool,
}

/// What the newest logs of a query are of, each with counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facets {
    /// By host.
    pub hosts: Facet,
    /// By model.
    pub models: Facet,
    /// By user.
    pub users: Facet,
    /// By operation.
    pub operations: Facet,
    /// By field that changed; a log counts for each of its fields.
    pub fields: Facet,
    /// By day, the newest first.
    pub days: Facet,
}

/// One of the facets, counted without the query's own filter on it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facet {
    /// The values with the highest counts; of days the newest.
    pub values: Vec<FacetValue>,
    /// How many other values there are.
    pub more: u32,
    /// Whether every log of the query was counted, not the newest alone.
    pub complete: bool,
}

/// One value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// What stands behind the qualifier: `crm.lead`, `marc`, `2026-11-23`.
    pub value: String,
    /// What people call it, where that is known.
    pub label: Option<String>,
    /// The host, of a model.
    pub host: Option<String>,
    /// How many logs.
    pub count: u32,
}

/// What logs are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// Who did it.
    User,
    /// The kind of record.
    Model,
    /// The day it was recorded on.
    Day,
}

impl GroupBy {
    /// All three.
    pub const ALL: [Self; 3] = [Self::User, Self::Model, Self::Day];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Model => "model",
            Self::Day => "day",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == word)
    }
}

/// The groups of a query's newest logs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Groups {
    /// Days newest first, others by count.
    pub groups: Vec<Group>,
    /// How many other groups there are.
    pub more: u32,
    /// Whether every log of the query was counted, not the newest alone.
    pub complete: bool,
}

/// Logs that have something in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What they have in common: `crm.lead`, `marc`, `2026-11-23`.
    pub key: String,
    /// What people call it, where that is known.
    pub label: Option<String>,
    /// The host, of a model.
    pub host: Option<String>,
    /// How many logs.
    pub count: u32,
    /// The newest of them.
    pub newest_seq: i64,
    /// What to ask for besides, each alone ([`crate::LogQuery::only`]), to list them.
    pub terms: Vec<(Qualifier, String)>,
}

/// The records of a query's newest logs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LoggedRecords {
    /// Each once, the last changed first.
    pub records: Vec<LoggedRecord>,
    /// Whether there may be more.
    pub more: bool,
}

/// A record that logs are of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRecord {
    /// The host it belongs to.
    pub host: String,
    /// The kind of record.
    pub model: String,
    /// Its label now.
    pub model_label: String,
    /// Which record.
    pub record_id: String,
    /// Its name in the newest of the logs.
    pub name: Option<String>,
}

/// What a search may go on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// What it replaces of the text.
    pub span: Span,
    /// By what.
    pub text: String,
    /// What people call it, or what it asks for.
    pub label: String,
    /// What it is.
    pub kind: SuggestionKind,
}

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// A qualifier with its colon: the caret goes on with the value.
    Qualifier,
    /// A value of this qualifier.
    Value(Qualifier),
}

/// Logs that came since a list was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Arrived {
    /// How many were counted.
    pub count: u32,
    /// Whether there may be more: counting ended there.
    pub more: bool,
    /// The newest that was counted.
    pub seq: i64,
}
