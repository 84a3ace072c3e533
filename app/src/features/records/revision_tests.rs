//! Tests of the lines of a timeline, and of a record at a revision or two.

use serde_json::json;

use super::*;

fn fields() -> Vec<Field> {
    vec![
        Field::guessed("name", FieldType::Char),
        Field::guessed("stage", FieldType::Selection),
        Field::guessed("probability", FieldType::Float),
    ]
}

fn record(stage: &str) -> Record {
    serde_json::from_value(json!({
        "host": "crm", "model": "crm.lead", "record_id": "13", "record_name": "Keyboards",
        "revision": 4, "deleted": false, "recorded_at": "2026-11-23T08:15:30Z",
        "values": {"stage": stage, "probability": 30.5, "old_field": "x"},
        "labels": {"stage": stage.to_uppercase()}
    }))
    .unwrap()
}

fn change() -> Change {
    serde_json::from_value(json!({
        "field": "stage", "label": "Stage", "type": "selection",
        "old": "new", "new": "won", "old_label": "New", "new_label": "Won"
    }))
    .unwrap()
}

fn brief(side: &Side) -> String {
    match side {
        Side::Plain(shown) => shown.brief(),
        other => format!("{other:?}"),
    }
}

#[test]
fn the_form_marks_what_the_revision_changed_and_keeps_unknown_fields_out() {
    let form = form(&record("won"), &fields(), &[change()]);
    let told: Vec<_> = form
        .iter()
        .map(|field| {
            (
                field.field.as_str(),
                brief(&field.value),
                field.before.as_ref().map(brief),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("stage", "WON".to_owned(), Some("New".to_owned())),
            ("probability", "30.5".to_owned(), None),
            ("old_field", "x".to_owned(), None),
        ]
    );
}

#[test]
fn a_comparison_shows_what_differs_or_all_in_the_order_of_the_model() {
    let comparison: Comparison = serde_json::from_value(json!({
        "host": "crm", "model": "crm.lead", "record_id": "13", "from": 1, "to": 4,
        "changes": [{"field": "stage", "label": "Stage", "type": "selection",
                     "from": "new", "to": "won"}]
    }))
    .unwrap();
    let names = |lines: Vec<Line>| -> Vec<(String, bool)> {
        lines.into_iter().map(|it| (it.field, it.differs)).collect()
    };
    let (a, b) = (record("new"), record("won"));
    assert_eq!(
        names(compared(comparison.clone(), &fields(), None)),
        [("stage".to_owned(), true)]
    );
    assert_eq!(
        names(compared(comparison, &fields(), Some((&a, &b)))),
        [
            ("stage".to_owned(), true),
            ("probability".to_owned(), false),
            ("old_field".to_owned(), false)
        ]
    );
}

#[test]
fn a_line_tells_the_most_telling_changes_and_what_happened_outside() {
    let log: Log = serde_json::from_value(json!({
        "id": "1", "seq": 1, "host": "crm", "model": "crm.lead", "model_label": "Lead",
        "record_id": "13", "record_name": null, "revision": 4, "operation": "write",
        "user": {"login": "marc", "name": null}, "occurred_at": "2026-11-23T08:15:30Z",
        "recorded_at": "2026-11-23T08:15:30Z", "rule_ids": [], "context": {},
        "changes": [
            {"field": "a", "label": "A", "type": "text", "old": "x", "new": "y"},
            {"field": "b", "label": "B", "type": "char", "new": "y"},
            {"field": "c", "label": "C", "type": "char", "new": "y"},
            change()
        ],
        "unrecorded_changes": [{"field": "probability", "last_known": 1, "found": 2}]
    }))
    .unwrap();
    let line = Revision::of(&log, &fields());
    let labels: Vec<_> = line.told.iter().map(|it| it.label.as_str()).collect();
    assert_eq!((labels, line.more), (vec!["Stage", "B", "C"], 1));
    assert_eq!(line.gaps[0].label, "Probability");
    assert_eq!(line.gaps[0].old.as_deref(), Some("1"));
}
