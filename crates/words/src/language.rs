//! The languages there are, and which is asked for.

use types::Language;
use unic_langid::{LanguageIdentifier, langid};

/// The name of a language in itself.
pub const fn name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Fr => "Français",
    }
}

/// The language of those there are that an `Accept-Language` header (RFC 9110) asks for most; a
/// tag's region is not looked at.
pub fn accepted(header: &str) -> Option<Language> {
    let mut asked: Vec<(f32, Language)> = header
        .split(',')
        .filter_map(|range| {
            let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
            let weight = rest.trim().strip_prefix("q=").unwrap_or("1");
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            let tag = tag.trim().split('-').next()?.to_ascii_lowercase();
            (weight > 0.0).then_some((weight, Language::parse(&tag)?))
        })
        .collect();
    // Stable: of two of the same weight the first is meant.
    asked.sort_by(|a, b| b.0.total_cmp(&a.0));
    asked.first().map(|(_, language)| *language)
}

pub(crate) const fn id(language: Language) -> LanguageIdentifier {
    match language {
        Language::En => langid!("en"),
        Language::Fr => langid!("fr"),
    }
}

#[cfg(test)]
mod tests {
    use super::accepted;
    use types::Language::{En, Fr};

    #[test]
    fn the_language_asked_for_most_is_taken() {
        for (asked, found) in [
            ("fr-FR,fr;q=0.9,en;q=0.8", Some(Fr)),
            ("de-DE, en-GB;q=0.7, fr;q=0.3", Some(En)),
            ("en;q=0.2, FR;q=0.9", Some(Fr)),
            ("fr;q=0, en;q=0.1", Some(En)),
            ("fr, en", Some(Fr)),
            ("de", None),
            ("*", None),
            ("", None),
            (";;,=q,", None),
        ] {
            assert_eq!(accepted(asked), found, "{asked}");
        }
    }
}
