//! The laws of the diff, and its cases.

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

fn run(operation: OperationKind, old: Value, new: Value, last: Option<&State>) -> Option<Entry> {
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
