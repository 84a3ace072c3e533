//! Why an audited write did not happen.

use sea_orm::DbErr;

/// Why an audited write did not happen. Nothing of it is in the database then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database refused it, or could not be reached.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// `strict`: the operation could not be written to the outbox, so nothing was done.
    #[error("not audited, so not done: the outbox cannot be written")]
    Outbox(#[source] DbErr),
    /// `strict`: as many operations wait as the bound allows, so nothing was done.
    #[error(
        "not audited, so not done: {operations} operations ({bytes} bytes) wait in the outbox, \
         which is as many as it may hold"
    )]
    Full {
        /// Operations that wait or were set aside.
        operations: u64,
        /// How large they are.
        bytes: u64,
    },
    /// What was asked for cannot be audited truthfully.
    #[error("this cannot be audited: {0}")]
    Unsupported(&'static str),
}

/// For hosts whose own errors come from [`DbErr`].
impl From<Error> for DbErr {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error,
            Error::Outbox(ref source) => Self::Custom(format!("{error}: {source}")),
            Error::Full { .. } | Error::Unsupported(_) => Self::Custom(error.to_string()),
        }
    }
}
