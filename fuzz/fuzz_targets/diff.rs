//! The diff of two objects: an operation that changes nothing gives no log, and what changed is
//! named once.
#![no_main]

use std::collections::BTreeSet;

use audit::engine::{
    diff::{Sides, diff},
    known::Known,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use types::OperationKind;

fuzz_target!(|body: &[u8]| {
    let Ok(Value::Array(sides)) = types::parse_json(body) else {
        return;
    };
    let [Value::Object(old), Value::Object(new)] = sides.as_slice() else {
        return;
    };
    let known = |side: &serde_json::Map<String, Value>| {
        side.iter()
            .map(|(name, value)| (name.clone(), Known::plain(value.clone())))
            .collect()
    };
    let run = |old, new| {
        let sides = Sides { old, new };
        diff(OperationKind::Write, sides, None, |_| None, |_| true)
    };
    if let Some(entry) = run(known(old), known(new)) {
        let names: BTreeSet<_> = entry.changes.iter().map(|change| &change.field).collect();
        assert_eq!(names.len(), entry.changes.len());
    }
    assert!(run(known(old), known(old)).is_none_or(|entry| entry.changes.is_empty()));
});
