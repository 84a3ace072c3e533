//! Rules: what is followed. The list with ticks in place, the form, deleting, and what no rule
//! follows.

mod api;
mod coverage;
mod coverage_page;
mod delete_page;
mod fields;
mod filters;
mod form;
mod form_view;
mod list;
mod list_page;
mod preview;
mod rule_page;
mod state;
mod table;

use types::OperationKind;

pub(crate) use coverage_page::CoveragePage;
pub(crate) use delete_page::DeleteRulePage;
pub(crate) use list_page::RulesPage;
pub(crate) use rule_page::RulePage;

use crate::say::t;

/// What a rule follows, in the words of its ticks.
fn ticked_word(kind: OperationKind) -> String {
    match kind {
        OperationKind::Create => t!("rules-creation"),
        OperationKind::Write => t!("rules-update"),
        OperationKind::Unlink => t!("rules-deletion"),
    }
}
