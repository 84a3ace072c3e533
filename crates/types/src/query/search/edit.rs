//! Writing a search: as it is meant, without a term, with one more value.

use super::lex::quote;
use super::{Meaning, Qualifier, Search, Term};

impl Search {
    /// The same search in the one way in which it is written here.
    pub fn canonical(&self) -> String {
        let terms: Vec<String> = self.terms.iter().map(canonical).collect();
        terms.join(" ")
    }

    /// The text without one of its terms.
    pub fn without(&self, term: usize) -> String {
        self.keeping(|index, _| index != term)
    }

    /// The text without any term of this qualifier.
    pub fn without_qualifier(&self, qualifier: Qualifier) -> String {
        self.keeping(|_, term| term.meaning.qualifier() != Some(qualifier))
    }

    /// The text that also takes this value: one more of those asked for, or the first.
    pub fn with(&self, qualifier: Qualifier, value: &str) -> String {
        self.with_term(qualifier, value, false)
    }

    /// The text that leaves this value out.
    pub fn excluding(&self, qualifier: Qualifier, value: &str) -> String {
        self.with_term(qualifier, value, true)
    }

    /// The text that takes this value alone, of those of the qualifier.
    pub fn only(&self, qualifier: Qualifier, value: &str) -> String {
        let others =
            self.keeping(|_, term| term.negated || term.meaning.qualifier() != Some(qualifier));
        Self::parse(&others).with(qualifier, value)
    }

    /// The text that does not ask for this value any more.
    pub fn without_value(&self, qualifier: Qualifier, value: &str) -> String {
        let mut terms = Vec::new();
        for term in &self.terms {
            let values = term.meaning.values();
            let asks = !term.negated
                && term.meaning.qualifier() == Some(qualifier)
                && values.iter().any(|other| other == value);
            if !asks {
                terms.push(term.text.clone());
                continue;
            }
            let rest: Vec<String> = values.into_iter().filter(|other| other != value).collect();
            if !rest.is_empty() {
                terms.push(named(qualifier, &rest));
            }
        }
        terms.join(" ")
    }

    fn with_term(&self, qualifier: Qualifier, value: &str, negated: bool) -> String {
        let same =
            |term: &Term| term.negated == negated && term.meaning.qualifier() == Some(qualifier);
        let has = |term: &Term| term.meaning.values().iter().any(|other| other == value);
        if self.terms.iter().any(|term| same(term) && has(term)) {
            return self.text.clone();
        }
        let sign = if negated { "-" } else { "" };
        let mut terms: Vec<String> = self.terms.iter().map(|term| term.text.clone()).collect();
        let open = self.terms.last().is_some_and(|last| is_open(&last.text));
        let place = terms.len() - usize::from(open);
        if let Some(at) = self.terms.iter().rposition(same) {
            let mut values = self.terms[at].meaning.values();
            values.push(value.to_owned());
            terms[at] = format!("{sign}{}", named(qualifier, &values));
        } else {
            let term = named(qualifier, &[value.to_owned()]);
            terms.insert(place, format!("{sign}{term}"));
        }
        terms.join(" ")
    }

    fn keeping(&self, keep: impl Fn(usize, &Term) -> bool) -> String {
        let kept: Vec<&str> = self
            .terms
            .iter()
            .enumerate()
            .filter(|(index, term)| keep(*index, term))
            .map(|(_, term)| term.text.as_str())
            .collect();
        kept.join(" ")
    }
}

/// Whether a term has an open quotation mark: it takes in all up to the next one behind it.
fn is_open(term: &str) -> bool {
    let followed = Search::parse(&format!("{term} \""));
    followed
        .terms
        .first()
        .is_none_or(|first| first.text != term)
}

fn canonical(term: &Term) -> String {
    let sign = if term.negated { "-" } else { "" };
    match &term.meaning {
        // How it is written is what it is.
        Meaning::Fault(_)
        | Meaning::Text {
            unknown: Some(_), ..
        } => term.text.clone(),
        Meaning::Text { needle, .. } => format!("{sign}{}", word(needle)),
        known => match known.qualifier() {
            Some(qualifier) => format!("{sign}{}", named(qualifier, &known.values())),
            None => term.text.clone(),
        },
    }
}

/// A text as a term that means it.
fn word(needle: &str) -> String {
    let plain = !needle.is_empty()
        && !needle.starts_with('-')
        && !needle.contains(|c: char| c.is_whitespace() || matches!(c, '"' | ':'));
    if plain {
        needle.to_owned()
    } else {
        quote(needle)
    }
}

/// A qualifier with its values.
pub(super) fn named(qualifier: Qualifier, values: &[String]) -> String {
    let values: Vec<String> = values.iter().map(|text| value(text)).collect();
    format!("{qualifier}:{}", values.join(","))
}

/// A value as it is written behind the colon.
pub(super) fn value(text: &str) -> String {
    let plain = !text.is_empty()
        && !text.starts_with('"')
        && !text.contains(|c: char| c.is_whitespace() || c == ',');
    if plain { text.to_owned() } else { quote(text) }
}
