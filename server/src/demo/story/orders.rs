//! Orders and their lines: quoted, revised, sent, confirmed, delivered, invoiced; cancelled, or
//! deleted with their lines in one transaction.

use serde_json::{Value, json};

use super::{
    Event,
    lines::{self, Order},
    partners, users,
};
use crate::demo::{
    calendar::{DAY, date, datetime},
    catalogue::{LEAD, LINE, ORDER, PARTNER, USER},
    people::{BRUNO, CLARA, HELENA, MARC, MEI, Person, YUSUF},
    texts,
    values::{fields_of, money},
    world::{Act, World},
};

const TERMS: [&str; 4] = [
    "30 days",
    "14 days",
    "End of the following month",
    "In advance",
];

/// What happens to orders.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// A customer orders again, without a lead.
    Repeat,
    /// Lines are changed, added or taken out.
    Revise(String),
    /// The quotation is sent.
    Send(String),
    /// The customer decides about a quotation without a lead.
    Decide(String),
    /// The delivery date is agreed.
    Schedule(String),
    /// Goods leave the warehouse.
    Deliver(String),
    /// Accounting writes the invoice.
    Invoice(String),
    /// The order is locked.
    Lock(String),
    /// The terms are edited.
    Note(String),
    /// A form is saved without a change.
    Touch(String),
    /// A draft is deleted, with its lines.
    Drop(String),
}

/// Plans the ninety days.
pub(crate) fn plan(world: &mut World) {
    for _ in 0..82 {
        let day = world.random.between(1, 87);
        world.plan_on(day, Event::Order(Step::Repeat));
    }
}

/// Tells what a step does.
pub(crate) fn happen(world: &mut World, at: i64, step: Step) {
    match step {
        Step::Repeat => repeat(world, at),
        Step::Revise(id) => {
            if let Some(act) = owner_act(world, at, &id, &["draft", "sent"]) {
                lines::revise(world, &act, &id);
            }
        }
        Step::Send(id) => {
            if let Some(act) = owner_act(world, at, &id, &["draft"]) {
                let validity = json!(date(at + 30 * DAY));
                let pairs = [("state", json!("sent")), ("validity_date", validity)];
                world.write(&act, ORDER, &id, fields_of(pairs));
            }
        }
        Step::Decide(id) => {
            if let Some(act) = owner_act(world, at, &id, &["draft", "sent"]) {
                let confirmed = world.random.chance(70);
                decide(world, &act, &id, confirmed);
            }
        }
        Step::Schedule(id) => {
            if let Some(act) = owner_act(world, at, &id, &["sale"]) {
                let delivery = json!(datetime(at / DAY * DAY + 12 * DAY + DAY / 3));
                world.write(&act, ORDER, &id, fields_of([("commitment_date", delivery)]));
            }
        }
        Step::Deliver(id) => deliver(world, at, &id),
        Step::Invoice(id) => {
            let clerk = *world.random.pick(&[YUSUF, CLARA]);
            let act = world.act(at, clerk);
            let pairs = [("invoice_status", json!("invoiced"))];
            world.write(&act, ORDER, &id, fields_of(pairs));
            world.plan_later(at, 3, 12, Event::Order(Step::Lock(id)));
        }
        Step::Lock(id) => {
            let act = world.act(at, YUSUF);
            world.write(&act, ORDER, &id, fields_of([("state", json!("done"))]));
        }
        Step::Note(id) => {
            if let Some(act) = owner_act(world, at, &id, &["draft", "sent"]) {
                let before = world.text(ORDER, &id, "note");
                let note = texts::markup(&mut world.random, &before);
                world.write(&act, ORDER, &id, fields_of([("note", json!(note))]));
            }
        }
        Step::Touch(id) => {
            if let Some(act) = owner_act(world, at, &id, &["draft", "sent", "sale"]) {
                let fields = ["amount_total", "order_line", "client_order_ref"];
                world.save_unchanged(&act, ORDER, &id, &fields);
            }
        }
        Step::Drop(id) => drop_draft(world, at, &id),
    }
}

/// The request of the one whom the order belongs to, while it is in one of `states`.
fn owner_act(world: &mut World, at: i64, id: &str, states: &[&str]) -> Option<Act> {
    let state = world.text(ORDER, id, "state");
    if !states.contains(&state.as_str()) {
        return None;
    }
    let owner = owner(world, id);
    Some(world.transaction(at, owner))
}

fn owner(world: &mut World, id: &str) -> &'static Person {
    let owner_id = world.related(ORDER, id, "user_id");
    users::owner(world, owner_id.as_deref())
}

/// A quotation for a lead, in the request that moved the lead on.
pub(super) fn quote_for(world: &mut World, act: &Act, lead: &str) {
    if let Some(customer) = world.related(LEAD, lead, "partner_id") {
        quote(world, act, &customer, Some(lead));
    }
}

/// What becomes of the quotations of a lead that was won or lost.
pub(super) fn decide_for(world: &mut World, act: &Act, lead: &str, won: bool) {
    let of_lead =
        |(id, order): (&String, &Order)| (order.lead.as_deref() == Some(lead)).then(|| id.clone());
    let ids: Vec<_> = world.orders.iter().filter_map(of_lead).collect();
    for id in ids {
        if matches!(world.text(ORDER, &id, "state").as_str(), "draft" | "sent") {
            decide(world, act, &id, won);
        }
    }
}

fn repeat(world: &mut World, at: i64) {
    let customer = partners::customer(world);
    let owner_id = world.related(PARTNER, &customer, "user_id");
    let owner = users::owner(world, owner_id.as_deref());
    let act = world.transaction(at, owner);
    let id = quote(world, &act, &customer, None);
    if world.random.chance(10) {
        world.plan_later(at, 1, 9, Event::Order(Step::Drop(id)));
    } else {
        world.plan_later(at, 4, 15, Event::Order(Step::Decide(id)));
    }
}

fn quote(world: &mut World, act: &Act, customer: &str, lead: Option<&str>) -> String {
    let number = world.next_id(ORDER);
    let term = world.random.index(TERMS.len());
    let opportunity = lead.map_or(Value::Null, |lead| world.link(LEAD, lead));
    let values = fields_of([
        ("name", json!(format!("S{number:0>5}"))),
        ("state", json!("draft")),
        ("partner_id", world.link(PARTNER, customer)),
        ("user_id", world.link(USER, act.by.id)),
        ("opportunity_id", opportunity),
        ("date_order", json!(datetime(act.at))),
        ("validity_date", Value::Null),
        ("commitment_date", Value::Null),
        ("client_order_ref", Value::Null),
        (
            "payment_term_id",
            json!({"id": (term + 1).to_string(), "name": TERMS[term]}),
        ),
        ("order_line", json!([])),
        ("amount_untaxed", money(0)),
        ("amount_tax", money(0)),
        ("amount_total", money(0)),
        ("margin", money(0)),
        ("delivery_status", Value::Null),
        ("invoice_status", json!("no")),
        ("note", Value::Null),
    ]);
    let id = world.create(act, ORDER, values);
    let order = Order {
        lead: lead.map(str::to_owned),
        ..Order::default()
    };
    world.orders.insert(id.clone(), order);
    for _ in 0..world.random.between(1, 4) {
        lines::add(world, act, &id);
    }
    lines::total(world, act, &id);
    for (step, percent, low, high) in [
        (Step::Revise(id.clone()), 62, 0, 4),
        (Step::Revise(id.clone()), 26, 1, 6),
        (Step::Note(id.clone()), 30, 0, 5),
        (Step::Touch(id.clone()), 6, 0, 6),
        (Step::Send(id.clone()), 85, 0, 3),
    ] {
        if world.random.chance(percent) {
            world.plan_later(act.at, low, high, Event::Order(step));
        }
    }
    id
}

fn decide(world: &mut World, act: &Act, id: &str, confirmed: bool) {
    if !confirmed {
        let reason = *world.random.pick(texts::CANCELLED);
        let act = act.clone().because(reason);
        world.write(&act, ORDER, id, fields_of([("state", json!("cancel"))]));
        return;
    }
    let reference = format!("PO-{}", world.random.between(10_000, 99_999));
    let changes = fields_of([
        ("state", json!("sale")),
        ("date_order", json!(datetime(act.at))),
        ("client_order_ref", json!(reference)),
        ("delivery_status", json!("pending")),
        ("invoice_status", json!("to invoice")),
    ]);
    world.write(act, ORDER, id, changes);
    if world.random.chance(50) {
        world.plan_later(act.at, 0, 3, Event::Order(Step::Schedule(id.to_owned())));
    }
    world.plan_later(act.at, 3, 16, Event::Order(Step::Deliver(id.to_owned())));
}

/// The warehouse delivers all or a part, line by line, in one transaction.
fn deliver(world: &mut World, at: i64, id: &str) {
    let Some(order) = world.orders.get(id).cloned() else {
        return;
    };
    let clerk = *world.random.pick(&[BRUNO, BRUNO, MEI]);
    let act = world.transaction(at, clerk);
    let partly =
        world.value(ORDER, id, "delivery_status") == json!("pending") && world.random.chance(25);
    for line in &order.lines {
        let quantity = if partly {
            line.quantity / 2
        } else {
            line.quantity
        };
        world.write(
            &act,
            LINE,
            &line.id,
            fields_of([("qty_delivered", json!(quantity))]),
        );
    }
    let status = if partly { "partial" } else { "full" };
    world.write(
        &act,
        ORDER,
        id,
        fields_of([("delivery_status", json!(status))]),
    );
    let next = if partly {
        Step::Deliver(id.to_owned())
    } else {
        Step::Invoice(id.to_owned())
    };
    world.plan_later(at, 1, 7, Event::Order(next));
}

/// Deletes a draft with its lines, as one transaction.
fn drop_draft(world: &mut World, at: i64, id: &str) {
    if !matches!(world.text(ORDER, id, "state").as_str(), "draft" | "sent") {
        return;
    }
    let Some(order) = world.orders.remove(id) else {
        return;
    };
    let manager = *world.random.pick(&[MARC, HELENA]);
    let reason = *world.random.pick(texts::REASONS);
    let act = world.transaction(at, manager).because(reason);
    for line in &order.lines {
        world.unlink(&act, LINE, &line.id);
    }
    world.unlink(&act, ORDER, id);
}
