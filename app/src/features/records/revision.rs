//! A line of the timeline, and the record's fields as they stand at a revision or two.

use types::{
    Change, Comparison, Field, FieldType, Log, OperationKind, Record, Timestamp, UnrecordedChange,
};

use crate::{
    difference::{Effort, Side, sides},
    features::logs::{field_of, state::salience},
    value::{Shown, show},
};

/// Changes that a line tells.
const TOLD: usize = 3;

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    /// The log.
    pub(crate) log_id: String,
    /// The n-th of the record.
    pub(crate) number: i64,
    /// What was done.
    pub(crate) operation: OperationKind,
    /// Who did it.
    pub(crate) login: String,
    /// Their name.
    pub(crate) name: Option<String>,
    /// When it was done.
    pub(crate) occurred_at: Timestamp,
    /// What changed: the most telling first.
    pub(crate) told: Vec<Words>,
    /// How many changes are not told.
    pub(crate) more: usize,
    /// What changed outside the trail before.
    pub(crate) gaps: Vec<Words>,
}

/// A field and its values, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// The field's label.
    pub(crate) label: String,
    /// The value before; absent where the record came into being.
    pub(crate) old: Option<String>,
    /// The value after.
    pub(crate) new: String,
}

impl Revision {
    /// The line of a log.
    pub(crate) fn of(log: &Log, fields: &[Field]) -> Self {
        let mut changes: Vec<&Change> = log.changes.iter().collect();
        changes.sort_by_key(|change| salience(change.kind));
        let most = match log.operation {
            OperationKind::Create | OperationKind::Unlink => 0,
            OperationKind::Write => TOLD,
        };
        Self {
            log_id: log.id.clone(),
            number: log.revision,
            operation: log.operation,
            login: log.user.login.clone(),
            name: log.user.name.clone(),
            occurred_at: log.occurred_at,
            more: changes.len().saturating_sub(most),
            told: changes.into_iter().take(most).map(changed).collect(),
            gaps: log
                .unrecorded_changes
                .iter()
                .take(TOLD)
                .map(|gap| outside(gap, &log.changes, fields))
                .collect(),
        }
    }
}

fn changed(change: &Change) -> Words {
    let old = show(
        change.kind,
        change.old.as_ref(),
        change.old_label.as_deref(),
    );
    Words {
        label: change.label.clone(),
        old: Some(old.brief()),
        new: show(change.kind, Some(&change.new), change.new_label.as_deref()).brief(),
    }
}

fn outside(gap: &UnrecordedChange, changes: &[Change], fields: &[Field]) -> Words {
    let (label, kind) = field_of(&gap.field, changes, fields);
    let known = gap.last_known_label.as_deref();
    Words {
        label,
        old: Some(show(kind, Some(&gap.last_known), known).brief()),
        new: show(kind, Some(&gap.found), gap.found_label.as_deref()).brief(),
    }
}

/// A field of the record at the chosen revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormField {
    /// The technical name.
    pub(crate) field: String,
    /// Its label.
    pub(crate) label: String,
    /// Its value then.
    pub(crate) value: Side,
    /// The value before, where this revision changed it.
    pub(crate) before: Option<Side>,
}

/// The fields of records to show: the model's that `known` says yes to, in the model's order, then
/// those the model no longer has.
fn in_order<'a>(
    fields: &[Field],
    known: impl Fn(&str) -> bool,
    names: impl Iterator<Item = &'a String>,
) -> Vec<(String, String, FieldType)> {
    let mut order: Vec<_> = fields
        .iter()
        .filter(|field| known(&field.name))
        .map(|field| (field.name.clone(), field.label.clone(), field.kind))
        .collect();
    let mut rest: Vec<&String> = names
        .filter(|name| !fields.iter().any(|field| field.name == **name))
        .collect();
    rest.sort_unstable();
    rest.dedup();
    order.extend(rest.into_iter().map(|name| {
        let label = types::label_from_name(name);
        (name.clone(), label, FieldType::Json)
    }));
    order
}

fn told<'a>(record: &'a Record, field: &str) -> (Option<&'a serde_json::Value>, Option<&'a str>) {
    let label = record.labels.get(field).map(String::as_str);
    (record.values.get(field), label)
}

/// The record as a form; what the chosen revision changed is marked with the value before.
pub(crate) fn form(record: &Record, fields: &[Field], changes: &[Change]) -> Vec<FormField> {
    let mut effort = Effort::default();
    let known = |name: &str| {
        record.values.contains_key(name) || changes.iter().any(|change| change.field == name)
    };
    in_order(fields, known, record.values.keys())
        .into_iter()
        .map(|(field, label, kind)| {
            let now = told(record, &field);
            let (value, before) = match changes.iter().find(|change| change.field == field) {
                Some(change) => {
                    let old = (change.old.as_ref(), change.old_label.as_deref());
                    let (old, new) = sides(change.kind, old, now, &mut effort);
                    (new, Some(old))
                }
                None => (Side::Plain(show(kind, now.0, now.1)), None),
            };
            FormField {
                field,
                label,
                value,
                before,
            }
        })
        .collect()
}

/// A field of two revisions side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The technical name.
    pub(crate) field: String,
    /// Its label.
    pub(crate) label: String,
    /// Whether the two differ.
    pub(crate) differs: bool,
    /// The value at the first revision.
    pub(crate) from: Side,
    /// The value at the second.
    pub(crate) to: Side,
}

/// Two revisions side by side: the fields that differ, or all.
pub(crate) fn compared(
    comparison: Comparison,
    fields: &[Field],
    whole: Option<(&Record, &Record)>,
) -> Vec<Line> {
    let mut effort = Effort::default();
    let mut lines: Vec<Line> = comparison
        .changes
        .into_iter()
        .map(|change| {
            let old = (change.from.as_ref(), change.from_label.as_deref());
            let new = (change.to.as_ref(), change.to_label.as_deref());
            let (from, to) = sides(change.kind, old, new, &mut effort);
            Line {
                field: change.field,
                label: change.label,
                differs: true,
                from,
                to,
            }
        })
        .collect();
    if let Some((a, b)) = whole {
        let known = |name: &str| a.values.contains_key(name) || b.values.contains_key(name);
        let names = a.values.keys().chain(b.values.keys());
        for (field, label, kind) in in_order(fields, known, names) {
            if lines.iter().any(|line| line.field == field) {
                continue;
            }
            let shown = |record: &Record| -> Shown {
                let (value, label) = told(record, &field);
                show(kind, value, label)
            };
            lines.push(Line {
                from: Side::Plain(shown(a)),
                to: Side::Plain(shown(b)),
                differs: false,
                field,
                label,
            });
        }
    }
    let place = |name: &str| {
        let at = fields.iter().position(|field| field.name == name);
        at.unwrap_or(fields.len())
    };
    lines.sort_by_key(|line| place(&line.field));
    lines
}

#[cfg(test)]
#[path = "revision_tests.rs"]
mod tests;
