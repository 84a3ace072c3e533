//! What a plan holds: records as last known, keys that were used, logs and keys to be
//! written, operations to be counted.

use std::sync::Arc;

use types::{Actor, Context, OperationKind, Timestamp};

use crate::engine::catalog::ModelEntry;
use crate::engine::state::{Entry, State};

/// A record, by its model's row and its id.
pub(super) type RecordKey = (i32, String);

/// An idempotency key, by its host's row.
pub(super) type IdempotencyKey = (i32, String);

/// A record as last known.
#[derive(Debug, Clone, Default)]
pub(super) struct LastKnown {
    pub(super) name: Option<String>,
    pub(super) revision: i64,
    pub(super) state: State,
    pub(super) changed: bool,
}

/// An idempotency key that was used.
#[derive(Debug, Clone)]
pub(super) struct UsedKey {
    pub(super) digest: Vec<u8>,
    pub(super) log_id: Option<String>,
}

/// A log with its place and time.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) seq: i64,
    /// When it was recorded, in microseconds.
    pub(crate) time: i64,
    pub(crate) log: NewLog,
}

/// A log to be appended.
#[derive(Debug)]
pub(crate) struct NewLog {
    pub(crate) id: uuid::Uuid,
    pub(crate) host_id: i32,
    pub(crate) model: Arc<ModelEntry>,
    pub(crate) record_name: Option<String>,
    pub(crate) revision: i64,
    pub(crate) rule_ids: Vec<String>,
    pub(crate) entry: Entry,
    pub(crate) record_id: String,
    pub(crate) user: Actor,
    pub(crate) occurred_at: Option<Timestamp>,
    pub(crate) context: Context,
    /// The whole state after it, at revisions where one is kept.
    pub(crate) snapshot: Option<State>,
}

/// An idempotency key to be kept.
#[derive(Debug)]
pub(super) struct NewKey {
    pub(super) host_id: i32,
    pub(super) key: String,
    pub(super) digest: [u8; 32],
    /// Which of the new logs it made.
    pub(super) log: Option<usize>,
}

/// An operation that was counted: recorded, or asked for by no rule.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) host_id: i32,
    pub(super) model_id: i32,
    pub(super) operation: OperationKind,
    pub(super) login: String,
    pub(super) groups: Vec<String>,
    pub(super) recorded: bool,
}
