//! What was let go, and what would follow it.

use audit::{Audit, Principal};
use leptos::prelude::*;
use types::{Code, OperationKind, Rule, RuleInput, RulePatch, Uncovered};

use crate::{address, error::PageError, request};

/// The days that one may look back.
pub(super) const DAYS: [u32; 3] = [7, 30, 90];

/// A model of which operations were let go.
pub(super) struct Gap {
    /// What was let go.
    pub(super) let_go: Uncovered,
    /// The operations among these that no rule follows whole, now.
    pub(super) open: Vec<OperationKind>,
    /// What one click does about it.
    pub(super) remedy: Remedy,
}

/// What follows what was let go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    /// A new rule.
    Make,
    /// The rule for everyone that there is: one more would be refused.
    Widen(Rule),
    /// Nothing: what is open is left out by this rule, on purpose.
    LeftOut(Rule),
    /// Nothing: it is followed by now.
    Done,
}

/// The models of which operations were let go in the last `days` days; what is followed by now
/// stands last.
pub(super) async fn gaps(
    audit: &Audit,
    principal: &Principal,
    days: u32,
) -> Result<Vec<Gap>, PageError> {
    let found = audit::coverage::list(audit, principal, days)
        .await
        .map_err(request::fail)?;
    let mut gaps: Vec<Gap> = found.into_iter().map(gap).collect();
    gaps.sort_by_key(|gap| gap.open.is_empty());
    Ok(gaps)
}

fn gap(let_go: Uncovered) -> Gap {
    let follows_whole = |rule: &Rule, kind| {
        rule.active
            && rule.groups.is_empty()
            && rule.excluded_users.is_empty()
            && rule.follows(kind)
    };
    let open: Vec<_> = OperationKind::ALL
        .into_iter()
        .filter(|kind| let_go.let_go.of(*kind) > 0)
        .filter(|kind| !let_go.rules.iter().any(|rule| follows_whole(rule, *kind)))
        .collect();
    // There is one at most.
    let everyone = let_go.rules.iter().find(|rule| rule.groups.is_empty());
    let remedy = match everyone {
        _ if open.is_empty() => Remedy::Done,
        None => Remedy::Make,
        Some(rule) if rule.active && open.iter().all(|kind| rule.follows(*kind)) => {
            Remedy::LeftOut(rule.clone())
        }
        Some(rule) => Remedy::Widen(rule.clone()),
    };
    Gap {
        let_go,
        open,
        remedy,
    }
}

/// The days that an address asks for.
pub(super) fn days_of(query: &str) -> u32 {
    address::parameter(query, "days")
        .and_then(|days| days.parse().ok())
        .filter(|days| DAYS.contains(days))
        .unwrap_or(DAYS[1])
}

/// Has what was let go of a model followed from now on: by a new rule named after the model, or by
/// the one that there is for everyone.
#[server(prefix = "/fn", endpoint = "rules/follow")]
pub async fn follow_model(
    host: String,
    model: String,
    #[server(default)] days: u32,
) -> Result<(), PageError> {
    match server_side(&host, &model, days).await {
        Ok(rule) => {
            let pairs = [
                ("model", model.as_str()),
                ("done", "followed"),
                ("rule", &rule),
            ];
            request::go_to(&address::with_query("/rules", &address::query_text(pairs)));
            Ok(())
        }
        Err(error) => {
            let days = days.to_string();
            let told =
                address::query_text([("days", days.as_str()), ("error", error.code.as_str())]);
            request::go_back(&address::with_query("/rules/coverage", &told));
            Err(error)
        }
    }
}

async fn server_side(host: &str, model: &str, days: u32) -> Result<String, PageError> {
    let (audit, principal) = request::caller()?;
    // Told before anything is looked for.
    if !request::administers(&principal) {
        return Err(request::fail(audit::Error::forbidden(
            "Only administrators make rules.",
        )));
    }
    let gap = gaps(&audit, &principal, days)
        .await?
        .into_iter()
        .find(|gap| gap.let_go.host == host && gap.let_go.model == model);
    let Some(gap) = gap else {
        let detail = "Nothing of this model was let go.";
        return Err(request::fail(audit::Error::refused(Code::NotFound, detail)));
    };
    let ticked = |kind| gap.open.contains(&kind);
    match gap.remedy {
        Remedy::Make => {
            let input = RuleInput {
                name: gap.let_go.label.chars().take(64).collect(),
                host: gap.let_go.host,
                model: gap.let_go.model,
                log_create: gap.open.contains(&OperationKind::Create),
                log_write: gap.open.contains(&OperationKind::Write),
                log_unlink: gap.open.contains(&OperationKind::Unlink),
                groups: Vec::new(),
                excluded_users: Vec::new(),
                ignored_fields: Vec::new(),
                require_reason: false,
                active: true,
            };
            let rule = audit::rules::create(&audit, &principal, input).await;
            Ok(rule.map_err(request::fail)?.id)
        }
        Remedy::Widen(rule) => {
            // A rule that was switched off follows what was let go, and not what it did before.
            let keep = |kind| rule.active && rule.follows(kind);
            let on = |kind| Some(ticked(kind) || keep(kind));
            let patch = RulePatch {
                log_create: on(OperationKind::Create),
                log_write: on(OperationKind::Write),
                log_unlink: on(OperationKind::Unlink),
                active: Some(true),
                ..RulePatch::default()
            };
            audit::rules::update(&audit, &principal, &rule.id, patch)
                .await
                .map_err(request::fail)?;
            Ok(rule.id)
        }
        Remedy::LeftOut(rule) => Ok(rule.id),
        Remedy::Done => Ok(gap
            .let_go
            .rules
            .into_iter()
            .next()
            .map(|rule| rule.id)
            .unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use types::{ByOperation, Timestamp};

    use super::*;

    fn rule(log_create: bool, log_write: bool, log_unlink: bool) -> Rule {
        Rule {
            id: "1".into(),
            name: "Leads".into(),
            host: "crm".into(),
            model: "crm.lead".into(),
            log_create,
            log_write,
            log_unlink,
            groups: Vec::new(),
            excluded_users: Vec::new(),
            ignored_fields: Vec::new(),
            require_reason: false,
            active: true,
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
        }
    }

    fn told(rules: Vec<Rule>) -> Gap {
        gap(Uncovered {
            host: "crm".into(),
            model: "crm.lead".into(),
            label: "Lead".into(),
            let_go: ByOperation {
                create: 0,
                write: 5,
                unlink: 1,
            },
            first_at: Timestamp::default(),
            last_at: Timestamp::default(),
            rules,
        })
    }

    #[test]
    fn what_no_rule_follows_gets_one() {
        let gap = told(Vec::new());
        assert_eq!(gap.remedy, Remedy::Make);
        assert_eq!(gap.open, [OperationKind::Write, OperationKind::Unlink]);
        let of_a_group = Rule {
            groups: vec!["Sales".into()],
            ..rule(true, true, true)
        };
        assert_eq!(told(vec![of_a_group]).remedy, Remedy::Make);
    }

    #[test]
    fn the_rule_for_everyone_is_widened_or_switched_on() {
        let part = rule(false, true, false);
        let gap = told(vec![part.clone()]);
        assert_eq!(gap.open, [OperationKind::Unlink]);
        assert_eq!(gap.remedy, Remedy::Widen(part));
        let off = Rule {
            active: false,
            ..rule(true, true, true)
        };
        assert_eq!(told(vec![off.clone()]).remedy, Remedy::Widen(off));
    }

    #[test]
    fn what_is_followed_by_now_or_left_out_needs_nothing() {
        assert_eq!(told(vec![rule(false, true, true)]).remedy, Remedy::Done);
        let but = Rule {
            excluded_users: vec!["job".into()],
            ..rule(true, true, true)
        };
        assert_eq!(told(vec![but.clone()]).remedy, Remedy::LeftOut(but));
    }
}
