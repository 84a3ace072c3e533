//! Coverage: what was reported and let go, because no active rule asks for it.
//!
//! Only numbers are kept of such operations, by day, model and kind; an operation that is sent
//! twice counts twice, since nothing is kept to tell that it was there.

use std::collections::BTreeMap;

use types::{ByOperation, Timestamp, Uncovered};

use crate::overview::first_day;
use crate::recorder::tally::kind_of;
use crate::store::RuleFilter;
use crate::{Audit, Error, Principal, rules};

/// The models of which operations were let go in the last `days` days, today among them, most
/// first, with the rules that follow a part of each. Hosts that have ended are left out.
/// Administrators and auditors only.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    days: u32,
) -> Result<Vec<Uncovered>, Error> {
    if !principal.reads_all() {
        principal.administers()?;
    }
    let catalog = audit.current().await?;
    let mut found: BTreeMap<i32, Uncovered> = BTreeMap::new();
    for row in audit.store().let_go(first_day(audit, days)).await? {
        let host = catalog.host(row.host_id);
        let (Some(model), Some(kind)) = (catalog.model(row.model_id), kind_of(row.operation))
        else {
            continue;
        };
        if host.is_none_or(|host| host.ended_at.is_some()) {
            continue;
        }
        let (first, last) = (
            Timestamp::from_micros(row.first_at),
            Timestamp::from_micros(row.last_at),
        );
        let entry = found.entry(row.model_id).or_insert_with(|| Uncovered {
            host: model.model.host.clone(),
            model: model.model.model.clone(),
            label: model.model.label.clone(),
            let_go: ByOperation::default(),
            first_at: first,
            last_at: last,
            rules: Vec::new(),
        });
        entry.let_go.add(kind, row.operations);
        entry.first_at = entry.first_at.min(first);
        entry.last_at = entry.last_at.max(last);
    }
    if !found.is_empty() {
        let every = RuleFilter {
            limit: u64::from(u32::MAX),
            ..RuleFilter::default()
        };
        for row in audit.store().rules(&every).await? {
            let model = catalog.model_named(row.host_id, &row.model);
            if let Some(entry) = model.and_then(|model| found.get_mut(&model.id)) {
                entry.rules.push(rules::present(&catalog, &row)?);
            }
        }
    }
    let mut list: Vec<Uncovered> = found.into_values().collect();
    list.sort_by(|a, b| {
        let key = |of: &Uncovered| (-of.let_go.total(), of.host.clone(), of.model.clone());
        key(a).cmp(&key(b))
    });
    Ok(list)
}
