//! The server of Revisor: the HTTP API for hosts, the pages, configuration and the command line.
//!
//! [`app`] builds the whole router over an open [`audit::Audit`]; `command::serve` puts it on a
//! socket. Handlers here are adapters: they find out who is asking, read the request, make one
//! call to a use case of `audit`, and answer. They decide nothing themselves.

// The type of a Leptos view nests as deep as the page does.
#![recursion_limit = "512"]

pub mod api;
pub mod capture;
pub mod command;
pub mod config;
pub mod demo;
mod file;
pub mod forward;
mod health;
mod limits;
pub mod listen;
mod observe;
mod outgoing;
mod router;
mod seal;
pub mod web;

pub use router::{Options, app};
