//! Records: the list of a model's records, and the history of one.

mod api;
mod as_of;
mod columns_menu;
mod compare;
mod history;
mod history_page;
mod list_page;
mod look;
mod record_form;
mod restore;
mod revision;
pub(crate) mod state;
mod steps;
mod table;
mod timeline;

pub(crate) use history_page::HistoryPage;
pub(crate) use list_page::RecordsPage;
