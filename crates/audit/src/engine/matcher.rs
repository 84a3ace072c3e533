//! Matching: which rules ask for an operation of a user.
//!
//! Every matching rule counts, for this user, whoever came before; the answer does not depend on
//! the order of the rules.

use std::collections::BTreeSet;

use types::OperationKind;

/// A rule, ready to be matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiled {
    /// Its id.
    pub id: String,
    /// The operations it ticks: create, write, unlink.
    pub operations: [bool; 3],
    /// The groups it asks for; everyone where empty.
    pub groups: BTreeSet<String>,
    /// The logins it leaves out.
    pub excluded: BTreeSet<String>,
    /// The fields it leaves out.
    pub ignored: BTreeSet<String>,
    /// Whether it asks for a reason.
    pub require_reason: bool,
}

impl Compiled {
    /// Whether it asks for this operation of this user.
    pub fn matches(&self, operation: OperationKind, login: &str, groups: &[String]) -> bool {
        self.operations[operation as usize]
            && !self.excluded.contains(login)
            && (self.groups.is_empty() || groups.iter().any(|group| self.groups.contains(group)))
    }
}

/// What the rules that match add up to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// The rules that ask for the operation, by id.
    pub rule_ids: Vec<String>,
    /// The fields that every one of them leaves out.
    pub ignored: BTreeSet<String>,
    /// Whether one of them asks for a reason.
    pub require_reason: bool,
}

/// The decision on one operation; `None` when no rule asks for it.
pub fn decide(
    rules: &[Compiled],
    operation: OperationKind,
    login: &str,
    groups: &[String],
) -> Option<Decision> {
    let mut matching = rules
        .iter()
        .filter(|rule| rule.matches(operation, login, groups));
    let first = matching.next()?;
    let mut decision = Decision {
        rule_ids: vec![first.id.clone()],
        ignored: first.ignored.clone(),
        require_reason: first.require_reason,
    };
    for rule in matching {
        decision.rule_ids.push(rule.id.clone());
        decision
            .ignored
            .retain(|field| rule.ignored.contains(field));
        decision.require_reason |= rule.require_reason;
    }
    decision.rule_ids.sort_unstable();
    Some(decision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words() -> impl Strategy<Value = BTreeSet<String>> {
        proptest::collection::btree_set("[a-c]", 0..3)
    }

    fn rules() -> impl Strategy<Value = Vec<Compiled>> {
        let rule = (any::<[bool; 3]>(), words(), words(), words(), any::<bool>());
        proptest::collection::vec(rule, 0..6).prop_map(|rules| {
            rules
                .into_iter()
                .enumerate()
                .map(
                    |(n, (operations, groups, excluded, ignored, require_reason))| Compiled {
                        id: n.to_string(),
                        operations,
                        groups,
                        excluded,
                        ignored,
                        require_reason,
                    },
                )
                .collect()
        })
    }

    proptest! {
        #[test]
        fn matching_does_not_depend_on_the_order_of_rules(
            rules in rules(),
            turn in 0usize..6,
            login in "[a-c]",
            groups in words(),
        ) {
            let groups: Vec<_> = groups.into_iter().collect();
            let mut turned = rules.clone();
            turned.reverse();
            if !turned.is_empty() {
                let by = turn % turned.len();
                turned.rotate_left(by);
            }
            for kind in OperationKind::ALL {
                prop_assert_eq!(
                    decide(&rules, kind, &login, &groups),
                    decide(&turned, kind, &login, &groups)
                );
            }
        }

        #[test]
        fn a_field_is_left_out_only_if_every_matching_rule_leaves_it_out(
            rules in rules(), login in "[a-c]", groups in words(),
        ) {
            let groups: Vec<_> = groups.into_iter().collect();
            let matching: Vec<_> = rules
                .iter()
                .filter(|rule| rule.matches(OperationKind::Write, &login, &groups))
                .collect();
            match decide(&rules, OperationKind::Write, &login, &groups) {
                None => prop_assert!(matching.is_empty()),
                Some(decision) => for field in ["a", "b", "c"] {
                    prop_assert_eq!(
                        decision.ignored.contains(field),
                        matching.iter().all(|rule| rule.ignored.contains(field))
                    );
                },
            }
        }
    }

    #[test]
    fn the_group_filter_is_decided_for_each_user_whoever_came_before() {
        let rule = Compiled {
            id: "r".into(),
            operations: [false, true, false],
            groups: ["Sales / Manager".to_owned()].into(),
            excluded: ["cron".to_owned()].into(),
            ignored: BTreeSet::new(),
            require_reason: false,
        };
        let rules = [rule];
        let managers = ["Sales / Manager".to_owned()];
        for _ in 0..2 {
            assert!(decide(&rules, OperationKind::Write, "demo", &[]).is_none());
            assert!(decide(&rules, OperationKind::Write, "marc", &managers).is_some());
            assert!(decide(&rules, OperationKind::Write, "cron", &managers).is_none());
            assert!(decide(&rules, OperationKind::Create, "marc", &managers).is_none());
        }
    }
}
