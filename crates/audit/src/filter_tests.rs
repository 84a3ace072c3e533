//! What becomes of a query: terms, and what its reader may see.

use std::collections::HashMap;
use std::sync::Arc;

use types::{Code, Field, FieldType, Model, Role};

use super::*;
use crate::Principal;
use crate::engine::catalog::{Catalog, HostEntry, ModelEntry};

const LEAD: i32 = 1;
const ORDER: i32 = 2;
const PARTNER: i32 = 3;

fn model(id: i32, name: &str, fields: Vec<Field>) -> ModelEntry {
    let model = Model {
        host: "crm".to_owned(),
        model: name.to_owned(),
        label: name.to_owned(),
        name_field: None,
        subject: None,
        declared: true,
        fields,
        viewers: if id == ORDER {
            Vec::new()
        } else {
            vec!["Sales".to_owned()]
        },
    };
    ModelEntry::new(id, 7, model)
}

/// Leads with a hidden margin, orders that nobody in a group sees, partners without a secret.
fn catalog() -> Arc<Catalog> {
    let margin = Field {
        groups: vec!["Manager".to_owned()],
        ..Field::guessed("margin", FieldType::Float)
    };
    let host = HostEntry {
        id: 7,
        name: "crm".to_owned(),
        builtin: false,
        ended_at: None,
    };
    let models = vec![
        model(LEAD, "crm.lead", vec![margin]),
        model(ORDER, "sale.order", Vec::new()),
        model(PARTNER, "res.partner", Vec::new()),
    ];
    Arc::new(Catalog::new(1, vec![host], models, HashMap::new()))
}

fn access(role: Role) -> Access {
    let principal = Principal::User {
        id: String::new(),
        login: "ann".to_owned(),
        name: "Ann".to_owned(),
        role,
        groups: vec!["Sales".to_owned()],
    };
    Access::of(catalog(), &principal).unwrap()
}

fn filter(role: Role, q: &str) -> Option<Filter> {
    let query = LogQuery {
        q: Some(q.to_owned()),
        ..LogQuery::default()
    };
    let now = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
    Filter::of(&access(role), &query, now).unwrap()
}

fn clauses(role: Role, q: &str) -> Vec<Clause> {
    filter(role, q).unwrap().clauses
}

#[test]
fn terms_of_one_qualifier_are_one_clause() {
    let text = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let expected = [
        Clause {
            not: false,
            test: Test::User(text(&["joel", "marc"])),
        },
        Clause {
            not: true,
            test: Test::User(text(&["ann", "cron"])),
        },
        Clause {
            not: false,
            test: Test::Operation(vec![OperationKind::Write, OperationKind::Create]),
        },
    ];
    let read = clauses(
        Role::Auditor,
        "user:marc op:write -user:cron user:joel op:create -user:ann",
    );
    assert_eq!(read, expected);
}

#[test]
fn times_are_counted_from_the_time_that_is_handed_in() {
    let at = |text| Timestamp::parse(text).unwrap();
    let read = clauses(Role::Auditor, "from:-7d to:yesterday on:2026-11,2026-12-01");
    let times = |first, last| Clause {
        not: false,
        test: Test::Time(vec![(first, last)]),
    };
    assert_eq!(read[0], times(at("2026-11-16T12:00:00Z"), Timestamp::MAX));
    assert_eq!(
        read[1],
        times(Timestamp::MIN, at("2026-11-22T23:59:59.999999Z"))
    );
    assert!(matches!(&read[2].test, Test::Time(days) if days.len() == 2));
}

#[test]
fn nothing_is_asked_where_nothing_can_be_seen() {
    assert!(filter(Role::User, "model:sale.order").is_none());
    assert!(filter(Role::User, "model:none").is_none());
    let models = |q| filter(Role::User, q).unwrap().models;
    assert_eq!(models("-model:sale.order"), Some(vec![LEAD, PARTNER]));
    assert_eq!(models("model:crm.lead,sale.order"), Some(vec![LEAD]));
    assert_eq!(filter(Role::Auditor, "").unwrap().models, None);
    let hidden = clauses(Role::User, "field:margin,stage");
    let fields = vec![
        ("margin".to_owned(), vec![LEAD]),
        ("stage".to_owned(), Vec::new()),
    ];
    assert_eq!(hidden[0].test, Test::Field(fields));
}

#[test]
fn what_looks_into_values_is_asked_again_where_something_is_hidden() {
    for (q, exact) in [
        ("keyboards", false),
        ("-keyboards", false),
        ("is:unrecorded", false),
        ("keyboards model:res.partner", true),
        ("field:margin", true),
        ("is:first user:marc", true),
    ] {
        assert_eq!(filter(Role::User, q).unwrap().is_exact(), exact, "{q}");
        assert!(filter(Role::Auditor, q).unwrap().is_exact(), "{q}");
    }
    let filter = filter(Role::User, "user:marc -keyboards is:unrecorded").unwrap();
    assert_eq!(filter.opaque, [LEAD]);
    let outside = filter.outside();
    assert_eq!(outside.clauses.len(), 1, "only the user is left");
    assert!(outside.is_exact());
    let (clear, opaque) = filter.parted();
    let (clear, opaque) = (clear.unwrap(), opaque.unwrap());
    assert_eq!(
        (clear.models, opaque.models),
        (Some(vec![PARTNER]), Some(vec![LEAD]))
    );
    assert!(clear.opaque.is_empty());
}

#[test]
fn a_search_with_faults_is_refused() {
    let query = LogQuery {
        q: Some("op:frob".to_owned()),
        ..LogQuery::default()
    };
    let refused = Filter::of(&access(Role::Auditor), &query, Timestamp::MIN).unwrap_err();
    assert_eq!(refused.code(), Code::Invalid);
}
