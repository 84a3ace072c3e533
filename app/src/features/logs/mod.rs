//! Logs: the list, one log, and the way from selected logs to those of their records.

mod api;
mod changes;
mod columns;
mod complete;
mod context;
mod facet_panel;
mod facts;
mod group_list;
mod list_page;
mod list_query;
mod listing;
mod log_page;
mod notices;
mod observed;
mod others;
mod proof;
mod saved_menu;
mod search_box;
mod selected;
mod selected_page;
mod selection_bar;
pub(crate) mod state;
mod summary;
mod table;
mod terms;
mod tools;

pub(crate) use changes::{Arrow, Unrecorded, field_of};
pub(crate) use list_page::LogsPage;
pub(crate) use log_page::LogPage;
pub(crate) use selected_page::SelectedPage;
pub(crate) use summary::SummaryView;
