//! Whether the log can be proved.

mod integrity_page;

pub(crate) use integrity_page::IntegrityPage;
