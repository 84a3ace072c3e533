//! A person’s own settings.

mod api;
mod me_page;
mod password;
mod preferences;
mod sessions;

pub(crate) use me_page::MePage;
