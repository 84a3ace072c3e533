//! What became of reported operations.

use serde::{Deserialize, Serialize};

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// A log was made.
    Recorded {
        /// The log.
        log_id: String,
        /// The record's revision that it is.
        revision: i64,
    },
    /// No log was asked for.
    Skipped {
        /// Why: `no_rule`.
        reason: String,
    },
    /// Nothing really changed, so there is no log.
    Unchanged,
    /// The same operation was recorded before.
    Duplicate {
        /// The log it made then; absent where it had changed nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log_id: Option<String>,
    },
    /// Only in an NDJSON stream: this line was refused, the others are not touched by that.
    Invalid {
        /// What is wrong with the line.
        errors: Vec<crate::Fault>,
    },
}

impl Outcome {
    /// No rule asked for the operation.
    pub fn no_rule() -> Self {
        Self::Skipped {
            reason: "no_rule".to_owned(),
        }
    }
}

/// The answer to a batch, in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Results {
    /// One result an operation.
    pub results: Vec<Outcome>,
}
