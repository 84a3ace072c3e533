//! Who is asking.

use types::{Role, Scope};

/// Who is asking. Every use case takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The program itself, at the command line or at work in the background.
    System,
    /// A host, by one of its keys.
    Key {
        /// The key's id.
        id: String,
        /// The host that the key belongs to.
        host: String,
        /// What the key may do.
        scopes: Vec<Scope>,
    },
    /// A person, signed in.
    User {
        /// The user's id.
        id: String,
        /// The login.
        login: String,
        /// The name.
        name: String,
        /// The role.
        role: Role,
        /// The groups the user is in.
        groups: Vec<String>,
    },
}
