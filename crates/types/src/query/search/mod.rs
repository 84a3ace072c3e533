//! Searches as people type them: `model:crm.lead user:marc -op:unlink from:-7d keyboards`.
//!
//! Reading never fails and never drops anything: each term is kept with its place and what it
//! means. A qualifier that is not known is looked for as text, and says so; a known one whose value
//! cannot be understood is a fault with its place. No clock is read: times stay as they were
//! written until [`When::range`] is told the time now.

mod caret;
mod edit;
mod lex;
mod qualifier;
mod revisions;
mod when;
mod zone;

use serde::{Deserialize, Serialize};

pub use caret::Caret;
pub use qualifier::Qualifier;
pub use revisions::Revisions;
pub use when::{Stretch, Unit, When};
pub use zone::Zone;

use crate::{Code, OperationKind};
use lex::{Body, Flaw, Piece, Raw};

/// A search that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Search {
    text: String,
    terms: Vec<Term>,
}

/// One term of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Where it is.
    pub span: Span,
    /// How it is written, with its `-`.
    pub text: String,
    /// Whether logs that fit it are left out.
    pub negated: bool,
    /// What it means.
    pub meaning: Meaning,
}

/// A place in a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl Span {
    pub(super) fn new(start: usize, end: usize) -> Self {
        let short = |n| u32::try_from(n).unwrap_or(u32::MAX);
        Self {
            start: short(start),
            end: short(end),
        }
    }

    /// As a range of bytes.
    pub fn range(self) -> std::ops::Range<usize> {
        let wide = |n| usize::try_from(n).unwrap_or(usize::MAX);
        wide(self.start)..wide(self.end)
    }
}

/// What a term means. Of several values one must fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// A text in the record's name, the user, an old or a new value.
    Text {
        /// What is looked for.
        needle: String,
        /// The qualifier that is not known, where the term looks like one.
        unknown: Option<String>,
    },
    /// These names or ids.
    Names(Qualifier, Vec<String>),
    /// These operations.
    Operations(Vec<OperationKind>),
    /// Recorded at these times: `from`, `to` or `on`.
    Times(Qualifier, Vec<When>),
    /// Logs of these numbers.
    Revisions(Vec<Revisions>),
    /// Logs with one of these marks.
    Marks(Vec<Mark>),
    /// It cannot be understood.
    Fault(SearchFault),
}

impl Meaning {
    /// The qualifier before the colon, where it is known and its value is understood.
    pub fn qualifier(&self) -> Option<Qualifier> {
        match self {
            Self::Text { .. } | Self::Fault(_) => None,
            Self::Names(qualifier, _) | Self::Times(qualifier, _) => Some(*qualifier),
            Self::Operations(_) => Some(Qualifier::Operation),
            Self::Revisions(_) => Some(Qualifier::Revision),
            Self::Marks(_) => Some(Qualifier::Is),
        }
    }

    /// The values behind the colon, each as it is written without quotation marks.
    pub fn values(&self) -> Vec<String> {
        fn words<T: ToString>(values: &[T]) -> Vec<String> {
            values.iter().map(T::to_string).collect()
        }
        match self {
            Self::Text { .. } | Self::Fault(_) => Vec::new(),
            Self::Names(_, values) => values.clone(),
            Self::Operations(values) => words(values),
            Self::Times(_, values) => words(values),
            Self::Revisions(values) => words(values),
            Self::Marks(values) => words(values),
        }
    }
}

/// What a log may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Something had changed the record outside the trail before.
    Unrecorded,
    /// The record's first.
    First,
}

impl Mark {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Unrecorded, Self::First];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unrecorded => "unrecorded",
            Self::First => "first",
        }
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A term that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchFault {
    /// The value at fault.
    pub span: Span,
    /// How that is written.
    pub text: String,
    /// What is wrong, as a stable word.
    pub code: Code,
    /// What is wrong, and what would be understood.
    pub detail: String,
}

impl Search {
    /// Reads a text.
    pub fn parse(text: &str) -> Self {
        let terms = lex::lex(text)
            .into_iter()
            .map(|raw| term(text, raw))
            .collect();
        Self {
            text: text.to_owned(),
            terms,
        }
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The terms, in the order of the text.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// What cannot be understood.
    pub fn faults(&self) -> impl Iterator<Item = &SearchFault> {
        self.terms.iter().filter_map(|term| match &term.meaning {
            Meaning::Fault(fault) => Some(fault),
            _ => None,
        })
    }

    /// Whether it asks for another stretch of time with every moment that passes.
    pub fn is_relative(&self) -> bool {
        self.terms.iter().any(|term| match &term.meaning {
            Meaning::Times(_, times) => times.iter().any(|time| time.is_relative()),
            _ => false,
        })
    }

    /// The values asked for by terms of this qualifier that are not negated.
    pub fn values(&self, qualifier: Qualifier) -> Vec<String> {
        self.terms
            .iter()
            .filter(|term| !term.negated && term.meaning.qualifier() == Some(qualifier))
            .flat_map(|term| term.meaning.values())
            .collect()
    }
}

fn term(text: &str, raw: Raw) -> Term {
    let meaning = match raw.body {
        Body::Text { needle, unknown } => Meaning::Text { needle, unknown },
        Body::Named(qualifier, pieces) => {
            meaning(qualifier, &pieces).unwrap_or_else(Meaning::Fault)
        }
    };
    Term {
        span: Span::new(raw.start, raw.end),
        text: text[raw.start..raw.end].to_owned(),
        negated: raw.negated,
        meaning,
    }
}

fn meaning(qualifier: Qualifier, pieces: &[Piece]) -> Result<Meaning, SearchFault> {
    for piece in pieces {
        if let Some((code, detail)) = flaw(qualifier, piece) {
            return Err(fault(piece, code, detail));
        }
    }
    Ok(match qualifier {
        Qualifier::Model
        | Qualifier::User
        | Qualifier::Field
        | Qualifier::Record
        | Qualifier::Host
        | Qualifier::Request
        | Qualifier::Transaction => {
            let names = pieces.iter().map(|piece| piece.text.clone()).collect();
            Meaning::Names(qualifier, names)
        }
        Qualifier::Operation => Meaning::Operations(each(
            pieces,
            Code::UnknownValue,
            "create, write or unlink",
            |text| OperationKind::parse(&text.to_ascii_lowercase()),
        )?),
        Qualifier::From | Qualifier::To | Qualifier::On => {
            let times = each(pieces, Code::Malformed, when::UNDERSTOOD, When::parse)?;
            Meaning::Times(qualifier, times)
        }
        Qualifier::Revision => Meaning::Revisions(each(
            pieces,
            Code::Malformed,
            revisions::UNDERSTOOD,
            Revisions::parse,
        )?),
        Qualifier::Is => Meaning::Marks(each(
            pieces,
            Code::UnknownValue,
            "unrecorded or first",
            |text| {
                let word = text.to_ascii_lowercase();
                Mark::ALL.into_iter().find(|mark| mark.as_str() == word)
            },
        )?),
    })
}

fn each<T>(
    pieces: &[Piece],
    code: Code,
    understood: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, SearchFault> {
    let read = |piece: &Piece| {
        read(&piece.text).ok_or_else(|| {
            let detail = format!("`{}` is not {understood}", piece.text);
            fault(piece, code, detail)
        })
    };
    pieces.iter().map(read).collect()
}

fn flaw(qualifier: Qualifier, piece: &Piece) -> Option<(Code, String)> {
    match piece.flaw {
        Some(Flaw::Unclosed) => Some((
            Code::Malformed,
            "the quotation mark is not closed".to_owned(),
        )),
        Some(Flaw::Trailing) => Some((
            Code::Malformed,
            "behind a quoted value comes a comma, a blank or the end".to_owned(),
        )),
        None if piece.text.is_empty() => Some((
            Code::Empty,
            format!("`{qualifier}:` needs a value: {}", qualifier.what()),
        )),
        None => None,
    }
}

fn fault(piece: &Piece, code: Code, detail: String) -> SearchFault {
    SearchFault {
        span: Span::new(piece.start, piece.end),
        text: piece.text.clone(),
        code,
        detail,
    }
}

#[cfg(test)]
mod tests;
