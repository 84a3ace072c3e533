//! Capture: the operations of any application on PostgreSQL, without touching its code.
//!
//! [`install`] puts triggers on the host's tables and an outbox into a schema of its own.
//! A [`Capturing`] delivers what the triggers write there, as any [outbox](crate::delivery) is
//! delivered. [`status`] tells how it is doing, [`uninstall`] leaves the database as it was.
//!
//! What holds:
//!
//! - A row in the outbox is written in the transaction that changes the data: both or neither.
//! - Rows leave the outbox when they were delivered, and there is no cursor that could go past a
//!   transaction that commits late.
//! - The order of delivery respects every dependency; the module `order` tells why.
//! - Unless it was installed strict, nothing that fails here fails the host's statement.

mod catalog;
mod database;
mod decode;
mod error;
mod install;
mod kind;
mod model;
mod order;
mod outbox;
mod run;
mod schema;
mod session;
mod shape;
mod status;
mod subjects;
mod trigger;
mod uninstall;
mod values;

pub use database::Database;
pub use error::Error;
pub use install::{Installed, Wish, install};
pub use run::Capturing;
pub use status::{Figures, SetAside, Status, TableStatus, figures, status};
pub use uninstall::{Rest, Uninstalled, uninstall};
