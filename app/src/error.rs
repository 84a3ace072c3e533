//! What went wrong, as the browser is told: the one error type of every server function.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use types::{Code, Fault};

/// A refusal or failure, in words a person can act on. Never holds SQL, a path or a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageError {
    /// The stable word.
    pub code: Code,
    /// What happened, in a sentence.
    pub detail: String,
    /// Every fault of what was asked for, with its place.
    pub faults: Vec<Fault>,
    /// The request to name when asking for help.
    pub request_id: Option<String>,
}

impl PageError {
    /// An error of `code`, told by `detail`.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            faults: Vec::new(),
            request_id: None,
        }
    }

    /// What is wrong at `pointer`, if anything is.
    pub fn at(&self, pointer: &str) -> Option<&Fault> {
        self.faults.iter().find(|fault| fault.pointer == pointer)
    }
}

impl FromServerFnError for PageError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::new(
                Code::Overloaded,
                "The server cannot be reached. Nothing was changed; try again in a moment.",
            ),
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Serialization(_) => {
                Self::new(Code::BadRequest, "The request cannot be read.")
            }
            _ => Self::new(
                Code::Internal,
                "The answer of the server cannot be read. Reload the page.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_crosses_the_wire_whole() {
        let mut error = PageError::new(Code::Invalid, "two faults");
        error.faults.push(Fault {
            pointer: "/name".into(),
            code: Code::TooLong,
            detail: "at most 64 characters".into(),
        });
        assert_eq!(PageError::de(error.ser()), error);
        assert!(error.at("/name").is_some() && error.at("/host").is_none());
    }
}
