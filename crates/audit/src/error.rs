//! What can go wrong in the audit core.

use types::{Code, Faults};

use crate::store::StoreError;

/// A refusal, or a failure of the store below.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused, for a reason the caller may know.
    #[error("{detail}")]
    Refused {
        /// The stable word.
        code: Code,
        /// What happened, for the caller to read.
        detail: String,
    },
    /// The request has faults.
    #[error("the request has {} faults", .0.len())]
    Invalid(Faults),
    /// More is waiting than can be taken.
    #[error("overloaded; try again in {retry_after} s")]
    Overloaded {
        /// Seconds until it is worth trying again.
        retry_after: u32,
    },
    /// This caller tried too often.
    #[error("too many attempts; try again in {retry_after} s")]
    TooMany {
        /// Seconds until it is worth trying again.
        retry_after: u32,
    },
    /// The database failed. Never shown to a caller.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// Something stored or handed in is not what it must be. Never shown to a caller.
    #[error("{0}")]
    Broken(String),
}

impl Error {
    /// A refusal.
    pub fn refused(code: Code, detail: impl Into<String>) -> Self {
        Self::Refused {
            code,
            detail: detail.into(),
        }
    }

    /// It does not exist, or belongs to somebody else: the same answer.
    pub fn not_found() -> Self {
        Self::refused(
            Code::NotFound,
            "there is nothing of this name here, or not for you",
        )
    }

    /// The principal may not do this.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::refused(Code::Forbidden, detail)
    }

    /// One fault at one place.
    pub fn fault(pointer: impl Into<String>, code: Code, detail: impl Into<String>) -> Self {
        let mut faults = Faults::default();
        faults.push(pointer, code, detail);
        Self::Invalid(faults)
    }

    /// The stable word for the outside.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused { code, .. } => *code,
            Self::Invalid(_) => Code::Invalid,
            Self::Overloaded { .. } => Code::Overloaded,
            Self::TooMany { .. } => Code::RateLimited,
            Self::Store(error) if error.is_outage() => Code::Unavailable,
            Self::Store(_) | Self::Broken(_) => Code::Internal,
        }
    }
}
