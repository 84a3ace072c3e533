//! A form that was refused comes back with what was typed and what is wrong, in its own address:
//! so it needs no script and no memory of the server.

use types::{Code, Fault};

use crate::{address, error::PageError};

/// Reads the word of a code.
pub(crate) fn read_code(word: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|code| code.as_str() == word)
}

/// What an address says is wrong with the form that came back.
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

/// The query text of the form's own address: what is wrong, and what was typed.
pub(crate) fn query_of<'a>(
    code: Code,
    faults: &[Fault],
    typed: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let faults: Vec<_> = faults
        .iter()
        .map(|fault| format!("{} {} {}", fault.code, fault.pointer, fault.detail))
        .collect();
    let mut pairs: Vec<(&str, &str)> = vec![("error", code.as_str())];
    for pair in typed {
        pairs.push(pair);
    }
    pairs.extend(faults.iter().map(|fault| ("fault", fault.as_str())));
    address::query_text(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_comes_back() {
        let fault = Fault {
            pointer: "/name".into(),
            code: Code::Malformed,
            detail: "must match [a-z]".into(),
        };
        let query = query_of(
            Code::Invalid,
            std::slice::from_ref(&fault),
            [("name", "A b")],
        );
        let error = error_of(&query).unwrap();
        assert_eq!((error.code, error.faults), (Code::Invalid, vec![fault]));
        assert_eq!(address::parameter(&query, "name").as_deref(), Some("A b"));
        assert_eq!(error_of("name=A"), None);
        assert_eq!(error_of("error=odd"), None);
    }
}
