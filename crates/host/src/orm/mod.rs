//! Audited writes on a host's own SeaORM connection.
//!
//! A [`Trail`] stands for the host's audit trail. It gives out [`Audited`] connections, each
//! together with who acts and why; handlers get these and no others. What is written through one
//! is recorded in an outbox in the host's database, in the same transaction; a [`Delivery`] takes
//! it from there to the server.
//!
//! What this promises, and where it ends, is told in `docs/rust-hosts.md`.

mod about;
mod audited;
mod deliver;
mod error;
mod many;
mod outbox;
mod reading;
mod record;
mod room;
mod row;
mod spool;
mod trail;
mod value;
mod write;

pub use about::{About, Auditable};
pub use audited::{Audited, Link};
pub use deliver::{Delivery, Status};
pub use error::Error;
pub use many::{DeleteMany, Filter, UpdateMany};
pub use outbox::{
    Backlog, SetAside, Uninstalled, backlog, discard_refused, install, refused, retry_refused,
    uninstall,
};
pub use trail::{Bound, Mode, Trail, TrailBuilder};
