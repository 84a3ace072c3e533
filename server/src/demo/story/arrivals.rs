//! How leads arrive: by people, by the website, and by robots.

use serde_json::{Value, json};
use types::Values;

use super::{Event, contacts, leads, partners, users};
use crate::demo::{
    calendar::{DAY, date},
    catalogue::{LEAD, PARTNER, USER},
    goods::GOODS,
    people::{MARC, WEBSITE},
    texts,
    values::{fields_of, money},
    world::{Act, World},
};

const TAGS: [&str; 6] = ["Furniture", "Refit", "Tender", "Repeat", "Urgent", "Rental"];
const SPAM: [&str; 3] = [
    "Rank first on every search engine",
    "Cheap loans today",
    "Test test test",
];
/// How the addresses of robots end.
pub(super) const ROBOTS: &str = "@spam.example";

/// A new lead, and what becomes of it within some `days`.
pub(super) fn arrive(world: &mut World, act: &Act, days: i64) {
    let customer = partners::customer(world);
    let values = arriving(world, act, &customer);
    let id = world.create(act, LEAD, values);
    let at = act.at;
    world.plan_later(
        at,
        i64::from(act.by == WEBSITE),
        days + 4,
        Event::Lead(leads::Step::Advance(id.clone())),
    );
    for (step, percent) in [
        (leads::Step::Note(id.clone()), 80),
        (leads::Step::Note(id.clone()), 45),
        (leads::Step::Detail(id.clone()), 60),
        (leads::Step::Touch(id.clone()), 4),
    ] {
        if world.random.chance(percent) {
            world.plan_later(at, 0, 9, Event::Lead(step));
        }
    }
}

fn arriving(world: &mut World, act: &Act, customer: &str) -> Values {
    let good = world.random.pick(&GOODS);
    let count = world.random.between(3, 60);
    let name = world.text(PARTNER, customer, "name");
    let city = world.text(PARTNER, customer, "city");
    let title = match world.random.below(5) {
        0 => format!("{name}: {}", good.plural),
        1 => format!("New {} for the office in {city}", good.plural),
        2 => format!("Replacement of {count} {}", good.plural),
        _ => format!("{count} {} for {name}", good.plural),
    };
    let owner = match act.by {
        by if *by == *WEBSITE => Value::Null,
        by if *by == *MARC => {
            let seller = users::seller(world);
            world.link(USER, seller.id)
        }
        by => world.link(USER, by.id),
    };
    let sender = partners::customer(world);
    let referred = if world.random.chance(12) && sender != customer {
        json!({
            "id": format!("{PARTNER},{sender}"),
            "name": world.text(PARTNER, &sender, "name"),
        })
    } else {
        Value::Null
    };
    let note = texts::note(&mut world.random, &name);
    let tags = tags(world);
    fields_of([
        ("name", json!(title)),
        (
            "type",
            json!(if owner.is_null() {
                "lead"
            } else {
                "opportunity"
            }),
        ),
        ("stage", json!("new")),
        ("partner_id", world.link(PARTNER, customer)),
        ("user_id", owner),
        ("team_id", json!({"id": "1", "name": "Direct sales"})),
        ("email_from", world.value(PARTNER, customer, "email")),
        (
            "expected_revenue",
            money(good.price * count / 10_000 * 10_000),
        ),
        ("probability", json!(10)),
        ("lead_score", json!(0)),
        ("priority", json!("0")),
        (
            "date_deadline",
            json!(date(act.at + world.random.between(20, 60) * DAY)),
        ),
        ("date_closed", Value::Null),
        ("tag_ids", tags),
        ("lost_reason_id", Value::Null),
        ("referred", referred),
        ("description", json!(note)),
        ("active", json!(true)),
    ])
}

/// Some tags of leads.
pub(super) fn tags(world: &mut World) -> Value {
    contacts::tags(&mut world.random, &TAGS, 3)
}

/// What a robot enters into the website's form.
pub(super) fn spam(world: &mut World, at: i64) {
    let act = world.act(at, WEBSITE);
    let title = *world.random.pick(&SPAM);
    let values = fields_of([
        ("name", json!(title)),
        ("type", json!("lead")),
        ("stage", json!("new")),
        (
            "email_from",
            json!(format!("{}{ROBOTS}", world.random.hex(8))),
        ),
        ("expected_revenue", money(0)),
        ("probability", json!(0)),
        ("description", json!("CLICK HERE")),
        ("active", json!(true)),
    ]);
    world.create(&act, LEAD, values);
}
