//! What searches mean, and that nothing of one is dropped.

use super::*;
use proptest::prelude::*;

fn meanings(text: &str) -> Vec<(bool, Meaning)> {
    let search = Search::parse(text);
    let terms = search.terms().iter();
    terms.map(|t| (t.negated, t.meaning.clone())).collect()
}

/// What a text means, wherever its faults are.
fn placeless(text: &str) -> Vec<(bool, Meaning)> {
    let mut terms = meanings(text);
    for (_, meaning) in &mut terms {
        if let Meaning::Fault(fault) = meaning {
            fault.span = Span::default();
        }
    }
    terms
}

fn text(needle: &str) -> Meaning {
    Meaning::Text {
        needle: needle.to_owned(),
        unknown: None,
    }
}

fn unknown(needle: &str, name: &str) -> Meaning {
    Meaning::Text {
        needle: needle.to_owned(),
        unknown: Some(name.to_owned()),
    }
}

fn names(qualifier: Qualifier, values: &[&str]) -> Meaning {
    Meaning::Names(qualifier, values.iter().map(|&v| v.to_owned()).collect())
}

#[test]
fn the_example_of_the_page_is_read() {
    let read =
        meanings("model:crm.lead user:marc op:write field:stage record:13 from:-7d keyboards");
    let expected = [
        names(Qualifier::Model, &["crm.lead"]),
        names(Qualifier::User, &["marc"]),
        Meaning::Operations(vec![OperationKind::Write]),
        names(Qualifier::Field, &["stage"]),
        names(Qualifier::Record, &["13"]),
        Meaning::Times(Qualifier::From, vec![When::Ago(7, Unit::Day)]),
        text("keyboards"),
    ];
    assert_eq!(read, expected.map(|meaning| (false, meaning)));
}

#[test]
fn a_qualifier_is_known_by_its_other_names_and_in_any_case() {
    for (written, meaning) in [
        ("record_id:1", names(Qualifier::Record, &["1"])),
        (
            "Operation:Create",
            Meaning::Operations(vec![OperationKind::Create]),
        ),
        ("request_id:r", names(Qualifier::Request, &["r"])),
        ("transaction_id:t", names(Qualifier::Transaction, &["t"])),
        ("IS:First", Meaning::Marks(vec![Mark::First])),
    ] {
        assert_eq!(meanings(written), [(false, meaning)], "{written}");
    }
}

#[test]
fn values_are_separated_by_commas_and_held_together_by_quotation_marks() {
    for (written, values) in [
        ("user:marc,joel", vec!["marc", "joel"]),
        (r#"user:"a b",c"#, vec!["a b", "c"]),
        (r#"user:c,"a, b""#, vec!["c", "a, b"]),
        (r#"user:"say \"hi\" \\ \n""#, vec![r#"say "hi" \ \n"#]),
        ("user:o\"brien", vec!["o\"brien"]),
        ("user:a:b", vec!["a:b"]),
        ("user:-x", vec!["-x"]),
    ] {
        assert_eq!(
            meanings(written),
            [(false, names(Qualifier::User, &values))],
            "{written}"
        );
    }
}

#[test]
fn a_minus_negates_and_stands_for_itself_alone() {
    for (written, expected) in [
        ("-cron", vec![(true, text("cron"))]),
        (
            "-user:cron",
            vec![(true, names(Qualifier::User, &["cron"]))],
        ),
        ("-\"two words\"", vec![(true, text("two words"))]),
        ("- x", vec![(false, text("-")), (false, text("x"))]),
        ("--", vec![(true, text("-"))]),
        ("a-b", vec![(false, text("a-b"))]),
        ("\"-7\"", vec![(false, text("-7"))]),
    ] {
        assert_eq!(meanings(written), expected, "{written}");
    }
}

#[test]
fn what_is_no_qualifier_is_text_as_it_is_written() {
    for (written, expected) in [
        ("foo:bar", unknown("foo:bar", "foo")),
        ("http://x", unknown("http://x", "http")),
        ("12:30", unknown("12:30", "12")),
        ("foo:\"a b\"", unknown("foo:\"a b\"", "foo")),
        (":", text(":")),
        (":x", text(":x")),
        ("100%", text("100%")),
        ("a_b", text("a_b")),
        ("\"", text("\"")),
        ("\"\"", text("\"\"")),
        ("\"two", text("\"two")),
        ("\"two words", text("\"two words")),
        ("foo:\"two words", unknown("foo:\"two words", "foo")),
        ("crm.lead", text("crm.lead")),
    ] {
        assert_eq!(meanings(written), [(false, expected)], "{written}");
    }
    let [one, two] = meanings("60 keyboards").try_into().unwrap();
    assert_eq!((one.1, two.1), (text("60"), text("keyboards")));
}

#[test]
fn a_value_that_is_not_understood_is_a_fault_with_its_place() {
    for (written, place, code, told) in [
        (
            "a op:frob",
            5..9,
            Code::UnknownValue,
            "create, write or unlink",
        ),
        (
            "op:create,frob",
            10..14,
            Code::UnknownValue,
            "create, write or unlink",
        ),
        ("from:someday b", 5..12, Code::Malformed, "2026-11-01"),
        ("-to:x", 4..5, Code::Malformed, "-7d"),
        ("record:", 7..7, Code::Empty, "id of the record"),
        ("record:\"\"", 7..9, Code::Empty, "id of the record"),
        ("user:a,", 7..7, Code::Empty, "login"),
        ("user:,a", 5..5, Code::Empty, "login"),
        ("revision:x", 9..10, Code::Malformed, "2..4"),
        ("is:new", 3..6, Code::UnknownValue, "unrecorded or first"),
        ("model:\"a b", 6..10, Code::Malformed, "not closed"),
        ("model:\"a\"b c", 6..10, Code::Malformed, "comma"),
    ] {
        let search = Search::parse(written);
        let faults: Vec<_> = search.faults().collect();
        assert_eq!(faults.len(), 1, "{written}");
        assert_eq!(faults[0].span.range(), place, "{written}");
        assert_eq!(faults[0].code, code, "{written}");
        assert!(faults[0].detail.contains(told), "{}", faults[0].detail);
    }
    assert_eq!(Search::parse("op:frob from:x model:").faults().count(), 3);
}

#[test]
fn a_term_is_taken_away_added_and_exchanged() {
    let search = Search::parse("  model:crm.lead   user:marc,joel -op:unlink  60 ");
    assert_eq!(search.without(0), "user:marc,joel -op:unlink 60");
    assert_eq!(
        search.without(9),
        "model:crm.lead user:marc,joel -op:unlink 60"
    );
    assert_eq!(
        search.with(Qualifier::User, "a b"),
        "model:crm.lead user:marc,joel,\"a b\" -op:unlink 60"
    );
    assert_eq!(search.with(Qualifier::User, "joel"), search.text());
    assert_eq!(
        search.with(Qualifier::Operation, "write"),
        "model:crm.lead user:marc,joel -op:unlink 60 op:write"
    );
    assert_eq!(
        search.excluding(Qualifier::Operation, "write"),
        "model:crm.lead user:marc,joel -op:unlink,write 60"
    );
    assert_eq!(
        search.without_value(Qualifier::User, "marc"),
        "model:crm.lead user:joel -op:unlink 60"
    );
    assert_eq!(
        search.without_value(Qualifier::Model, "crm.lead"),
        "user:marc,joel -op:unlink 60"
    );
    assert_eq!(
        search.only(Qualifier::User, "zoë"),
        "model:crm.lead -op:unlink 60 user:zoë"
    );
    assert_eq!(
        search.without_qualifier(Qualifier::Operation),
        "model:crm.lead user:marc,joel 60"
    );
    assert_eq!(search.values(Qualifier::User), ["marc", "joel"]);
    assert!(search.values(Qualifier::Operation).is_empty());
    let open = Search::parse("a model:\"b c");
    assert_eq!(
        open.with(Qualifier::User, "marc"),
        "a user:marc model:\"b c"
    );
}

#[test]
fn the_caret_tells_what_is_being_typed() {
    let word = |start, end, typed: &str| Caret::Word {
        span: Span::new(start, end),
        typed: typed.to_owned(),
    };
    let value = |qualifier, start, end, typed: &str| Caret::Value {
        qualifier,
        span: Span::new(start, end),
        typed: typed.to_owned(),
    };
    for (written, at, expected) in [
        ("", 0, word(0, 0, "")),
        ("mo", 2, word(0, 2, "mo")),
        ("mo", 99, word(0, 2, "mo")),
        ("-us", 3, word(1, 3, "us")),
        ("-", 1, word(1, 1, "")),
        ("a ", 2, word(2, 2, "")),
        ("model", 2, word(0, 5, "mo")),
        ("user:ma x", 7, value(Qualifier::User, 5, 7, "ma")),
        ("user:", 5, value(Qualifier::User, 5, 5, "")),
        ("-op:create,w", 12, value(Qualifier::Operation, 11, 12, "w")),
        ("model:\"a b", 10, value(Qualifier::Model, 6, 10, "a b")),
        ("zoë user:é", 12, value(Qualifier::User, 10, 12, "é")),
    ] {
        assert_eq!(Caret::at(written, at), expected, "{written} at {at}");
    }
    let caret = Caret::at("user:ma x", 7);
    let inserted = caret.insert("marc demo");
    let (text, at) = Search::replaced("user:ma x", caret.span(), &inserted);
    assert_eq!((text.as_str(), at), ("user:\"marc demo\" x", 16));
}

#[test]
fn only_times_counted_from_now_are_relative() {
    for (written, relative) in [
        ("from:-7d", true),
        ("-on:today", true),
        ("to:2026-11-01,now", true),
        ("from:2026-11-01", false),
        ("today", false),
    ] {
        assert_eq!(Search::parse(written).is_relative(), relative, "{written}");
    }
}

/// Texts with many of the characters that mean something.
fn written() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z0-9é\"\\\\:, .%_-]{0,8}",
        Just("model:".to_owned()),
        Just("op:create,write ".to_owned()),
        Just("from:-7d ".to_owned()),
        Just("on:2026-11 ".to_owned()),
        Just("revision:2..4 ".to_owned()),
        Just("is:first ".to_owned()),
        Just("user:\"a \\\" b\"".to_owned()),
        Just("foo:\"x y\" ".to_owned()),
        Just("-".to_owned()),
        Just(" ".to_owned()),
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_and_nothing_of_it_is_dropped(text in "\\PC{0,40}") {
        let search = Search::parse(&text);
        let mut rest = text.clone();
        for term in search.terms().iter().rev() {
            prop_assert_eq!(&text[term.span.range()], term.text.as_str());
            rest.replace_range(term.span.range(), "");
        }
        prop_assert_eq!(rest.trim(), "");
    }

    #[test]
    fn a_search_written_and_read_again_means_the_same(text in written()) {
        let canonical = Search::parse(&text).canonical();
        prop_assert_eq!(placeless(&canonical), placeless(&text), "{}", canonical);
        let again = Search::parse(&canonical).canonical();
        prop_assert_eq!(again, canonical, "there is one way to write it");
    }

    #[test]
    fn a_search_without_a_term_means_the_others(text in written(), at in 0usize..8) {
        let search = Search::parse(&text);
        let mut left = placeless(&text);
        if at < left.len() {
            left.remove(at);
        }
        prop_assert_eq!(placeless(&search.without(at)), left);
    }

    #[test]
    fn a_value_that_is_added_is_asked_for_and_nothing_else_changes(
        text in written(), value in "\\PC{1,8}"
    ) {
        let search = Search::parse(&text);
        let with = Search::parse(&search.with(Qualifier::User, &value));
        prop_assert!(with.values(Qualifier::User).contains(&value), "{}", with.text());
        let others = |search: &Search| -> Vec<String> {
            let terms = search.terms().iter();
            terms
                .filter(|t| t.negated || t.meaning.qualifier() != Some(Qualifier::User))
                .map(|t| t.text.clone())
                .collect()
        };
        prop_assert_eq!(others(&with), others(&search));
        let gone = Search::parse(&with.without_value(Qualifier::User, &value));
        prop_assert!(!gone.values(Qualifier::User).contains(&value));
    }

    #[test]
    fn a_caret_anywhere_replaces_a_part_of_the_text(text in written(), at in 0usize..60) {
        let span = Caret::at(&text, at).span().range();
        prop_assert!(span.start <= span.end && span.end <= text.len());
        prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
    }
}
