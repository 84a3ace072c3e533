//! The two databases, and how one of them is asked.

use clap::ValueEnum;

use crate::command;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Runs SQL and gives what it answers, without any decoration.
pub(crate) fn psql(url: &str, sql: &str) -> anyhow::Result<String> {
    let mut psql = command::clean("psql");
    psql.args([url, "-v", "ON_ERROR_STOP=1", "-qAtc", sql]);
    Ok(String::from_utf8(command::output(&mut psql)?)?)
}
