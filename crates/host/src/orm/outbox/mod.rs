//! The outbox: two tables in the host's own database.
//!
//! `revisor_outbox` holds operations until the server has answered for them; a row is written in
//! the transaction that changes the data, so that both are committed or neither is.
//! `revisor_installation` holds one row that says that the outbox is meant to be there, and which
//! process delivers.
//!
//! A row is taken away when it was delivered. Delivery never passes a place by, so a transaction
//! that commits late is seen whenever it commits. Rows go out in the order of their numbers. Of
//! one record that is the order of its changes: a transaction numbers an operation while it holds
//! the lock on the record's row, until its commit. Operations on different records may arrive in
//! another order than that of their commits.

mod backlog;
mod install;
mod queue;
mod write;

pub use backlog::{Backlog, SetAside, backlog, discard_refused, refused, retry_refused};
pub use install::{Uninstalled, install, uninstall};
pub(super) use install::{is_ended, is_installed};
pub(super) use queue::Queue;
pub(super) use write::{Entry, look, write};

/// The table of operations.
const OUTBOX: &str = "revisor_outbox";
/// The table of the one installation.
const INSTALLATION: &str = "revisor_installation";

/// Microseconds since 1970, by the clock of this machine.
fn now() -> i64 {
    chrono::Utc::now().timestamp_micros()
}
