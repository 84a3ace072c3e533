//! What the pages of logs show, as plain data.

use serde::{Deserialize, Serialize};
use types::{Change, Context, FieldType, Log, LoggedRecord, OperationKind, Timestamp};

use crate::{address, value::show};

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRow {
    /// The log.
    pub id: String,
    /// Its place among all.
    pub seq: i64,
    /// The host it came from.
    pub host: String,
    /// The kind of record.
    pub model: String,
    /// Its label, as it was then.
    pub model_label: String,
    /// Which record.
    pub record_id: String,
    /// The record's name, as it was then.
    pub record_name: Option<String>,
    /// The record's n-th log.
    pub revision: i64,
    /// What was done.
    pub operation: OperationKind,
    /// Who did it.
    pub login: String,
    /// Their name.
    pub name: Option<String>,
    /// When it was done.
    pub occurred_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What changed, on one line.
    pub summary: Summary,
    /// Whether something changed the record outside the trail before.
    pub unrecorded: bool,
    /// Where it came from.
    pub context: Context,
}

/// What changed, on one line: the first change, and how many more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The change told.
    pub first: Option<SummaryChange>,
    /// How many are not.
    pub more: u32,
}

/// One change of a summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryChange {
    /// The field.
    pub label: String,
    /// The value before; absent where the record came into being.
    pub old: Option<String>,
    /// The value after.
    pub new: String,
}

impl From<Log> for LogRow {
    fn from(log: Log) -> Self {
        Self {
            summary: summarize(log.operation, log.record_name.as_deref(), &log.changes),
            unrecorded: !log.unrecorded_changes.is_empty(),
            id: log.id,
            seq: log.seq,
            context: log.context,
            host: log.host,
            model: log.model,
            model_label: log.model_label,
            record_id: log.record_id,
            record_name: log.record_name,
            revision: log.revision,
            operation: log.operation,
            login: log.user.login,
            name: log.user.name,
            occurred_at: log.occurred_at,
            recorded_at: log.recorded_at,
        }
    }
}

/// The line that says what changed: "Stage: New → Qualified, +2".
pub fn summarize(kind: OperationKind, name: Option<&str>, changes: &[Change]) -> Summary {
    let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
    let told = match kind {
        // The values of what is gone are in the log; the line says only how many.
        OperationKind::Unlink => None,
        // The name of a new record stands beside it already, and what it lacks says nothing.
        OperationKind::Create => changes
            .iter()
            .filter(|change| !change.new.is_null())
            .filter(|change| change.new.as_str().is_none_or(|text| Some(text) != name))
            .min_by_key(|change| salience(change.kind))
            .or(changes.first()),
        OperationKind::Write => changes.iter().min_by_key(|change| salience(change.kind)),
    };
    Summary {
        first: told.map(|change| SummaryChange {
            label: change.label.clone(),
            old: (kind == OperationKind::Write).then(|| {
                show(
                    change.kind,
                    change.old.as_ref(),
                    change.old_label.as_deref(),
                )
                .brief()
            }),
            new: show(change.kind, Some(&change.new), change.new_label.as_deref()).brief(),
        }),
        more: count - u32::from(told.is_some()),
    }
}

/// What a line tells first: a stage before an amount, an amount before a long text.
pub(crate) const fn salience(kind: FieldType) -> u8 {
    match kind {
        FieldType::Selection => 0,
        FieldType::Many2one | FieldType::Reference => 1,
        FieldType::Char
        | FieldType::Integer
        | FieldType::Float
        | FieldType::Monetary
        | FieldType::Date
        | FieldType::Datetime => 2,
        FieldType::Boolean => 3,
        FieldType::One2many | FieldType::Many2many => 4,
        FieldType::Text | FieldType::Html | FieldType::Binary | FieldType::Json => 5,
    }
}

/// Records that logs were selected of: one group for each kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectedRecords {
    /// The host.
    pub host: String,
    /// The kind of record.
    pub model: String,
    /// Its label.
    pub model_label: String,
    /// Id and name of each record.
    pub records: Vec<(String, Option<String>)>,
}

impl SelectedRecords {
    /// The address of exactly the logs of these records.
    pub fn address(&self) -> String {
        let ids = self.records.iter().map(|(id, _)| id.clone()).collect();
        address::logs_of(&self.host, &self.model, ids)
    }
}

/// Groups records by host and model, each record once, in the order they came.
pub fn group_records(records: impl IntoIterator<Item = LoggedRecord>) -> Vec<SelectedRecords> {
    let mut groups: Vec<SelectedRecords> = Vec::new();
    for record in records {
        let found = groups
            .iter()
            .position(|group| group.host == record.host && group.model == record.model);
        let at = found.unwrap_or_else(|| {
            groups.push(SelectedRecords {
                host: record.host,
                model: record.model,
                model_label: record.model_label,
                records: Vec::new(),
            });
            groups.len() - 1
        });
        let records = &mut groups[at].records;
        if !records.iter().any(|(id, _)| *id == record.record_id) {
            records.push((record.record_id, record.name));
        }
    }
    groups
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
