//! The leaf of a log: everything that it says, as canonical JSON (RFC 8785), so that whoever has
//! the log can make the same bytes.
//!
//! A value stands under `old` or `new`. A sensitive one is in it only as its keyed commitment,
//! under `old_commitment`; bytes only by size and digest, under `old_binary`; a personal one as it is
//! sealed, under `old_sealed`, so that the leaf stays what it was when the key is destroyed. RFC 8785 knows only
//! numbers that are doubles: where a value holds another one, its JSON text stands under `old_exact`
//! instead, with every digit. So two logs that differ in anything have two leaves.

use serde_json::{Map, Value, json};
use types::Timestamp;

use super::canonical;
use super::known::{Form, Known};
use super::state::{Changed, Entry};

/// What the first member of every leaf says.
const FORMAT: &str = "revisor/log/1";

/// What a log says besides its [`Entry`].
#[derive(Debug, Clone)]
pub struct Head<'a> {
    /// Its id.
    pub id: String,
    /// Its place.
    pub seq: i64,
    /// The host's name.
    pub host: &'a str,
    /// The model's technical name.
    pub model: &'a str,
    /// The model's label then.
    pub model_label: &'a str,
    /// Which record.
    pub record_id: &'a str,
    /// The record's name then.
    pub record_name: Option<&'a str>,
    /// Its number in the record's life.
    pub revision: i64,
    /// Who did it.
    pub user_login: &'a str,
    /// That one's name then.
    pub user_name: Option<&'a str>,
    /// For whom it was done.
    pub on_behalf_of: Option<&'a str>,
    /// When it was done.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The rules that asked for it.
    pub rule_ids: Value,
    /// Where it came from and why.
    pub context: Value,
}

/// The canonical bytes.
pub fn leaf(head: &Head<'_>, entry: &Entry) -> Result<Vec<u8>, serde_json::Error> {
    let mut leaf = Map::new();
    let mut say = |name: &str, value: Value| {
        if !value.is_null() {
            leaf.insert(name.to_owned(), value);
        }
    };
    say("format", json!(FORMAT));
    say("id", json!(head.id));
    // As text: a place may be beyond what a double counts exactly.
    say("seq", json!(head.seq.to_string()));
    say("host", json!(head.host));
    say("model", json!(head.model));
    say("model_label", json!(head.model_label));
    say("record_id", json!(head.record_id));
    say("record_name", json!(head.record_name));
    say("revision", json!(head.revision.to_string()));
    say("operation", json!(entry.operation));
    say("user_login", json!(head.user_login));
    say("user_name", json!(head.user_name));
    say("on_behalf_of", json!(head.on_behalf_of));
    say("occurred_at", json!(head.occurred_at));
    say("recorded_at", json!(head.recorded_at));
    say("rule_ids", head.rule_ids.clone());
    say("context", head.context.clone());
    say("changes", entry.changes.iter().map(change).collect());
    if !entry.unrecorded.is_empty() {
        let gaps = entry.unrecorded.iter().map(|gap| {
            let mut told = Map::new();
            told.insert("field".to_owned(), json!(gap.field));
            value(&mut told, "last_known", &gap.last_known);
            value(&mut told, "found", &gap.found);
            Value::Object(told)
        });
        say("unrecorded_changes", gaps.collect());
    }
    if !entry.observed.is_empty() {
        let seen = entry.observed.iter().map(|(field, known)| {
            let mut told = Map::new();
            told.insert("field".to_owned(), json!(field));
            value(&mut told, "value", known);
            Value::Object(told)
        });
        say("observed", seen.collect());
    }
    serde_json_canonicalizer::to_vec(&Value::Object(leaf))
}

fn change(changed: &Changed) -> Value {
    let mut told = Map::new();
    told.insert("field".to_owned(), json!(changed.field));
    told.insert("type".to_owned(), json!(changed.kind));
    if let Some(label) = &changed.label {
        told.insert("label".to_owned(), json!(label));
    }
    if let Some(old) = &changed.old {
        value(&mut told, "old", old);
    }
    value(&mut told, "new", &changed.new);
    Value::Object(told)
}

fn value(told: &mut Map<String, Value>, name: &str, known: &Known) {
    match known.form {
        Form::Plain => {
            if canonical::is_of_doubles(&known.value) {
                told.insert(name.to_owned(), known.value.clone());
            } else {
                told.insert(format!("{name}_exact"), json!(known.value.to_string()));
            }
        }
        Form::Masked => {
            told.insert(format!("{name}_commitment"), known.value.clone());
        }
        Form::Binary => {
            // Sizes are whole numbers of bytes, far below what a double counts.
            told.insert(format!("{name}_binary"), known.value.clone());
        }
        Form::Sealed => {
            told.insert(format!("{name}_sealed"), known.value.clone());
        }
    }
    if let Some(label) = &known.label {
        told.insert(format!("{name}_label"), json!(label));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::state::Gap;
    use types::{FieldType, OperationKind};

    fn head() -> Head<'static> {
        Head {
            id: "01a2".to_owned(),
            seq: 812,
            host: "crm",
            model: "crm.lead",
            model_label: "Lead",
            record_id: "13",
            record_name: None,
            revision: 4,
            user_login: "marc",
            user_name: Some("Marc"),
            on_behalf_of: None,
            occurred_at: Timestamp::from_micros(0),
            recorded_at: Timestamp::from_micros(1),
            rule_ids: json!(["r"]),
            context: Value::Null,
        }
    }

    fn changed(old: Option<Known>, new: Known) -> Entry {
        Entry {
            operation: OperationKind::Write,
            changes: vec![Changed {
                field: "stage".to_owned(),
                label: None,
                kind: FieldType::Char,
                old,
                new,
            }],
            unrecorded: Vec::new(),
            observed: std::collections::BTreeMap::new(),
        }
    }

    fn text(entry: &Entry) -> String {
        String::from_utf8(leaf(&head(), entry).unwrap()).unwrap()
    }

    fn parsed(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_leaf_is_canonical_json_of_all_that_the_log_says() {
        let entry = changed(Some(Known::plain(json!("new"))), Known::plain(json!(1.0)));
        assert_eq!(
            text(&entry),
            r#"{"changes":[{"field":"stage","new":1,"old":"new","type":"char"}],"format":"revisor/log/1","host":"crm","id":"01a2","model":"crm.lead","model_label":"Lead","occurred_at":"1970-01-01T00:00:00.000000Z","operation":"write","record_id":"13","recorded_at":"1970-01-01T00:00:00.000001Z","revision":"4","rule_ids":["r"],"seq":"812","user_login":"marc","user_name":"Marc"}"#
        );
    }

    #[test]
    fn every_digit_of_a_number_beyond_a_double_is_in_the_leaf() {
        for number in [
            "12345678901234567890123",
            "0.12345678901234567890",
            "1e+400",
        ] {
            let told = text(&changed(None, Known::plain(parsed(number))));
            assert!(
                told.contains(&format!(r#""new_exact":"{number}""#)),
                "{told}"
            );
            let nested = text(&changed(None, Known::plain(parsed(&format!("[{number}]")))));
            assert!(
                nested.contains(&format!(r#""new_exact":"[{number}]""#)),
                "{nested}"
            );
        }
        for number in ["1", "-0.0", "0.1", "1e300", "9007199254740992"] {
            let told = text(&changed(None, Known::plain(parsed(number))));
            assert!(!told.contains("exact"), "{told}");
        }
    }

    #[test]
    fn nothing_known_null_and_the_forms_of_a_value_are_told_apart() {
        let masked = Known {
            form: Form::Masked,
            ..Known::plain(json!("ab"))
        };
        let sealed = Known {
            form: Form::Sealed,
            ..Known::plain(json!({"key": "k", "sealed": "ab"}))
        };
        let binary = Known {
            form: Form::Binary,
            ..Known::plain(json!({"size": 1, "sha256": "ab"}))
        };
        let labelled = Known {
            label: Some("New".to_owned()),
            ..Known::plain(json!("ab"))
        };
        let mut leaves = vec![
            text(&changed(None, Known::null())),
            text(&changed(Some(Known::null()), Known::null())),
            text(&changed(None, Known::plain(json!("ab")))),
            text(&changed(None, masked)),
            text(&changed(None, sealed.clone())),
            text(&changed(None, Known::plain(sealed.value))),
            text(&changed(None, binary.clone())),
            text(&changed(None, Known::plain(binary.value))),
            text(&changed(None, labelled)),
        ];
        let mut gap = changed(None, Known::null());
        gap.unrecorded.push(Gap {
            field: "stage".to_owned(),
            last_known: Known::plain(json!("a")),
            found: Known::plain(json!("b")),
        });
        leaves.push(text(&gap));
        let mut seen = changed(None, Known::null());
        seen.observed
            .insert("stage".to_owned(), Known::plain(json!("b")));
        leaves.push(text(&seen));
        let count = leaves.len();
        leaves.sort_unstable();
        leaves.dedup();
        assert_eq!(leaves.len(), count);
    }
}
