//! Where a term begins and ends.
//!
//! Terms stand between blanks. A `-` in front negates one; quotation marks hold blanks together,
//! with `\"` and `\\` inside for the characters themselves. One that is not closed holds all that
//! comes behind it.

use super::Qualifier;

/// A term by its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) negated: bool,
    pub(super) body: Body,
}

/// What stands behind the `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// A word or a phrase.
    Text {
        needle: String,
        unknown: Option<String>,
    },
    /// A known qualifier and its values.
    Named(Qualifier, Vec<Piece>),
}

/// One value of a qualifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Without quotation marks and escapes.
    pub(super) text: String,
    pub(super) flaw: Option<Flaw>,
}

/// What is wrong with the form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A quotation mark without its second.
    Unclosed,
    /// Something right behind the closing quotation mark.
    Trailing,
}

/// The terms of a text.
pub(super) fn lex(text: &str) -> Vec<Raw> {
    let mut terms = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| !c.is_whitespace()) {
        let start = at + start;
        let behind = text[start..].strip_prefix('-');
        let negated = behind.is_some_and(|rest| rest.starts_with(|c: char| !c.is_whitespace()));
        let (body, end) = body(text, start + usize::from(negated));
        terms.push(Raw {
            start,
            end,
            negated,
            body,
        });
        at = end;
    }
    terms
}

fn body(text: &str, start: usize) -> (Body, usize) {
    if let Some((needle, end)) = quoted(text, start)
        && !needle.is_empty()
    {
        let unknown = None;
        return (Body::Text { needle, unknown }, end);
    }
    let mut end = blank(text, start);
    let mut unknown = None;
    if is_unclosed(text, start) {
        let needle = text[start..].to_owned();
        return (Body::Text { needle, unknown }, text.len());
    }
    if let Some((name, _)) = text[start..end].split_once(':')
        && !name.is_empty()
    {
        let behind = start + name.len() + 1;
        if let Some(qualifier) = Qualifier::parse(name) {
            let (pieces, end) = pieces(text, behind);
            return (Body::Named(qualifier, pieces), end);
        }
        // Its quoted value belongs to it, and is looked for with its quotation marks.
        if let Some((_, closed)) = quoted(text, behind) {
            end = closed;
        } else if is_unclosed(text, behind) {
            end = text.len();
        }
        unknown = Some(name.to_owned());
    }
    let needle = text[start..end].to_owned();
    (Body::Text { needle, unknown }, end)
}

/// The values behind a colon, separated by commas.
fn pieces(text: &str, start: usize) -> (Vec<Piece>, usize) {
    let mut pieces = Vec::new();
    let mut start = start;
    loop {
        let mut flaw = None;
        let (content, end) = if let Some((content, closed)) = quoted(text, start) {
            let end = blank(text, closed);
            if !text[closed..end].is_empty() && !text[closed..].starts_with(',') {
                flaw = Some(Flaw::Trailing);
                (text[start..end].to_owned(), end)
            } else {
                (content, closed)
            }
        } else if is_unclosed(text, start) {
            // Nothing behind it can be told from what it holds.
            flaw = Some(Flaw::Unclosed);
            (text[start..].to_owned(), text.len())
        } else {
            let end = blank(text, start);
            let end = text[start..end]
                .find(',')
                .map_or(end, |comma| start + comma);
            (text[start..end].to_owned(), end)
        };
        pieces.push(Piece {
            start,
            end,
            text: content,
            flaw,
        });
        if flaw.is_some() || !text[end..].starts_with(',') {
            return (pieces, end);
        }
        start = end + 1;
    }
}

/// Whether a quotation mark opens at `start` that nothing closes.
fn is_unclosed(text: &str, start: usize) -> bool {
    text[start..].starts_with('"') && quoted(text, start).is_none()
}

/// Where the next blank is, or the end.
fn blank(text: &str, start: usize) -> usize {
    text[start..]
        .find(char::is_whitespace)
        .map_or(text.len(), |at| start + at)
}

/// What stands in quotation marks at `start`, without escapes, and the place behind them.
pub(super) fn quoted(text: &str, start: usize) -> Option<(String, usize)> {
    let inside = text[start..].strip_prefix('"')?;
    let mut content = String::new();
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((content, start + 1 + at + 1)),
            '\\' => match letters.clone().next() {
                Some((_, escaped @ ('"' | '\\'))) => {
                    letters.next();
                    content.push(escaped);
                }
                _ => content.push('\\'),
            },
            other => content.push(other),
        }
    }
    None
}

/// `text` in quotation marks.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
    out
}
