//! Tests of what the pages of rules show.

use super::*;
use crate::came_back::error_of;

fn draft() -> Draft {
    Draft {
        name: "x".repeat(65),
        host: "crm".into(),
        model: "crm.lead".into(),
        log_create: false,
        groups: "Sales / Manager\nSales / User".into(),
        ..Draft::default()
    }
}

#[test]
fn a_form_that_came_back_holds_all_that_was_typed_and_what_is_wrong() {
    let faults = draft().input().unwrap_err().into_vec();
    let query = draft().to_query(Code::Invalid, &faults);
    let mut back = Draft {
        ignored_fields: "was emptied".into(),
        ..Draft::default()
    };
    back.prefill(&query);
    assert_eq!(back, draft());
    let told = error_of(&query).unwrap();
    assert_eq!(told.code, Code::Invalid);
    assert_eq!(told.faults, faults);
    assert_eq!(told.faults[0].pointer, "/name");
}

#[test]
fn an_address_prefills_a_new_rule() {
    let mut draft = Draft::default();
    draft.prefill("host=crm&model=crm.lead&log_unlink=false");
    assert_eq!(
        (draft.host.as_str(), draft.model.as_str()),
        ("crm", "crm.lead")
    );
    assert!(draft.log_write && !draft.log_unlink);
}

#[test]
fn lists_are_divided_by_lines() {
    assert_eq!(
        lines("Sales / Manager\n Sales, France\n \nSales / Manager\r\n"),
        ["Sales / Manager", "Sales, France"]
    );
}

#[test]
fn a_change_in_place_names_one_switch() {
    assert_eq!(read_change("active=false").unwrap().active, Some(false));
    assert_eq!(read_change("log_write=true").unwrap().log_write, Some(true));
    assert_eq!(read_change("name=x"), None);
    assert_eq!(read_change("active=maybe"), None);
}

#[test]
fn the_list_shows_rules_in_force_unless_asked_otherwise() {
    let (query, faults) = read_query("q=lead&done=saved&error=no_operation");
    assert!(faults.is_empty());
    assert_eq!(query.active, Tri::Yes);
    let (query, _) = read_query("active=all&q=lead");
    assert_eq!(list_query(&query, None), "q=lead&active=all");
}

#[test]
fn a_form_that_is_tried_holds_what_is_ticked_and_what_is_typed() {
    let mut draft = Draft::default();
    draft.prefill(
        "try=true&host=crm&groups%5B%5D=Sales&groups%5B%5D=&groups%5B%5D=Finance&log_write=true",
    );
    assert_eq!(draft.groups, "Sales\nFinance");
    assert!(draft.log_write && !draft.log_create && !draft.active);
}

#[test]
fn the_list_is_filtered_by_operation() {
    let (query, faults) = read_query("operation=unlink&operation=create");
    assert!(faults.is_empty());
    assert_eq!(
        list_query(&query, None),
        "operation=create&operation=unlink"
    );
}
