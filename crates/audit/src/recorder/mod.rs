//! The write path: operations in, logs out.
//!
//! Callers put their operations on a bounded queue; one writer gathers what is waiting, from all
//! callers, into one transaction (group commit) and answers each after the commit.

pub(crate) mod append;
pub(crate) mod discover;
mod following;
mod naming;
mod plan;
mod planned;
mod queue;
pub(crate) mod subjects;
pub(crate) mod tally;

use types::{Code, Faults, MAX_OPERATIONS, Operation, Outcome, Scope};

#[cfg(test)]
pub(crate) use planned::NewLog;
pub(crate) use planned::Recorded;
pub use queue::Room;
pub(crate) use queue::{Queue, Writer};

use crate::engine::redact::Secret;
use crate::{Audit, Error, Principal};

/// Operations of one caller.
#[derive(Debug)]
pub(crate) struct Batch {
    /// The host they come from.
    pub(crate) host_id: i32,
    /// The operations.
    pub(crate) items: Vec<Item>,
    /// Whether one that is refused refuses them all.
    pub(crate) whole: bool,
}

/// One operation, with the digest of its content where it has an idempotency key.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) operation: Operation,
    pub(crate) digest: Option<[u8; 32]>,
}

/// Records a batch, whole or not at all; answers after the commit. Needs scope `record`.
/// `traceparent` is taken into the context of operations that have none.
pub async fn record(
    audit: &Audit,
    principal: &Principal,
    operations: Vec<Operation>,
    traceparent: Option<&str>,
) -> Result<Vec<Outcome>, Error> {
    if operations.len() > MAX_OPERATIONS {
        let detail = format!("at most {MAX_OPERATIONS} operations");
        return Err(Error::fault("/operations", Code::TooMany, detail));
    }
    let host_id = host_of(audit, principal)?;
    if operations.is_empty() {
        return Ok(Vec::new());
    }
    let items = operations
        .into_iter()
        .map(|operation| item(audit, operation, traceparent))
        .collect();
    audit
        .0
        .queue
        .submit(
            Batch {
                host_id,
                items,
                whole: true,
            },
            false,
        )
        .await
}

/// Records each operation by itself: one that is refused does not stop the others. `Err` items are
/// lines that could not be read; they become [`Outcome::Invalid`]. Waits while the queue is full.
pub async fn record_each(
    audit: &Audit,
    principal: &Principal,
    operations: Vec<Result<Operation, Faults>>,
    traceparent: Option<&str>,
) -> Result<Vec<Outcome>, Error> {
    let host_id = host_of(audit, principal)?;
    let mut outcomes = Vec::with_capacity(operations.len());
    let mut items = Vec::with_capacity(operations.len());
    for operation in operations {
        match operation {
            Ok(operation) => {
                items.push(item(audit, operation, traceparent));
                outcomes.push(None);
            }
            Err(faults) => outcomes.push(Some(Outcome::Invalid {
                errors: faults.into_vec(),
            })),
        }
    }
    let recorded = if items.is_empty() {
        Vec::new()
    } else {
        audit
            .0
            .queue
            .submit(
                Batch {
                    host_id,
                    items,
                    whole: false,
                },
                true,
            )
            .await?
    };
    let mut recorded = recorded.into_iter();
    let missing = || Error::Broken("the recorder answered too few outcomes".to_owned());
    outcomes
        .into_iter()
        .map(|outcome| outcome.or_else(|| recorded.next()).ok_or_else(missing))
        .collect()
}

/// The host that a principal records for.
fn host_of(audit: &Audit, principal: &Principal) -> Result<i32, Error> {
    principal.has_scope(Scope::Record)?;
    let Some(name) = principal.host() else {
        return Err(Error::forbidden(
            "operations are recorded with a host's key",
        ));
    };
    match audit.catalog().host_named(name) {
        Some(host) if host.ended_at.is_none() && !host.builtin => Ok(host.id),
        Some(host) if host.builtin => Err(Error::forbidden(
            "nobody reports operations of the built-in host",
        )),
        _ => Err(Error::refused(
            Code::Unauthorized,
            "the host of this key has ended",
        )),
    }
}

fn item(audit: &Audit, mut operation: Operation, traceparent: Option<&str>) -> Item {
    let digest = operation.id.is_some();
    let digest = digest.then(|| self::digest(&audit.0.secret, &operation));
    if operation.context.traceparent.is_none() {
        operation.context.traceparent = traceparent.map(str::to_owned);
    }
    Item { operation, digest }
}

/// A commitment to the content as the host sent it: its members sorted, its numbers normalized.
/// Keyed, since sensitive values are part of it.
fn digest(secret: &Secret, operation: &Operation) -> [u8; 32] {
    secret.commit(&[&crate::engine::canonical::of_operation(operation)])
}
