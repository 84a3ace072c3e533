//! Whatever a stranger sends is read or refused, never a panic: what the fuzz targets try for hours,
//! for a moment at each run of the tests.

use proptest::prelude::*;
use serde_json::Value;
use types::{Operation, Search};

/// JSON of any shape, with the names that operations have among its members.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "(create|write|unlink|crm.lead|2026-11-23T08:15:30Z)".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        let name = prop_oneof![
            "(operations|operation|model|record_id|user|login|groups|old|new|context|id)",
            ".{0,8}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn bytes_are_json_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = types::parse_json(&bytes);
    }

    #[test]
    fn json_is_read_as_it_was_written(value in json()) {
        let text = value.to_string();
        prop_assert_eq!(types::parse_json(text.as_bytes()).unwrap().to_string(), text);
    }

    #[test]
    fn a_batch_is_read_or_its_faults_are_told(value in json()) {
        for body in [value.clone(), serde_json::json!({"operations": [value]})] {
            if let Err(faults) = Operation::read_batch(body) {
                for fault in faults.into_vec() {
                    prop_assert!(fault.pointer.is_empty() || fault.pointer.starts_with('/'));
                }
            }
        }
    }

    #[test]
    fn a_search_is_read_whatever_it_is(
        text in r#"[a-z:,."\- ()<>=é\n0-9]{0,60}"#,
        other in any::<String>(),
    ) {
        for text in [text, other] {
            prop_assert_eq!(Search::parse(&text), Search::parse(&text));
        }
    }
}
