//! Numbers of a record's logs: one, or from one to another.

use serde::{Deserialize, Serialize};

/// What is understood, for whoever wrote something else.
pub(super) const UNDERSTOOD: &str = "a number such as 3, or several: >5, >=5, <3, <=3, 2..4";

/// Revisions from `first` to `last`, both included, of the numbers above 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revisions {
    /// The first.
    pub first: i64,
    /// The last.
    pub last: i64,
}

impl Revisions {
    /// Reads `5`, `>5`, `>=5`, `<3`, `<=3`, `2..4`, `2..` or `..4`. None of what holds no number.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = if let Some(rest) = text.strip_prefix(">=") {
            (number(rest)?, i64::MAX)
        } else if let Some(rest) = text.strip_prefix('>') {
            (number(rest)?.checked_add(1)?, i64::MAX)
        } else if let Some(rest) = text.strip_prefix("<=") {
            (1, number(rest)?)
        } else if let Some(rest) = text.strip_prefix('<') {
            (1, number(rest)? - 1)
        } else if let Some((first, last)) = text.split_once("..") {
            let open = first.is_empty() && last.is_empty();
            let first = if first.is_empty() { 1 } else { number(first)? };
            let last = if last.is_empty() {
                i64::MAX
            } else {
                number(last)?
            };
            (
                if open { i64::MAX } else { first },
                if open { 0 } else { last },
            )
        } else {
            let number = number(text)?;
            (number, number)
        };
        let first = first.max(1);
        (first <= last).then_some(Self { first, last })
    }
}

/// Digits alone: no sign.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

impl std::fmt::Display for Revisions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.first, self.last) {
            (first, last) if first == last => write!(f, "{first}"),
            (first, i64::MAX) => write!(f, ">={first}"),
            (1, last) => write!(f, "<={last}"),
            (first, last) => write!(f, "{first}..{last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Revisions;

    #[test]
    fn numbers_and_stretches_of_them_are_read() {
        for (text, first, last, written) in [
            ("5", 5, 5, "5"),
            (">5", 6, i64::MAX, ">=6"),
            (">=5", 5, i64::MAX, ">=5"),
            ("<3", 1, 2, "<=2"),
            ("<=3", 1, 3, "<=3"),
            ("2..4", 2, 4, "2..4"),
            ("2..", 2, i64::MAX, ">=2"),
            ("..4", 1, 4, "<=4"),
            (">0", 1, i64::MAX, ">=1"),
            ("<2", 1, 1, "1"),
        ] {
            let read = Revisions::parse(text).unwrap();
            assert_eq!((read.first, read.last), (first, last), "{text}");
            assert_eq!(read.to_string(), written);
            assert_eq!(Revisions::parse(written), Some(read));
        }
    }

    #[test]
    fn what_holds_no_number_is_refused() {
        for text in [
            "",
            "x",
            "0",
            "-1",
            "+1",
            "<1",
            "4..2",
            "..",
            ">",
            "<",
            "..0",
            "1.5",
            ">9223372036854775807",
            "99999999999999999999",
        ] {
            assert_eq!(Revisions::parse(text), None, "{text}");
        }
    }
}
