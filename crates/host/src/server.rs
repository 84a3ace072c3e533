//! Where operations go: a Revisor server, by HTTP or within the same process.

use std::collections::BTreeMap;
use std::time::Duration;

use types::{Fault, ModelInput, Operation, Outcome};

/// What takes operations and models.
pub trait Server: Send + Sync {
    /// Records a batch, whole or not at all; answers one outcome an operation, in their order,
    /// once all are durable.
    fn record(
        &self,
        batch: &[Operation],
    ) -> impl Future<Output = Result<Vec<Outcome>, Refusal>> + Send;

    /// Declares a model.
    fn declare(
        &self,
        model: &str,
        input: &ModelInput,
    ) -> impl Future<Output = Result<(), Refusal>> + Send;
}

/// Why nothing of a batch was recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The same batch may be taken later: the server is away, busy, or does not know the key.
    #[error("not now: {why}")]
    Later {
        /// What keeps it.
        why: String,
        /// How long the server asks to wait.
        after: Option<Duration>,
    },
    /// These operations cannot be recorded as they are; the others of the batch could.
    #[error("{} of the operations cannot be recorded: {}", .0.len(), first(.0))]
    Faults(Vec<Refused>),
    /// Something of the batch cannot be recorded as it is, or it is too large; a part of it may.
    #[error("the batch cannot be recorded: {0}")]
    Batch(String),
}

/// An operation that cannot be recorded as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the batch.
    pub index: usize,
    /// What is wrong with it.
    pub why: String,
}

impl Refused {
    /// The faults of a batch by the operation that they point at (`/operations/3/model`); `None`
    /// when one points elsewhere.
    pub fn by_operation(faults: &[Fault]) -> Option<Vec<Self>> {
        let mut told: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for fault in faults {
            let rest = fault.pointer.strip_prefix("/operations/")?;
            let (index, place) = rest.split_once('/').unwrap_or((rest, ""));
            let text = if place.is_empty() {
                format!("{} ({})", fault.detail, fault.code)
            } else {
                format!("{place}: {} ({})", fault.detail, fault.code)
            };
            told.entry(index.parse().ok()?).or_default().push(text);
        }
        let refused = told.into_iter().map(|(index, texts)| Self {
            index,
            why: texts.join("; "),
        });
        Some(refused.collect())
    }
}

fn first(refused: &[Refused]) -> &str {
    refused.first().map_or("", |one| &one.why)
}
