//! What is being typed: the part of a search that the caret stands in.

use super::{Qualifier, Search, Span, edit, lex};

/// What the caret stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caret {
    /// The beginning of a term, which may become a qualifier or stay a word.
    Word {
        /// What a suggestion replaces, without the `-`.
        span: Span,
        /// What is typed so far.
        typed: String,
    },
    /// A value of a qualifier.
    Value {
        /// The qualifier.
        qualifier: Qualifier,
        /// What a suggestion replaces.
        span: Span,
        /// What is typed so far, without quotation marks.
        typed: String,
    },
}

impl Caret {
    /// What stands at the byte `at` of `text`; outside of it, at its end.
    pub fn at(text: &str, at: usize) -> Self {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        // What comes behind the caret is not typed yet, or typed already: it does not count.
        let before = &text[..at];
        let Some(raw) = lex::lex(before).pop().filter(|raw| raw.end == at) else {
            return Self::Word {
                span: Span::new(at, at),
                typed: String::new(),
            };
        };
        let rest = text[at..]
            .find(|c: char| c.is_whitespace() || c == ',' || c == ':')
            .map_or(text.len(), |next| at + next);
        match raw.body {
            lex::Body::Named(qualifier, mut pieces) => {
                let Some(piece) = pieces.pop() else {
                    return Self::Word {
                        span: Span::new(at, at),
                        typed: String::new(),
                    };
                };
                let open = piece.flaw == Some(lex::Flaw::Unclosed);
                let typed = if open {
                    piece.text.trim_start_matches('"').to_owned()
                } else {
                    piece.text
                };
                // An open quotation mark is closed by what is suggested.
                let end = if open { at } else { rest };
                Self::Value {
                    qualifier,
                    span: Span::new(piece.start, end),
                    typed,
                }
            }
            lex::Body::Text { needle, .. } => {
                let alone = needle == "-" && !raw.negated;
                let start = raw.start + usize::from(raw.negated || alone);
                Self::Word {
                    span: Span::new(start, rest.max(start)),
                    typed: if alone { String::new() } else { needle },
                }
            }
        }
    }

    /// What a suggestion of `text` puts in its place.
    pub fn insert(&self, text: &str) -> String {
        match self {
            Self::Word { .. } => text.to_owned(),
            Self::Value { .. } => edit::value(text),
        }
    }

    /// What is replaced.
    pub const fn span(&self) -> Span {
        match self {
            Self::Word { span, .. } | Self::Value { span, .. } => *span,
        }
    }
}

impl Search {
    /// The text with a part of it replaced, and where the caret is then.
    pub fn replaced(text: &str, span: Span, by: &str) -> (String, usize) {
        let range = span.range();
        let inside = range.end <= text.len()
            && text.is_char_boundary(range.start)
            && text.is_char_boundary(range.end);
        let range = if inside && range.start <= range.end {
            range
        } else {
            text.len()..text.len()
        };
        let mut out = text.to_owned();
        let caret = range.start + by.len();
        out.replace_range(range, by);
        (out, caret)
    }
}
