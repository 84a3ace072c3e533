//! Data subjects, and what was erased of them.

use serde::{Deserialize, Serialize};

use crate::{Code, Faults, Timestamp};

/// Longest host, model or record id of a subject, in characters.
const NAME: usize = 256;
/// Longest reason, in characters.
const REASON: usize = 2_000;

/// Whom personal values are about: a record of a model; or the value of a field that names subjects
/// without pointing to a record, with the field's name in place of the model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Subject {
    /// The host.
    pub host: String,
    /// The model, or the field.
    pub model: String,
    /// The record, or the field's value.
    pub record_id: String,
}

impl Subject {
    /// The faults of one that a person wrote.
    pub fn faults(&self) -> Faults {
        let mut faults = Faults::default();
        for (pointer, text) in [
            ("/host", &self.host),
            ("/model", &self.model),
            ("/record_id", &self.record_id),
        ] {
            check(pointer, text, NAME, &mut faults);
        }
        faults
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {} / {}", self.host, self.model, self.record_id)
    }
}

/// The faults of a reason to erase.
pub fn check_reason(reason: &str) -> Faults {
    let mut faults = Faults::default();
    check("/reason", reason, REASON, &mut faults);
    faults
}

fn check(pointer: &str, text: &str, most: usize, faults: &mut Faults) {
    if text.trim().is_empty() {
        faults.push(pointer, Code::Empty, "must not be empty");
    } else if text.chars().count() > most {
        faults.push(pointer, Code::TooLong, format!("at most {most} characters"));
    } else if text.contains('\0') {
        faults.push(pointer, Code::Malformed, "must not hold U+0000");
    }
}

/// A key that was destroyed, and with it what was kept under it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// The key's id; also the record under which the erasure is recorded.
    pub id: String,
    /// Of whom.
    #[serde(flatten)]
    pub subject: Subject,
    /// When.
    pub erased_at: Timestamp,
    /// The login of who did it.
    pub erased_by: String,
    /// Why.
    pub reason: String,
}

/// What there is of a data subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectFound {
    /// Whom.
    pub subject: Subject,
    /// Since when something is kept that can be erased; none where nothing is.
    pub since: Option<Timestamp>,
    /// How many logs hold something that can be erased.
    pub logs: i64,
    /// Of how many records these are.
    pub records: i64,
    /// What was erased before, the last first.
    pub erasures: Vec<Erasure>,
    /// Where the subject is a record that is about somebody else: whom.
    pub about: Option<Subject>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erasure_is_a_line_that_names_its_subject() {
        let line = r#"{"id":"k","host":"crm","model":"res.partner","record_id":"7","erased_at":"1970-01-01T00:00:00.000000Z","erased_by":"marc","reason":"asked"}"#;
        let erasure: Erasure = serde_json::from_str(line).unwrap();
        assert_eq!(erasure.subject.to_string(), "crm / res.partner / 7");
        assert_eq!(serde_json::to_string(&erasure).unwrap(), line);
        assert!(erasure.subject.faults().is_empty());
        let nobody = Subject {
            record_id: " ".to_owned(),
            ..erasure.subject
        };
        assert_eq!(nobody.faults().into_vec()[0].pointer, "/record_id");
        assert_eq!(
            check_reason(&"x".repeat(2_001)).into_vec()[0].code,
            Code::TooLong
        );
        assert_eq!(check_reason("").into_vec()[0].code, Code::Empty);
    }
}
