//! The pure part of the audit core: matching, diffing, redacting, states.
//!
//! Functions of their arguments alone: no clock, no random source, no I/O. The recorder and the
//! use cases bring the data and keep the results.

pub mod canonical;
pub mod catalog;
pub mod diff;
pub(crate) mod grams;
pub mod guess;
pub mod known;
pub mod leaf;
pub mod matcher;
pub mod redact;
pub mod seal;
pub mod search;
pub mod state;
