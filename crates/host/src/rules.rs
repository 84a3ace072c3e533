//! Which operations the server's rules ask for, as far as a host can tell.
//!
//! The server decides: it matches every operation against the rules as they are then. A host asks
//! here only whether it may leave an operation out, and is told *no* whenever that is not sure:
//! before the rules are known, and when they were not heard of for a while.
//!
//! A rule that was made just now is followed from the next time the rules are fetched; what is done
//! in between by users that no older rule follows is not recorded.

use std::time::{Duration, Instant};

use types::{Actor, OperationKind, Rule};

/// The rules in force, as last told.
#[derive(Debug)]
pub(crate) struct Followed {
    rules: Vec<Rule>,
    told: Option<Instant>,
    trust: Duration,
}

impl Followed {
    /// Nothing is known yet; what will be is believed for `trust`.
    pub(crate) const fn unknown(trust: Duration) -> Self {
        Self {
            rules: Vec::new(),
            told: None,
            trust,
        }
    }

    /// These are the rules, at `now`.
    pub(crate) fn told(&mut self, rules: Vec<Rule>, now: Instant) {
        self.rules = rules;
        self.told = Some(now);
    }

    /// The rules are still those, at `now`.
    pub(crate) fn confirmed(&mut self, now: Instant) {
        if self.told.is_some() {
            self.told = Some(now);
        }
    }

    /// Whether the rules are known, and not too long ago.
    pub(crate) fn known(&self, now: Instant) -> bool {
        self.told
            .is_some_and(|told| now.saturating_duration_since(told) <= self.trust)
    }

    /// Whether an operation of `actor` may be asked for.
    pub(crate) fn asks(
        &self,
        model: &str,
        kind: OperationKind,
        actor: &Actor,
        now: Instant,
    ) -> bool {
        !self.known(now)
            || self.rules.iter().any(|rule| {
                rule.active
                    && rule.model == model
                    && rule.follows(kind)
                    && !rule.excluded_users.contains(&actor.login)
                    && (rule.groups.is_empty()
                        || rule.groups.iter().any(|group| actor.groups.contains(group)))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(change: &serde_json::Value) -> Rule {
        let mut rule = json!({
            "id": "r", "name": "n", "host": "h", "model": "lead",
            "log_create": false, "log_write": true, "log_unlink": false,
            "groups": [], "excluded_users": [], "ignored_fields": [], "require_reason": false,
            "active": true, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        });
        for (name, value) in change.as_object().unwrap() {
            rule[name] = value.clone();
        }
        serde_json::from_value(rule).unwrap()
    }

    fn actor(login: &str, groups: &[&str]) -> Actor {
        Actor {
            login: login.to_owned(),
            groups: groups.iter().map(|&group| group.to_owned()).collect(),
            ..Actor::default()
        }
    }

    #[test]
    fn everything_is_asked_for_until_the_rules_are_known_and_when_they_grew_old() {
        let start = Instant::now();
        let mut followed = Followed::unknown(Duration::from_secs(30));
        let asks = |followed: &Followed, after: u64| {
            let now = start + Duration::from_secs(after);
            followed.asks("lead", OperationKind::Create, &actor("marc", &[]), now)
        };
        followed.confirmed(start);
        assert!(asks(&followed, 0), "nothing was told yet");
        followed.told(Vec::new(), start);
        assert!(!asks(&followed, 0) && !asks(&followed, 30));
        assert!(asks(&followed, 31), "too long ago");
        followed.confirmed(start + Duration::from_secs(31));
        assert!(!asks(&followed, 31));
    }

    #[test]
    fn an_operation_may_be_left_out_only_if_no_rule_asks_for_it_of_this_user() {
        let now = Instant::now();
        let mut followed = Followed::unknown(Duration::from_secs(30));
        let rules = [
            json!({"groups": ["Sales"]}),
            json!({"model": "partner", "excluded_users": ["cron"]}),
            json!({"model": "gone", "active": false}),
        ];
        followed.told(rules.iter().map(rule).collect(), now);
        let asks = |model, kind, login, groups: &[&str]| {
            followed.asks(model, kind, &actor(login, groups), now)
        };
        assert!(asks("lead", OperationKind::Write, "marc", &["HR", "Sales"]));
        assert!(!asks("lead", OperationKind::Write, "marc", &["HR"]));
        assert!(!asks("lead", OperationKind::Unlink, "marc", &["Sales"]));
        assert!(asks("partner", OperationKind::Write, "marc", &[]));
        assert!(!asks("partner", OperationKind::Write, "cron", &[]));
        assert!(!asks("gone", OperationKind::Write, "marc", &[]));
        assert!(!asks("other", OperationKind::Write, "marc", &[]));
    }
}
