//! Records as the audit trail knows them: now, and as they were.
use crate::{Audit, Error, Principal};
use types::{Comparison, Log, Page, PatchOperation, Record, RecordQuery, Timestamp};

/// When a record is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// As last known.
    Latest,
    /// At this revision.
    Revision(i64),
    /// At this time: with everything recorded then or before.
    Time(Timestamp),
}
/// Which record: its model, its id, and its host where several have the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordKey<'a> {
    /// The host; needed only where several hosts have the model.
    pub host: Option<&'a str>,
    /// The model.
    pub model: &'a str,
    /// The record.
    pub record_id: &'a str,
}
/// A page of the known records of a model, in the order they were first seen.
pub async fn list(audit: &Audit, principal: &Principal, query: &RecordQuery) -> Result<Page<Record>, Error> { unimplemented!() }
/// A record at a moment.
pub async fn get(audit: &Audit, principal: &Principal, key: RecordKey<'_>, moment: Moment) -> Result<Record, Error> { unimplemented!() }
/// The record's logs, oldest first.
pub async fn revisions(audit: &Audit, principal: &Principal, key: RecordKey<'_>, cursor: Option<&str>, limit: u32) -> Result<Page<Log>, Error> { unimplemented!() }
/// The fields that differ between two revisions.
pub async fn compare(audit: &Audit, principal: &Principal, key: RecordKey<'_>, from: i64, to: i64) -> Result<Comparison, Error> { unimplemented!() }
/// A JSON Patch from the last known state to a revision, for the host to apply.
pub async fn restore_plan(audit: &Audit, principal: &Principal, key: RecordKey<'_>, revision: i64) -> Result<Vec<PatchOperation>, Error> { unimplemented!() }
