//! The pure parts of recording on inputs that never change: what `cargo bench -p audit` times and
//! what the guard counts the instructions of (`crates/audit/examples/work.rs`).

use std::collections::BTreeSet;
use std::hint::black_box;

use audit::engine::canonical::canonical;
use audit::engine::diff::{Sides, diff};
use audit::engine::known::Known;
use audit::engine::leaf::{Head, leaf};
use audit::engine::matcher::{Compiled, decide};
use audit::engine::search::Words;
use audit::engine::state::{Changed, Entry, Fields, State};
use serde_json::{Value, json};
use types::{Field, FieldType, Operation, OperationKind, Timestamp};

/// A piece of work: what it is called, and one turn of it.
pub(crate) type Work = (&'static str, Box<dyn Fn()>);

/// All there are.
pub(crate) fn all() -> Vec<Work> {
    vec![
        ("match, 200 rules", Box::new(matching())),
        ("diff, 9 fields", Box::new(diffing(9))),
        ("diff, 100 fields", Box::new(diffing(100))),
        ("canonical form, 7 values", Box::new(canonical_form())),
        ("leaf, 3 changes", Box::new(leaf_of_a_log())),
        ("words, 3 changes", Box::new(words_of_a_log())),
        ("parse, 100 operations", Box::new(parsing())),
    ]
}

fn matching() -> impl Fn() {
    let set = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<_>>();
    let rules: Vec<Compiled> = (0..200)
        .map(|n| Compiled {
            id: format!("01890000-0000-7000-8000-{n:012}"),
            operations: [n % 2 == 0, n % 3 != 0, n % 5 == 0],
            groups: set(&[format!("Group {}", n % 40), format!("Group {}", n % 7)]),
            excluded: set(&[format!("user{}", n % 11)]),
            ignored: set(&["write_date".to_owned(), format!("field_{}", n % 3)]),
            require_reason: n % 97 == 0,
        })
        .collect();
    let groups: Vec<String> = [3, 12, 38].map(|n| format!("Group {n}")).to_vec();
    move || {
        for operation in OperationKind::ALL {
            let rules = black_box(&rules);
            black_box(decide(rules, operation, black_box("user4"), &groups));
        }
    }
}

/// A value of each type in turn; two of the same `n` and another `side` differ in every third.
fn value(n: usize, side: usize) -> Value {
    let n = n + if n.is_multiple_of(3) { side * 1_000 } else { 0 };
    match n % 5 {
        0 => json!(format!("Twelve keyboards for Lisbon, offer {n}")),
        1 => json!(n),
        2 => json!(f64::from(u32::try_from(n).unwrap_or_default()) / 4.0),
        3 => json!(n.is_multiple_of(2)),
        _ => json!({"lines": [n, {"product": "Desk lamp", "quantity": n % 9}]}),
    }
}

fn diffing(fields: usize) -> impl Fn() {
    let kinds = [
        FieldType::Char,
        FieldType::Integer,
        FieldType::Float,
        FieldType::Boolean,
        FieldType::Json,
    ];
    let known: Vec<Field> = (0..fields)
        .map(|n| Field::guessed(&format!("field_{n:03}"), kinds[n % 5]))
        .collect();
    let side = |side: usize| -> Fields {
        let values = known.iter().enumerate();
        values
            .map(|(n, field)| (field.name.clone(), Known::plain(value(n, side))))
            .collect()
    };
    let last = State {
        fields: side(0),
        deleted: false,
    };
    let sides = Sides {
        old: Fields::new(),
        new: side(1),
    };
    move || {
        let field = |name: &str| known.iter().find(|field| field.name == name);
        let sides = black_box(sides.clone());
        let last = Some(black_box(&last));
        black_box(diff(OperationKind::Write, sides, last, field, |_| true));
    }
}

fn canonical_form() -> impl Fn() {
    let values = [
        (FieldType::Char, json!("Zoë Ångström, 東京 office")),
        (FieldType::Integer, json!(9_007_199_254_740_991_i64)),
        (FieldType::Float, json!(1234.5)),
        (FieldType::Monetary, json!("1234.5000")),
        (FieldType::Datetime, json!("2026-11-23T08:00:00+01:00")),
        (FieldType::Many2many, json!([7, 3, 5, 11, 2])),
        (
            FieldType::Json,
            json!({"b": [1, 2.50, null, {"z": "ü", "a": true}], "a": {"y": 1e3, "x": -0.0}}),
        ),
    ];
    move || {
        for (kind, value) in &values {
            black_box(canonical(*kind, black_box(value)));
        }
    }
}

fn entry() -> Entry {
    let change = |field: &str, kind, old: Value, new: Value| Changed {
        field: field.to_owned(),
        label: None,
        kind,
        old: Some(Known::plain(old)),
        new: Known::plain(new),
    };
    Entry {
        operation: OperationKind::Write,
        changes: vec![
            change("stage", FieldType::Selection, json!("new"), json!("won")),
            change("amount", FieldType::Float, json!(1200), json!(1250.5)),
            change(
                "note",
                FieldType::Text,
                json!("Called about desk lamps; they will answer within the week."),
                json!("They take 40 of them, and want to see the new chairs, too."),
            ),
        ],
        unrecorded: Vec::new(),
        observed: Fields::new(),
    }
}

fn leaf_of_a_log() -> impl Fn() {
    let entry = entry();
    move || {
        let head = Head {
            id: "01890000-0000-7000-8000-000000000001".to_owned(),
            seq: 123_456,
            host: "crm",
            model: "sale.order",
            model_label: "Sale order",
            record_id: "4711",
            record_name: Some("S04711"),
            revision: 17,
            user_login: "marc",
            user_name: Some("Marc Demo"),
            on_behalf_of: None,
            occurred_at: Timestamp::from_micros(1_792_300_000_000_000),
            recorded_at: Timestamp::from_micros(1_792_300_000_123_456),
            rule_ids: json!(["01890000-0000-7000-8000-000000000002"]),
            context: json!({"ip": "203.0.113.7", "request_id": "req-4711"}),
        };
        let _ = black_box(leaf(black_box(&head), &entry));
    }
}

fn words_of_a_log() -> impl Fn() {
    let entry = entry();
    move || {
        let mut words = Words::default();
        words.text("S04711");
        words.text("Marc Demo");
        words.changes(black_box(&entry.changes));
        black_box(words.finish());
    }
}

fn parsing() -> impl Fn() {
    let operations: Vec<Value> = (0..100)
        .map(|n| {
            json!({
                "id": format!("req-{n}"), "operation": "write", "model": "sale.order", "record_id": n.to_string(),
                "user": {"login": format!("user{}", n % 7), "name": "Marc Demo", "groups": ["Sales / User"]},
                "old": {"stage": "new", "amount": n}, "new": {"stage": "won", "amount": n + 1},
                "context": {"ip": "203.0.113.7", "request_id": format!("req-{n}")},
            })
        })
        .collect();
    let text = json!({ "operations": operations }).to_string();
    move || {
        let body = types::parse_json(black_box(text.as_bytes()));
        let _ = black_box(body.map(Operation::read_batch));
    }
}
