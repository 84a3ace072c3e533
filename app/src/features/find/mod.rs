//! Going to anything by its name: pages, actions, models, saved filters, records. The page works by
//! itself; with wasm a dialog shows the same while one types (`crate::browser`).

mod api;
mod find_page;
mod pages;
mod palette;
mod results;

pub(crate) use find_page::FindPage;
pub(crate) use palette::{FindLink, Palette};
