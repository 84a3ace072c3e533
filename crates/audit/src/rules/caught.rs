//! What rules caught, and what one would have caught.

use std::collections::BTreeMap;

use types::{Preview, RuleInput, Timestamp};

use super::host;
use crate::engine::matcher::Compiled;
use crate::overview::first_day;
use crate::recorder::tally::kind_of;
use crate::store::{LAST, RuleFilter};
use crate::{Audit, Error, Principal};

/// What a rule would have caught of the last 1,000 operations counted, whether or not it is
/// active. Administrators only.
///
/// Counted are operations that were recorded and operations that no rule asked for; those that
/// changed nothing are not. Of the latter nobody looked at the values, so some of them might have
/// changed nothing, too.
pub async fn preview(
    audit: &Audit,
    principal: &Principal,
    input: RuleInput,
) -> Result<Preview, Error> {
    principal.administers()?;
    let input = input.check().map_err(Error::Invalid)?;
    let catalog = audit.current().await?;
    let host = host(&catalog, &input.host)?;
    let model = catalog.model_named(host.id, &input.model);
    let rule = compiled(&input);
    let mut preview = Preview::default();
    let commits = audit.store().last_counted().await?;
    let mut left = LAST;
    for (at, sampled) in commits {
        // The oldest commit is kept whole, though a part of it may be older than the last 1,000.
        let older = sampled.operations.len().saturating_sub(left);
        for (model_id, kind, user, recorded) in &sampled.operations[older..] {
            left -= 1;
            preview.counted += 1;
            preview.since = Some(Timestamp::from_micros(at));
            let user = usize::try_from(*user).ok();
            let user = user.and_then(|place| sampled.users.get(place));
            let (Some(kind), Some((login, groups))) = (kind_of(i16::from(*kind)), user) else {
                return Err(Error::Broken("a counted operation is broken".to_owned()));
            };
            let is_of_model = model.is_some_and(|model| model.id == *model_id);
            if is_of_model && rule.matches(kind, login, groups) {
                preview.caught += 1;
                preview.recorded_already += i64::from(*recorded);
                preview.by_operation.add(kind, 1);
            }
        }
        if left == 0 {
            break;
        }
    }
    Ok(preview)
}

fn compiled(input: &RuleInput) -> Compiled {
    Compiled {
        id: String::new(),
        operations: [input.log_create, input.log_write, input.log_unlink],
        groups: input.groups.iter().cloned().collect(),
        excluded: input.excluded_users.iter().cloned().collect(),
        ignored: input.ignored_fields.iter().cloned().collect(),
        require_reason: input.require_reason,
    }
}

/// How many logs each rule asked for in the last `days` days, today among them, by the rule's id.
/// A rule that caught nothing is left out. Those that may list the rules see it, of the rules
/// that they may list.
pub async fn caught(
    audit: &Audit,
    principal: &Principal,
    days: u32,
) -> Result<BTreeMap<String, i64>, Error> {
    let mut listed = RuleFilter {
        limit: u64::from(u32::MAX),
        ..RuleFilter::default()
    };
    match principal {
        _ if principal.reads_all() => {}
        Principal::Key { host, .. } => {
            let catalog = audit.current().await?;
            let host = catalog.host_named(host).ok_or_else(Error::not_found)?;
            listed.host_id = Some(host.id);
            listed.active = Some(true);
        }
        _ => {
            return Err(Error::forbidden(
                "only administrators and auditors see the rules",
            ));
        }
    }
    let rules = audit.store().rules(&listed).await?;
    let rules: std::collections::BTreeSet<String> =
        rules.into_iter().map(|rule| rule.id.to_string()).collect();
    let caught = audit
        .store()
        .caught_by_rules(first_day(audit, days))
        .await?;
    Ok(caught
        .into_iter()
        .filter(|(rule, _)| rules.contains(rule))
        .collect())
}
