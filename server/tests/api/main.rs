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
#[macro_use]
mod support;

mod bodies;
mod capture;
mod changes;
mod compare;
mod concurrency;
mod conventions;
mod document;
mod erasure;
mod export;
mod figures;
mod filters;
mod find;
mod guards;
mod health;
mod history;
mod hostile;
mod hosts;
mod idempotency;
mod integrity;
mod isolation;
mod keys;
mod limits;
mod live;
mod logs;

mod matching;
mod models;
mod ndjson;
mod offline;
mod operations;
mod original_defects;
mod overload;
mod pages;
mod paging;
mod people;
mod personal;
mod races;
mod records;
mod replicas;
mod restore;
mod roles;
mod rules;
mod search;
mod search_overview;
mod search_sight;
mod secrets;
mod sensitive;
mod sessions;
mod sso;
mod storage;
mod stream;
mod tampering;
mod time_travel;
mod timeline;
mod tls;
mod visibility;
mod walk;
mod words;
