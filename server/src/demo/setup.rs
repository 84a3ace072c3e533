//! What an administrator does before a host can report: host, key, rules, sign-ins, viewers.
//!
//! Each is made where it is missing and left alone where it is there.

use audit::{Audit, Principal};
use types::{Code, HostInput, KeyInput, Role, Scope, Timestamp, UserInput, ViewersInput};

use super::{
    Error,
    catalogue::{HOST, HOST_LABEL, OF_SALES, VIEWERS, rules},
    people::SALES,
};

/// One who can sign in to look at the demo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignIn {
    /// The login.
    pub(crate) login: &'static str,
    /// The password, for everybody to read.
    pub(crate) password: &'static str,
    name: &'static str,
    role: Role,
    groups: &'static [&'static str],
    /// What they see, for the summary.
    pub(crate) sees: &'static str,
}

/// The three.
pub(crate) const SIGN_INS: [SignIn; 3] = [
    SignIn {
        login: "admin",
        password: "demo-admin",
        name: "Demo Administrator",
        role: Role::Administrator,
        groups: &[],
        sees: "administrator: manages rules, reads everything",
    },
    SignIn {
        login: "auditor",
        password: "demo-auditor",
        name: "Demo Auditor",
        role: Role::Auditor,
        groups: &[],
        sees: "auditor: reads everything, changes nothing",
    },
    SignIn {
        login: "nadia",
        password: "demo-nadia",
        name: "Nadia Okafor",
        role: Role::User,
        groups: &[SALES],
        sees: "salesperson: reads leads, contacts, orders; no margins, products or users",
    },
];

/// What [`prepare`] made or found.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// A key of the host with the scopes `record` and `read`.
    pub(crate) key: String,
    /// The logins that were there before with a password of their own.
    pub(crate) own_passwords: Vec<&'static str>,
}

/// What the name of the demo's key begins with; when the story ends follows.
const UNTIL: &str = "demo, until ";

/// When the story ends: this second, or where it was told before the same time again, which the
/// name of its first key says.
pub(crate) async fn end(audit: &Audit) -> Result<Timestamp, Error> {
    let second = 1_000_000;
    let system = &Principal::System;
    let hosts = audit::hosts::list(audit, system, false).await?;
    let Some(host) = hosts.into_iter().find(|host| host.name == HOST) else {
        return Ok(Timestamp::from_micros(
            audit.now().micros() / second * second,
        ));
    };
    let keys = audit::keys::list(audit, system, HOST).await?;
    let told = keys
        .iter()
        .find_map(|key| Timestamp::parse(key.name.strip_prefix(UNTIL)?));
    // A host of before the clock followed the story was made when that ended.
    Ok(told.unwrap_or_else(|| Timestamp::from_micros(host.created_at.micros() / second * second)))
}

/// Makes the host, a key of it, the rules, and the sign-ins, for a story that ends at `end`.
pub(crate) async fn prepare(audit: &Audit, end: Timestamp) -> Result<Prepared, Error> {
    let input = HostInput {
        name: HOST.to_owned(),
        label: Some(HOST_LABEL.to_owned()),
    };
    audit::hosts::ensure(audit, &Principal::System, input).await?;
    let input = KeyInput {
        name: format!("{UNTIL}{end}"),
        scopes: vec![Scope::Record, Scope::Read],
        expires_at: None,
    };
    let minted = audit::keys::create(audit, &Principal::System, HOST, input).await?;
    for rule in rules() {
        match audit::rules::create(audit, &Principal::System, rule).await {
            Err(error) if error.code() != Code::RuleExists => return Err(error.into()),
            _ => {}
        }
    }
    let mut own_passwords = Vec::new();
    for person in SIGN_INS {
        if !can_sign_in(audit, person).await? {
            own_passwords.push(person.login);
        }
    }
    Ok(Prepared {
        key: minted.key,
        own_passwords,
    })
}

/// Makes a sign-in; false where the login is there with another password.
async fn can_sign_in(audit: &Audit, person: SignIn) -> Result<bool, Error> {
    let input = UserInput {
        login: person.login.to_owned(),
        name: person.name.to_owned(),
        role: person.role,
        groups: person
            .groups
            .iter()
            .map(|group| (*group).to_owned())
            .collect(),
        password: person.password.to_owned(),
    };
    match audit::users::create(audit, &Principal::System, input).await {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Code::UserExists => {
            match audit::users::sign_in(audit, person.login, person.password).await {
                Ok(_) => Ok(true),
                Err(error) if error.code() == Code::WrongCredentials => Ok(false),
                Err(error) => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// Lets those who sell read the logs of what they sell. The models must be declared.
pub(crate) async fn let_sales_read(audit: &Audit) -> Result<(), Error> {
    for model in OF_SALES {
        let viewers = ViewersInput {
            groups: VIEWERS.iter().map(|group| (*group).to_owned()).collect(),
        };
        let system = &Principal::System;
        audit::models::set_viewers(audit, system, Some(HOST), model, viewers).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_in_is_one_that_is_taken() {
        for person in SIGN_INS {
            assert!(person.password.chars().count() >= 8);
            assert!(!person.login.is_empty());
        }
    }
}
