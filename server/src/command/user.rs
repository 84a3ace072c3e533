//! `revisor user`: the people who sign in.

use audit::Principal;
use clap::{Subcommand, ValueEnum};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, stdin};
use types::{Role, UserInput};

use super::{CommandError, open, system};
use crate::config::Settings;

/// What to do with people.
#[derive(Subcommand)]
pub(super) enum User {
    /// Create a person; the password is the first line of standard input
    Create {
        /// The login
        #[arg(long)]
        login: String,
        /// What the person may do
        #[arg(long, value_enum, default_value_t = RoleName::User)]
        role: RoleName,
        /// The name; the login where not given
        #[arg(long)]
        name: Option<String>,
        /// A group the person is in; repeat it for several
        #[arg(long = "group", value_name = "GROUP")]
        groups: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RoleName {
    /// Manages rules, hosts and people, and reads everything
    Administrator,
    /// Reads everything, changes nothing
    Auditor,
    /// Reads the logs of the models that one of their groups may view
    User,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Administrator => Self::Administrator,
            RoleName::Auditor => Self::Auditor,
            RoleName::User => Self::User,
        }
    }
}

/// Longest line that is read for a password, in bytes.
const LINE: u64 = 16 * 1024;

pub(super) async fn run(settings: &Settings, user: User) -> Result<(), CommandError> {
    let User::Create {
        login,
        role,
        name,
        groups,
    } = user;
    let mut password = String::new();
    BufReader::new(stdin().take(LINE))
        .read_line(&mut password)
        .await
        .map_err(system("the password cannot be read from standard input"))?;
    let password = password.strip_suffix('\n').unwrap_or(&password);
    let password = password.strip_suffix('\r').unwrap_or(password).to_owned();
    let input = UserInput {
        login,
        name: name.unwrap_or_default(),
        role: role.into(),
        groups,
        password,
    };
    let audit = open(settings).await?;
    let created = audit::users::create(&audit, &Principal::System, input).await;
    audit.close().await;
    created?;
    Ok(())
}
