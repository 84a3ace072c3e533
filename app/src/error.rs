//! What went wrong, as the browser is told: the one error type of every server function.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use types::{Code, Fault};

use crate::reader::reader;

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

/// What a code stands for, in the reader's language, as a sentence.
pub(crate) fn told(code: Code) -> String {
    words::text(reader().language, &text_id(code), &[])
}

/// What is wrong with a field, in the reader's language. The core tells it in English with its
/// bounds as figures; those are what a translation takes over.
pub(crate) fn told_fault(fault: &Fault) -> String {
    let figures: Vec<i64> = fault
        .detail
        .split(|it: char| !it.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    let language = reader().language;
    match (fault.code, figures.as_slice()) {
        (Code::TooLong, [most, ..]) => {
            words::text(language, "error-at-most", &[("most", (*most).into())])
        }
        (Code::TooMany, [most, ..]) => {
            words::text(language, "error-too-many-of", &[("most", (*most).into())])
        }
        (Code::OutOfRange, [least, most]) => {
            let bounds = [("least", (*least).into()), ("most", (*most).into())];
            words::text(language, "error-between", &bounds)
        }
        _ => told(fault.code),
    }
}

fn text_id(code: Code) -> String {
    format!("error-{}", code.as_str().replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_words() {
        for language in types::Language::ALL {
            let known = words::ids(language);
            for code in Code::ALL {
                assert!(known.contains(&text_id(*code)), "{code}");
            }
        }
    }

    #[test]
    fn a_bound_is_told_with_its_figure() {
        let fault = |code, detail: &str| Fault {
            pointer: "/name".into(),
            code,
            detail: detail.into(),
        };
        let long = fault(Code::TooLong, "at most 64 characters");
        assert_eq!(told_fault(&long), "At most 64 characters.");
        let range = fault(Code::OutOfRange, "from 1 to 200");
        assert_eq!(told_fault(&range), "From 1 to 200.");
        assert_eq!(
            told_fault(&fault(Code::Empty, "")),
            "This must not be empty."
        );
    }

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
