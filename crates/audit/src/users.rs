//! The people who sign in here.
use crate::{Audit, Error, Principal};
use types::{User, UserInput};

/// Whether nobody can sign in yet.
pub async fn none_yet(audit: &Audit) -> Result<bool, Error> { unimplemented!() }
/// Creates the first administrator, whatever role `input` says; 409 `already_set_up` when somebody exists.
pub async fn set_up(audit: &Audit, input: UserInput) -> Result<User, Error> { unimplemented!() }
/// Creates a person. Administrators only. 409 `user_exists`.
pub async fn create(audit: &Audit, principal: &Principal, input: UserInput) -> Result<User, Error> { unimplemented!() }
/// The people, by login. Administrators and auditors only.
pub async fn list(audit: &Audit, principal: &Principal) -> Result<Vec<User>, Error> { unimplemented!() }
/// Checks a password; `wrong_credentials` tells nothing about which part was wrong, and takes as long.
pub async fn sign_in(audit: &Audit, login: &str, password: &str) -> Result<User, Error> { unimplemented!() }
/// The principal of a user who is signed in; none when disabled or gone.
pub async fn principal(audit: &Audit, id: &str) -> Result<Option<Principal>, Error> { unimplemented!() }
