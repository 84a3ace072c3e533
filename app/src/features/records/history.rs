//! Reads what the page of a record's history shows.

use audit::records::{Moment, RecordKey};
use audit::{Audit, Principal};
use types::{Change, Code, Field, Log, OperationKind, Record, Timestamp, UnrecordedChange};

use super::look::{self, Addresses, Look};
use super::revision::{self, FormField, Line, Revision};
use crate::{error::PageError, request};

/// Revisions of a piece of the timeline.
pub(super) const PIECE: i64 = 40;
/// How many of these are newer than what is shown.
const NEWER: i64 = 12;

/// A record and its history.
#[derive(Debug, Clone)]
pub(super) struct HistoryView {
    pub(super) now: Timestamp,
    pub(super) addresses: Addresses,
    pub(super) model_label: String,
    /// Its name at what is shown.
    pub(super) record_name: Option<String>,
    /// The newest revision.
    pub(super) latest: i64,
    /// Whether the record is deleted now.
    pub(super) deleted_now: bool,
    /// The model's fields.
    pub(super) fields: Vec<Field>,
    /// The time asked for, where one was.
    pub(super) at: Option<Timestamp>,
    /// Whether nothing was known of the record yet at that time.
    pub(super) before_first: bool,
    /// The revision shown, the second of two.
    pub(super) chosen: Chosen,
    pub(super) body: Body,
    /// Whether the reader may erase what is personal in it, and something is.
    pub(super) erases: bool,
    /// A piece of the timeline, newest first.
    pub(super) timeline: Vec<Revision>,
}

/// The revision that is shown.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) revision: i64,
    pub(super) recorded_at: Timestamp,
    /// Whether it deleted the record.
    pub(super) deleted: bool,
    pub(super) log_id: Option<String>,
    /// What changed outside the trail before it.
    pub(super) gaps: Vec<UnrecordedChange>,
    pub(super) changes: Vec<Change>,
}

/// What is shown of the record.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// The record at one revision, and how a host would bring it back to that.
    Form {
        fields: Vec<FormField>,
        /// JSON; none where this is what the record is now.
        plan: Option<Plan>,
    },
    /// Two revisions side by side.
    Compared {
        from: i64,
        to: i64,
        all: bool,
        lines: Vec<Line>,
    },
}

/// A JSON Patch to restore a revision.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) text: String,
    /// Whether there is nothing to do.
    pub(super) empty: bool,
}

/// What an address asks for of a record's history. Reads a bounded number of logs, whatever the
/// length of the history.
pub(super) async fn read(
    model: String,
    record_id: String,
    query: String,
) -> Result<HistoryView, PageError> {
    let (audit, principal) = request::caller()?;
    let (asked, faults) = look::read(&query);
    if !faults.is_empty() {
        return Err(request::invalid(faults));
    }
    let model = audit::models::get(&audit, &principal, asked.host.as_deref(), &model)
        .await
        .map_err(request::fail)?;
    let reading = Reading {
        audit: &audit,
        principal: &principal,
        key: RecordKey {
            host: Some(&model.host),
            model: &model.model,
            record_id: &record_id,
        },
    };
    let latest = reading.record(Moment::Latest).await?;
    let (look, at) = match asked.look {
        Look::At(time) => (reading.at(time).await?, Some(time)),
        other => (Some(other), None),
    };
    let before_first = look.is_none();
    let last = latest.revision;
    // The revision shown, and the one that it is compared with.
    let (number, with) = match look {
        Some(Look::Revision(revision)) => (revision, None),
        Some(Look::Compare { from, to, all }) => {
            let to = to.unwrap_or(last);
            (to, Some((from.unwrap_or((to - 1).max(1)), all)))
        }
        None => (1, None),
        Some(Look::Latest | Look::At(_)) => (last, None),
    };
    let record = if number == last {
        latest.clone()
    } else {
        reading.record(Moment::Revision(number)).await?
    };
    let logs = reading.around(number, asked.top, last).await?;
    let log = match logs.iter().find(|log| log.revision == number) {
        Some(log) => Some(log.clone()),
        None => reading.down_from(number, 1).await?.pop(),
    };
    let changes = log
        .as_ref()
        .map(|log| log.changes.clone())
        .unwrap_or_default();
    let body = match with {
        Some((from, all)) => reading.compared(from, &record, all, &model.fields).await?,
        None => Body::Form {
            fields: revision::form(&record, &model.fields, marked(log.as_ref())),
            plan: reading.plan(number, &latest).await?,
        },
    };
    Ok(HistoryView {
        now: request::now(),
        timeline: logs
            .iter()
            .map(|log| Revision::of(log, &model.fields))
            .collect(),
        model_label: model.label,
        erases: request::administers(&principal)
            && (model.fields.iter().any(|field| field.personal) || is_erased(&record)),
        fields: model.fields,
        record_name: record.record_name,
        latest: last,
        deleted_now: latest.deleted,
        at,
        before_first,
        chosen: Chosen {
            revision: number,
            recorded_at: record.recorded_at,
            deleted: record.deleted,
            gaps: log
                .as_ref()
                .map(|log| log.unrecorded_changes.clone())
                .unwrap_or_default(),
            log_id: log.map(|log| log.id),
            changes,
        },
        body,
        addresses: Addresses {
            host: model.host,
            model: model.model,
            record_id,
        },
    })
}

/// Whether something of the record was erased.
fn is_erased(record: &Record) -> bool {
    let mut values = record.values.values();
    values.any(|value| value.get("erased").is_some_and(|erased| *erased == true))
}

/// The changes to mark: where a record came into being all is new, and marks would say nothing.
fn marked(log: Option<&Log>) -> &[Change] {
    match log {
        Some(log) if log.operation != OperationKind::Create => &log.changes,
        _ => &[],
    }
}

/// Who reads of which record.
struct Reading<'a> {
    audit: &'a Audit,
    principal: &'a Principal,
    key: RecordKey<'a>,
}

impl Reading<'_> {
    async fn record(&self, moment: Moment) -> Result<Record, PageError> {
        audit::records::get(self.audit, self.principal, self.key, moment)
            .await
            .map_err(request::fail)
    }

    /// The revision at a time; none where the record was not known yet.
    async fn at(&self, time: Timestamp) -> Result<Option<Look>, PageError> {
        let moment = Moment::Time(time);
        match audit::records::get(self.audit, self.principal, self.key, moment).await {
            Ok(record) => Ok(Some(Look::Revision(record.revision))),
            Err(error) if error.code() == Code::NotFound => Ok(None),
            Err(error) => Err(request::fail(error)),
        }
    }

    async fn down_from(&self, revision: i64, limit: i64) -> Result<Vec<Log>, PageError> {
        let limit = u32::try_from(limit).unwrap_or(1);
        audit::records::down_from(self.audit, self.principal, self.key, revision, limit)
            .await
            .map_err(request::fail)
    }

    /// The logs around a revision, or from `top` down, newest first.
    async fn around(&self, shown: i64, top: Option<i64>, last: i64) -> Result<Vec<Log>, PageError> {
        let top = top.unwrap_or(shown.saturating_add(NEWER)).min(last);
        // At the beginning of a history the piece is still a whole one.
        self.down_from(top.max(PIECE.min(last)), PIECE).await
    }

    async fn compared(
        &self,
        from: i64,
        to: &Record,
        all: bool,
        fields: &[Field],
    ) -> Result<Body, PageError> {
        let (audit, principal) = (self.audit, self.principal);
        let found = audit::records::compare(audit, principal, self.key, from, to.revision)
            .await
            .map_err(request::fail)?;
        let before = if all {
            Some(self.record(Moment::Revision(from)).await?)
        } else {
            None
        };
        Ok(Body::Compared {
            from,
            to: to.revision,
            all,
            lines: revision::compared(found, fields, before.as_ref().map(|before| (before, to))),
        })
    }

    async fn plan(&self, number: i64, latest: &Record) -> Result<Option<Plan>, PageError> {
        if number == latest.revision && !latest.deleted {
            return Ok(None);
        }
        let (audit, principal) = (self.audit, self.principal);
        let plan = audit::records::restore_plan(audit, principal, self.key, number)
            .await
            .map_err(request::fail)?;
        Ok(Some(Plan {
            text: serde_json::to_string_pretty(&plan).unwrap_or_default(),
            empty: plan.is_empty(),
        }))
    }
}
