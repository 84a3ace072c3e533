//! The languages there are.

use unic_langid::{LanguageIdentifier, langid};

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The tag (BCP 47): `en`, `fr`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The name of the language in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// The language of a tag; its region is not looked at.
    pub fn parse(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|it| it.as_str().eq_ignore_ascii_case(language))
    }

    /// The first language that an `Accept-Language` header asks for by weight, of those there are.
    pub fn accepted(header: &str) -> Option<Self> {
        let mut asked: Vec<(f32, Self)> = header
            .split(',')
            .filter_map(|range| {
                let (tag, rest) = range.split_once(';').unwrap_or((range, ""));
                let weight = rest.trim().strip_prefix("q=").unwrap_or("1");
                let weight: f32 = weight.trim().parse().unwrap_or(0.0);
                (weight > 0.0).then_some((weight, Self::parse(tag)?))
            })
            .collect();
        // Stable: of two of the same weight the first is meant.
        asked.sort_by(|a, b| b.0.total_cmp(&a.0));
        asked.first().map(|(_, language)| *language)
    }

    pub(crate) const fn id(self) -> LanguageIdentifier {
        match self {
            Self::En => langid!("en"),
            Self::Fr => langid!("fr"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, En, Fr};

    #[test]
    fn the_language_asked_for_most_is_taken() {
        for (asked, found) in [
            ("fr-FR,fr;q=0.9,en;q=0.8", Some(Fr)),
            ("de-DE, en-GB;q=0.7, fr;q=0.3", Some(En)),
            ("en;q=0.2, fr;q=0.9", Some(Fr)),
            ("fr;q=0, en;q=0.1", Some(En)),
            ("fr, en", Some(Fr)),
            ("de", None),
            ("*", None),
            ("", None),
            (";;,=q,", None),
        ] {
            assert_eq!(Language::accepted(asked), found, "{asked}");
        }
    }
}
