//! Canonical forms: every value is the same as itself, and its form is stable when it is written and
//! read again.
#![no_main]

use audit::engine::canonical::{canonical, same, structural};
use libfuzzer_sys::fuzz_target;
use types::FieldType;

fuzz_target!(|body: &[u8]| {
    let Ok(value) = types::parse_json(body) else {
        return;
    };
    let written = serde_json::to_vec(&value).expect("JSON is written");
    let again = types::parse_json(&written).expect("and read again");
    assert_eq!(structural(&value), structural(&again));
    for kind in FieldType::ALL.iter().copied() {
        assert!(same(kind, &value, &again));
        assert_eq!(canonical(kind, &value), canonical(kind, &again));
    }
});
