//! The saved filters.

mod api;
mod filter_line;
mod filters_page;
mod told;

pub(crate) use api::SaveFilter;
pub(crate) use filters_page::FiltersPage;
pub(crate) use told::SaveTold;
