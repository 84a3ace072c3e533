//! Tests of what the pages of records show.

use serde_json::json;
use types::{Change, Field, FieldType, Model, Record};

use super::*;

fn model() -> Model {
    let mut secret = Field::guessed("password", FieldType::Char);
    secret.sensitive = true;
    Model {
        host: "crm".into(),
        model: "crm.lead".into(),
        label: "Lead".into(),
        name_field: None,
        declared: true,
        fields: vec![
            Field::guessed("name", FieldType::Char),
            Field::guessed("notes", FieldType::Text),
            secret,
            Field::guessed("stage", FieldType::Selection),
            Field::guessed("probability", FieldType::Float),
        ],
        viewers: Vec::new(),
    }
}

fn record() -> Record {
    serde_json::from_value(json!({
        "host": "crm", "model": "crm.lead", "record_id": "13", "record_name": "Keyboards",
        "revision": 4, "deleted": false, "recorded_at": "2026-11-23T08:15:30Z",
        "values": {"stage": "won", "probability": 30.5, "old_field": "x"},
        "labels": {"stage": "Won"}
    }))
    .unwrap()
}

#[test]
fn columns_leave_out_the_name_long_texts_and_secrets() {
    let columns = columns(&model(), &[record()]);
    let names: Vec<_> = columns.iter().map(|column| column.field.as_str()).collect();
    assert_eq!(names, ["stage", "probability"]);
    let row = row(record(), &columns);
    assert_eq!(row.cells[0].brief(), "Won");
    assert_eq!(row.cells[1].brief(), "30.5");
}

#[test]
fn a_column_without_a_value_on_the_page_is_left_out() {
    let mut other = record();
    other.values.remove("probability");
    other.values.insert("stage".into(), json!(null));
    assert!(columns(&model(), &[other]).is_empty());
}

#[test]
fn deleted_records_are_shown_on_request() {
    let (query, _) = read_query("crm.lead", "host=crm&q=key&deleted=");
    assert_eq!(query.deleted, Tri::No);
    let (query, faults) = read_query("crm.lead", "deleted=all&host=crm");
    assert!(faults.is_empty());
    assert_eq!(query.deleted, Tri::Any);
    assert_eq!(
        page_address(&query, Some("c")),
        "/models/crm.lead/records?host=crm&deleted=all&cursor=c"
    );
    let (_, faults) = read_query("crm.lead", "deleted=maybe");
    assert_eq!(faults.len(), 1);
}

#[test]
fn a_history_is_looked_at_latest_at_a_revision_or_at_a_time() {
    assert_eq!(read_look("host=crm").1, Look::Latest);
    assert_eq!(read_look("revision=3").1, Look::Revision(3));
    assert!(matches!(read_look("at=2026-11-23T08:15").1, Look::At(_)));
    assert_eq!(read_look("revision=0&at=soon").2.len(), 2);
}

#[test]
fn the_form_marks_what_the_revision_changed_and_keeps_unknown_fields_out() {
    let change: Change = serde_json::from_value(json!({
        "field": "stage", "label": "Stage", "type": "selection",
        "old": "new", "new": "won", "old_label": "New", "new_label": "Won"
    }))
    .unwrap();
    let form = form(&record(), &model().fields, &[change]);
    let told: Vec<_> = form
        .iter()
        .map(|field| {
            (
                field.field.as_str(),
                field.value.brief(),
                field.before.as_ref().map(Shown::brief),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("stage", "Won".to_owned(), Some("New".to_owned())),
            ("probability", "30.5".to_owned(), None),
            ("old_field", "x".to_owned(), None),
        ]
    );
}
