//! The people who sign in here.

mod list_page;
mod user_page;

pub(crate) use list_page::UsersPage;
pub(crate) use user_page::UserPage;
