//! Tests of what differs between two values.

use serde_json::json;

use super::*;

fn marked(kind: FieldType, old: &Value, new: &Value) -> (Side, Side) {
    let mut effort = Effort::default();
    sides(kind, (Some(old), None), (Some(new), None), &mut effort)
}

/// A side as text, what differs between brackets.
fn told(side: &Side) -> String {
    match side {
        Side::Plain(shown) => format!("plain {}", shown.brief()),
        Side::Words(pieces) => pieces
            .iter()
            .map(|piece| {
                if piece.differs {
                    format!("[{}]", piece.text)
                } else {
                    piece.text.clone()
                }
            })
            .collect(),
        Side::Members(members) => members
            .iter()
            .map(|(differs, named)| format!("{}{}", if *differs { "!" } else { "" }, named.id))
            .collect::<Vec<_>>()
            .join(" "),
        Side::Json { told, more, .. } => format!("{told:?} +{more}"),
    }
}

fn texts(old: &str, new: &str) -> (String, String) {
    let (a, b) = marked(FieldType::Text, &json!(old), &json!(new));
    (told(&a), told(&b))
}

#[test]
fn words_that_differ_are_marked() {
    assert_eq!(
        texts(
            "Call them on Monday at nine.",
            "Call them on Friday at nine."
        ),
        (
            "Call them on [Monday] at nine.".into(),
            "Call them on [Friday] at nine.".into()
        )
    );
    assert_eq!(
        texts("Payment in 30 days", "Payment in full in 30 days"),
        (
            "Payment in 30 days".into(),
            "Payment in [full in ]30 days".into()
        )
    );
}

#[test]
fn a_space_between_words_that_differ_is_marked_with_them() {
    assert_eq!(
        texts("one two three four end", "one deux trois four end").1,
        "one [deux trois] four end"
    );
}

#[test]
fn texts_without_common_ground_are_shown_whole() {
    assert_eq!(
        texts("warm", "hot"),
        ("plain warm".into(), "plain hot".into())
    );
    assert_eq!(texts("", "new").0, "plain ");
}

#[test]
fn a_text_with_its_marks_is_the_text() {
    for (old, new) in [
        ("é\u{301}a b", "é\u{301}a c"),
        ("a\nb\n\nc", "a\nc\n\nc d"),
        ("<p>One</p> two", "<p>One</p> three two"),
        ("same", "same"),
    ] {
        let (a, b) = texts(old, new);
        let plain = |text: String| text.replace(['[', ']'], "");
        assert_eq!((plain(a), plain(b)), (old.to_owned(), new.to_owned()));
    }
}

#[test]
fn a_value_made_to_be_hard_to_compare_costs_nothing() {
    let old = "a b ".repeat(200_000);
    let new = "b a ".repeat(200_001);
    assert!(texts(&old, &new).0.starts_with("plain"));
    let mut effort = Effort::default();
    let (old, new) = (json!("x y ".repeat(900)), json!("y z x ".repeat(600)));
    let compared = (0..50)
        .filter(|_| {
            let (old, new) = ((Some(&old), None), (Some(&new), None));
            effort.0 < STEPS && {
                let before = effort.0;
                let _ = sides(FieldType::Text, old, new, &mut effort);
                before != effort.0
            }
        })
        .count();
    assert!(compared < 3, "{compared}");
}

#[test]
fn members_of_a_set_come_and_go() {
    let (old, new) = marked(
        FieldType::Many2many,
        &json!(["1", "2", "3"]),
        &json!(["2", "4"]),
    );
    assert_eq!(told(&old), "!1 !3 2");
    assert_eq!(told(&new), "!4 2");
}

#[test]
fn members_of_json_that_differ_are_told_by_their_path() {
    let (old, new) = marked(
        FieldType::Json,
        &json!({"a": {"b": 1, "c": [1, 2]}, "gone": true}),
        &json!({"a": {"b": 2, "c": [1, 2, 3]}}),
    );
    assert_eq!(
        told(&old),
        r#"[("a.b", Some("1")), ("a.c[2]", None), ("gone", Some("true"))] +0"#
    );
    assert_eq!(
        told(&new),
        r#"[("a.b", Some("2")), ("a.c[2]", Some("3")), ("gone", None)] +0"#
    );
    let many = |n: i64| json!((0..30).map(|at| at * n).collect::<Vec<_>>());
    assert!(
        told(
            &marked(
                FieldType::Json,
                &json!({"x": many(1)}),
                &json!({"x": many(2)})
            )
            .0
        )
        .ends_with("+21")
    );
}
