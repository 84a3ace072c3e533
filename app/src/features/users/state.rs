//! What the pages of people show and ask for, as plain data.

use types::{Code, Faults, Role, User, check_password};

use crate::{address, came_back, error::PageError};

/// Which people a list holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Sought {
    /// With this text in login, name or group.
    pub(super) q: String,
    /// Of this role.
    pub(super) role: Option<Role>,
    /// Only those who may sign in, or only those who may not.
    pub(super) disabled: Option<bool>,
}

impl Sought {
    /// What an address asks for; what it does not understand asks for nothing.
    pub(super) fn read(query: &str) -> Self {
        let read = |name| address::parameter(query, name);
        Self {
            q: read("q").unwrap_or_default().trim().to_owned(),
            role: read("role").and_then(|word| Role::parse(&word)),
            disabled: match read("state").as_deref() {
                Some("disabled") => Some(true),
                Some("active") => Some(false),
                _ => None,
            },
        }
    }

    /// The address that asks for this.
    pub(super) fn address(&self) -> String {
        let query = address::query_text([
            ("q", self.q.as_str()),
            ("role", self.role.map(Role::as_str).unwrap_or_default()),
            ("state", self.state()),
        ]);
        address::with_query("/users", &query)
    }

    /// The word for who may sign in.
    pub(super) fn state(&self) -> &'static str {
        match self.disabled {
            Some(true) => "disabled",
            Some(false) => "active",
            None => "",
        }
    }

    /// Whether anything is asked for.
    pub(super) fn asks(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a person is asked for.
    pub(super) fn holds(&self, user: &User) -> bool {
        let text = self.q.to_lowercase();
        let within = |word: &str| word.to_lowercase().contains(&text);
        (text.is_empty()
            || within(&user.login)
            || within(&user.name)
            || user.groups.iter().any(|group| within(group)))
            && self.role.is_none_or(|role| role == user.role)
            && self
                .disabled
                .is_none_or(|disabled| disabled == user.disabled_at.is_some())
    }
}

/// What the form of a person holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    /// The login; of a new person only.
    pub(super) login: String,
    /// The name.
    pub(super) name: String,
    /// What they may do.
    pub(super) role: Role,
    /// The groups that are ticked.
    pub(super) groups: Vec<String>,
    /// Groups that are not known yet, one a line.
    pub(super) more_groups: String,
}

impl Draft {
    /// The form of a new person, with the least that a person may do.
    pub(super) fn new() -> Self {
        Self {
            login: String::new(),
            name: String::new(),
            role: Role::User,
            groups: Vec::new(),
            more_groups: String::new(),
        }
    }

    /// Takes over what was typed into a form that came back.
    pub(super) fn come_back(mut self, query: &str) -> Self {
        if came_back::error_of(query).is_none() {
            return self;
        }
        let read = |name| address::parameter(query, name).unwrap_or_default();
        self.login = read("login");
        self.name = read("name");
        self.role = Role::parse(&read("role")).unwrap_or(self.role);
        self.more_groups = read("more_groups");
        self.groups = form_urlencoded::parse(query.as_bytes())
            .filter(|(name, _)| name == "group")
            .map(|(_, group)| group.into_owned())
            .collect();
        self
    }

    /// The address's part of a form that comes back.
    pub(super) fn to_query(&self, error: &PageError) -> String {
        let mut typed = vec![
            ("login", self.login.as_str()),
            ("name", &self.name),
            ("role", self.role.as_str()),
            ("more_groups", &self.more_groups),
        ];
        typed.extend(self.groups.iter().map(|group| ("group", group.as_str())));
        came_back::query_of(error.code, &error.faults, typed)
    }

    /// Every group that is ticked or written.
    pub(super) fn all_groups(&self) -> Vec<String> {
        let written = self
            .more_groups
            .split(['\n', ','])
            .map(|group| group.trim().to_owned())
            .filter(|group| !group.is_empty());
        self.groups.iter().cloned().chain(written).collect()
    }
}

impl From<User> for Draft {
    fn from(user: User) -> Self {
        Self {
            login: user.login,
            name: user.name,
            role: user.role,
            groups: user.groups,
            more_groups: String::new(),
        }
    }
}

/// A new password, as a form sends it: one that was offered, or one that was typed twice.
#[derive(Default)]
pub(super) struct NewPassword {
    /// Whether one was typed.
    pub(super) typed: bool,
    /// The one offered.
    pub(super) offered: String,
    /// The one typed.
    pub(super) password: String,
    /// The one typed again.
    pub(super) again: String,
}

impl NewPassword {
    /// The password, unless the two typed differ or it is too short or too long.
    pub(super) fn read(self) -> Result<String, Faults> {
        let mut faults = Faults::default();
        let password = if self.typed {
            if self.password != self.again {
                faults.push("/password_again", Code::Malformed, "the two differ");
            }
            self.password
        } else {
            self.offered
        };
        check_password("/password", &password, &mut faults);
        faults.finish(Some(password))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_came_back_holds_what_was_typed() {
        let draft = Draft {
            login: "sam".into(),
            name: "Sam & Co".into(),
            role: Role::Auditor,
            groups: vec!["Sales".into(), "A b".into()],
            more_groups: "New\n, Other ".into(),
        };
        let query = draft.to_query(&PageError::new(Code::UserExists, ""));
        assert_eq!(Draft::new().come_back(&query), draft);
        assert_eq!(draft.all_groups(), ["Sales", "A b", "New", "Other"]);
        assert_eq!(Draft::new().come_back("login=x"), Draft::new());
    }

    #[test]
    fn people_are_sought_by_text_role_and_state() {
        let user = User {
            id: String::new(),
            login: "sam".into(),
            name: "Sam Hill".into(),
            role: Role::User,
            groups: vec!["Sales".into()],
            created_at: types::Timestamp::default(),
            disabled_at: None,
        };
        for (query, held) in [
            ("", true),
            ("q=HILL", true),
            ("q=sales", true),
            ("q=nobody", false),
            ("role=auditor", false),
            ("role=user&state=active", true),
            ("state=disabled", false),
            ("state=whatever", true),
        ] {
            assert_eq!(Sought::read(query).holds(&user), held, "{query}");
        }
        assert_eq!(
            Sought::read("q=a b&role=user&x=1").address(),
            "/users?q=a+b&role=user"
        );
    }

    #[test]
    fn a_password_is_offered_or_typed_twice() {
        let typed = |password: &str, again: &str| {
            NewPassword {
                typed: true,
                offered: "abcd-efgh".into(),
                password: password.into(),
                again: again.into(),
            }
            .read()
        };
        assert_eq!(typed("long enough", "long enough").unwrap(), "long enough");
        assert_eq!(typed("long enough", "longer").unwrap_err().len(), 1);
        assert_eq!(typed("short", "other").unwrap_err().len(), 2);
        let offered = NewPassword {
            offered: "abcd-efgh".into(),
            ..NewPassword::default()
        };
        assert_eq!(offered.read().unwrap(), "abcd-efgh");
        assert!(NewPassword::default().read().is_err());
    }
}
