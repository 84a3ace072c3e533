//! Which operations are followed, and which records they touch.

use std::collections::BTreeMap;

use types::Operation;

use crate::engine::catalog::{Catalog, HostEntry};
use crate::engine::matcher::{Decision, decide};

/// What the rules say of an operation; the built-in host is always followed.
pub(super) fn decide_for(
    catalog: &Catalog,
    host: &HostEntry,
    operation: &Operation,
) -> Option<Decision> {
    if host.builtin {
        return Some(Decision::default());
    }
    let rules = catalog.rules(host.id, &operation.model);
    decide(
        rules,
        operation.operation,
        &operation.user.login,
        &operation.user.groups,
    )
}

/// Whether an operation says why.
pub(super) fn has_reason(operation: &Operation) -> bool {
    operation
        .context
        .reason
        .as_ref()
        .is_some_and(|reason| !reason.trim().is_empty())
}

/// The records that the operations of a group touch, by model, sorted: those to be locked.
pub(super) fn touched<'b>(
    catalog: &Catalog,
    operations: impl Iterator<Item = (i32, &'b Operation)>,
) -> BTreeMap<i32, Vec<String>> {
    let mut touched: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for (host_id, operation) in operations {
        let Some(host) = catalog.host(host_id) else {
            continue;
        };
        let Some(model) = catalog.model_named(host_id, &operation.model) else {
            continue;
        };
        if decide_for(catalog, host, operation).is_some() {
            touched
                .entry(model.id)
                .or_default()
                .push(operation.record_id.clone());
        }
    }
    for ids in touched.values_mut() {
        ids.sort_unstable();
        ids.dedup();
    }
    touched
}
