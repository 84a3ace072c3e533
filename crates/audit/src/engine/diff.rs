//! The diff: what an operation really changed, given what was known.

use types::{Field, FieldType, OperationKind};

use super::known::Known;
use super::state::{Changed, Entry, Fields, Gap, State};

/// The two sides of an operation, as they are kept, without the fields left out.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    /// The values before, as the host told them.
    pub old: Fields,
    /// The values after.
    pub new: Fields,
}

/// What an operation says that its log must keep; `None` when a write changed nothing.
///
/// `field` tells label and type of a field and `keep` whether the log may hold it; `last` is the
/// last known state, if there is one.
/// A missing old value is taken from there, and where the host's differs, that is told.
pub fn diff<'a>(
    operation: OperationKind,
    mut sides: Sides,
    last: Option<&State>,
    field: impl Fn(&str) -> Option<&'a Field>,
    keep: impl Fn(&str) -> bool,
) -> Option<Entry> {
    let nothing = Fields::new();
    let known = match last {
        Some(state) if !state.deleted && operation != OperationKind::Create => &state.fields,
        _ => &nothing,
    };
    let kind_of = |name: &str| field(name).map_or(FieldType::Json, |field| field.kind);
    for side in [&mut sides.old, &mut sides.new] {
        for (name, value) in side.iter_mut() {
            keep_label(value, known.get(name), kind_of(name));
        }
    }
    let mut entry = Entry {
        operation,
        changes: Vec::new(),
        unrecorded: Vec::new(),
        observed: Fields::new(),
    };
    for (name, found) in &sides.old {
        match known.get(name) {
            Some(base) if !base.same(found, kind_of(name)) => entry.unrecorded.push(Gap {
                field: name.clone(),
                last_known: base.clone(),
                found: found.clone(),
            }),
            _ => {}
        }
    }
    let mut change = |name: &str, old: Option<Known>, new: Known| {
        let field = field(name);
        let label = field
            .map(|field| field.label.clone())
            .filter(|label| *label != types::label_from_name(name));
        entry.changes.push(Changed {
            field: name.to_owned(),
            label,
            kind: kind_of(name),
            old,
            new,
        });
    };
    match operation {
        OperationKind::Create => {
            for (name, new) in sides.new {
                if new.is_nothing(kind_of(&name)) {
                    entry.observed.insert(name, new);
                } else {
                    change(&name, Some(Known::null()), new);
                }
            }
        }
        OperationKind::Write => {
            for (name, new) in sides.new {
                let told = sides.old.remove(&name);
                let base = known.get(&name);
                let before = told.or_else(|| base.cloned());
                match before {
                    Some(old) if old.same(&new, kind_of(&name)) => {
                        if base.is_none() {
                            entry.observed.insert(name, new);
                        }
                    }
                    before => change(&name, before, new),
                }
            }
            observe(&mut entry.observed, sides.old, known);
        }
        OperationKind::Unlink => {
            let mut before = known.clone();
            before.retain(|name, _| keep(name));
            before.extend(sides.old);
            for (name, old) in before {
                if !old.is_nothing(kind_of(&name)) {
                    change(&name, Some(old), Known::null());
                } else if !known.contains_key(&name) {
                    entry.observed.insert(name, old);
                }
            }
        }
    }
    let idle = operation == OperationKind::Write && entry.changes.is_empty();
    (!idle).then_some(entry)
}

/// Values told but not changed become known where they were not.
fn observe(observed: &mut Fields, told: Fields, known: &Fields) {
    observed.extend(
        told.into_iter()
            .filter(|(name, _)| !known.contains_key(name)),
    );
}

/// A value told without what it is called keeps the name it was known by.
fn keep_label(value: &mut Known, base: Option<&Known>, kind: FieldType) {
    if value.label.is_none()
        && let Some(base) = base
        && base.label.is_some()
        && base.same(value, kind)
    {
        value.label.clone_from(&base.label);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn sides(old: Value, new: Value) -> Sides {
        let side = |value: Value| match value {
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (name, Known::plain(value)))
                .collect(),
            _ => Fields::new(),
        };
        Sides {
            old: side(old),
            new: side(new),
        }
    }

    fn state(fields: Value) -> State {
        State {
            fields: sides(Value::Null, fields).new,
            deleted: false,
        }
    }

    fn run(
        operation: OperationKind,
        old: Value,
        new: Value,
        last: Option<&State>,
    ) -> Option<Entry> {
        diff(operation, sides(old, new), last, |_| None, |_| true)
    }

    fn changed(entry: &Entry) -> Vec<(&str, Option<Value>, Value)> {
        entry
            .changes
            .iter()
            .map(|c| {
                (
                    c.field.as_str(),
                    c.old.as_ref().map(Known::shown),
                    c.new.shown(),
                )
            })
            .collect()
    }

    #[test]
    fn only_fields_whose_value_really_changed_are_kept() {
        let entry = run(
            OperationKind::Write,
            json!({"a": 1, "b": "x"}),
            json!({"a": 1.0, "b": "y"}),
            None,
        )
        .unwrap();
        assert_eq!(changed(&entry), [("b", Some(json!("x")), json!("y"))]);
        assert_eq!(entry.observed["a"].shown(), json!(1.0));
        assert_eq!(
            run(
                OperationKind::Write,
                json!({"a": 1}),
                json!({"a": 1.0}),
                None
            ),
            None
        );
    }

    #[test]
    fn a_missing_old_is_taken_from_the_last_known_state_or_stays_unknown() {
        let last = state(json!({"a": 1}));
        let entry = run(
            OperationKind::Write,
            json!({}),
            json!({"a": 2, "b": 3}),
            Some(&last),
        )
        .unwrap();
        assert_eq!(
            changed(&entry),
            [("a", Some(json!(1)), json!(2)), ("b", None, json!(3))]
        );
        assert_eq!(
            run(
                OperationKind::Write,
                json!({}),
                json!({"a": 1}),
                Some(&last)
            ),
            None
        );
    }

    #[test]
    fn a_change_outside_the_trail_is_told() {
        let last = state(json!({"stage": "qualified", "city": "Paris"}));
        let entry = run(
            OperationKind::Write,
            json!({"stage": "won", "city": "Lyon"}),
            json!({"stage": "lost"}),
            Some(&last),
        )
        .unwrap();
        let gaps: Vec<_> = entry
            .unrecorded
            .iter()
            .map(|gap| {
                (
                    gap.field.as_str(),
                    gap.last_known.shown(),
                    gap.found.shown(),
                )
            })
            .collect();
        assert_eq!(
            gaps,
            [
                ("city", json!("Paris"), json!("Lyon")),
                ("stage", json!("qualified"), json!("won"))
            ]
        );
        assert_eq!(
            changed(&entry),
            [("stage", Some(json!("won")), json!("lost"))]
        );
        let mut after = last;
        after.apply(&entry);
        assert_eq!(after.fields["city"].shown(), json!("Lyon"));
    }

    #[test]
    fn an_unlink_without_old_keeps_the_last_known_values() {
        let last = state(json!({"a": 1, "b": null}));
        let entry = run(OperationKind::Unlink, json!({}), json!({}), Some(&last)).unwrap();
        assert_eq!(changed(&entry), [("a", Some(json!(1)), Value::Null)]);
    }

    #[test]
    fn a_created_record_knows_nothing_of_an_earlier_life() {
        let last = State {
            deleted: true,
            ..state(json!({"a": 1, "z": 9}))
        };
        let entry = run(
            OperationKind::Create,
            json!({}),
            json!({"a": 1, "b": null}),
            Some(&last),
        )
        .unwrap();
        assert_eq!(changed(&entry), [("a", Some(Value::Null), json!(1))]);
        let mut after = last;
        after.apply(&entry);
        assert_eq!(after.fields.keys().collect::<Vec<_>>(), ["a", "b"]);
    }

    fn fields() -> impl Strategy<Value = Fields> {
        let value = prop_oneof![
            Just(Value::Null),
            (0i32..3).prop_map(Value::from),
            "[xy]{0,2}".prop_map(Value::from),
        ];
        proptest::collection::btree_map("[a-e]", value.prop_map(Known::plain), 0..5)
    }

    fn kind() -> impl Strategy<Value = OperationKind> {
        prop_oneof![
            1 => Just(OperationKind::Create),
            6 => Just(OperationKind::Write),
            1 => Just(OperationKind::Unlink),
        ]
    }

    fn history() -> impl Strategy<Value = Vec<(OperationKind, Fields, Fields)>> {
        proptest::collection::vec((kind(), fields(), fields()), 1..12)
    }

    /// The entries of a history and the last known state after each.
    fn play(history: &[(OperationKind, Fields, Fields)]) -> (Vec<Entry>, Vec<State>) {
        let (mut entries, mut states) = (Vec::new(), Vec::new());
        let mut last: Option<State> = None;
        for (kind, old, new) in history {
            let sides = Sides {
                old: old.clone(),
                new: new.clone(),
            };
            let Some(entry) = diff(*kind, sides, last.as_ref(), |_| None, |_| true) else {
                continue;
            };
            let mut state = last.clone().unwrap_or_default();
            state.apply(&entry);
            entries.push(entry);
            states.push(state.clone());
            last = Some(state);
        }
        (entries, states)
    }

    proptest! {
        #[test]
        fn applying_a_diff_to_the_old_gives_the_new(old in fields(), new in fields()) {
            let before = State { fields: old.clone(), deleted: false };
            let sides = Sides { old: old.clone(), new: new.clone() };
            let mut after = before.clone();
            match diff(OperationKind::Write, sides, Some(&before), |_| None, |_| true) {
                Some(entry) => after.apply(&entry),
                None => for (name, value) in &new {
                    prop_assert!(old[name].same(value, FieldType::Json));
                },
            }
            for (name, value) in &new {
                prop_assert!(after.fields[name].same(value, FieldType::Json));
            }
            for (name, value) in &old {
                if !new.contains_key(name) {
                    prop_assert_eq!(&after.fields[name], value);
                }
            }
        }

        #[test]
        fn every_change_really_changes(history in history()) {
            for entry in play(&history).0 {
                for change in entry.changes {
                    let same = change.old.is_some_and(|old| old.same(&change.new, change.kind));
                    prop_assert!(!same);
                }
            }
        }

        #[test]
        fn the_state_at_n_plus_change_n_1_is_the_state_at_n_1(history in history()) {
            let (entries, states) = play(&history);
            let filled: Vec<State> = (0..states.len()).map(|n| {
                let mut state = states[n].clone();
                state.fill(&entries[n + 1..]);
                state
            }).collect();
            for n in 0..states.len().saturating_sub(1) {
                let mut next = filled[n].clone();
                next.apply(&entries[n + 1]);
                prop_assert_eq!(next.deleted, filled[n + 1].deleted);
                for (name, value) in &next.fields {
                    prop_assert_eq!(Some(value), filled[n + 1].fields.get(name));
                }
                for name in states[n + 1].fields.keys() {
                    prop_assert!(next.fields.contains_key(name));
                }
            }
        }

        #[test]
        fn unknown_stays_unknown(history in history()) {
            let (entries, states) = play(&history);
            for n in 0..states.len() {
                let mut state = states[n].clone();
                state.fill(&entries[n + 1..]);
                for name in state.fields.keys() {
                    let told = entries.iter().any(|entry| {
                        entry.observed.contains_key(name)
                            || entry.unrecorded.iter().any(|gap| gap.field == *name)
                            || entry.changes.iter().any(|change| change.field == *name)
                    });
                    prop_assert!(told, "{} was never seen", name);
                }
            }
        }
    }
}
