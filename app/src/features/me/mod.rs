//! A person’s own settings.

mod me_page;

pub(crate) use me_page::MePage;
