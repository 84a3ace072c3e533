//! Who is signed in.

use types::Role;

use crate::error::PageError;

/// The person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// The login.
    pub login: String,
    /// The name.
    pub name: String,
    /// What they may do here.
    pub role: Role,
}

/// Who is signed in.
pub fn who_am_i() -> Result<Me, PageError> {
    server::who()
}

mod server {
    use super::Me;
    use crate::error::PageError;

    /// The principal as a person.
    pub(super) fn who() -> Result<Me, PageError> {
        match crate::request::caller()?.1 {
            audit::Principal::User {
                login, name, role, ..
            } => Ok(Me { login, name, role }),
            _ => Err(PageError::new(
                types::Code::Forbidden,
                "Pages are for people.",
            )),
        }
    }
}
