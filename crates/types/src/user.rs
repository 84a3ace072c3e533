//! The people who sign in here.

use serde::{Deserialize, Serialize};

use crate::{Code, Faults, Timestamp, operation::NAME};

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

/// Most groups of a person.
const GROUPS: usize = 1_000;

/// Checks the length of a password: at least 8 characters, at most 1,024.
pub fn check_password(pointer: &str, password: &str, faults: &mut Faults) {
    if !(8..=1_024).contains(&password.chars().count()) {
        faults.push(pointer, Code::OutOfRange, "from 8 to 1024 characters");
    }
}

fn check_name(name: &str, faults: &mut Faults) {
    if name.chars().count() > 256 {
        faults.push("/name", Code::TooLong, "at most 256 characters");
    } else if name.contains('\0') {
        faults.push("/name", Code::Malformed, "no control characters");
    }
}

/// Groups without the blanks around them, sorted, each once.
fn tidy(groups: &mut Vec<String>, faults: &mut Faults) {
    for (index, group) in groups.iter_mut().enumerate() {
        *group = String::from(group.trim());
        let pointer = format!("/groups/{index}");
        if group.is_empty() || group.chars().any(char::is_control) {
            faults.push(pointer, Code::Malformed, "not the name of a group");
        } else if group.chars().count() > NAME {
            faults.push(pointer, Code::TooLong, format!("at most {NAME} characters"));
        }
    }
    groups.sort_unstable();
    groups.dedup();
    if groups.len() > GROUPS {
        let detail = format!("at most {GROUPS} groups");
        faults.push("/groups", Code::TooMany, detail);
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
        } else {
            check_name(&self.name, &mut faults);
        }
        tidy(&mut self.groups, &mut faults);
        check_password("/password", &self.password, &mut faults);
        faults.finish(Some(self))
    }
}

/// What to change of a person; what is not there stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserPatch {
    /// The name for people; the login where empty.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// The groups they are in.
    pub groups: Option<Vec<String>>,
}

impl UserPatch {
    /// The person with these members changed.
    pub fn apply(self, user: &User) -> Result<User, Faults> {
        let mut faults = Faults::default();
        let mut name = self.name.unwrap_or_else(|| user.name.clone());
        if name.trim().is_empty() {
            name.clone_from(&user.login);
        }
        check_name(&name, &mut faults);
        let mut groups = self.groups.unwrap_or_else(|| user.groups.clone());
        tidy(&mut groups, &mut faults);
        faults.finish(Some(User {
            name,
            groups,
            role: self.role.unwrap_or(user.role),
            ..user.clone()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_kept_sorted_and_each_once() {
        let user = User {
            id: String::new(),
            login: "marc".to_owned(),
            name: "Marc".to_owned(),
            role: Role::User,
            groups: vec!["Sales".to_owned()],
            created_at: Timestamp::default(),
            disabled_at: None,
        };
        let groups = |groups: &[&str]| UserPatch {
            groups: Some(groups.iter().map(|group| (*group).to_owned()).collect()),
            ..UserPatch::default()
        };
        let changed = groups(&["Sales", " Audit ", "Sales"]).apply(&user).unwrap();
        assert_eq!(changed.groups, ["Audit", "Sales"]);
        assert_eq!(changed.name, "Marc");
        let faults = groups(&["", "a\u{0}b", &"x".repeat(129)]).apply(&user);
        assert_eq!(faults.unwrap_err().into_vec().len(), 3);
        let unnamed = UserPatch {
            name: Some("  ".to_owned()),
            ..UserPatch::default()
        };
        assert_eq!(unnamed.apply(&user).unwrap().name, "marc");
    }
}
