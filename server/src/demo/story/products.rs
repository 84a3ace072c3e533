//! Products: counted every week, priced, described, pictured. Stock and cost are the warehouse's,
//! sales prices the managers', so that what no rule follows never looks like a change outside.

use serde_json::{Value, json};

use super::Event;
use crate::demo::{
    catalogue::PRODUCT,
    goods::{CATEGORIES, GOODS},
    people::{AMELIA, BRUNO, HELENA, MARC, MEI},
    picture,
    values::{fields_of, money},
    world::World,
};

const TAGS: [&str; 5] = [
    "Bestseller",
    "Made to order",
    "Recycled",
    "Fragile",
    "Ending",
];

const DESCRIPTIONS: &[&str] = &[
    "Delivered flat, assembled in a quarter of an hour.",
    "Surface of oak veneer; legs of powder-coated steel, grey or black.",
    "Five years of warranty on all moving parts.",
    "Suits rooms with a ceiling from 2.40 m.",
    "Made of 60 percent recycled material, certified.",
    "Spare parts are kept for ten years.",
    "Can be combined with all tables of the Fjord range.",
    "Care: a damp cloth, no solvents.",
];

/// What happens to products.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// All are brought over from the old system.
    Import,
    /// Some are counted.
    Count,
    /// A supplier's price changed.
    Cost,
    /// The description is rewritten in a place.
    Describe,
    /// Attributes, tags or weight are corrected.
    Correct,
    /// A picture is taken.
    Picture,
    /// The sales price is changed, which no rule follows.
    Price,
    /// A form is saved without a change.
    Touch,
}

/// Plans the ninety days.
pub(crate) fn plan(world: &mut World) {
    let at = world.calendar.on(0, 7 * 60 + 12);
    world.plan(at, Event::Product(Step::Import));
    for week in 0..13 {
        let at = world.calendar.weekday(week * 7, 0, 6 * 60 + 40);
        world.plan(at, Event::Product(Step::Count));
    }
    for (step, times) in [
        (Step::Cost, 34),
        (Step::Describe, 44),
        (Step::Correct, 34),
        (Step::Picture, 26),
        (Step::Price, 26),
        (Step::Touch, 5),
    ] {
        for _ in 0..times {
            let day = world.random.between(1, 89);
            world.plan_on(day, Event::Product(step.clone()));
        }
    }
}

/// Tells what a step does.
pub(crate) fn happen(world: &mut World, at: i64, step: Step) {
    let place = world.random.index(GOODS.len());
    let id = (place + 1).to_string();
    let clerk = *world.random.pick(&[BRUNO, MEI]);
    match step {
        Step::Import => import(world, at),
        Step::Count => count(world, at),
        Step::Cost => {
            let act = world.act(at, MEI).because("New price list of the supplier");
            let cost = GOODS[place].cost * world.random.between(94, 111) / 100;
            let changes = fields_of([("standard_price", money(cost))]);
            world.write(&act, PRODUCT, &id, changes);
        }
        Step::Describe => {
            let act = world.act(at, clerk);
            let text = described(world, &id);
            let changes = fields_of([("description_sale", json!(text))]);
            world.write(&act, PRODUCT, &id, changes);
        }
        Step::Correct => {
            let act = world.act(at, clerk);
            let changes = correction(world, place);
            world.write(&act, PRODUCT, &id, fields_of([changes]));
        }
        Step::Picture => {
            let act = world.act(at, clerk);
            let image = picture::base64_png(&mut world.random);
            world.write(&act, PRODUCT, &id, fields_of([("image", json!(image))]));
        }
        Step::Price => {
            let manager = *world.random.pick(&[MARC, HELENA]);
            let act = world.act(at, manager).because("Price list of the season");
            let price = GOODS[place].price * world.random.between(92, 112) / 100 / 100 * 100;
            let price = price.max(GOODS[place].cost + 100);
            world.prices[place] = price;
            world.write(
                &act,
                PRODUCT,
                &id,
                fields_of([("list_price", money(price))]),
            );
        }
        Step::Touch => {
            let act = world.act(at, clerk);
            world.save_unchanged(&act, PRODUCT, &id, &["standard_price", "weight", "tag_ids"]);
        }
    }
}

fn import(world: &mut World, at: i64) {
    let act = world
        .transaction(at, AMELIA)
        .because("Brought over from the old system");
    for good in &GOODS {
        let stock = world.random.between(0, 140);
        let category = json!({
            "id": (good.category + 1).to_string(),
            "name": CATEGORIES[good.category],
        });
        let description = *world.random.pick(DESCRIPTIONS);
        let kind = if good.is_service() {
            "service"
        } else {
            "consu"
        };
        let values = fields_of([
            ("name", json!(good.name)),
            ("default_code", json!(good.code)),
            ("type", json!(kind)),
            ("categ_id", category),
            ("tag_ids", json!([])),
            ("list_price", money(good.price)),
            ("standard_price", money(good.cost)),
            (
                "qty_available",
                if good.is_service() {
                    json!(0)
                } else {
                    json!(stock)
                },
            ),
            ("weight", kilograms(good.grams)),
            ("description_sale", json!(description)),
            ("attributes", json!({"warranty_years": 5})),
            ("image", Value::Null),
            ("active", json!(true)),
        ]);
        world.create(&act, PRODUCT, values);
        world.prices.push(good.price);
    }
}

/// The weekly count: of most products only the quantity changes, which the rule ignores.
fn count(world: &mut World, at: i64) {
    let act = world.transaction(at, BRUNO).because("Weekly count");
    let places: Vec<_> = (0..GOODS.len())
        .filter(|place| !GOODS[*place].is_service())
        .collect();
    for place in world.random.some(&places, 7) {
        let quantity = world.random.between(0, 160);
        let mut changes = fields_of([("qty_available", json!(quantity))]);
        if world.random.chance(22) {
            let cost = GOODS[place].cost * world.random.between(97, 106) / 100;
            changes.insert("standard_price".to_owned(), money(cost));
        }
        world.write(&act, PRODUCT, &(place + 1).to_string(), changes);
    }
}

/// The description with a sentence more, less, or in another place.
fn described(world: &mut World, id: &str) -> String {
    let before = world.text(PRODUCT, id, "description_sale");
    let sentence = *world.random.pick(DESCRIPTIONS);
    if before.contains("Five years") && world.random.chance(50) {
        return before.replacen("Five years", "Seven years", 1);
    }
    if before.contains(sentence) {
        let shorter = before.replacen(sentence, "", 1).replace("  ", " ");
        return shorter.trim().to_owned();
    }
    if world.random.chance(50) {
        format!("{sentence} {before}").trim().to_owned()
    } else {
        format!("{before} {sentence}").trim().to_owned()
    }
}

fn correction(world: &mut World, place: usize) -> (&'static str, Value) {
    match world.random.below(3) {
        0 => {
            let colours = world
                .random
                .some(&["grey", "black", "white", "oak", "green"], 3);
            let years = world.random.between(2, 10);
            let attributes = json!({
                "warranty_years": years,
                "colours": colours,
                "packaging": {"boxes": world.random.between(1, 3), "returnable": world.random.chance(50)},
            });
            ("attributes", attributes)
        }
        1 => {
            let count = 1 + world.random.index(3);
            let places: Vec<_> = (0..TAGS.len()).collect();
            let tags = world.random.some(&places, count);
            let tag = |place: &usize| json!({"id": (place + 1).to_string(), "name": TAGS[*place]});
            ("tag_ids", tags.iter().map(tag).collect())
        }
        _ => {
            let grams = GOODS[place].grams * world.random.between(95, 105) / 100;
            ("weight", kilograms(grams / 100 * 100))
        }
    }
}

/// Kilograms with one decimal.
fn kilograms(grams: i64) -> Value {
    format!("{}.{}", grams / 1_000, grams % 1_000 / 100)
        .parse()
        .map_or(Value::Null, Value::Number)
}
