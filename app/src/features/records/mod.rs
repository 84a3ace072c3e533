//! Records: the list of a model's records, and the history of one.

mod api;
mod history_page;
mod list_page;
mod record_form;
pub(crate) mod state;
mod table;
mod timeline;

pub(crate) use history_page::HistoryPage;
pub(crate) use list_page::RecordsPage;
