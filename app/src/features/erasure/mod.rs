//! Erasing what is kept of a person: for administrators.

mod api;
mod erasure_page;
mod list;

pub(crate) use erasure_page::ErasurePage;
