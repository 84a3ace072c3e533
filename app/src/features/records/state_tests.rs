//! Tests of what the pages of records show.

use serde_json::json;
use types::{Field, FieldType, Model, Record};

use super::*;

fn model() -> Model {
    let mut secret = Field::guessed("password", FieldType::Char);
    secret.sensitive = true;
    Model {
        host: "crm".into(),
        model: "crm.lead".into(),
        label: "Lead".into(),
        name_field: None,
        subject: None,
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
    let columns = columns(&model(), &[record()], &[]);
    let names: Vec<_> = columns.iter().map(|column| column.field.as_str()).collect();
    assert_eq!(names, ["stage", "probability"]);
    let row = row(record(), &columns, None);
    assert_eq!(row.cells[0].brief(), "Won");
    assert_eq!(row.cells[1].brief(), "30.5");
}

#[test]
fn a_column_without_a_value_on_the_page_is_left_out() {
    let mut other = record();
    other.values.remove("probability");
    other.values.insert("stage".into(), json!(null));
    assert!(columns(&model(), &[other], &[]).is_empty());
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
fn chosen_columns_are_those_of_the_model_that_were_chosen() {
    let chosen = ["notes".to_owned(), "gone".to_owned(), "password".to_owned()];
    let columns = columns(&model(), &[record()], &chosen);
    let names: Vec<_> = columns.iter().map(|column| column.field.as_str()).collect();
    assert_eq!(names, ["notes", "password"]);
    let shown: Vec<_> = choices(&model(), &columns)
        .into_iter()
        .map(|choice| (choice.field, choice.shown))
        .collect();
    let expected = [
        ("notes", true),
        ("password", true),
        ("stage", false),
        ("probability", false),
    ];
    assert_eq!(shown, expected.map(|(name, on)| (name.to_owned(), on)));
}

#[test]
fn a_choice_of_columns_that_are_gone_is_none() {
    let chosen = ["gone".to_owned()];
    assert_eq!(columns(&model(), &[record()], &chosen).len(), 2);
}
