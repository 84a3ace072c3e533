//! The lines of orders: added, changed, taken out, and added up.

use serde_json::{Value, json};

use crate::demo::{
    catalogue::{LINE, ORDER, PRODUCT},
    goods::GOODS,
    values::{fields_of, money},
    world::{Act, World},
};

/// Tax, in percent.
const TAX: i64 = 20;
/// What an order consists of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    pub(super) lines: Vec<Line>,
    pub(super) lead: Option<String>,
    pub(super) made: usize,
}

/// One line; prices in cents, the discount in percent.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(super) id: String,
    product: usize,
    pub(super) quantity: i64,
    price: i64,
    discount: i64,
}

impl Line {
    /// In cents.
    fn subtotal(&self) -> i64 {
        self.quantity * self.price * (100 - self.discount) / 100
    }
}

/// Adds a line with any product to an order.
pub(super) fn add(world: &mut World, act: &Act, order_id: &str) {
    let Some(mut order) = world.orders.get(order_id).cloned() else {
        return;
    };
    let product = world.random.index(GOODS.len());
    let line = Line {
        id: world.next_id(LINE),
        product,
        quantity: world.random.between(1, 24),
        price: world
            .prices
            .get(product)
            .copied()
            .unwrap_or(GOODS[product].price),
        discount: 0,
    };
    order.made += 1;
    let values = fields_of([
        ("order_id", world.link(ORDER, order_id)),
        (
            "product_id",
            world.link(PRODUCT, &(product + 1).to_string()),
        ),
        (
            "name",
            json!(format!("[{}] {}", GOODS[product].code, GOODS[product].name)),
        ),
        ("sequence", json!(order.made * 10)),
        ("product_uom_qty", json!(line.quantity)),
        ("qty_delivered", json!(0)),
        ("price_unit", money(line.price)),
        ("discount", json!(0)),
        ("price_subtotal", money(line.subtotal())),
    ]);
    world.create(act, LINE, values);
    order.lines.push(line);
    world.orders.insert(order_id.to_owned(), order);
}

/// Writes the totals that follow from the lines.
pub(super) fn total(world: &mut World, act: &Act, id: &str) {
    let Some(order) = world.orders.get(id) else {
        return;
    };
    let untaxed: i64 = order.lines.iter().map(Line::subtotal).sum();
    let cost: i64 = order
        .lines
        .iter()
        .map(|line| GOODS[line.product].cost * line.quantity)
        .sum();
    let tax = (untaxed * TAX + 50) / 100;
    let ids: Value = order.lines.iter().map(|line| line.id.clone()).collect();
    let changes = fields_of([
        ("order_line", ids),
        ("amount_untaxed", money(untaxed)),
        ("amount_tax", money(tax)),
        ("amount_total", money(untaxed + tax)),
        ("margin", money(untaxed - cost)),
    ]);
    world.write(act, ORDER, id, changes);
}

/// Changes, adds or takes out a line, and writes the new totals.
pub(super) fn revise(world: &mut World, act: &Act, id: &str) {
    let Some(order) = world.orders.get(id).cloned() else {
        return;
    };
    let place = world.random.index(order.lines.len());
    match world.random.below(10) {
        0 | 1 => add(world, act, id),
        2 if order.lines.len() > 1 => {
            if let Some(order) = world.orders.get_mut(id) {
                let line = order.lines.remove(place);
                world.unlink(act, LINE, &line.id);
            }
        }
        choice => {
            let Some(line) = order.lines.get(place) else {
                return;
            };
            let mut line = line.clone();
            if choice < 6 {
                line.quantity = world.random.between(1, 30);
            } else {
                line.discount = world.random.between(1, 5) * 5;
            }
            let changes = fields_of([
                ("product_uom_qty", json!(line.quantity)),
                ("discount", json!(line.discount)),
                ("price_subtotal", money(line.subtotal())),
            ]);
            world.write(act, LINE, &line.id, changes);
            if let Some(order) = world.orders.get_mut(id) {
                order.lines[place] = line;
            }
        }
    }
    total(world, act, id);
}
