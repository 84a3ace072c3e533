//! From a row to what a principal is shown: labels as they were, fields that may not be seen left
//! out, values of fields that are sensitive by now masked.

use std::collections::BTreeMap;

use serde_json::Value;
use types::{Change, Log, LogUser, OperationKind, Record, Timestamp, UnrecordedChange, Values};

use crate::Error;
use crate::access::Access;
use crate::engine::catalog::ModelEntry;
use crate::engine::known::{Known, masked};
use crate::engine::search::Words;
use crate::engine::state::{Changed, Entry, Fields, Gap, State};
use crate::store::{Step, from_json, log, record};

/// What the row says about its record.
pub(crate) fn entry(row: &log::Model) -> Result<Entry, Error> {
    Ok(Entry {
        operation: operation(row.operation)?,
        changes: from_json(&row.changes)?,
        unrecorded: optional(row.unrecorded.as_deref())?,
        observed: optional(row.observed.as_deref())?,
    })
}

fn optional<T: Default + serde::de::DeserializeOwned>(text: Option<&str>) -> Result<T, Error> {
    text.map_or_else(|| Ok(T::default()), |text| Ok(from_json(text)?))
}

fn operation(number: i16) -> Result<OperationKind, Error> {
    OperationKind::ALL
        .into_iter()
        .find(|kind| *kind as i16 == number)
        .ok_or_else(|| Error::Broken(format!("operation {number} is not known")))
}

/// What a step of a record's history says.
pub(crate) fn step(row: &Step) -> Result<Entry, Error> {
    Ok(Entry {
        operation: operation(row.operation)?,
        changes: from_json(&row.changes)?,
        unrecorded: optional(row.unrecorded.as_deref())?,
        observed: optional(row.observed.as_deref())?,
    })
}

/// A value as it is shown now.
pub(crate) fn shown(model: &ModelEntry, field: &str, known: &Known) -> Value {
    if !known.is_null() && is_sensitive(model, field) {
        masked()
    } else {
        known.shown()
    }
}

pub(crate) fn label(model: &ModelEntry, field: &str, known: &Known) -> Option<String> {
    if is_sensitive(model, field) {
        None
    } else {
        known.label.clone()
    }
}

fn is_sensitive(model: &ModelEntry, field: &str) -> bool {
    model.field(field).is_some_and(|field| field.sensitive)
}

/// A log as it is shown.
pub(crate) fn log(access: &Access, row: log::Model) -> Result<Log, Error> {
    let model = access
        .catalog()
        .model(row.model_id)
        .ok_or_else(|| Error::Broken(format!("log {} has no model", row.seq)))?;
    let entry = entry(&row)?;
    let seen = |field: &str| access.sees_field(model, field);
    Ok(Log {
        id: row.id.to_string(),
        seq: row.seq,
        host: model.model.host.clone(),
        model: model.model.model.clone(),
        model_label: row.model_label,
        record_id: row.record_id,
        record_name: row.record_name,
        revision: row.revision,
        operation: entry.operation,
        user: LogUser {
            login: row.user_login,
            name: row.user_name,
            on_behalf_of: row.on_behalf_of,
        },
        occurred_at: Timestamp::from_micros(row.occurred_at),
        recorded_at: Timestamp::from_micros(row.recorded_at),
        rule_ids: from_json(&row.rule_ids)?,
        changes: entry
            .changes
            .into_iter()
            .filter(|change| seen(&change.field))
            .map(|changed| change(model, changed))
            .collect(),
        unrecorded_changes: entry
            .unrecorded
            .into_iter()
            .filter(|gap| seen(&gap.field))
            .map(|found| gap(model, found))
            .collect(),
        observed: values(access, model, &entry.observed),
        context: optional(row.context.as_deref())?,
    })
}

fn change(model: &ModelEntry, changed: Changed) -> Change {
    let field = changed.field;
    Change {
        label: changed
            .label
            .unwrap_or_else(|| types::label_from_name(&field)),
        kind: changed.kind,
        old_label: changed
            .old
            .as_ref()
            .and_then(|old| label(model, &field, old)),
        new_label: label(model, &field, &changed.new),
        old: changed.old.as_ref().map(|old| shown(model, &field, old)),
        new: shown(model, &field, &changed.new),
        field,
    }
}

fn gap(model: &ModelEntry, gap: Gap) -> UnrecordedChange {
    UnrecordedChange {
        last_known: shown(model, &gap.field, &gap.last_known),
        found: shown(model, &gap.field, &gap.found),
        last_known_label: label(model, &gap.field, &gap.last_known),
        found_label: label(model, &gap.field, &gap.found),
        field: gap.field,
    }
}

/// The values that may be seen.
pub(crate) fn values(access: &Access, model: &ModelEntry, fields: &Fields) -> Values {
    fields
        .iter()
        .filter(|(name, _)| access.sees_field(model, name))
        .map(|(name, known)| (name.clone(), shown(model, name, known)))
        .collect()
}

fn labels(access: &Access, model: &ModelEntry, fields: &Fields) -> BTreeMap<String, String> {
    fields
        .iter()
        .filter(|(name, _)| access.sees_field(model, name))
        .filter_map(|(name, known)| Some((name.clone(), label(model, name, known)?)))
        .collect()
}

/// A record as last known.
pub(crate) fn record(
    access: &Access,
    model: &ModelEntry,
    row: record::Model,
) -> Result<Record, Error> {
    let fields: Fields = from_json(&row.state)?;
    let state = State {
        fields,
        deleted: row.deleted,
    };
    let at = (row.revision, Timestamp::from_micros(row.recorded_at));
    Ok(state_of(
        access,
        model,
        (row.record_id, row.name),
        at,
        &state,
    ))
}

/// A record in some state: `who` are its id and name, `at` revision and time.
pub(crate) fn state_of(
    access: &Access,
    model: &ModelEntry,
    who: (String, Option<String>),
    at: (i64, Timestamp),
    state: &State,
) -> Record {
    Record {
        host: model.model.host.clone(),
        model: model.model.model.clone(),
        record_id: who.0,
        record_name: who.1,
        revision: at.0,
        deleted: state.deleted,
        recorded_at: at.1,
        values: values(access, model, &state.fields),
        labels: labels(access, model, &state.fields),
    }
}

/// The words that a search looks through, of what is shown of the log.
pub(crate) fn words(log: &Log) -> String {
    let mut words = Words::default();
    words.text(log.record_name.as_deref().unwrap_or_default());
    words.text(&log.user.login);
    words.text(log.user.name.as_deref().unwrap_or_default());
    for change in &log.changes {
        let sides = [
            (change.old.as_ref(), &change.old_label),
            (Some(&change.new), &change.new_label),
        ];
        for (value, label) in sides {
            add(&mut words, value, label.as_deref());
        }
    }
    words.finish()
}

/// Whether a search finds the record by what is shown of it.
pub(crate) fn record_contains(record: &Record, needle: &str) -> bool {
    let mut words = Words::default();
    words.text(record.record_name.as_deref().unwrap_or_default());
    words.text(&record.record_id);
    for (name, value) in &record.values {
        add(
            &mut words,
            Some(value),
            record.labels.get(name).map(String::as_str),
        );
    }
    words.finish().contains(needle)
}

fn add(words: &mut Words, value: Option<&Value>, label: Option<&str>) {
    match value {
        // What is masked has no words, also where it was kept plain before.
        Some(value) if *value != masked() => {
            let value = value.get("binary").unwrap_or(value);
            words.value(&Known {
                label: label.map(str::to_owned),
                ..Known::plain(value.clone())
            });
        }
        _ => {}
    }
}
