//! What happened lately, at a glance.

mod overview_page;

pub(crate) use overview_page::OverviewPage;
