//! What can go wrong between capture and the host's database.

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is none of a PostgreSQL.
    #[error("the address of the database cannot be read: it reads like postgres://USER@HOST/NAME")]
    Address,
    /// The database refuses or cannot be reached.
    #[error("{}", told(.0))]
    Database(#[from] sqlx::Error),
    /// It would not be right to do it; nothing was changed.
    #[error("{0}")]
    Refused(String),
    /// What capture keeps in its own schema is not what it wrote there.
    #[error("the schema \"revisor\" does not hold what capture keeps there: {0}")]
    Foreign(String),
    /// Somebody else delivers now.
    #[error("another process delivers; this one stands by")]
    Standby,
}

impl Error {
    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    /// The five letters of PostgreSQL, where it answered with an error.
    pub(super) fn state(&self) -> Option<String> {
        match self {
            Self::Database(sqlx::Error::Database(error)) => error.code().map(Into::into),
            _ => None,
        }
    }

    /// Whether somebody else was at the same thing, so that another try may succeed.
    pub(super) fn is_busy(&self) -> bool {
        match self.state().as_deref() {
            // lock_not_available, deadlock_detected
            Some("55P03" | "40P01") => true,
            // Delivery brings functions up to date while they are installed: one of both fails.
            Some("XX000") => self.to_string().contains("concurrently updated"),
            Some("23505") => self.to_string().contains("pg_proc_proname_args_nsp_index"),
            _ => false,
        }
    }
}

/// The message of the database without the address or the statement.
fn told(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => format!("the database answers: {}", error.message()),
        sqlx::Error::Io(error) => format!("the database cannot be reached: {error}"),
        sqlx::Error::Tls(error) => format!("no secured connection to the database: {error}"),
        other => format!("the database cannot be used: {other}"),
    }
}
