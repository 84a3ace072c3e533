//! Customers and their contacts: they move, change numbers and limits, are merged when they are
//! there twice. One credit limit is raised behind the CRM's back.

use serde_json::{Value, json};

use super::{Event, contacts, users};
use crate::demo::{
    catalogue::{PARTNER, USER},
    people::{CLARA, HELENA, MARC, YUSUF},
    picture, texts,
    values::{fields_of, money},
    world::{Act, World},
};

/// What happens to customers and contacts.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Most are brought over from the old system.
    Import,
    /// A new company.
    Company,
    /// A new person at a company.
    Contact,
    /// Something of one is changed.
    Edit,
    /// One is entered a second time.
    Duplicate,
    /// The second one is deleted.
    Merge(String),
    /// A form is saved without a change.
    Touch,
    /// A credit limit is raised in the database itself.
    RaiseOutside,
    /// Credit control sets it right, and gives away what happened.
    FindRaised(String),
}

/// Plans the ninety days.
pub(crate) fn plan(world: &mut World) {
    let at = world.calendar.on(0, 7 * 60 + 25);
    world.plan(at, Event::Partner(Step::Import));
    for (step, times, first) in [
        (Step::Company, 20, 1),
        (Step::Contact, 22, 1),
        (Step::Edit, 275, 1),
        (Step::Duplicate, 8, 5),
        (Step::Touch, 8, 2),
    ] {
        for _ in 0..times {
            let day = world.random.between(first, 89);
            world.plan_on(day, Event::Partner(step.clone()));
        }
    }
    world.plan_on(66, Event::Partner(Step::RaiseOutside));
}

/// Tells what a step does.
pub(crate) fn happen(world: &mut World, at: i64, step: Step) {
    match step {
        Step::Import => import(world, at),
        Step::Company => {
            let person = users::seller(world);
            let act = world.act(at, person);
            let values = company(world, world.customers.len());
            let id = world.create(&act, PARTNER, values);
            world.customers.push(id);
        }
        Step::Contact => {
            let person = users::seller(world);
            let act = world.act(at, person);
            let values = contact(world);
            world.create(&act, PARTNER, values);
        }
        Step::Edit => {
            let id = any(world);
            edit(world, at, &id);
        }
        Step::Duplicate => {
            let person = users::seller(world);
            let act = world.act(at, person);
            let values = duplicate(world);
            let id = world.create(&act, PARTNER, values);
            world.plan_later(at, 1, 6, Event::Partner(Step::Merge(id)));
        }
        Step::Merge(id) => {
            let manager = *world.random.pick(&[MARC, HELENA]);
            let act = world.act(at, manager).because("Entered twice, merged");
            world.unlink(&act, PARTNER, &id);
        }
        Step::Touch => {
            let id = any(world);
            let person = users::seller(world);
            let act = world.act(at, person);
            world.save_unchanged(
                &act,
                PARTNER,
                &id,
                &["name", "category_ids", "credit_limit"],
            );
        }
        Step::RaiseOutside => {
            let id = world.customers[3].clone();
            let limit = fields_of([("credit_limit", money(9_500_000))]);
            world.outside(PARTNER, &id, limit);
            world.plan_later(at, 3, 5, Event::Partner(Step::FindRaised(id)));
        }
        Step::FindRaised(id) => {
            let act = world
                .act(at, CLARA)
                .because("The limit on screen was never approved");
            let limit = fields_of([("credit_limit", money(1_500_000))]);
            world.write(&act, PARTNER, &id, limit);
        }
    }
}

fn import(world: &mut World, at: i64) {
    let act = world
        .transaction(at, HELENA)
        .because("Brought over from the old system");
    for nth in 0..46 {
        let values = company(world, nth);
        let id = world.create(&act, PARTNER, values);
        world.customers.push(id);
    }
    for _ in 0..32 {
        let values = contact(world);
        world.create(&act, PARTNER, values);
    }
}

fn company(world: &mut World, nth: usize) -> types::Values {
    let name = contacts::company(nth);
    let domain = contacts::domain(nth);
    let owner = users::seller(world);
    let limit = world.random.between(4, 40) * 50_000;
    let mut values = fields_of(contacts::address(&mut world.random));
    let phone = contacts::phone(&mut world.random);
    let tags = contacts::tags(&mut world.random, &contacts::TAGS, 2);
    values.extend(fields_of([
        ("name", json!(name)),
        ("is_company", json!(true)),
        ("email", json!(format!("office@{domain}"))),
        ("phone", json!(phone)),
        ("website", json!(format!("https://www.{domain}"))),
        ("category_ids", tags),
        ("user_id", world.link(USER, owner.id)),
        ("credit_limit", money(limit)),
        ("comment", Value::Null),
        (
            "preferences",
            json!({"language": "en", "invoice_by": ["email"]}),
        ),
        ("image", Value::Null),
    ]));
    values
}

fn contact(world: &mut World) -> types::Values {
    let nth = world.ids(PARTNER).len();
    let parent = customer(world);
    let name = contacts::person(nth);
    let website = world.text(PARTNER, &parent, "website");
    let domain = website.trim_start_matches("https://www.").to_owned();
    let mailbox = contacts::mailbox(&name);
    let phone = contacts::phone(&mut world.random);
    fields_of([
        ("name", json!(name)),
        ("is_company", json!(false)),
        ("parent_id", world.link(PARTNER, &parent)),
        ("email", json!(format!("{mailbox}@{domain}"))),
        ("phone", json!(phone)),
        ("category_ids", json!([])),
        ("user_id", world.value(PARTNER, &parent, "user_id")),
        ("comment", Value::Null),
    ])
}

/// The same company once more, as people enter it who do not look first.
fn duplicate(world: &mut World) -> types::Values {
    let original = customer(world);
    let name = world.text(PARTNER, &original, "name");
    let ending = *world.random.pick(&[" Ltd", " GmbH", " (new)", " - office"]);
    fields_of([
        ("name", json!(format!("{name}{ending}"))),
        ("is_company", json!(true)),
        ("email", world.value(PARTNER, &original, "email")),
        ("phone", Value::Null),
        ("city", world.value(PARTNER, &original, "city")),
        ("category_ids", json!([])),
        ("credit_limit", money(0)),
    ])
}

/// A company that can be sold to.
pub(crate) fn customer(world: &mut World) -> String {
    let place = world.random.index(world.customers.len());
    world.customers.get(place).cloned().unwrap_or_default()
}

/// Any contact that is there.
fn any(world: &mut World) -> String {
    let ids = world.ids(PARTNER);
    ids.get(world.random.index(ids.len()))
        .cloned()
        .unwrap_or_default()
}

fn edit(world: &mut World, at: i64, id: &str) {
    let owner_id = world.related(PARTNER, id, "user_id");
    let owner = users::owner(world, owner_id.as_deref());
    let is_company = world.value(PARTNER, id, "is_company") == json!(true);
    let act = world.act(at, owner);
    match world.random.below(12) {
        0 | 1 => {
            let phone = contacts::phone(&mut world.random);
            world.write(&act, PARTNER, id, fields_of([("phone", json!(phone))]));
        }
        2 | 3 => {
            let before = world.text(PARTNER, id, "comment");
            let comment = texts::markup(&mut world.random, &before);
            world.write(&act, PARTNER, id, fields_of([("comment", json!(comment))]));
        }
        4 | 5 => {
            let tags = contacts::tags(&mut world.random, &contacts::TAGS, 3);
            world.write(&act, PARTNER, id, fields_of([("category_ids", tags)]));
        }
        6 => {
            let act = act.because("The customer has moved");
            let address = fields_of(contacts::address(&mut world.random));
            world.write(&act, PARTNER, id, address);
        }
        7 | 8 if is_company => limit(world, at, id),
        9 if is_company => preferences(world, &act, id),
        10 if is_company => {
            let image = picture::base64_png(&mut world.random);
            world.write(&act, PARTNER, id, fields_of([("image", json!(image))]));
        }
        _ => {
            let heir = users::seller(world);
            let manager = *world.random.pick(&[MARC, HELENA]);
            let act = world
                .act(at, manager)
                .because("New sharing out of the regions");
            let changes = fields_of([("user_id", world.link(USER, heir.id))]);
            world.write(&act, PARTNER, id, changes);
        }
    }
}

/// Accounting reviews a credit limit, now and then in the name of a manager.
fn limit(world: &mut World, at: i64, id: &str) {
    let clerk = *world.random.pick(&[YUSUF, CLARA]);
    let cents = world.random.between(2, 60) * 50_000;
    let mut act = world.act(at, clerk).because("Yearly credit review");
    if world.random.chance(25) {
        act = act.instead_of(MARC);
    }
    world.write(
        &act,
        PARTNER,
        id,
        fields_of([("credit_limit", money(cents))]),
    );
}

fn preferences(world: &mut World, act: &Act, id: &str) {
    let ways = world.random.some(&["email", "post", "portal"], 2);
    let preferences = json!({
        "language": *world.random.pick(&["en", "fr", "de"]),
        "invoice_by": ways,
        "delivery": {"before": "10:00", "lift": world.random.chance(60)},
    });
    world.write(act, PARTNER, id, fields_of([("preferences", preferences)]));
}
