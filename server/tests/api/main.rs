//! The HTTP tests: the real router on a loopback port, on SQLite and on PostgreSQL.
//!
//! One binary, a file a subject. A test takes a [`TestApp`] with a fresh, migrated database of its
//! own, by `both!`, and talks HTTP to it as a host would.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

#[macro_use]
mod app;
mod conventions;
mod document;
mod health;
mod pages;
mod stream;
