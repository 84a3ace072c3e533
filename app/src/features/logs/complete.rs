//! What a search may go on with, in the reader's words and as browsers count.

use types::{Qualifier, Search, Suggestion, SuggestionKind};

use super::{
    api::Completion,
    terms::{qualifier_takes, qualifier_word},
};
use crate::{components::operation_word, say::t};

/// The byte at which so many UTF-16 units of a text end.
pub fn byte_of(text: &str, units: u32) -> usize {
    let mut left = usize::try_from(units).unwrap_or(usize::MAX);
    for (at, letter) in text.char_indices() {
        if left < letter.len_utf16() {
            return at;
        }
        left -= letter.len_utf16();
    }
    text.len()
}

/// How many UTF-16 units stand before a byte of a text.
fn units_before(text: &str, byte: usize) -> u32 {
    let before = text.get(..byte).unwrap_or(text);
    u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
}

/// A suggestion, carried out on the search that it is for.
pub fn completion(search: &str, suggestion: Suggestion) -> Completion {
    let (text, caret) = Search::replaced(search, suggestion.span, &suggestion.text);
    let label = label(&suggestion);
    Completion {
        caret: units_before(&text, caret),
        text,
        word: suggestion.text,
        label,
    }
}

/// What people call it: names are the hosts' own, words are ours.
fn label(suggestion: &Suggestion) -> String {
    let word = suggestion.text.as_str();
    match suggestion.kind {
        SuggestionKind::Qualifier => Qualifier::parse(word.trim_end_matches(':'))
            .map(|qualifier| {
                let (what, takes) = (qualifier_word(qualifier), qualifier_takes(qualifier));
                t!("logs-suggest-qualifier", what = what, takes = takes)
            })
            .unwrap_or_default(),
        SuggestionKind::Value(Qualifier::Operation) => {
            types::OperationKind::parse(word).map_or_else(String::new, operation_word)
        }
        SuggestionKind::Value(Qualifier::Is) => match word {
            "first" => t!("logs-suggest-first"),
            _ => t!("logs-suggest-unrecorded"),
        },
        SuggestionKind::Value(Qualifier::From | Qualifier::To | Qualifier::On) => time(word),
        SuggestionKind::Value(Qualifier::Revision) => match word {
            "1" => t!("logs-suggest-first"),
            ">5" => t!("logs-suggest-behind"),
            _ => t!("logs-suggest-between"),
        },
        SuggestionKind::Value(Qualifier::Host) => String::new(),
        SuggestionKind::Value(_) => suggestion.label.clone(),
    }
}

fn time(word: &str) -> String {
    match word {
        "today" => t!("logs-suggest-today"),
        "yesterday" => t!("logs-suggest-yesterday"),
        "now" => t!("logs-suggest-now"),
        "-30m" => t!("logs-suggest-minutes", count = 30),
        "-1h" => t!("logs-suggest-hours", count = 1),
        "-24h" => t!("logs-suggest-hours", count = 24),
        "-7d" => t!("logs-suggest-days", count = 7),
        "-30d" => t!("logs-suggest-days", count = 30),
        "-3mo" => t!("logs-suggest-months", count = 3),
        "-1y" => t!("logs-suggest-years", count = 1),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use types::Span;

    use super::*;

    #[test]
    fn places_are_told_as_browsers_count() {
        for (units, byte) in [(0, 0), (1, 2), (2, 2), (3, 6), (9, 7)] {
            assert_eq!(byte_of("é😀a", units), byte, "{units}");
        }
        let suggestion = Suggestion {
            span: Span { start: 7, end: 9 },
            text: "op:".into(),
            label: String::new(),
            kind: SuggestionKind::Qualifier,
        };
        let found = completion("é😀 op 1", suggestion);
        assert_eq!((found.text.as_str(), found.caret), ("é😀 op: 1", 7));
    }
}
