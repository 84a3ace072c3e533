//! The people who sign in here.

use serde::{Deserialize, Serialize};

use crate::{Code, Faults, Timestamp};

/// What a person may do here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Manages rules, hosts and users, and reads everything.
    Administrator,
    /// Reads everything, changes nothing.
    Auditor,
    /// Reads the logs of the models that one of their groups may view.
    User,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Administrator, Self::Auditor, Self::User];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::User => "user",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// A person who signs in here, without the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Opaque.
    pub id: String,
    /// The login.
    pub login: String,
    /// The name for people.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The groups they are in.
    pub groups: Vec<String>,
    /// When they were created.
    pub created_at: Timestamp,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
}

/// A person to be created.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserInput {
    /// The login, 1 to 256 characters.
    pub login: String,
    /// The name for people; the login where empty.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The groups they are in.
    pub groups: Vec<String>,
    /// At least 8 characters, at most 1,024.
    pub password: String,
}

impl std::fmt::Debug for UserInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserInput")
            .field("login", &self.login)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl UserInput {
    /// Checks lengths; a login has no blank at its ends and no control characters.
    pub fn check(mut self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if self.login.is_empty() {
            faults.push("/login", Code::Empty, "must not be empty");
        } else if self.login.chars().count() > 256 {
            faults.push("/login", Code::TooLong, "at most 256 characters");
        } else if self.login.trim() != self.login || self.login.chars().any(char::is_control) {
            faults.push(
                "/login",
                Code::Malformed,
                "no blanks at the ends, no control characters",
            );
        }
        if self.name.trim().is_empty() {
            self.name.clone_from(&self.login);
        } else if self.name.chars().count() > 256 || self.name.contains('\0') {
            faults.push("/name", Code::TooLong, "at most 256 characters");
        }
        let length = self.password.chars().count();
        if length < 8 {
            faults.push("/password", Code::TooLong, "at least 8 characters");
        } else if length > 1_024 {
            faults.push("/password", Code::TooLong, "at most 1,024 characters");
        }
        faults.finish(Some(self))
    }
}
