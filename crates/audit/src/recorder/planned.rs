//! What a plan holds: records as last known, keys that were used, logs and keys to be
//! written, operations to be counted.

use std::sync::Arc;

use types::{Actor, Context, OperationKind, Timestamp};

use crate::engine::catalog::ModelEntry;
use crate::engine::state::{Entry, State};

/// A record, by its model's row and its id.
pub(super) type RecordKey = (i32, String);

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

/// A log to be appended.
#[derive(Debug)]
pub(super) struct NewLog {
    pub(super) id: uuid::Uuid,
    pub(super) host_id: i32,
    pub(super) model: Arc<ModelEntry>,
    pub(super) record_name: Option<String>,
    pub(super) revision: i64,
    pub(super) rule_ids: Vec<String>,
    pub(super) entry: Entry,
    pub(super) record_id: String,
    pub(super) user: Actor,
    pub(super) occurred_at: Option<Timestamp>,
    pub(super) context: Context,
    /// The whole state after it, at revisions where one is kept.
    pub(super) snapshot: Option<State>,
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
