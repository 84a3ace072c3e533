//! What the list of rules is made of.

use std::collections::BTreeMap;

use types::{LogQuery, Rule, RuleQuery, Timestamp};

use super::{
    coverage::{self, Remedy},
    state,
};
use crate::{address, error::PageError, request};

/// The days that the list tells of: a week and a month.
pub(super) const SPANS: [u32; 2] = [7, 30];

/// The list.
pub(super) struct RulesView {
    /// Whether the person may change rules.
    pub(super) editable: bool,
    /// What was asked for.
    pub(super) query: RuleQuery,
    /// The rules.
    pub(super) lines: Vec<Line>,
    /// Where the next page begins.
    pub(super) next_cursor: Option<String>,
    /// Id and name of the rule that was kept a moment ago.
    pub(super) told: Option<(String, String)>,
    /// Models of which something is let go that no rule follows now.
    pub(super) open: usize,
}

/// A rule in the list.
pub(super) struct Line {
    /// The rule.
    pub(super) rule: Rule,
    /// The name of its model for people, where it is known.
    pub(super) label: Option<String>,
    /// How many logs it asked for in each of the [`SPANS`], and where they are.
    pub(super) caught: [(i64, String); 2],
}

/// The rules that an address asks for.
pub(super) async fn list_rules(query: String) -> Result<RulesView, PageError> {
    let (audit, principal) = request::caller()?;
    let told = match address::parameter(&query, "rule") {
        Some(id) => audit::rules::get(&audit, &principal, &id)
            .await
            .ok()
            .map(|rule| (rule.id, rule.name)),
        None => None,
    };
    let (query, faults) = state::read_query(&query);
    if !faults.is_empty() {
        return Err(request::invalid(faults));
    }
    let page = audit::rules::list(&audit, &principal, &query)
        .await
        .map_err(request::fail)?;
    let models = audit::models::list(&audit, &principal, None)
        .await
        .map_err(request::fail)?;
    let labels: BTreeMap<_, _> = models
        .into_iter()
        .map(|model| ((model.host, model.model), model.label))
        .collect();
    let mut caught = Vec::new();
    for days in SPANS {
        caught.push(
            audit::rules::caught(&audit, &principal, days)
                .await
                .map_err(request::fail)?,
        );
    }
    let now = request::now();
    let lines = page
        .items
        .into_iter()
        .map(|rule| Line {
            label: labels
                .get(&(rule.host.clone(), rule.model.clone()))
                .cloned(),
            caught: [0, 1].map(|at| {
                let count = caught.get(at).and_then(|by_rule| by_rule.get(&rule.id));
                let from = first_moment(now, SPANS[at]);
                (count.copied().unwrap_or_default(), logs_of(&rule, from))
            }),
            rule,
        })
        .collect();
    let open = coverage::gaps(&audit, &principal, coverage::DAYS[1])
        .await?
        .iter()
        .filter(|gap| matches!(gap.remedy, Remedy::Make | Remedy::Widen(_)))
        .count();
    Ok(RulesView {
        editable: request::administers(&principal),
        query,
        lines,
        next_cursor: page.next_cursor,
        told,
        open,
    })
}

/// The beginning of the last `days` days, as they are counted: in UTC, today among them.
fn first_moment(now: Timestamp, days: u32) -> Timestamp {
    const DAY: i64 = 86_400_000_000;
    let today = now.micros().div_euclid(DAY);
    Timestamp::from_micros((today - i64::from(days) + 1) * DAY)
}

/// The logs of what a rule follows, since then.
fn logs_of(rule: &Rule, from: Timestamp) -> String {
    let followed: Vec<_> = types::OperationKind::ALL
        .into_iter()
        .filter(|kind| rule.follows(*kind))
        .collect();
    address::logs(&LogQuery {
        host: Some(rule.host.clone()),
        model: Some(rule.model.clone()),
        operation: if followed.len() == 3 {
            Vec::new()
        } else {
            followed
        },
        from: Some(from),
        ..LogQuery::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_days_are_today_and_the_six_before() {
        let now = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
        let first = Timestamp::parse("2026-11-17T00:00:00Z").unwrap();
        assert_eq!(first_moment(now, 7), first);
    }
}
