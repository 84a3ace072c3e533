//! What the pages of records show, as plain data.

use serde::{Deserialize, Serialize};
use types::{
    Change, Code, Faults, Field, FieldType, Log, Model, OperationKind, Parameters, Record,
    RecordQuery, Timestamp, Tri,
};

use crate::{
    address,
    features::logs::state::{Summary, summarize},
    reader::reader,
    value::{Shown, show},
};

/// Most columns of a list besides the name.
const COLUMNS: usize = 5;

/// A column of the list of a model's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The technical name of the field.
    pub field: String,
    /// Its label.
    pub label: String,
    /// Its type.
    pub kind: FieldType,
}

/// A line of the list of a model's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// Which record.
    pub record_id: String,
    /// Its name.
    pub name: Option<String>,
    /// The revision it is at.
    pub revision: i64,
    /// Whether it was deleted.
    pub deleted: bool,
    /// When it last changed.
    pub recorded_at: Timestamp,
    /// The values of the columns.
    pub cells: Vec<Shown>,
}

/// Chooses the columns: fields that say something on one line, in the model's order, and of these
/// the ones that any of the records shown has a value in.
pub fn columns(model: &Model, records: &[Record]) -> Vec<Column> {
    let name_field = model.name_field.as_deref().unwrap_or("name");
    let short = |kind| {
        !matches!(
            kind,
            FieldType::Text
                | FieldType::Html
                | FieldType::Binary
                | FieldType::Json
                | FieldType::One2many
        )
    };
    model
        .fields
        .iter()
        .filter(|field| {
            !field.ignored && !field.sensitive && field.name != name_field && short(field.kind)
        })
        .filter(|field| {
            records.iter().any(|record| {
                let value = record.values.get(&field.name);
                value.is_some_and(|value| !value.is_null())
            })
        })
        .take(COLUMNS)
        .map(|field| Column {
            field: field.name.clone(),
            label: field.label.clone(),
            kind: field.kind,
        })
        .collect()
}

/// The line of a record.
pub fn row(record: Record, columns: &[Column]) -> RecordRow {
    let cells = columns
        .iter()
        .map(|column| {
            let label = record.labels.get(&column.field).map(String::as_str);
            show(column.kind, record.values.get(&column.field), label)
        })
        .collect();
    RecordRow {
        record_id: record.record_id,
        name: record.record_name,
        revision: record.revision,
        deleted: record.deleted,
        recorded_at: record.recorded_at,
        cells,
    }
}

/// Reads the address of a list of records. Deleted ones are shown on request: `deleted=true` for
/// them alone, `deleted=all` for both.
pub fn read_query(model: &str, query: &str) -> (RecordQuery, Faults) {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(query);
    let deleted = match parameters.one("deleted", &mut faults).as_deref() {
        None | Some("false") => Tri::No,
        Some("true") => Tri::Yes,
        Some("all") => Tri::Any,
        Some(_) => {
            faults.push("/deleted", Code::UnknownValue, "one of: false, true, all");
            Tri::No
        }
    };
    let read = RecordQuery {
        host: parameters.one("host", &mut faults),
        model: model.to_owned(),
        q: parameters.one("q", &mut faults),
        deleted,
        cursor: parameters.one("cursor", &mut faults),
        limit: parameters.limit(&mut faults),
    };
    parameters.finish(&mut faults);
    (read, faults)
}

/// The word of the address for which records are shown.
pub const fn deleted_word(deleted: Tri) -> &'static str {
    match deleted {
        Tri::No => "",
        Tri::Yes => "true",
        Tri::Any => "all",
    }
}

/// The address of the page of records at `cursor`.
pub fn page_address(query: &RecordQuery, cursor: Option<&str>) -> String {
    let path = format!(
        "/models/{}/records",
        crate::address::encode_segment(&query.model)
    );
    let text = address::query_text([
        ("host", query.host.as_deref().unwrap_or_default()),
        ("q", query.q.as_deref().unwrap_or_default()),
        ("deleted", deleted_word(query.deleted)),
        ("cursor", cursor.unwrap_or_default()),
    ]);
    address::with_query(&path, &text)
}

/// When a history is looked at, as its address says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// As last known.
    Latest,
    /// At a revision.
    Revision(i64),
    /// At a time.
    At(Timestamp),
}

/// Reads the address of a history: `host`, and `revision` or `at`.
pub fn read_look(query: &str) -> (Option<String>, Look, Faults) {
    let mut faults = Faults::default();
    let mut parameters = Parameters::parse(query);
    let host = parameters.one("host", &mut faults);
    let revision = parameters.number("revision", 1..=i64::MAX, &mut faults);
    let at = parameters.one("at", &mut faults);
    let look = match (revision, at) {
        (_, Some(text)) => reader().from_input(&text, true).map_or_else(
            || {
                faults.push("/at", Code::Malformed, "not a date and time");
                Look::Latest
            },
            Look::At,
        ),
        (Some(revision), None) => Look::Revision(revision),
        (None, None) => Look::Latest,
    };
    parameters.finish(&mut faults);
    (host, look, faults)
}

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The log.
    pub log_id: String,
    /// The n-th of the record.
    pub number: i64,
    /// What was done.
    pub operation: OperationKind,
    /// Who did it.
    pub login: String,
    /// Their name.
    pub name: Option<String>,
    /// When it was done.
    pub occurred_at: Timestamp,
    /// What changed, on one line.
    pub summary: Summary,
    /// Whether something changed the record outside the trail before.
    pub unrecorded: bool,
}

impl From<&Log> for Revision {
    fn from(log: &Log) -> Self {
        Self {
            log_id: log.id.clone(),
            number: log.revision,
            operation: log.operation,
            login: log.user.login.clone(),
            name: log.user.name.clone(),
            occurred_at: log.occurred_at,
            summary: summarize(log.operation, log.record_name.as_deref(), &log.changes),
            unrecorded: !log.unrecorded_changes.is_empty(),
        }
    }
}

/// A field of the record at the chosen revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// The technical name.
    pub field: String,
    /// Its label.
    pub label: String,
    /// Its value then.
    pub value: Shown,
    /// The value before, where this revision changed it.
    pub before: Option<Shown>,
}

/// The record as a form: the model's fields that are known of it, in the model's order, then those
/// the model no longer has; what the chosen revision changed is marked with the value before.
pub fn form(record: &Record, fields: &[Field], changes: &[Change]) -> Vec<FormField> {
    let known = |name: &str| {
        record.values.contains_key(name) || changes.iter().any(|change| change.field == name)
    };
    let mut order: Vec<(String, String, FieldType)> = fields
        .iter()
        .filter(|field| known(&field.name))
        .map(|field| (field.name.clone(), field.label.clone(), field.kind))
        .collect();
    let mut rest: Vec<_> = record
        .values
        .keys()
        .filter(|name| !fields.iter().any(|field| field.name == **name))
        .cloned()
        .collect();
    rest.sort_unstable();
    order.extend(rest.into_iter().map(|name| {
        let label = types::label_from_name(&name);
        (name, label, FieldType::Json)
    }));
    order
        .into_iter()
        .map(|(field, label, kind)| {
            let change = changes.iter().find(|change| change.field == field);
            let kind = change.map_or(kind, |change| change.kind);
            let value_label = record.labels.get(&field).map(String::as_str);
            FormField {
                value: show(kind, record.values.get(&field), value_label),
                before: change.map(|change| {
                    show(
                        change.kind,
                        change.old.as_ref(),
                        change.old_label.as_deref(),
                    )
                }),
                field,
                label,
            }
        })
        .collect()
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
