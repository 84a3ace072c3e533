//! The audit core: from an operation to a log, and back.
//!
//! Rules decide what is recorded, the diff says what changed, the recorder appends it, and the use
//! cases read it; every use case takes the acting [`Principal`] and refuses what it may not do.
//! This crate knows no HTTP and no pages.

mod access;
mod arrivals;
mod audit;
pub mod backup;
pub mod coverage;
pub mod engine;
pub mod erasure;
mod error;
pub mod export;
mod filter;
pub mod filters;
mod fresh;
mod glance;
pub mod hosts;
mod indexer;
pub mod integrity;
pub mod keys;
mod ledger;
pub mod logs;
pub mod models;
mod opening;
pub mod overview;
pub mod preferences;
mod present;
mod principal;
pub mod recorder;
pub mod records;
pub mod rules;
#[cfg(test)]
mod scans;
mod sealer;
pub mod sessions;
mod store;
pub mod users;

pub use arrivals::Watch;
pub use audit::{Audit, Options, Ports};
pub use error::Error;
pub use principal::Principal;
pub use sealer::Seed;
pub use store::StoreError;
