//! The texts of the pages, in English and French: Fluent files (projectfluent.org) below
//! `locales/`, one for each part of the pages, and how a number is written in each language.
//!
//! A text is asked for by its id, with its arguments. Which language is asked for is the caller's
//! matter. Every id there is in one language must be in the other with the same arguments; tests
//! here and beside the pages fail on one that is missing. No I/O: the files are in the program.

mod language;
mod number;
mod text;

pub use fluent_bundle::FluentValue as Value;
pub use language::{accepted, name};
pub use number::{decimal, number};
pub use text::{Part, ids, parts, text};
pub use types::Language;
