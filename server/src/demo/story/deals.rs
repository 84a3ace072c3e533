//! One big deal, written down step by step, for those who try the demo: its stage and amount were
//! changed in the database itself, and the next honest write gives that away.

use serde_json::{Value, json};

use super::{Event, leads, orders};
use crate::demo::{
    calendar::{DAY, date},
    catalogue::{LEAD, PARTNER, USER},
    goods::{BICYCLE, GOODS},
    people::{HELENA, MARC, NADIA},
    values::{fields_of, money},
    world::World,
};

/// The lead's name, by which it is found.
pub(crate) const NAME: &str = "Forty delivery bicycles for the city";

/// What happens to the deal, in this order. Each but the first knows the lead's id.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Nadia enters it.
    Enter,
    /// It is qualified.
    Qualify(String),
    /// What is asked for becomes clearer.
    Note(String),
    /// An offer is made.
    Propose(String),
    /// Marc sells a higher amount, for Nadia.
    Raise(String),
    /// Somebody changes amount and stage in the database itself.
    Tamper(String),
    /// Helena sets both right.
    Repair(String),
    /// It is won.
    Win(String),
}

const FIRST_NOTE: &str = "The city replaces its vans in the old town. Tender for forty bicycles \
    with a box, delivery in two instalments. The decision is taken by the works council together \
    with the head of purchasing. Budget is approved up to 110 thousand; above that the board has \
    to sign.";
const SECOND_NOTE: &str = "The city replaces its vans in the old town. Tender for forty bicycles \
    with a box and a rain cover, delivery in four instalments. The decision is taken by the mayor \
    together with the head of purchasing. Budget is approved up to 125 thousand; above that the \
    council has to sign. Wants references of a public customer of similar size.";

/// Plans the ninety days.
pub(crate) fn plan(world: &mut World) {
    world.plan_on(37, Event::Deal(Step::Enter));
}

/// Tells what a step does, and plans the next one.
pub(crate) fn happen(world: &mut World, at: i64, step: Step) {
    let write = |world: &mut World, act, id: &str, pairs: [(&str, Value); 2]| {
        world.write(act, LEAD, id, fields_of(pairs));
    };
    let (low, high, next) = match step {
        Step::Enter => (1, 2, Step::Qualify(enter(world, at))),
        Step::Qualify(id) => {
            let act = world.act(at, NADIA);
            let pairs = [("stage", json!("qualified")), ("probability", json!(35))];
            write(world, &act, &id, pairs);
            (2, 3, Step::Note(id))
        }
        Step::Note(id) => {
            let act = world.act(at, NADIA);
            let pairs = [
                ("description", json!(SECOND_NOTE)),
                ("priority", json!("3")),
            ];
            write(world, &act, &id, pairs);
            (3, 5, Step::Propose(id))
        }
        Step::Propose(id) => {
            let act = world.transaction(at, NADIA);
            let pairs = [("stage", json!("proposition")), ("probability", json!(60))];
            write(world, &act, &id, pairs);
            orders::quote_for(world, &act, &id);
            (3, 5, Step::Raise(id))
        }
        Step::Raise(id) => {
            let act = world
                .act(at, MARC)
                .instead_of(NADIA)
                .because("Rain covers are included");
            let pairs = [
                ("expected_revenue", money(11_840_000)),
                ("probability", json!(70)),
            ];
            write(world, &act, &id, pairs);
            (5, 7, Step::Tamper(id))
        }
        Step::Tamper(id) => {
            let changes = [
                ("expected_revenue", money(16_400_000)),
                ("stage", json!("won")),
            ];
            world.outside(LEAD, &id, fields_of(changes));
            (2, 3, Step::Repair(id))
        }
        Step::Repair(id) => {
            let act = world
                .act(at, HELENA)
                .because("Nobody here entered these figures");
            let pairs = [
                ("expected_revenue", money(11_840_000)),
                ("stage", json!("proposition")),
            ];
            write(world, &act, &id, pairs);
            (6, 8, Step::Win(id))
        }
        Step::Win(id) => {
            let act = world.act(at, NADIA);
            leads::win(world, &act, &id);
            return;
        }
    };
    world.plan_later(at, low, high, Event::Deal(next));
}

/// The customer, who buys nothing else.
fn city(world: &World) -> types::Values {
    fields_of([
        ("name", json!("City of Aldermouth")),
        ("is_company", json!(true)),
        ("email", json!("purchasing@aldermouth.example")),
        ("city", json!("Aldermouth")),
        (
            "category_ids",
            json!([{"id": "2", "name": "Public sector"}]),
        ),
        ("user_id", world.link(USER, NADIA.id)),
        ("credit_limit", money(20_000_000)),
    ])
}

fn enter(world: &mut World, at: i64) -> String {
    let act = world.act(at, NADIA);
    let values = city(world);
    let customer = world.create(&act, PARTNER, values);
    let values = fields_of([
        ("name", json!(NAME)),
        ("type", json!("opportunity")),
        ("stage", json!("new")),
        ("partner_id", world.link(PARTNER, &customer)),
        ("user_id", world.link(USER, NADIA.id)),
        ("team_id", json!({"id": "2", "name": "Public sector"})),
        ("email_from", world.value(PARTNER, &customer, "email")),
        ("expected_revenue", money(GOODS[BICYCLE].price * 40)),
        ("probability", json!(10)),
        ("lead_score", json!(0)),
        ("priority", json!("1")),
        ("date_deadline", json!(date(at + 45 * DAY))),
        ("date_closed", Value::Null),
        ("tag_ids", json!([{"id": "3", "name": "Tender"}])),
        ("lost_reason_id", Value::Null),
        ("referred", Value::Null),
        ("description", json!(FIRST_NOTE)),
        ("active", json!(true)),
    ]);
    world.create(&act, LEAD, values)
}
