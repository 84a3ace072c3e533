//! The pages of Revisor: rendered on the server, brought to life in the browser.
//!
//! Every page is complete without wasm: lists, filters and pages are links, what changes something
//! is a form. The address is the state. Pages are made on the server alone (feature `ssr`); the
//! browser's part (feature `hydrate`) is small: it follows links and sends forms without loading a
//! page ([`browser`]), and takes over the islands, the few places that answer while one types.
//!
//! A server function takes the principal from the request's context, makes one call into the audit
//! core and maps the error; authorization is the core's. Contexts that the server provides, for
//! pages and for server functions: `audit::Audit`, `audit::Principal` (absent while nobody is
//! signed in) and `RequestInfo`.

// The type of a Leptos view nests as deep as the page does.
#![recursion_limit = "512"]
// `#[component]` and `#[server]` write `pub` items beside what they stand on.
#![allow(unreachable_pub)]

#[cfg(feature = "hydrate")]
pub mod browser;

#[cfg(feature = "ssr")]
mod address;
#[cfg(feature = "ssr")]
mod app;
#[cfg(feature = "ssr")]
mod came_back;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod difference;
#[cfg(feature = "ssr")]
mod error;
#[cfg(feature = "ssr")]
mod features;
#[cfg(feature = "ssr")]
mod here;
#[cfg(feature = "ssr")]
mod layout;
#[cfg(feature = "ssr")]
mod raw;
#[cfg(feature = "ssr")]
mod reader;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod say;
#[cfg(feature = "ssr")]
mod time;
#[cfg(test)]
mod untranslated;
#[cfg(feature = "ssr")]
mod value;

#[cfg(feature = "ssr")]
pub use app::{App, shell};
#[cfg(feature = "ssr")]
pub use error::PageError;
#[cfg(feature = "ssr")]
pub use request::{Posted, RequestInfo};
