//! Texts by their ids.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

use crate::{Language, language, number::decimal};

type Bundle = FluentBundle<FluentResource>;

/// The files of a language.
macro_rules! files {
    ($language:literal: $($name:literal)*) => {
        [$(($name, include_str!(concat!("../locales/", $language, "/", $name, ".ftl")))),*]
    };
}

/// The files, by name: the same in each language.
macro_rules! locales {
    ($($name:literal)*) => {
        const EN: &[(&str, &str)] = &files!("en": $($name)*);
        const FR: &[(&str, &str)] = &files!("fr": $($name)*);
    };
}

locales! {
    "common"
    "erasure"
    "errors"
    "filters"
    "find"
    "history"
    "hosts"
    "integrity"
    "log"
    "logs"
    "me"
    "models"
    "overview"
    "records"
    "rules"
    "search"
    "sign-in"
    "time"
    "users"
}

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::En));
static FRENCH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::Fr));

const fn files(language: Language) -> &'static [(&'static str, &'static str)] {
    match language {
        Language::En => EN,
        Language::Fr => FR,
    }
}

fn of(language: Language) -> &'static Bundle {
    match language {
        Language::En => &ENGLISH,
        Language::Fr => &FRENCH,
    }
}

fn bundle(language: Language) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![language::id(language)]);
    // Names that turn the direction are kept apart by `<bdi>`, where they are shown.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::En => |value: &FluentValue<'_>, _: &_| written(Language::En, value),
        Language::Fr => |value: &FluentValue<'_>, _: &_| written(Language::Fr, value),
    }));
    for (_, source) in files(language) {
        // What cannot be read or is there twice is found by the tests below.
        let resource =
            FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(readable, _)| readable);
        let _ = bundle.add_resource(resource);
    }
    bundle
}

fn written(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(decimal(language, &number.as_string())),
        _ => None,
    }
}

/// The text of `id`, with its arguments. An id that is not known is shown as it is: tests see to it
/// that none is.
pub fn text(language: Language, id: &str, arguments: &[(&str, FluentValue<'_>)]) -> String {
    let bundle = of(language);
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        return id.to_owned();
    };
    let mut given = FluentArgs::with_capacity(arguments.len());
    for (name, value) in arguments {
        given.set(*name, value.clone());
    }
    let mut faults = Vec::new();
    bundle
        .format_pattern(pattern, Some(&given), &mut faults)
        .into_owned()
}

/// A piece of a text that something else than text is put into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Text(String),
    /// The place of the argument with this number.
    Place(usize),
}

/// The text of `id` cut at the places of `names`, in the order of the language: what stands there
/// is put in by the caller, a link or a name in its own element.
pub fn parts(
    language: Language,
    id: &str,
    names: &[&str],
    arguments: &[(&str, FluentValue<'_>)],
) -> Vec<Part> {
    /// Marks that no text holds (private use).
    const FIRST: u32 = 0xF_0000;
    let mark = |at: usize| {
        u32::try_from(at)
            .ok()
            .and_then(|at| char::from_u32(FIRST + at))
            .unwrap_or('\u{fffd}')
    };
    let mut given: Vec<_> = arguments.to_vec();
    for (at, name) in names.iter().enumerate() {
        given.push((name, FluentValue::from(mark(at).to_string())));
    }
    let mut found = Vec::new();
    let mut words = String::new();
    for letter in text(language, id, &given).chars() {
        match (0..names.len()).find(|at| mark(*at) == letter) {
            Some(at) => {
                if !words.is_empty() {
                    found.push(Part::Text(std::mem::take(&mut words)));
                }
                found.push(Part::Place(at));
            }
            None => words.push(letter),
        }
    }
    if !words.is_empty() {
        found.push(Part::Text(words));
    }
    found
}

/// Every id of a language.
pub fn ids(language: Language) -> BTreeSet<String> {
    files(language)
        .iter()
        .flat_map(|(_, source)| source.lines())
        .filter_map(|line| line.split_once('='))
        .map(|(id, _)| id.trim_end())
        .filter(|id| id.starts_with(|first: char| first.is_ascii_lowercase()))
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The names after `$` in the text of each id.
    fn arguments(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut id = String::new();
        for line in files(language).iter().flat_map(|(_, text)| text.lines()) {
            let begins = line.starts_with(|first: char| first.is_ascii_lowercase());
            if begins && let Some((name, _)) = line.split_once('=') {
                id = name.trim_end().to_owned();
                assert!(
                    found.insert(id.clone(), BTreeSet::new()).is_none(),
                    "{id} is there twice in {}",
                    language.as_str()
                );
            }
            for name in line.split('$').skip(1) {
                let end = name
                    .find(|it: char| !it.is_ascii_alphanumeric() && it != '_' && it != '-')
                    .unwrap_or(name.len());
                found
                    .entry(id.clone())
                    .or_default()
                    .insert(name[..end].to_owned());
            }
        }
        found
    }

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_arguments() {
        let (english, french) = (arguments(Language::En), arguments(Language::Fr));
        let only = |some: &BTreeMap<_, _>, other: &BTreeMap<_, _>| {
            some.keys()
                .filter(|id| !other.contains_key(*id))
                .cloned()
                .collect::<Vec<String>>()
        };
        assert_eq!(
            only(&english, &french),
            Vec::<String>::new(),
            "not in French"
        );
        assert_eq!(
            only(&french, &english),
            Vec::<String>::new(),
            "not in English"
        );
        assert_eq!(english, french);
    }

    #[test]
    fn every_file_is_read_whole() {
        for language in Language::ALL {
            for (name, source) in files(language) {
                let read = FluentResource::try_new((*source).to_owned());
                assert!(
                    read.is_ok(),
                    "{}/{name}: {:?}",
                    language.as_str(),
                    read.err()
                );
            }
            let known = ids(language);
            assert!(!known.is_empty());
            for id in known {
                assert!(of(language).get_message(&id).is_some(), "{id}");
            }
        }
    }

    #[test]
    fn counts_are_worded_by_each_language() {
        let words = |language, count: i64| {
            text(
                language,
                "common-records",
                &[("count", FluentValue::from(count))],
            )
        };
        assert_eq!(words(Language::En, 0), "0 records");
        assert_eq!(words(Language::En, 1), "1 record");
        assert_eq!(words(Language::En, 5012), "5,012 records");
        // In French nothing and one are singular.
        assert_eq!(words(Language::Fr, 0), "0 enregistrement");
        assert_eq!(words(Language::Fr, 5012), "5\u{202f}012 enregistrements");
    }

    #[test]
    fn a_text_is_cut_where_something_else_goes_in() {
        let cut = parts(Language::En, "common-quoted", &["name"], &[]);
        assert_eq!(
            cut,
            [
                Part::Text("“".to_owned()),
                Part::Place(0),
                Part::Text("”".to_owned())
            ]
        );
    }

    #[test]
    fn an_unknown_text_is_shown_as_its_id() {
        assert_eq!(text(Language::En, "no-such-text", &[]), "no-such-text");
    }
}
