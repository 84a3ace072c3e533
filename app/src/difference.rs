//! What differs between two values: words of a text, members of a set, members of a JSON value.
//!
//! The effort is bounded: texts are whatever hosts report, and a page must not stand still over
//! two that were made to be hard to compare. What is beyond the bound is shown whole, unmarked.

use std::collections::HashSet;

use serde_json::Value;
use similar::{Algorithm, DiffOp, capture_diff_slices};
use types::FieldType;

use crate::value::{Named, Shown, show};

/// A value beside another: whole, with what differs marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Side {
    /// Nothing is marked.
    Plain(Shown),
    /// A text; what the other has not is marked.
    Words(Vec<Piece>),
    /// A set; true marks members that the other has not.
    Members(Vec<(bool, Named)>),
    /// A JSON value: the path and the value of what differs, how many more do, and the whole.
    Json {
        /// Path, and value on this side where there is one.
        told: Vec<(String, Option<String>)>,
        /// How many differ that are not told.
        more: usize,
        /// All of it.
        whole: String,
    },
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Whether the other text has it not.
    pub(crate) differs: bool,
    /// The piece.
    pub(crate) text: String,
}

/// How much comparing is left for one page.
#[derive(Debug)]
pub(crate) struct Effort(usize);

/// Steps for a page: an ordinary one takes some thousands, and this many take a blink.
const STEPS: usize = 16_000_000;
/// Most words of a text that is compared word by word.
const WORDS: usize = 2_000;
/// Most members of a JSON value that are told, and that are looked at.
const TOLD: usize = 8;
const LOOKED_AT: usize = 2_000;
/// How deep members of members are told.
const DEPTH: usize = 12;

impl Default for Effort {
    fn default() -> Self {
        Self(STEPS)
    }
}

impl Effort {
    /// Takes steps, if there are as many left.
    fn take(&mut self, steps: usize) -> bool {
        let left = self.0.checked_sub(steps);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// A value that may be known, and what it is called.
pub(crate) type Told<'a> = (Option<&'a Value>, Option<&'a str>);

/// Two values of a field beside each other.
pub(crate) fn sides(
    kind: FieldType,
    old: Told<'_>,
    new: Told<'_>,
    effort: &mut Effort,
) -> (Side, Side) {
    let before = show(kind, old.0, old.1);
    let after = show(kind, new.0, new.1);
    let marked = match (&before, &after) {
        (Shown::Text(a) | Shown::Long(a), Shown::Text(b) | Shown::Long(b)) => words(a, b, effort),
        (Shown::Many(a), Shown::Many(b)) => Some(members(a, b)),
        (Shown::Json(a), Shown::Json(b)) => match (old.0, new.0) {
            (Some(old), Some(new)) => Some(json((old, a), (new, b))),
            _ => None,
        },
        _ => None,
    };
    marked.unwrap_or((Side::Plain(before), Side::Plain(after)))
}

/// The words of a text, what divides them standing alone.
fn split(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut out = Vec::new();
    let (mut start, mut last) = (0, None);
    for (at, c) in text.char_indices() {
        let of = class(c);
        if last.is_some_and(|last| last != of || of == 2) {
            out.push(&text[start..at]);
            start = at;
        }
        last = Some(of);
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

/// The same, the words that differ marked; none where the texts have too little in common for
/// that to help, or are too long.
fn words(old: &str, new: &str, effort: &mut Effort) -> Option<(Side, Side)> {
    let (a, b) = (split(old), split(new));
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let most = a.len().min(b.len()) - head;
    let tail = a.iter().rev().zip(b.iter().rev()).take(most);
    let tail = tail.take_while(|(a, b)| a == b).count();
    let (within_a, within_b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let count = within_a.len() + within_b.len();
    if within_a.len().max(within_b.len()) > WORDS || !effort.take(count * count) {
        return None;
    }
    let (mut left, mut right) = (Pieces::default(), Pieces::default());
    left.push(false, &a[..head]);
    right.push(false, &b[..head]);
    for op in capture_diff_slices(Algorithm::Myers, within_a, within_b) {
        let (gone, come) = (&within_a[op.old_range()], &within_b[op.new_range()]);
        // A space between two words that differ is no common ground.
        let same =
            matches!(op, DiffOp::Equal { .. }) && gone.iter().any(|word| !word.trim().is_empty());
        left.push(!same, gone);
        right.push(!same, come);
    }
    left.push(false, &a[a.len() - tail..]);
    right.push(false, &b[b.len() - tail..]);
    let (common, longer) = (left.common, old.len().max(new.len()));
    (common * 4 >= longer).then_some((Side::Words(left.pieces), Side::Words(right.pieces)))
}

/// Pieces of a text as they are found.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
    common: usize,
}

impl Pieces {
    fn push(&mut self, differs: bool, words: &[&str]) {
        if words.is_empty() {
            return;
        }
        let text = words.concat();
        if !differs {
            self.common += text.len();
        }
        match self.pieces.last_mut() {
            Some(last) if last.differs == differs => last.text.push_str(&text),
            _ => self.pieces.push(Piece { differs, text }),
        }
    }
}

fn members(old: &[Named], new: &[Named]) -> (Side, Side) {
    let ids = |set: &[Named]| -> HashSet<String> { set.iter().map(|it| it.id.clone()).collect() };
    let (of_old, of_new) = (ids(old), ids(new));
    let mark = |set: &[Named], other: &HashSet<String>| {
        // What differs comes first: a long set may be folded.
        let mut marked: Vec<_> = set
            .iter()
            .map(|it| (!other.contains(&it.id), it.clone()))
            .collect();
        marked.sort_by_key(|(differs, _)| !differs);
        Side::Members(marked)
    };
    (mark(old, &of_new), mark(new, &of_old))
}

fn json(old: (&Value, &str), new: (&Value, &str)) -> (Side, Side) {
    let mut found = Found::default();
    found.compare(String::new(), Some(old.0), Some(new.0), 0);
    let side = |told, whole: &str| Side::Json {
        told,
        more: found.more,
        whole: whole.to_owned(),
    };
    (side(found.old, old.1), side(found.new, new.1))
}

/// Members of two JSON values that differ.
#[derive(Default)]
struct Found {
    old: Vec<(String, Option<String>)>,
    new: Vec<(String, Option<String>)>,
    more: usize,
    looked_at: usize,
}

impl Found {
    fn compare(&mut self, path: String, old: Option<&Value>, new: Option<&Value>, depth: usize) {
        self.looked_at += 1;
        if old == new || self.looked_at > LOOKED_AT {
            return;
        }
        match (old, new) {
            (Some(Value::Object(a)), Some(Value::Object(b))) if depth < DEPTH => {
                let added = b.keys().filter(|name| !a.contains_key(*name));
                for name in a.keys().chain(added) {
                    self.compare(step(&path, name), a.get(name), b.get(name), depth + 1);
                }
            }
            (Some(Value::Array(a)), Some(Value::Array(b))) if depth < DEPTH => {
                for at in 0..a.len().max(b.len()) {
                    self.compare(format!("{path}[{at}]"), a.get(at), b.get(at), depth + 1);
                }
            }
            _ if self.old.len() == TOLD => self.more += 1,
            (old, new) => {
                self.old.push((path.clone(), old.map(brief)));
                self.new.push((path, new.map(brief)));
            }
        }
    }
}

fn step(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn brief(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    crate::value::shorten(&text, 60)
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
