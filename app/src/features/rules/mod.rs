//! Rules: what is followed. The list with ticks in place, the form, and deleting.

mod api;
mod coverage_page;
mod delete_page;
mod fields;
mod form;
mod list_page;
mod rule_page;
mod state;
mod table;

pub(crate) use coverage_page::CoveragePage;
pub(crate) use delete_page::DeleteRulePage;
pub(crate) use list_page::RulesPage;
pub(crate) use rule_page::RulePage;
