//! Faults of a request, and the error document that carries them (RFC 9457).

use serde::{Deserialize, Serialize};

use crate::Code;

/// One fault of a request, with the place it is at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fault {
    /// Where: a JSON Pointer (RFC 6901) into the body, or `/name` of a query parameter.
    pub pointer: String,
    /// What is wrong, as a stable word.
    pub code: Code,
    /// What is wrong, in a sentence.
    pub detail: String,
}

/// The faults found so far. Validation goes on after a fault, so that one answer tells all.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// How many faults one answer holds at most; a body of garbage is not answered by megabytes.
    pub const MOST: usize = 10_000;

    /// Notes a fault at `pointer`.
    pub fn push(&mut self, pointer: impl Into<String>, code: Code, detail: impl Into<String>) {
        if self.0.len() < Self::MOST {
            self.0.push(Fault {
                pointer: pointer.into(),
                code,
                detail: detail.into(),
            });
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many faults were noted.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether one of the last few faults is at `pointer`.
    pub(crate) fn is_at(&self, pointer: &str) -> bool {
        self.0
            .iter()
            .rev()
            .take(8)
            .any(|fault| fault.pointer == pointer)
    }

    /// The faults, in the order they were found.
    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// `value` if nothing is wrong, else the faults.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            None if self.is_empty() => {
                let mut faults = self;
                faults.push("", Code::Malformed, "the value cannot be read");
                Err(faults)
            }
            _ => Err(self),
        }
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        Self(faults.into_iter().take(Self::MOST).collect())
    }
}

/// The error document of the API: `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short title, the same for every occurrence.
    pub title: String,
    /// The HTTP status, again.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The stable word.
    pub code: Code,
    /// The id of the request, to quote when asking for help.
    pub request_id: String,
    /// For 422: every fault of the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

impl Problem {
    /// The document of `code`, with what happened this time.
    pub fn new(code: Code, detail: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:revisor:problem:{code}"),
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            request_id: request_id.into(),
            errors: Vec::new(),
        }
    }
}
