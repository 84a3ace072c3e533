//! The pages of Revisor: rendered on the server, taken over by the browser.
//!
//! Every page is complete without wasm: lists, filters and pages are links, what changes something
//! is a form. Hydration adds speed. The address is the state. A server function takes the
//! principal from the request's context, makes one call into the audit core and maps the error;
//! authorization is the core's.
//!
//! Contexts that the server provides, for pages and for server functions: `audit::Audit`,
//! `audit::Principal` (absent while nobody is signed in) and [`RequestInfo`].

mod address;
mod app;
mod components;
mod error;
mod features;
mod layout;
mod request;
mod time;
mod value;

pub use app::{App, shell};
pub use error::PageError;
pub use request::RequestInfo;
