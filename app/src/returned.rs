//! A form that comes back: what is wrong with it, carried by the address of its page. What was typed
//! is carried there, too, but never a password.

use types::{Code, Fault};

use crate::{address, error::PageError};

/// The query text of a form that comes back, with what was typed.
pub(crate) fn to_query(error: &PageError, typed: &[(&str, &str)]) -> String {
    let faults: Vec<_> = error
        .faults
        .iter()
        .map(|fault| format!("{} {} {}", fault.code, fault.pointer, fault.detail))
        .collect();
    let mut pairs = vec![("error", error.code.as_str())];
    pairs.extend(typed);
    pairs.extend(faults.iter().map(|fault| ("fault", fault.as_str())));
    address::query_text(pairs)
}

/// What is wrong with the form that came back, if it did.
pub(crate) fn error_of(query: &str) -> Option<PageError> {
    let code = read_code(&address::parameter(query, "error")?)?;
    let faults = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "fault")
        .filter_map(|(_, text)| {
            let mut parts = text.splitn(3, ' ');
            Some(Fault {
                code: read_code(parts.next()?)?,
                pointer: parts.next()?.to_owned(),
                detail: parts.next()?.to_owned(),
            })
        })
        .collect();
    Some(PageError {
        faults,
        ..PageError::new(code, code.title())
    })
}

fn read_code(word: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|code| code.as_str() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_comes_back_by_the_address() {
        let mut error = PageError::new(Code::Invalid, "");
        error.faults.push(Fault {
            pointer: "/login".into(),
            code: Code::TooLong,
            detail: "at most 256 characters".into(),
        });
        let query = to_query(&error, &[("login", "a b"), ("name", "")]);
        let back = error_of(&query).unwrap();
        assert_eq!(back.faults, error.faults);
        assert_eq!(address::parameter(&query, "login").as_deref(), Some("a b"));
        assert_eq!(error_of("q=1"), None);
    }
}
