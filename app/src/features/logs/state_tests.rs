//! Tests of what the pages of logs show.

use serde_json::{Value, json};
use types::{Change, Code, OperationKind};

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

#[test]
fn the_address_of_a_form_is_read_with_its_empty_fields_and_its_times() {
    let (query, faults) = read_query(
        "q=&model=crm.lead&record_id=13&record_id=7&from=2026-11-23T08:15&to=2026-11-24&operation=write",
    );
    assert!(faults.is_empty());
    assert_eq!(query.q, None);
    assert_eq!(query.record_id, ["13", "7"]);
    assert_eq!(
        query.from.unwrap().to_string(),
        "2026-11-23T08:15:00.000000Z"
    );
    assert_eq!(query.to.unwrap().to_string(), "2026-11-24T23:59:59.999999Z");
}

#[test]
fn what_cannot_be_understood_is_told_and_not_dropped() {
    let (query, faults) = read_query("modle=x&from=yesterday&user=marc");
    let found: Vec<_> = faults
        .into_vec()
        .into_iter()
        .map(|f| (f.pointer, f.code))
        .collect();
    assert_eq!(
        found,
        [
            ("/from".to_owned(), Code::Malformed),
            ("/modle".to_owned(), Code::UnknownParameter)
        ]
    );
    assert_eq!(query.user.as_deref(), Some("marc"));
}

#[test]
fn each_filter_has_a_chip_that_removes_it_alone() {
    let (query, _) =
        read_query("model=crm.lead&record_id=1&record_id=2&operation=write&cursor=abc");
    let chips = chips(&query);
    let told: Vec<_> = chips
        .iter()
        .map(|chip| (chip.name.as_str(), chip.remove.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Model", "/logs?record_id=1&record_id=2&operation=write"),
            ("Record", "/logs?model=crm.lead&record_id=2&operation=write"),
            ("Record", "/logs?model=crm.lead&record_id=1&operation=write"),
            ("Operation", "/logs?model=crm.lead&record_id=1&record_id=2"),
        ]
    );
}

fn row(model: &str, record_id: &str) -> LogRow {
    let now = Timestamp::default();
    LogRow {
        id: String::new(),
        host: "crm".into(),
        model: model.into(),
        model_label: model.into(),
        record_id: record_id.into(),
        record_name: None,
        revision: 1,
        operation: OperationKind::Write,
        login: "marc".into(),
        name: None,
        occurred_at: now,
        recorded_at: now,
        summary: Summary {
            first: None,
            more: 0,
        },
        unrecorded: false,
    }
}

#[test]
fn selected_records_are_grouped_by_model_each_once() {
    let groups = group_records([
        row("lead", "1"),
        row("order", "1"),
        row("lead", "2"),
        row("lead", "1"),
    ]);
    assert_eq!(groups.len(), 2);
    assert_eq!(
        groups[0].address(),
        "/logs?host=crm&model=lead&record_id=1&record_id=2"
    );
    assert_eq!(groups[1].records, [("1".to_owned(), None)]);
}
