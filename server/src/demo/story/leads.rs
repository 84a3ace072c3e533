//! Leads: they come by the website and by people, move from stage to stage, are won or lost. A
//! program scores them at night, which the rule leaves out.

use serde_json::{Value, json};
use types::Values;

use super::{Event, arrivals, orders, users};
use crate::demo::{
    calendar::{DAY, date, datetime},
    catalogue::{LEAD, MEETING, USER},
    people::{CRON, HELENA, INGRID, MARC, Person, WEBSITE},
    texts,
    values::{fields_of, money},
    world::{Act, World},
};

const LOST: [&str; 5] = [
    "Too expensive",
    "No answer",
    "Bought elsewhere",
    "No budget",
    "Not our trade",
];

/// What happens to leads.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Open ones are brought over from the old system.
    Import,
    /// A new one, by the website or by a salesperson.
    Arrive,
    /// It goes on to the next stage, or is lost.
    Advance(String),
    /// The note about it is edited.
    Note(String),
    /// Amount, closing date, priority or tags are changed.
    Detail(String),
    /// A form is saved without a change.
    Touch(String),
    /// A lost one is taken up again.
    Reopen(String),
    /// A program scores some at night.
    Score,
    /// A robot fills the website's form.
    Spam,
    /// What robots sent is deleted, all at once.
    Sweep,
}

/// Plans the ninety days.
pub(crate) fn plan(world: &mut World) {
    let at = world.calendar.on(0, 7 * 60 + 44);
    world.plan(at, Event::Lead(Step::Import));
    for _ in 0..258 {
        let day = world.random.between(0, 88);
        world.plan_on(day, Event::Lead(Step::Arrive));
    }
    for week in 0..13 {
        let night = world.calendar.weekday(week * 7, 2, 2 * 60);
        world.plan(night, Event::Lead(Step::Score));
    }
    for _ in 0..14 {
        let day = world.random.between(1, 84);
        world.plan_on(day, Event::Lead(Step::Spam));
    }
    for day in [19, 47, 86] {
        world.plan_on(day, Event::Lead(Step::Sweep));
    }
}

/// Tells what a step does.
pub(crate) fn happen(world: &mut World, at: i64, step: Step) {
    match step {
        Step::Import => {
            let act = world
                .transaction(at, MARC)
                .because("Brought over from the old system");
            for _ in 0..40 {
                arrivals::arrive(world, &act, 6);
            }
        }
        Step::Arrive => {
            let by = if world.random.chance(28) {
                WEBSITE
            } else {
                users::seller(world)
            };
            let act = world.act(at, by);
            arrivals::arrive(world, &act, 1);
        }
        Step::Score => score(world, at),
        Step::Spam => arrivals::spam(world, at),
        Step::Sweep => sweep(world, at),
        Step::Advance(id) => advance(world, at, &id),
        Step::Note(id) => {
            if let Some(act) = owner_act(world, at, &id) {
                let before = world.text(LEAD, &id, "description");
                let who = customer_name(world, &id);
                let note = texts::edited(&mut world.random, &before, &who);
                world.write(&act, LEAD, &id, fields_of([("description", json!(note))]));
            }
        }
        Step::Detail(id) => {
            if let Some(act) = owner_act(world, at, &id) {
                let changes = detail(world, at, &id);
                world.write(&act, LEAD, &id, changes);
            }
        }
        Step::Touch(id) => {
            if let Some(act) = owner_act(world, at, &id) {
                world.save_unchanged(&act, LEAD, &id, &["name", "probability", "tag_ids"]);
            }
        }
        Step::Reopen(id) => reopen(world, at, &id),
    }
}

/// The request of the one whom the lead belongs to, or of a manager for them; none once the lead
/// is gone or closed.
fn owner_act(world: &mut World, at: i64, id: &str) -> Option<Act> {
    let open = matches!(
        world.text(LEAD, id, "stage").as_str(),
        "new" | "qualified" | "proposition"
    );
    if !open {
        return None;
    }
    let owner_id = world.related(LEAD, id, "user_id");
    let owner = users::owner(world, owner_id.as_deref());
    Some(if world.random.chance(4) {
        world.act(at, MARC).instead_of(owner)
    } else {
        world.act(at, owner)
    })
}

fn customer_name(world: &World, id: &str) -> String {
    let value = world.value(LEAD, id, "partner_id");
    value["name"].as_str().unwrap_or("The sender").to_owned()
}

fn detail(world: &mut World, at: i64, id: &str) -> Values {
    let deadline = json!(date(at + world.random.between(10, 70) * DAY));
    match world.random.below(5) {
        0 => fields_of([("date_deadline", deadline)]),
        1 => {
            let priority = world.random.between(1, 3).to_string();
            fields_of([("priority", json!(priority)), ("date_deadline", deadline)])
        }
        2 => fields_of([("tag_ids", arrivals::tags(world))]),
        3 => {
            let name = world.text(LEAD, id, "name");
            let (from, to) = (" for ", " - ");
            fields_of([("name", json!(name.replacen(from, to, 1)))])
        }
        _ => {
            let revenue = world.random.between(10, 900) * 10_000;
            let probability = json!(world.random.between(2, 18) * 5);
            fields_of([
                ("expected_revenue", money(revenue)),
                ("probability", probability),
            ])
        }
    }
}

fn advance(world: &mut World, at: i64, id: &str) {
    let Some(act) = owner_act(world, at, id) else {
        return;
    };
    let again = Event::Lead(Step::Advance(id.to_owned()));
    match world.text(LEAD, id, "stage").as_str() {
        "new" if world.random.chance(80) => {
            let mut changes = fields_of([
                ("stage", json!("qualified")),
                ("probability", json!(world.random.between(5, 8) * 5)),
            ]);
            if world.value(LEAD, id, "user_id").is_null() {
                changes.insert("type".to_owned(), json!("opportunity"));
                changes.insert("user_id".to_owned(), world.link(USER, act.by.id));
            }
            world.write(&act, LEAD, id, changes);
            if world.random.chance(35) {
                meet(world, &act, id);
            }
            world.plan_later(at, 2, 9, again);
        }
        "qualified" if world.random.chance(76) => {
            let changes = fields_of([
                ("stage", json!("proposition")),
                ("probability", json!(world.random.between(10, 15) * 5)),
                ("priority", json!("2")),
            ]);
            world.write(&act, LEAD, id, changes);
            if world.random.chance(88) {
                orders::quote_for(world, &act, id);
            }
            world.plan_later(at, 4, 14, again);
        }
        "proposition" if world.random.chance(58) => win(world, &act, id),
        _ => lose(world, &act, id),
    }
}

/// The lead is won, and with it the quotation that was made for it.
pub(super) fn win(world: &mut World, act: &Act, id: &str) {
    let changes = fields_of([
        ("stage", json!("won")),
        ("probability", json!(100)),
        ("date_closed", json!(datetime(act.at))),
    ]);
    world.write(act, LEAD, id, changes);
    orders::decide_for(world, act, id, true);
}

fn lose(world: &mut World, act: &Act, id: &str) {
    let place = world.random.index(LOST.len());
    let reason = json!({"id": (place + 1).to_string(), "name": LOST[place]});
    let changes = fields_of([
        ("stage", json!("lost")),
        ("probability", json!(0)),
        ("active", json!(false)),
        ("lost_reason_id", reason),
        ("date_closed", json!(datetime(act.at))),
    ]);
    world.write(act, LEAD, id, changes);
    orders::decide_for(world, act, id, false);
    if world.random.chance(7) {
        world.plan_later(act.at, 3, 12, Event::Lead(Step::Reopen(id.to_owned())));
    }
}

fn reopen(world: &mut World, at: i64, id: &str) {
    let manager = *world.random.pick(&[MARC, HELENA, INGRID]);
    let act = world
        .act(at, manager)
        .because("The customer called: they are deciding anew");
    let changes = fields_of([
        ("stage", json!("qualified")),
        ("probability", json!(30)),
        ("active", json!(true)),
        ("lost_reason_id", Value::Null),
        ("date_closed", Value::Null),
    ]);
    world.write(&act, LEAD, id, changes);
    world.plan_later(at, 2, 8, Event::Lead(Step::Advance(id.to_owned())));
}

/// A meeting about the lead, of a model that no active rule follows.
fn meet(world: &mut World, act: &Act, id: &str) {
    let who = customer_name(world, id);
    let start = act.at / DAY * DAY + world.random.between(2, 9) * DAY + 10 * DAY / 24;
    let values = fields_of([
        ("name", json!(format!("Visit at {who}"))),
        ("start", json!(datetime(start))),
        ("opportunity_id", world.link(LEAD, id)),
        ("attendees", json!([act.by.name, who])),
    ]);
    world.create(act, MEETING, values);
}

fn score(world: &mut World, at: i64) {
    let act = world.transaction(at, CRON);
    for id in world.random_open_leads(6) {
        let score = world.random.between(1, 100);
        world.write(&act, LEAD, &id, fields_of([("lead_score", json!(score))]));
    }
}

/// Deletes what robots sent, as one request on many selected lines.
fn sweep(world: &mut World, at: i64) {
    let act = world
        .transaction(at, HELENA)
        .because("Spam by the website form");
    for id in world.ids(LEAD) {
        if world
            .text(LEAD, &id, "email_from")
            .ends_with(arrivals::ROBOTS)
        {
            world.unlink(&act, LEAD, &id);
        }
    }
}

/// Gives the open leads of one who leaves to others.
pub(super) fn hand_over(world: &mut World, act: &Act, from: &'static Person) {
    for id in world.ids(LEAD) {
        let closed = matches!(world.text(LEAD, &id, "stage").as_str(), "won" | "lost");
        if !closed && world.related(LEAD, &id, "user_id").as_deref() == Some(from.id) {
            let heir = users::seller(world);
            let changes = fields_of([("user_id", world.link(USER, heir.id))]);
            world.write(act, LEAD, &id, changes);
        }
    }
}
