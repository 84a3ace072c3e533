//! Who is asking.

use types::{Role, Scope};

use crate::Error;

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

impl Principal {
    /// Whether everything may be managed.
    pub fn is_administrator(&self) -> bool {
        match self {
            Self::System => true,
            Self::Key { scopes, .. } => scopes.contains(&Scope::Admin),
            Self::User { role, .. } => *role == Role::Administrator,
        }
    }

    /// Whether everything may be read.
    pub fn reads_all(&self) -> bool {
        self.is_administrator()
            || matches!(
                self,
                Self::User {
                    role: Role::Auditor,
                    ..
                }
            )
    }

    /// Refuses whoever may not manage everything.
    pub(crate) fn administers(&self) -> Result<(), Error> {
        if self.is_administrator() {
            return Ok(());
        }
        Err(Error::forbidden(match self {
            Self::Key { .. } => "this needs a key with the scope admin",
            _ => "only administrators may do this",
        }))
    }

    /// Refuses a key that has neither this scope nor `admin`.
    pub(crate) fn has_scope(&self, scope: Scope) -> Result<(), Error> {
        match self {
            Self::Key { scopes, .. } if !scopes.contains(&scope) && !self.is_administrator() => {
                Err(Error::forbidden(format!(
                    "this needs a key with the scope {}",
                    scope.as_str()
                )))
            }
            _ => Ok(()),
        }
    }

    /// The host of a key.
    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::Key { host, .. } => Some(host),
            _ => None,
        }
    }

    /// Login and name under which deeds are recorded.
    pub(crate) fn signature(&self) -> (String, Option<String>) {
        match self {
            Self::System => ("system".to_owned(), Some("Revisor".to_owned())),
            Self::Key { id, host, .. } => (format!("key:{host}/{id}"), None),
            Self::User { login, name, .. } => (login.clone(), Some(name.clone())),
        }
    }
}
