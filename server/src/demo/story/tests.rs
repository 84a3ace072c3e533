//! What the story promises, whatever its seed and end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;
use types::{Faults, Operation, OperationKind, RuleInput, Timestamp, Values};

use super::{Story, deals, tell};
use crate::demo::{catalogue, world::Outside};

fn end() -> Timestamp {
    Timestamp::parse("2026-11-23T08:15:30Z").unwrap()
}

/// The story of the demo, told once for all tests.
fn told() -> &'static Story {
    static STORY: LazyLock<Story> = LazyLock::new(|| tell(crate::demo::SEED, end()));
    &STORY
}

/// Whether an active rule asks for the operation, and which fields all that do ignore.
fn followed(rules: &[RuleInput], operation: &Operation) -> Option<BTreeSet<String>> {
    let user = &operation.user;
    rules
        .iter()
        .filter(|rule| rule.active && rule.model == operation.model)
        .filter(|rule| match operation.operation {
            OperationKind::Create => rule.log_create,
            OperationKind::Write => rule.log_write,
            OperationKind::Unlink => rule.log_unlink,
        })
        .filter(|rule| {
            rule.groups.is_empty() || rule.groups.iter().any(|g| user.groups.contains(g))
        })
        .filter(|rule| !rule.excluded_users.contains(&user.login))
        .map(|rule| rule.ignored_fields.iter().cloned().collect::<BTreeSet<_>>())
        .reduce(|a, b| a.intersection(&b).cloned().collect())
}

/// Whether two values are the same to the trail: numbers by size, lists as sets.
fn same(a: &Value, b: &Value) -> bool {
    let set = |value: &Value| -> BTreeSet<String> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .map(Value::to_string)
            .collect()
    };
    a == b
        || a.is_number() && b.is_number() && a.as_f64() == b.as_f64()
        || a.is_array() && b.is_array() && set(a) == set(b)
}

/// The fields whose `old` is not what went before, among the operations that `sees` lets through.
fn surprises(
    story: &Story,
    sees: impl Fn(&Operation) -> bool,
) -> BTreeSet<(String, String, String)> {
    let mut known: BTreeMap<(String, String), Values> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for operation in story.operations.iter().filter(|operation| sees(operation)) {
        let key = (operation.model.clone(), operation.record_id.clone());
        let record = known.entry(key.clone()).or_default();
        for (field, old) in operation.old.iter().flatten() {
            let differs = record.get(field).is_some_and(|before| !same(before, old));
            if differs && field != "write_date" {
                found.insert((key.0.clone(), key.1.clone(), field.clone()));
            }
        }
        for (field, new) in operation.new.iter().flatten() {
            record.insert(field.clone(), new.clone());
        }
    }
    found
}

fn outside(story: &Story) -> BTreeSet<(String, String, String)> {
    let of = |outside: &Outside| {
        (
            outside.model.to_owned(),
            outside.record_id.clone(),
            outside.field.clone(),
        )
    };
    story.outside.iter().map(of).collect()
}

#[test]
fn the_same_seed_and_end_tell_the_same_story() {
    assert_eq!(told().operations, tell(crate::demo::SEED, end()).operations);
    assert_ne!(
        told().operations,
        tell(crate::demo::SEED + 1, end()).operations
    );
}

#[test]
fn about_five_thousand_operations_happen_whatever_the_day() {
    for day in 1..=8 {
        let end = Timestamp::parse(&format!("2026-06-{day:02}T17:40:00Z")).unwrap();
        let count = tell(crate::demo::SEED, end).operations.len();
        assert!((4_500..=5_500).contains(&count), "{count}");
    }
}

#[test]
fn operations_are_in_the_order_of_time_within_the_ninety_days() {
    let times: Vec<_> = told()
        .operations
        .iter()
        .filter_map(|o| o.occurred_at)
        .collect();
    assert!(times.is_sorted());
    let first = times.first().unwrap().micros();
    let days = (end().micros() - first) / 86_400_000_000;
    assert!((88..=90).contains(&days), "{days}");
    assert!(*times.last().unwrap() < end());
}

#[test]
fn every_operation_is_one_that_the_api_takes() {
    for operation in &told().operations {
        let mut faults = Faults::default();
        let body = serde_json::to_value(operation).unwrap();
        let read = Operation::read(body, "", &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(read.as_ref(), Some(operation));
    }
}

#[test]
fn ids_are_distinct_and_short_and_belong_to_one_telling() {
    let ids = |story: &Story| -> BTreeSet<_> {
        let operations = story.operations.iter();
        operations.filter_map(|o| o.id.clone()).collect()
    };
    let story = told();
    let count = story.operations.len();
    let first = ids(story);
    assert_eq!(first.len(), count);
    assert!(first.iter().all(|id| id.len() <= 128));
    let later = Timestamp::from_micros(end().micros() + 1);
    assert!(first.is_disjoint(&ids(&tell(crate::demo::SEED, later))));
}

#[test]
fn old_values_are_what_the_records_held_but_for_what_was_changed_outside() {
    let story = told();
    assert_eq!(surprises(story, |_| true), outside(story));
    assert_eq!(story.outside.len(), 3);
}

#[test]
fn the_trail_finds_no_other_change_outside_though_rules_leave_gaps() {
    let story = told();
    let rules = catalogue::rules();
    let seen = surprises(story, |operation| followed(&rules, operation).is_some());
    assert_eq!(seen, outside(story));
}

#[test]
fn a_record_is_made_before_it_is_changed_and_not_touched_after_it_is_deleted() {
    let mut alive = BTreeSet::new();
    for operation in &told().operations {
        let key = (operation.model.clone(), operation.record_id.clone());
        match operation.operation {
            OperationKind::Create => assert!(alive.insert(key)),
            OperationKind::Write => assert!(alive.contains(&key)),
            OperationKind::Unlink => assert!(alive.remove(&key)),
        }
    }
    let count = |model: &str| alive.iter().filter(|(of, _)| of == model).count();
    assert!((110..=135).contains(&count(catalogue::PARTNER)));
    assert_eq!(count(catalogue::PRODUCT), 40);
    assert!((270..=310).contains(&count(catalogue::LEAD)));
    assert!(
        (170..=240).contains(&count(catalogue::ORDER)),
        "{}",
        count(catalogue::ORDER)
    );
}

#[test]
fn every_declared_field_takes_a_value_and_only_declared_fields_do() {
    let story = told();
    for (model, input) in catalogue::models() {
        let declared: BTreeSet<_> = input.fields.iter().map(|f| f.name.clone()).collect();
        let used: BTreeSet<_> = story
            .operations
            .iter()
            .filter(|operation| operation.model == model)
            .flat_map(|operation| operation.new.iter().flatten())
            .filter(|(_, value)| !value.is_null())
            .map(|(field, _)| field.clone())
            .collect();
        assert_eq!(used, declared, "{model}");
        for field in input
            .fields
            .iter()
            .filter(|field| !field.selection.is_empty())
        {
            for operation in story.operations.iter().filter(|o| o.model == model) {
                let value = operation.new.as_ref().and_then(|new| new.get(&field.name));
                if let Some(Value::String(word)) = value {
                    assert!(field.selection.contains_key(word), "{model} {word}");
                }
            }
        }
    }
}

#[test]
fn there_is_something_of_everything_that_a_log_can_tell() {
    let operations = &told().operations;
    let rules = catalogue::rules();
    let count = |of: &dyn Fn(&Operation) -> bool| operations.iter().filter(|o| of(o)).count();
    let skipped = count(&|o| followed(&rules, o).is_none());
    assert!((400..=1_600).contains(&skipped), "{skipped}");
    assert!(count(&|o| o.operation == OperationKind::Write && o.old.is_none()) > 40);
    assert!(count(&|o| o.user.on_behalf_of.is_some()) > 10);
    assert!(count(&|o| o.context.reason.is_some()) > 200);
    assert!(count(&|o| o.operation == OperationKind::Unlink) > 30);
    assert!(count(&|o| o.record_name.as_deref() == Some(deals::NAME)) >= 6);
    let of_model = |model: &str, kind| count(&|o| o.model == model && o.operation == kind);
    assert!(of_model(catalogue::ORDER, OperationKind::Unlink) >= 3);
    assert_eq!(of_model(catalogue::USER, OperationKind::Unlink), 1);
    let mut requests: BTreeMap<_, usize> = BTreeMap::new();
    for operation in operations {
        *requests
            .entry(operation.context.request_id.clone())
            .or_default() += 1;
    }
    assert!(requests.values().filter(|count| **count > 1).count() > 200);
}

#[test]
fn some_writes_change_nothing_that_is_followed() {
    let silent = |operation: &&Operation| {
        let nothing = |(field, new): (&String, &Value)| {
            let old = operation.old.as_ref().and_then(|old| old.get(field));
            matches!(
                field.as_str(),
                "write_date" | "login_date" | "qty_available"
            ) || old.is_some_and(|old| same(old, new))
        };
        operation.operation == OperationKind::Write && operation.new.iter().flatten().all(nothing)
    };
    let count = told().operations.iter().filter(silent).count();
    assert!((60..=250).contains(&count), "{count}");
}

#[test]
fn a_password_is_in_no_old_values() {
    for operation in &told().operations {
        assert!(
            !operation
                .old
                .iter()
                .flatten()
                .any(|(field, _)| field == "password")
        );
    }
}
