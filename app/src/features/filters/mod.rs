//! The saved filters.

mod filters_page;

pub(crate) use filters_page::FiltersPage;
