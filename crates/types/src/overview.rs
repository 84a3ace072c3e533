//! What happened lately, and what was let go: figures for people who watch.

use serde::{Deserialize, Serialize};

use crate::{OperationKind, Rule, Timestamp};

/// How many of each operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ByOperation {
    /// Creations.
    pub create: i64,
    /// Modifications.
    pub write: i64,
    /// Deletions.
    pub unlink: i64,
}

impl ByOperation {
    /// Those of one kind.
    pub const fn of(&self, kind: OperationKind) -> i64 {
        match kind {
            OperationKind::Create => self.create,
            OperationKind::Write => self.write,
            OperationKind::Unlink => self.unlink,
        }
    }

    /// Counts `more` of one kind.
    pub const fn add(&mut self, kind: OperationKind, more: i64) {
        match kind {
            OperationKind::Create => self.create += more,
            OperationKind::Write => self.write += more,
            OperationKind::Unlink => self.unlink += more,
        }
    }

    /// All of them.
    pub const fn total(&self) -> i64 {
        self.create + self.write + self.unlink
    }
}

/// The logs of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCount {
    /// When the day begins, in UTC.
    pub day: Timestamp,
    /// Its logs.
    pub logs: ByOperation,
    /// Its logs that found changes made outside the trail.
    pub unrecorded: i64,
}

/// The logs of one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelCount {
    /// Its host.
    pub host: String,
    /// Its name.
    pub model: String,
    /// Its label.
    pub label: String,
    /// Its logs.
    pub logs: ByOperation,
    /// Its logs that found changes made outside the trail.
    pub unrecorded: i64,
    /// When its last log was recorded.
    pub last_at: Option<Timestamp>,
}

/// The logs of one login, whatever the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserCount {
    /// The login.
    pub login: String,
    /// The logs of what they did.
    pub logs: ByOperation,
}

/// What happened in some days, today's among them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Overview {
    /// Every day, oldest first, those without a log, too.
    pub days: Vec<DayCount>,
    /// The busiest models, at most ten.
    pub models: Vec<ModelCount>,
    /// The busiest users, at most ten.
    pub users: Vec<UserCount>,
    /// All logs of these days.
    pub logs: ByOperation,
    /// All logs of these days that found changes made outside the trail.
    pub unrecorded: i64,
}

/// Operations of a model that no active rule followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncovered {
    /// The host.
    pub host: String,
    /// The model.
    pub model: String,
    /// Its label.
    pub label: String,
    /// How many operations were let go.
    pub let_go: ByOperation,
    /// When the first of them was reported.
    pub first_at: Timestamp,
    /// When the last of them was reported.
    pub last_at: Timestamp,
    /// The rules of this model, active or not: some follow a part of it.
    pub rules: Vec<Rule>,
}

/// What a rule would have caught of the last operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preview {
    /// How many operations of any host it was tried on, at most 1,000.
    pub counted: i64,
    /// How many of them it would have caught.
    pub caught: i64,
    /// How many of those were recorded already, by other rules.
    pub recorded_already: i64,
    /// Those caught, by operation.
    pub by_operation: ByOperation,
    /// When the oldest of the operations tried on was reported.
    pub since: Option<Timestamp>,
}
