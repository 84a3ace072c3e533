//! The write path: operations in, logs out.
use crate::{Audit, Error, Principal};
use types::{Faults, Operation, Outcome};

/// Records a batch, whole or not at all; answers after the commit. Needs scope `record`.
/// `traceparent` is taken into the context of operations that have none.
pub async fn record(audit: &Audit, principal: &Principal, operations: Vec<Operation>, traceparent: Option<&str>) -> Result<Vec<Outcome>, Error> { unimplemented!() }
/// Records each operation by itself: one that is refused does not stop the others. `Err` items are
/// lines that could not be read; they become `Outcome::Invalid`. Waits while the queue is full.
pub async fn record_each(audit: &Audit, principal: &Principal, operations: Vec<Result<Operation, Faults>>, traceparent: Option<&str>) -> Result<Vec<Outcome>, Error> { unimplemented!() }
