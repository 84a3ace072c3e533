//! What the pages of records show, as plain data.

use serde::{Deserialize, Serialize};
use types::{
    Code, Faults, Field, FieldType, Model, Parameters, Record, RecordQuery, Timestamp, Tri,
};

use crate::{
    address,
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
    /// By whom: login and name.
    pub by: Option<(String, Option<String>)>,
    /// The values of the columns.
    pub cells: Vec<Shown>,
}

/// A column to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The technical name of the field.
    pub field: String,
    /// Its label.
    pub label: String,
    /// Whether it is shown.
    pub shown: bool,
}

/// The fields that columns are chosen from: all but the name, which every list begins with.
fn choosable(model: &Model) -> impl Iterator<Item = &Field> {
    let name_field = model.name_field.as_deref().unwrap_or("name");
    let fields = model.fields.iter();
    fields.filter(move |field| !field.ignored && field.name != name_field)
}

/// The columns to choose, with those that are shown.
pub fn choices(model: &Model, columns: &[Column]) -> Vec<Choice> {
    choosable(model)
        .map(|field| Choice {
            field: field.name.clone(),
            label: field.label.clone(),
            shown: columns.iter().any(|column| column.field == field.name),
        })
        .collect()
}

/// The columns of the list, in the model's order: those that the person chose, where the model
/// still has any of them. Else fields that say something on one line, and of these the ones that
/// any of the records shown has a value in.
pub fn columns(model: &Model, records: &[Record], chosen: &[String]) -> Vec<Column> {
    let column = |field: &Field| Column {
        field: field.name.clone(),
        label: field.label.clone(),
        kind: field.kind,
    };
    let kept: Vec<_> = choosable(model)
        .filter(|field| chosen.contains(&field.name))
        .map(column)
        .collect();
    if !kept.is_empty() {
        return kept;
    }
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
    choosable(model)
        .filter(|field| !field.sensitive && short(field.kind))
        .filter(|field| {
            records.iter().any(|record| {
                let value = record.values.get(&field.name);
                value.is_some_and(|value| !value.is_null())
            })
        })
        .take(COLUMNS)
        .map(column)
        .collect()
}

/// The line of a record.
pub fn row(record: Record, columns: &[Column], by: Option<(String, Option<String>)>) -> RecordRow {
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
        by,
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

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
