//! The people who sign in here, and the groups they are in.

mod account;
mod api;
mod form;
mod groups_page;
mod list_page;
mod password;
mod state;
mod table;
mod user_page;

pub(crate) use groups_page::GroupsPage;
pub(crate) use list_page::UsersPage;
pub(crate) use password::typed_field;
pub(crate) use user_page::UserPage;

use types::Role;

use crate::say::t;

/// The word for a role.
pub(crate) fn role_word(role: Role) -> String {
    match role {
        Role::Administrator => t!("role-administrator"),
        Role::Auditor => t!("role-auditor"),
        Role::User => t!("role-user"),
    }
}
