//! The texts of the pages, in the reader's language. Every text that a person reads comes through
//! here; a test below fails on one that is not there.

use leptos::prelude::*;
use words::{Part, Value};

use crate::reader::reader;

/// A text by its id: `t!("logs-title")`, `t!("common-logs", count = 3)`.
macro_rules! t {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::say::text($id, &[$((stringify!($name), words::Value::from($value))),*])
    };
}

/// A text with views in it: `phrase!("rules-delete-title", { name = view! { <bdi>{name}</bdi> } })`,
/// and other arguments behind.
macro_rules! phrase {
    ($id:literal, { $($place:ident = $view:expr),* $(,)? } $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::say::views(
            $id,
            vec![$((stringify!($place), leptos::prelude::IntoAny::into_any($view))),*],
            &[$((stringify!($name), words::Value::from($value))),*],
        )
    };
}

#[allow(unused_imports)] // until the pages use it
pub(crate) use phrase;
pub(crate) use t;

/// See [`t!`].
pub(crate) fn text(id: &str, arguments: &[(&str, Value<'_>)]) -> String {
    words::text(reader().language, id, arguments)
}

/// See [`phrase!`].
pub(crate) fn views(
    id: &str,
    places: Vec<(&'static str, AnyView)>,
    arguments: &[(&str, Value<'_>)],
) -> AnyView {
    let names: Vec<&str> = places.iter().map(|(name, _)| *name).collect();
    let parts = words::parts(reader().language, id, &names, arguments);
    let mut views: Vec<Option<AnyView>> = places.into_iter().map(|(_, view)| Some(view)).collect();
    parts
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text.into_any(),
            // A text names each place once.
            Part::Place(at) => views.get_mut(at).and_then(Option::take).into_any(),
        })
        .collect_view()
        .into_any()
}

/// A whole number as the reader writes it.
pub(crate) fn number(value: i64) -> String {
    words::number(reader().language, value)
}

/// A decimal number, in the digits that a host sent, as the reader writes it.
pub(crate) fn decimal(plain: &str) -> String {
    words::decimal(reader().language, plain)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use words::Language;

    /// The ids that the sources ask for.
    fn asked(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                asked(&path, found);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let own = path.ends_with("say.rs");
                for call in ["t!(", "phrase!("].into_iter().filter(|_| !own) {
                    for (at, _) in source.match_indices(call) {
                        let before = source[..at].chars().next_back();
                        if before.is_some_and(|it| it.is_alphanumeric() || it == '_') {
                            continue;
                        }
                        let rest = source[at + call.len()..].trim_start();
                        if let Some(id) = rest.strip_prefix('"').and_then(|it| it.split('"').next())
                        {
                            found.insert(id.to_owned());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_text_that_is_asked_for_is_there_in_both_languages() {
        let mut found = BTreeSet::new();
        asked(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut found,
        );
        for language in Language::ALL {
            let known = words::ids(language);
            let missing: Vec<_> = found.difference(&known).collect();
            assert!(
                missing.is_empty(),
                "not in {}: {missing:?}",
                language.as_str()
            );
        }
    }
}
