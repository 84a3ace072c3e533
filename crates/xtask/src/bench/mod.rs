//! `cargo xtask bench`: what things cost, measured beside what they are compared with.

pub(crate) mod capture;

use clap::Subcommand;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// What PostgreSQL capture costs a host: rows written plainly, captured, and with the usual
    /// audit trigger
    Capture(capture::Arguments),
}
