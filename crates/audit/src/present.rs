//! From a row to what a principal is shown: labels as they were, fields that may not be seen left
//! out, values of fields that are sensitive by now masked.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use types::{Change, Log, LogUser, OperationKind, Record, Timestamp, UnrecordedChange, Values};

use crate::access::Access;
use crate::engine::catalog::ModelEntry;
use crate::engine::known::{Form, Known, is_hidden, masked};
use crate::engine::redact::Owner;
use crate::engine::search::Words;
use crate::engine::state::{Changed, Entry, Fields, Gap, State};
use crate::opening::Opening;
use crate::store::{Step, from_json, log, record};
use crate::{Audit, Error};

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

/// Logs that are to be shown, of which those with sealed values wait to be opened, all at once.
#[derive(Default)]
pub(crate) struct Logs {
    shown: Vec<Log>,
    sealed: Vec<(usize, log::Model, Entry)>,
}

impl Logs {
    /// Takes a log if it `fits` by what is not sealed of it.
    pub(crate) fn push(
        &mut self,
        access: &Access,
        row: log::Model,
        fits: impl FnOnce(&Log) -> bool,
    ) -> Result<(), Error> {
        let entry = entry(&row)?;
        let is_sealed = entry.values().any(|(_, known)| known.form == Form::Sealed);
        let again = is_sealed.then(|| (self.shown.len(), row.clone(), entry.clone()));
        let log = log(access, row, entry)?;
        if fits(&log) {
            self.shown.push(log);
            self.sealed.extend(again);
        }
        Ok(())
    }

    /// The logs as they are shown, in the order in which they came.
    pub(crate) async fn open(mut self, audit: &Audit, access: &Access) -> Result<Vec<Log>, Error> {
        let values = self.sealed.iter().flat_map(|(_, _, entry)| entry.values());
        let opening = Opening::of(audit, values.map(|(_, known)| known)).await?;
        for (place, row, mut entry) in self.sealed {
            let model = model_of(access, &row)?;
            opening.entry(owner(model, &row.record_id), &mut entry);
            self.shown[place] = log(access, row, entry)?;
        }
        Ok(self.shown)
    }
}

/// Logs as they are shown.
pub(crate) async fn logs(
    audit: &Audit,
    access: &Access,
    rows: Vec<log::Model>,
) -> Result<Vec<Log>, Error> {
    let mut logs = Logs::default();
    for row in rows {
        logs.push(access, row, |_| true)?;
    }
    logs.open(audit, access).await
}

/// To whom values of a record belong.
pub(crate) fn owner<'a>(model: &'a ModelEntry, record_id: &'a str) -> Owner<'a> {
    Owner {
        host: &model.model.host,
        model: &model.model.model,
        record_id,
    }
}

fn model_of<'a>(access: &'a Access, row: &log::Model) -> Result<&'a ModelEntry, Error> {
    let model = access.catalog().model(row.model_id).map(AsRef::as_ref);
    model.ok_or_else(|| Error::Broken(format!("log {} has no model", row.seq)))
}

fn log(access: &Access, row: log::Model, entry: Entry) -> Result<Log, Error> {
    let model = model_of(access, &row)?;
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

/// Records as last known, each with its model and row, opened all at once.
pub(crate) async fn records(
    audit: &Audit,
    access: &Access,
    rows: Vec<(Arc<ModelEntry>, record::Model)>,
) -> Result<Vec<Record>, Error> {
    let states = rows.iter().map(|(_, row)| Ok(from_json(&row.state)?));
    let mut states: Vec<Fields> = states.collect::<Result<_, Error>>()?;
    let opening = Opening::of(audit, states.iter().flat_map(Fields::values)).await?;
    for ((model, row), fields) in rows.iter().zip(&mut states) {
        opening.fields(owner(model, &row.record_id), fields);
    }
    let with_state = rows.into_iter().zip(states);
    Ok(with_state
        .map(|((model, row), fields)| last_known(access, &model, row, fields))
        .collect())
}

/// A record as last known, with what is sealed not opened: it has no words to be found by.
pub(crate) fn record(
    access: &Access,
    model: &ModelEntry,
    row: record::Model,
) -> Result<Record, Error> {
    let fields = from_json(&row.state)?;
    Ok(last_known(access, model, row, fields))
}

fn last_known(access: &Access, model: &ModelEntry, row: record::Model, fields: Fields) -> Record {
    let state = State {
        fields,
        deleted: row.deleted,
    };
    let at = (row.revision, Timestamp::from_micros(row.recorded_at));
    state_of(access, model, (row.record_id, row.name), at, &state)
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
        // What is masked has no words, also where it was kept plain before; what is sealed neither.
        Some(value) if !is_hidden(value) => {
            let value = value.get("binary").unwrap_or(value);
            words.value(&Known {
                label: label.map(str::to_owned),
                ..Known::plain(value.clone())
            });
        }
        _ => {}
    }
}
