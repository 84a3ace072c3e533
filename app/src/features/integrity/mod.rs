//! Whether the trail is as it was written.

mod api;
mod integrity_page;
mod runs;

pub(crate) use integrity_page::IntegrityPage;
pub(crate) use runs::verdict;
