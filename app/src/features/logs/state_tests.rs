//! Tests of what the pages of logs show.

use serde_json::{Value, json};
use types::{Change, OperationKind};

use super::*;

fn change(field: &str, old: Option<Value>, new: Value, labels: (&str, &str)) -> Change {
    let mut wire = json!({
        "field": field, "label": types::label_from_name(field), "type": "selection", "new": new,
        "old_label": labels.0, "new_label": labels.1,
    });
    if let Some(old) = old {
        wire["old"] = old;
    }
    serde_json::from_value(wire).unwrap()
}

#[test]
fn a_write_is_summarized_by_its_first_change_and_how_many_more() {
    let changes = [
        change(
            "stage",
            Some(json!("new")),
            json!("qualified"),
            ("New", "Qualified"),
        ),
        change("a", None, json!(1), ("", "")),
        change("b", None, json!(1), ("", "")),
    ];
    let summary = summarize(OperationKind::Write, None, &changes);
    let first = summary.first.unwrap();
    assert_eq!(first.label, "Stage");
    assert_eq!(first.old.as_deref(), Some("New"));
    assert_eq!(first.new, "Qualified");
    assert_eq!(summary.more, 2);
}

#[test]
fn a_create_does_not_repeat_the_name_and_an_unlink_counts() {
    let changes = [
        change("name", None, json!("Keyboards"), ("", "Keyboards")),
        change("stage", None, json!("new"), ("", "New")),
    ];
    let summary = summarize(OperationKind::Create, Some("Keyboards"), &changes);
    assert_eq!(summary.first.unwrap().label, "Stage");
    let summary = summarize(OperationKind::Unlink, Some("Keyboards"), &changes);
    assert_eq!((summary.first, summary.more), (None, 2));
}

fn record(model: &str, record_id: &str) -> LoggedRecord {
    LoggedRecord {
        host: "crm".into(),
        model: model.into(),
        model_label: model.into(),
        record_id: record_id.into(),
        name: None,
    }
}

#[test]
fn selected_records_are_grouped_by_model_each_once() {
    let groups = group_records([
        record("lead", "1"),
        record("order", "1"),
        record("lead", "2"),
        record("lead", "1"),
    ]);
    assert_eq!(groups.len(), 2);
    assert_eq!(
        groups[0].address(),
        "/logs?host=crm&model=lead&record_id=1&record_id=2"
    );
    assert_eq!(groups[1].records, [("1".to_owned(), None)]);
}
