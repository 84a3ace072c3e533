//! What happened lately, at a glance.

mod api;
mod busiest;
mod days;
mod latest;
mod overview_page;
mod sealed;
mod totals;

pub(crate) use days::logs_with;
pub(crate) use overview_page::OverviewPage;
