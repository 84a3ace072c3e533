//! From rows of the outbox to the operations that are sent.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use types::{Actor, Context, Operation, OperationKind, Timestamp};
use uuid::Uuid;

use super::kind::Kind;
use super::model::looks_secret;
use super::order::{Change, Side, Who};
use super::shape::{Key, Shape};
use super::values;
use crate::fit::{hex, record_id};

/// Longest texts, in characters, that the server takes.
const LOGIN: usize = 256;
const GROUP: usize = 128;
const GROUPS: usize = 1_000;
const CONTEXT: usize = 2_000;
const RECORD_NAME: usize = 2_000;

/// What is known of a captured table when its rows are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    /// The model's name.
    pub(super) model: String,
    /// The installation's id.
    pub(super) install: Uuid,
    /// What its rows look like.
    pub(super) shape: Shape,
    /// The field that names a record.
    pub(super) name_field: Option<String>,
    /// Columns that the table has now.
    pub(super) columns: BTreeSet<String>,
}

/// What is to be done with rows of the outbox.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    /// The places that are done with when it is.
    pub(super) ids: Vec<i64>,
    /// The place and the part of it that it is known by.
    pub(super) place: (i64, i32),
    /// The operation to send; none where nothing changed that is told.
    pub(super) operation: Option<Operation>,
}

/// Reads one side of the row at a place: its values, with digests in the place of bytes, and its key.
pub(super) fn side(
    subject: &Subject,
    place: i64,
    mut values: Map<String, Value>,
    digests: Option<&Value>,
) -> Result<Side, String> {
    let shape = &subject.shape;
    if let Some(Value::Object(digests)) = digests {
        for (name, digest) in digests {
            if !digest.is_null() {
                values.insert(name.clone(), digest.clone());
            }
        }
    }
    // Bytes that the trigger left in the row: the same as those that it did not.
    for (name, value) in &mut values {
        if value.is_string() && kind(shape, name) == Some(Kind::Bytes) {
            *value = values::convert(Some(Kind::Bytes), value.take());
        }
    }
    let held = |key: &&Key| {
        let mut names = key.columns.iter();
        names.all(|name| values.get(name).is_some_and(|value| !value.is_null()))
    };
    // Where a column of the key has another name, rows hold it before that was seen.
    let mut keys = shape.keys.iter().filter(held);
    let key = keys.clone().find(|key| key.since <= place);
    let Some(key) = key.or_else(|| keys.next()) else {
        return Err("the row does not hold the columns of its primary key".to_owned());
    };
    let parts: Vec<String> = key
        .columns
        .iter()
        .map(|name| {
            let kind = kind(shape, name);
            let text = values::id_text(&values::convert(kind, values[name].clone()));
            if shape.sensitive.contains(name) {
                disguise(subject.install, &text)
            } else {
                text
            }
        })
        .collect();
    Ok(Side {
        key: record_id(&parts),
        values,
    })
}

/// What a secret is known by where it is a record's key. Another installation knows it by another.
fn disguise(install: Uuid, secret: &str) -> String {
    let digest = Sha256::new()
        .chain_update(install.as_bytes())
        .chain_update(secret.as_bytes())
        .finalize();
    format!("#{}", &hex(&digest)[..32])
}

fn kind(shape: &Shape, column: &str) -> Option<Kind> {
    shape
        .columns
        .get(column)
        .and_then(Value::as_str)
        .and_then(Kind::parse)
}

/// The steps of one transaction. `prefix` makes ids unique among all installations.
pub(super) fn steps<'a>(
    prefix: &str,
    changes: Vec<Change>,
    subject: impl Fn(i32) -> Option<&'a Subject>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for change in changes {
        let Some(subject) = subject(change.tab) else {
            continue;
        };
        let ids = vec![change.id];
        // The time tells apart what a database that was put back to an earlier state writes at the
        // places that it had given away before.
        let id = format!("{prefix}:{}-{:x}", change.id, change.at);
        let place = change.id;
        match (&change.before, &change.after) {
            (Some(before), Some(after)) if before.key != after.key => {
                // Another key is another record. A row that moves to another partition is this, too:
                // what says where it belongs is part of its key.
                let gone = operation(subject, &change, format!("{id}:1"), Some(before), None);
                let come = operation(subject, &change, format!("{id}:2"), None, Some(after));
                steps.push(Step {
                    ids: Vec::new(),
                    place: (place, 1),
                    operation: Some(gone),
                });
                steps.push(Step {
                    ids,
                    place: (place, 2),
                    operation: Some(come),
                });
            }
            (before, after) => {
                let operation = operation(subject, &change, id, before.as_ref(), after.as_ref());
                let idle =
                    operation.operation == OperationKind::Write && operation.old == operation.new;
                steps.push(Step {
                    ids,
                    place: (place, 0),
                    operation: (!idle).then_some(operation),
                });
            }
        }
    }
    steps
}

fn operation(
    subject: &Subject,
    change: &Change,
    id: String,
    before: Option<&Side>,
    after: Option<&Side>,
) -> Operation {
    let kind = match (before, after) {
        (None, _) => OperationKind::Create,
        (_, None) => OperationKind::Unlink,
        _ => OperationKind::Write,
    };
    let told = after.or(before);
    let name = subject.name_field.as_ref().and_then(|field| {
        let value = told?.values.get(field)?;
        Some(cut(value.as_str()?, RECORD_NAME))
            .filter(|name| !name.is_empty() && !name.contains('\0'))
    });
    Operation {
        id: Some(id),
        operation: kind,
        model: subject.model.clone(),
        record_id: told.map(|side| side.key.clone()).unwrap_or_default(),
        record_name: name,
        user: actor(&change.who),
        occurred_at: Some(Timestamp::from_micros(change.at)),
        old: before.map(|side| sent(subject, side)),
        new: after.map(|side| sent(subject, side)),
        context: Context {
            ip: filled(change.who.ip.as_deref(), CONTEXT),
            request_id: filled(change.who.request_id.as_deref(), LOGIN),
            transaction_id: Some(change.xid.to_string()),
            reason: filled(change.who.reason.as_deref(), CONTEXT),
            ..Context::default()
        },
    }
}

/// The values of a row as they are sent.
fn sent(subject: &Subject, side: &Side) -> Map<String, Value> {
    // A column that came and went before it was seen is declared to nobody.
    let kept = |name: &str| {
        let unknown = !subject.shape.columns.contains_key(name);
        !(subject.shape.ignored.contains(name) || unknown && looks_secret(name))
    };
    let values = side.values.iter().filter(|(name, _)| kept(name));
    values
        .map(|(name, value)| {
            (
                name.clone(),
                values::convert(kind(&subject.shape, name), value.clone()),
            )
        })
        .collect()
}

fn actor(who: &Who) -> Actor {
    Actor {
        login: cut(&who.login, LOGIN),
        name: filled(who.name.as_deref(), LOGIN),
        groups: who.groups.as_deref().map(groups).unwrap_or_default(),
        on_behalf_of: filled(who.on_behalf_of.as_deref(), LOGIN),
    }
}

/// Groups as a JSON array or with commas between them.
fn groups(text: &str) -> Vec<String> {
    let listed: Option<Vec<String>> = text
        .trim_start()
        .starts_with('[')
        .then(|| serde_json::from_str(text).ok())
        .flatten();
    let names = listed.unwrap_or_else(|| text.split(',').map(str::to_owned).collect());
    let mut seen = BTreeSet::new();
    names
        .iter()
        .map(|name| cut(name.trim(), GROUP))
        .filter(|name| !name.is_empty() && !name.contains('\0') && seen.insert(name.clone()))
        .take(GROUPS)
        .collect()
}

/// A setting that is set: one that was set for a transaction before is empty after it.
fn filled(text: Option<&str>, most: usize) -> Option<String> {
    text.filter(|text| !text.is_empty())
        .map(|text| cut(text, most))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::order::tests::{change, side as state};
    use serde_json::json;

    fn subject() -> Subject {
        Subject {
            model: "lead".to_owned(),
            install: Uuid::nil(),
            shape: Shape {
                keys: vec![Key {
                    columns: vec!["id".to_owned()],
                    since: 0,
                }],
                ignored: BTreeSet::from(["seen".to_owned()]),
                ..Shape::default()
            },
            name_field: None,
            columns: BTreeSet::new(),
        }
    }

    fn told(changes: Vec<Change>) -> Vec<Step> {
        let subject = subject();
        steps("u", changes, |_| Some(&subject))
    }

    fn kinds(steps: &[Step]) -> Vec<(OperationKind, String, String)> {
        let operations = steps.iter().filter_map(|step| step.operation.clone());
        operations
            .map(|one| (one.operation, one.record_id, one.id.unwrap()))
            .collect()
    }

    #[test]
    fn another_key_is_another_record_and_the_place_is_left_with_the_second() {
        let steps = told(vec![change(5, 7, state("a", 1), state("b", 1))]);
        assert_eq!(
            kinds(&steps),
            [
                (OperationKind::Unlink, "a".to_owned(), "u:5-0:1".to_owned()),
                (OperationKind::Create, "b".to_owned(), "u:5-0:2".to_owned()),
            ]
        );
        assert_eq!((&steps[0].ids, &steps[1].ids), (&vec![], &vec![5]));
    }

    #[test]
    fn a_write_that_changes_nothing_that_is_told_is_not_sent() {
        let mut seen = state("a", 1);
        seen.as_mut()
            .unwrap()
            .values
            .insert("seen".to_owned(), json!(true));
        let steps = told(vec![change(5, 7, state("a", 1), seen)]);
        assert_eq!(
            steps,
            [Step {
                ids: vec![5],
                place: (5, 0),
                operation: None
            }]
        );
    }

    #[test]
    fn groups_come_with_commas_or_as_json() {
        assert_eq!(groups("Sales, Staff,,Sales"), ["Sales", "Staff"]);
        assert_eq!(groups("[\"Sales, North\", \"\"]"), ["Sales, North"]);
        assert_eq!(groups("[broken"), ["[broken"]);
        assert_eq!(filled(Some(""), 5), None);
    }

    #[test]
    fn digests_take_the_place_of_bytes() {
        let row = json!({"id": 1, "photo": null}).as_object().cloned();
        let digests = json!({"photo": {"binary": {"size": 1}}, "other": null});
        let side = side(&subject(), 1, row.unwrap(), Some(&digests)).unwrap();
        assert_eq!(side.values["photo"], json!({"binary": {"size": 1}}));
        assert!(!side.values.contains_key("other"));
        let without = json!({"x": 1}).as_object().cloned().unwrap();
        assert!(super::side(&subject(), 1, without, None).is_err());
    }
}
