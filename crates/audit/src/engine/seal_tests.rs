//! Laws of sealing.

use super::*;
use proptest::prelude::*;
use serde_json::Value;

const OWNER: Owner<'_> = Owner {
    host: "crm",
    model: "res.partner",
    record_id: "7",
};

fn key(number: u8) -> SubjectKey {
    SubjectKey::new(Uuid::from_u128(u128::from(number)), &[number; 32])
}

fn value() -> impl Strategy<Value = Value> {
    let number = "-?(0|[1-9][0-9]{0,25})([.][0-9]{1,20})?";
    let number = number.prop_map(|text| serde_json::from_str(&text).unwrap());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number,
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..3)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

prop_compose! {
    fn known()(
        value in value(),
        label in any::<Option<String>>(),
        form in prop_oneof![Just(Form::Plain), Just(Form::Binary)],
    ) -> Known {
        Known { value, label, form }
    }
}

fn bytes_of(sealed: &Known) -> Vec<u8> {
    STANDARD
        .decode(sealed.value["sealed"].as_str().unwrap())
        .unwrap()
}

proptest! {
    #[test]
    fn what_is_sealed_opens_to_the_same_value(plain in known(), field in any::<String>()) {
        let sealed = key(1).seal(OWNER, &field, &plain).unwrap();
        prop_assert_eq!(key_of(&sealed), Some(key(1).id()));
        prop_assert_eq!(&sealed.label, &None);
        prop_assert_eq!(key(1).open(OWNER, &field, &sealed), Some(plain));
    }

    #[test]
    fn the_same_value_in_the_same_place_is_the_same_text_and_any_other_is_not(
        one in known(),
        other in known(),
    ) {
        let sealed = key(1).seal(OWNER, "name", &one).unwrap();
        prop_assert_eq!(&sealed, &key(1).seal(OWNER, "name", &one.clone()).unwrap());
        let second = key(1).seal(OWNER, "name", &other).unwrap();
        prop_assert_eq!(one == other, sealed == second);
        prop_assert_eq!(one == other, bytes_of(&sealed)[..NONCE] == bytes_of(&second)[..NONCE]);
    }

    #[test]
    fn elsewhere_the_same_value_is_another_text_and_does_not_open(plain in known()) {
        let sealed = key(1).seal(OWNER, "name", &plain).unwrap();
        let elsewhere = [
            (Owner { host: "erp", ..OWNER }, "name", key(1)),
            (Owner { model: "res.user", ..OWNER }, "name", key(1)),
            (Owner { record_id: "8", ..OWNER }, "name", key(1)),
            (OWNER, "email", key(1)),
            (OWNER, "name", key(2)),
        ];
        for (owner, field, key) in elsewhere {
            prop_assert_ne!(&key.seal(owner, field, &plain).unwrap(), &sealed);
            prop_assert_eq!(key.open(owner, field, &sealed), None);
        }
        // Nor does another key open it that goes by the same id.
        let false_key = SubjectKey::new(key(1).id(), &[9; 32]);
        prop_assert_eq!(false_key.open(OWNER, "name", &sealed), None);
    }

    #[test]
    fn a_text_that_was_altered_anywhere_does_not_open(
        plain in known(),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let mut sealed = key(1).seal(OWNER, "name", &plain).unwrap();
        let mut bytes = bytes_of(&sealed);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        sealed.value["sealed"] = json!(STANDARD.encode(&bytes));
        prop_assert_eq!(key(1).open(OWNER, "name", &sealed), None);
        sealed.value["sealed"] = json!(STANDARD.encode(&bytes[..at]));
        prop_assert_eq!(key(1).open(OWNER, "name", &sealed), None);
    }

    #[test]
    fn a_length_tells_no_more_than_its_step(text in "[a-z]{0,200}") {
        let sealed = key(1).seal(OWNER, "name", &Known::plain(json!(text))).unwrap();
        let length = bytes_of(&sealed).len() - NONCE - 16;
        prop_assert_eq!(length % STEP, 0);
        prop_assert!(length < text.len() + 2 * STEP);
    }
}

#[test]
fn a_key_tells_nothing_of_its_bytes() {
    let told = format!("{:?}", key(7));
    assert_eq!(told, "SubjectKey(00000000-0000-0000-0000-000000000007)");
}

#[test]
fn nothing_of_the_value_stands_in_what_is_kept() {
    let plain = Known {
        label: Some("Alice Example".to_owned()),
        ..Known::plain(json!("alice@example.org"))
    };
    let sealed = key(1).seal(OWNER, "email", &plain).unwrap();
    let text = serde_json::to_string(&sealed).unwrap();
    assert!(!text.contains("lice") && !text.contains("email"), "{text}");
}
