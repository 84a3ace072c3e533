//! The pages of Revisor: rendered on the server, taken over by the browser.
//!
//! Every page is complete without wasm: lists, filters and pages are links, what changes something
//! is a form. Hydration adds speed. The address is the state. A server function takes the
//! principal from the request's context, makes one call into the audit core and maps the error;
//! authorization is the core's.
//!
//! Contexts that the server provides, for pages and for server functions: `audit::Audit`,
//! `audit::Principal` (absent while nobody is signed in) and [`RequestInfo`].

// The type of a Leptos view nests as deep as the page does.
#![recursion_limit = "512"]
// What server functions alone call is plain code that builds for the browser too, and is dropped
// from its wasm.
#![cfg_attr(not(feature = "ssr"), allow(dead_code))]
// `#[component]` and `#[server]` write `pub` items beside what they stand on.
#![allow(unreachable_pub)]

mod address;
mod app;
mod components;
mod error;
mod features;
mod here;
mod layout;
mod raw;
mod request;
mod time;
mod value;

pub use app::{App, shell};
pub use error::PageError;
pub use request::RequestInfo;
