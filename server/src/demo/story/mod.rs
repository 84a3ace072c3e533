//! What happens in the CRM in its ninety days, model by model.
//!
//! Each module plans the events of its model and tells what each does. Events are taken in the
//! order of time, whatever planned them, so that every `old` is what was there at that moment.

mod arrivals;
mod contacts;
mod deals;
mod leads;
mod lines;
mod orders;
mod partners;
mod products;
mod users;

use std::collections::BTreeSet;

use types::{Operation, Timestamp};

use super::world::{Outside, World};

pub(crate) use deals::NAME as BIG_DEAL;
pub(crate) use lines::Order;

/// Something that is going to happen.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// To the users of the CRM.
    User(users::Step),
    /// To customers and contacts.
    Partner(partners::Step),
    /// To products.
    Product(products::Step),
    /// To leads.
    Lead(leads::Step),
    /// To one big deal, as written down.
    Deal(deals::Step),
    /// To orders and their lines.
    Order(orders::Step),
}

/// All that the CRM reports of its ninety days.
#[derive(Debug)]
pub(crate) struct Story {
    /// The operations, in the order they happened.
    pub(crate) operations: Vec<Operation>,
    /// What was changed outside the trail, which the operations give away.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "what a test compares the operations with")
    )]
    pub(crate) outside: BTreeSet<Outside>,
}

/// Tells the story that ends at `end`: the same seed and end give the same operations.
pub(crate) fn tell(seed: u64, end: Timestamp) -> Story {
    let mut world = World::new(seed, end);
    users::plan(&mut world);
    products::plan(&mut world);
    partners::plan(&mut world);
    leads::plan(&mut world);
    deals::plan(&mut world);
    orders::plan(&mut world);
    while let Some((at, event)) = world.next_event() {
        match event {
            Event::User(step) => users::happen(&mut world, at, step),
            Event::Partner(step) => partners::happen(&mut world, at, step),
            Event::Product(step) => products::happen(&mut world, at, step),
            Event::Lead(step) => leads::happen(&mut world, at, step),
            Event::Deal(step) => deals::happen(&mut world, at, step),
            Event::Order(step) => orders::happen(&mut world, at, step),
        }
    }
    let (operations, outside) = world.finish();
    Story {
        operations,
        outside,
    }
}

#[cfg(test)]
mod tests;
