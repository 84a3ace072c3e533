//! Capture on a real PostgreSQL: each test has a database of its own below
//! `REVISOR_TEST_POSTGRES_URL`, and does nothing where that is not set.
#![cfg(feature = "capture")]
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod changes;
mod cluster;
mod crash;
mod failure;
mod host;
mod hostile;
mod killed;
mod kinds;
mod order;
mod rows;
mod secrets;
mod uninstall;
