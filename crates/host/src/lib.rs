//! What a host embeds so that its users' operations are audited.
//!
//! Every way ends in an outbox in the host's own database: operations are written to it in the
//! transaction that changes the data, so that both are committed or neither is. A
//! [`delivery`] takes them from there to a [`Server`], in order, each once.
//!
//! For a host on SeaORM that is `Trail`, `Audited` and `Delivery` (feature `seaorm`, on by default),
//! and `AuditLayer` for axum (feature `axum`); `docs/rust-hosts.md` tells how to use them and what
//! they promise.
//!
//! This crate never asks the audit core for anything but through [`Server`].

#[cfg(feature = "capture")]
pub mod capture;
pub mod delivery;
#[cfg(any(feature = "seaorm", feature = "capture"))]
mod fit;
mod http;
#[cfg(feature = "axum")]
mod layer;
#[cfg(feature = "seaorm")]
mod orm;
#[cfg(feature = "seaorm")]
mod rules;
mod server;

pub use http::{ConnectError, HttpServer, secure_by_ring};
#[cfg(feature = "axum")]
pub use layer::{AuditLayer, AuditService, NoAudit, NoNetwork, Proxies};
#[cfg(feature = "seaorm")]
pub use orm::*;
pub use server::{Refusal, Refused, Server, TaggedRules};

pub use types::{
    Actor, Context, FieldInput, FieldType, ModelInput, Operation, OperationKind, Outcome, Rule,
    Timestamp,
};
