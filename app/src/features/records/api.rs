//! Server functions of the pages of records.

use serde::{Deserialize, Serialize};
use types::{RecordQuery, Timestamp, UnrecordedChange};

use super::state::{Column, FormField, RecordRow, Revision};
use crate::error::PageError;

/// The records of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordsView {
    /// When the page was made.
    pub now: Timestamp,
    /// The host of the model.
    pub host: String,
    /// The model's label.
    pub label: String,
    /// What was asked for.
    pub query: RecordQuery,
    /// The columns.
    pub columns: Vec<Column>,
    /// The lines.
    pub rows: Vec<RecordRow>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// A record and its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryView {
    /// When the page was made.
    pub now: Timestamp,
    /// The host.
    pub host: String,
    /// The kind of record.
    pub model: String,
    /// Its label.
    pub model_label: String,
    /// Which record.
    pub record_id: String,
    /// Its name at the chosen revision.
    pub record_name: Option<String>,
    /// The chosen revision.
    pub revision: i64,
    /// The newest revision.
    pub latest: i64,
    /// Whether the chosen revision deleted the record.
    pub deleted: bool,
    /// Whether the record is deleted now.
    pub deleted_now: bool,
    /// When the chosen revision was recorded.
    pub recorded_at: Timestamp,
    /// The time asked for, where one was.
    pub at: Option<Timestamp>,
    /// The revisions around the chosen one, newest first.
    pub timeline: Vec<Revision>,
    /// The record at the chosen revision.
    pub form: Vec<FormField>,
    /// What changed outside the trail before the chosen revision.
    pub gaps: Vec<UnrecordedChange>,
    /// The changes of the chosen revision, for the labels of the gaps.
    pub changes: Vec<types::Change>,
}

/// The records of a model that an address asks for.
pub async fn list_records(model: String, query: String) -> Result<RecordsView, PageError> {
    use crate::request;
    let (audit, principal) = request::caller()?;
    let (mut query, faults) = super::state::read_query(&model, &query);
    if !faults.is_empty() {
        return Err(request::invalid(faults));
    }
    let model = audit::models::get(&audit, &principal, query.host.as_deref(), &model)
        .await
        .map_err(request::fail)?;
    query.host = Some(model.host.clone());
    let page = audit::records::list(&audit, &principal, &query)
        .await
        .map_err(request::fail)?;
    let columns = super::state::columns(&model, &page.items);
    let rows = page
        .items
        .into_iter()
        .map(|record| super::state::row(record, &columns))
        .collect();
    Ok(RecordsView {
        now: request::now(),
        host: model.host,
        label: model.label,
        query,
        columns,
        rows,
        next_cursor: page.next_cursor,
    })
}

/// A record at the moment that an address asks for, with the revisions around it.
pub async fn record_history(
    model: String,
    record_id: String,
    query: String,
) -> Result<HistoryView, PageError> {
    use super::state::{self, Look};
    use crate::request;
    use audit::records::{Moment, RecordKey};

    let (audit, principal) = request::caller()?;
    let (host, look, faults) = state::read_look(&query);
    if !faults.is_empty() {
        return Err(request::invalid(faults));
    }
    let model = audit::models::get(&audit, &principal, host.as_deref(), &model)
        .await
        .map_err(request::fail)?;
    let key = RecordKey {
        host: Some(&model.host),
        model: &model.model,
        record_id: &record_id,
    };
    let moment = match look {
        Look::Latest => Moment::Latest,
        Look::Revision(revision) => Moment::Revision(revision),
        Look::At(time) => Moment::Time(time),
    };
    let latest = audit::records::get(&audit, &principal, key, Moment::Latest)
        .await
        .map_err(request::fail)?;
    let record = audit::records::get(&audit, &principal, key, moment)
        .await
        .map_err(request::fail)?;
    let logs = server::around(&audit, &principal, &record).await?;
    let chosen = logs.iter().find(|log| log.revision == record.revision);
    let changes = chosen.map(|log| log.changes.clone()).unwrap_or_default();
    Ok(HistoryView {
        now: request::now(),
        form: state::form(&record, &model.fields, &changes),
        gaps: chosen
            .map(|log| log.unrecorded_changes.clone())
            .unwrap_or_default(),
        changes,
        timeline: logs.iter().map(Revision::from).collect(),
        host: model.host,
        model: model.model,
        model_label: model.label,
        record_id,
        record_name: record.record_name,
        revision: record.revision,
        latest: latest.revision,
        deleted: record.deleted,
        deleted_now: latest.deleted,
        recorded_at: record.recorded_at,
        at: if let Look::At(time) = look {
            Some(time)
        } else {
            None
        },
    })
}

mod server {
    use audit::{Audit, Principal};
    use types::{Log, LogQuery, Order, Record};

    use crate::{error::PageError, request};

    /// How many revisions are shown on each side of the chosen one. Two short reads by time, so
    /// that a record of ten thousand revisions opens as quickly as one of ten.
    const SIDE: u32 = 25;

    /// The logs around a revision, newest first.
    pub(super) async fn around(
        audit: &Audit,
        principal: &Principal,
        record: &Record,
    ) -> Result<Vec<Log>, PageError> {
        let of_record = LogQuery {
            host: Some(record.host.clone()),
            model: Some(record.model.clone()),
            record_id: vec![record.record_id.clone()],
            limit: SIDE + 1,
            ..LogQuery::default()
        };
        let newer = LogQuery {
            from: Some(record.recorded_at),
            order: Order::Asc,
            ..of_record.clone()
        };
        let older = LogQuery {
            to: Some(record.recorded_at),
            limit: 2 * SIDE,
            ..of_record
        };
        let newer = audit::logs::list(audit, principal, &newer)
            .await
            .map_err(request::fail)?;
        let older = audit::logs::list(audit, principal, &older)
            .await
            .map_err(request::fail)?;
        let mut logs = newer.items;
        logs.extend(older.items);
        logs.sort_by_key(|log| std::cmp::Reverse(log.revision));
        logs.dedup_by_key(|log| log.revision);
        Ok(logs)
    }
}
