//! Logs: the list, one log, and the way from selected logs to those of their records.

mod api;
mod changes;
mod context;
mod facts;
mod filters;
mod list_page;
mod log_page;
mod observed;
mod others;
mod selected_page;
pub(crate) mod state;
mod summary;
mod table;

pub(crate) use changes::{Arrow, Unrecorded, field_of};
pub(crate) use list_page::LogsPage;
pub(crate) use log_page::LogPage;
pub(crate) use selected_page::SelectedPage;
pub(crate) use summary::SummaryView;
