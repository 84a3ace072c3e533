//! The laws of equality and of canonical forms.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        (-1000i32..1000).prop_map(|n| json!(f64::from(n) / 4.0)),
        "[a-c]{0,2}".prop_map(Value::from),
        Just(json!("2026-01-02")),
        Just(json!("2026-01-02T03:04:05Z")),
        Just(json!("2026-01-02 03:04:05")),
        Just(json!("1.50")),
        Just(json!({"id": "7", "name": "x"})),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// An operation with these values, and some of what may be left out.
fn operation(values: Map<String, Value>, given: u8) -> Operation {
    let some = |bit: u8, text: &str| (given & (1 << bit) != 0).then(|| text.to_owned());
    let mut body = json!({
        "operation": "write", "model": "m\u{1}", "record_id": "a\"b\\",
        "user": {"login": "é\n", "groups": if given & 1 == 0 { vec![] } else { vec!["g", "h\t"] }},
        "new": values, "context": {},
    });
    for (bit, (object, name)) in [
        ("", "id"),
        ("", "record_name"),
        ("user", "name"),
        ("user", "on_behalf_of"),
        ("context", "ip"),
        ("context", "reason"),
        ("context", "traceparent"),
        ("context", "user_agent"),
    ]
    .into_iter()
    .enumerate()
    {
        if let Some(text) = some(u8::try_from(bit).unwrap(), name) {
            let target = if object.is_empty() {
                &mut body
            } else {
                &mut body[object]
            };
            target[name] = text.into();
        }
    }
    if given & 2 != 0 {
        body["old"] = Value::Object(Map::new());
        body["occurred_at"] = json!("2026-01-02T03:04:05.678901Z");
        body["context"]["request_id"] = json!("r");
        body["context"]["transaction_id"] = json!("t");
    }
    let mut operations = Operation::read_batch(json!({"operations": [body]})).unwrap();
    operations.remove(0)
}

fn kind() -> impl Strategy<Value = FieldType> {
    proptest::sample::select(FieldType::ALL)
}

#[test]
fn the_same_number_in_other_words_is_the_same() {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (a, b) in [
        ("1", "1.0"),
        ("1e2", "100"),
        ("-0.0", "0"),
        ("0.10", "1e-1"),
        (
            "123456789012345678901234567890.50",
            "1234567890123456789012345678905e-1",
        ),
    ] {
        assert!(same(FieldType::Float, &parse(a), &parse(b)), "{a} {b}");
        assert!(
            same(FieldType::Json, &parse(a), &parse(b)),
            "{a} {b} in json"
        );
    }
    assert!(same(FieldType::Monetary, &json!("10.50"), &json!(10.5)));
    assert!(!same(FieldType::Char, &json!("10.50"), &json!(10.5)));
    let (a, b) = ("1234567890123456789", "1234567890123456788");
    assert!(
        !same(FieldType::Integer, &parse(a), &parse(b)),
        "beyond a double"
    );
    assert!(!same(FieldType::Integer, &parse("1e400"), &parse("1e401")));
}

#[test]
fn sets_have_no_order_and_lists_of_json_do() {
    let (a, b) = (json!(["a", "b"]), json!(["b", "a", "a"]));
    assert!(same(FieldType::Many2many, &a, &b));
    assert!(!same(FieldType::Json, &a, &b));
    assert!(same(
        FieldType::Many2many,
        &json!([{"id": 7, "name": "x"}]),
        &json!(["7"])
    ));
    assert!(same(FieldType::One2many, &Value::Null, &json!([])));
}

#[test]
fn one_point_in_time_in_other_words_is_the_same() {
    let (a, b) = (
        json!("2026-11-23T09:00:00+01:00"),
        json!("2026-11-23 08:00:00"),
    );
    assert!(same(FieldType::Datetime, &a, &b));
    assert!(!same(FieldType::Char, &a, &b));
    assert!(same(
        FieldType::Many2one,
        &json!(7),
        &json!({"id": "7", "name": "Delta"})
    ));
}

#[test]
fn a_text_never_equals_what_is_no_text() {
    assert!(!same(FieldType::Char, &json!("null"), &Value::Null));
    assert!(!same(FieldType::Char, &json!("#1"), &json!(1)));
    assert!(!same(FieldType::Char, &json!("1"), &json!(1)));
    assert!(!same(FieldType::Boolean, &json!(false), &Value::Null));
}

proptest! {
    #[test]
    fn an_operation_is_written_as_its_json_would_be(
        values in proptest::collection::btree_map("[a-c\"é]{1,2}", value(), 0..4), given in any::<u8>(),
    ) {
        let operation = operation(values.into_iter().collect(), given);
        let json = serde_json::to_value(&operation).unwrap();
        prop_assert_eq!(of_operation(&operation), structural(&json));
    }

    #[test]
    fn equality_is_symmetric(kind in kind(), a in value(), b in value()) {
        prop_assert_eq!(same(kind, &a, &b), same(kind, &b, &a));
        prop_assert!(same(kind, &a, &a));
    }

    #[test]
    fn equality_is_transitive(kind in kind(), a in value(), b in value(), c in value()) {
        if same(kind, &a, &b) && same(kind, &b, &c) {
            prop_assert!(same(kind, &a, &c));
        }
    }
}
