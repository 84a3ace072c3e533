//! How a person wants the pages to be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Code, Faults, List};

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    En,
    /// French.
    Fr,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The BCP 47 tag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// Reads the tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.as_str() == tag)
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the person's system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }
}

/// How a person wants the pages to be; what is not said is the browser's choice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The language; by the browser's `Accept-Language` where there is none.
    pub language: Option<Language>,
    /// The time zone, an IANA name such as `Europe/Paris`; the browser's where there is none.
    pub time_zone: Option<String>,
    /// Light or dark.
    pub theme: Theme,
    /// The columns of a list, in the order they are shown; the list's own where it is not named.
    pub columns: BTreeMap<List, Vec<String>>,
    /// The columns of the list of a model's records, by [`Preferences::of_model`]: each model has
    /// fields of its own. What the list begins with where a model is not named.
    pub record_columns: BTreeMap<String, Vec<String>>,
}

/// Most columns of a list.
const COLUMNS: usize = 40;
/// Longest name of a column or a zone, in characters.
const WORD: usize = 64;
/// Longest name of a field, in characters.
const FIELD: usize = 256;
/// Most models whose columns are kept.
const MODELS: usize = 200;

impl Preferences {
    /// The key of a model among [`Preferences::record_columns`].
    pub fn of_model(host: &str, model: &str) -> String {
        format!("{host}/{model}")
    }

    /// Checks lengths, and that no column is named twice. Whether there is such a time zone is
    /// for the server to say.
    pub fn check(self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if let Some(zone) = &self.time_zone
            && (zone.is_empty() || zone.chars().count() > WORD)
        {
            faults.push("/time_zone", Code::UnknownValue, "not a time zone");
        }
        for (list, columns) in &self.columns {
            let pointer = format!("/columns/{list}");
            check_columns(&pointer, columns, WORD, &mut faults);
        }
        if self.record_columns.len() > MODELS {
            let detail = format!("at most {MODELS} models");
            faults.push("/record_columns", Code::TooMany, detail);
        }
        for columns in self.record_columns.values() {
            check_columns("/record_columns", columns, FIELD, &mut faults);
        }
        faults.finish(Some(self))
    }
}

fn check_columns(pointer: &str, columns: &[String], longest: usize, faults: &mut Faults) {
    if columns.is_empty() {
        faults.push(pointer, Code::Empty, "at least one column");
    }
    if columns.len() > COLUMNS {
        let detail = format!("at most {COLUMNS} columns");
        faults.push(pointer, Code::TooMany, detail);
        return;
    }
    for (index, column) in columns.iter().enumerate() {
        let pointer = format!("{pointer}/{index}");
        if column.is_empty() || column.chars().any(char::is_control) {
            faults.push(pointer, Code::Malformed, "not the name of a column");
        } else if column.chars().count() > longest {
            let detail = format!("at most {longest} characters");
            faults.push(pointer, Code::TooLong, detail);
        } else if columns[..index].contains(column) {
            faults.push(pointer, Code::Duplicate, "the column is there already");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_words_of_which_none_comes_twice() {
        let of = |columns: &[&str]| Preferences {
            columns: [(
                List::Logs,
                columns.iter().map(|c| (*c).to_owned()).collect(),
            )]
            .into(),
            ..Preferences::default()
        };
        assert!(of(&["date", "user"]).check().is_ok());
        let faults = of(&["date", "", "date", &"x".repeat(65)])
            .check()
            .unwrap_err();
        let told: Vec<_> = faults
            .into_vec()
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect();
        let expected = [
            ("/columns/logs/1", Code::Malformed),
            ("/columns/logs/2", Code::Duplicate),
            ("/columns/logs/3", Code::TooLong),
        ];
        assert_eq!(told, expected.map(|(p, code)| (p.to_owned(), code)));
        assert!(of(&[]).check().is_err());
    }

    #[test]
    fn each_model_has_columns_of_its_own() {
        let key = Preferences::of_model("crm", "crm.lead");
        let of = |columns: &[&str]| Preferences {
            record_columns: [(
                key.clone(),
                columns.iter().map(|c| (*c).to_owned()).collect(),
            )]
            .into(),
            ..Preferences::default()
        };
        assert!(of(&["stage", &"x".repeat(256)]).check().is_ok());
        assert!(of(&["stage", "stage"]).check().is_err());
        assert!(of(&[&"x".repeat(257)]).check().is_err());
        let many = (0..201).map(|n| (n.to_string(), vec!["a".to_owned()]));
        let kept = Preferences {
            record_columns: many.collect(),
            ..Preferences::default()
        };
        assert!(kept.check().is_err());
    }

    #[test]
    fn preferences_that_were_kept_before_a_new_one_came_can_still_be_read() {
        let read: Preferences = serde_json::from_str(r#"{"theme":"dark"}"#).unwrap();
        assert_eq!(read.theme, Theme::Dark);
        assert_eq!(read.language, None);
        let kept = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Preferences>(&kept).unwrap(), read);
    }
}
