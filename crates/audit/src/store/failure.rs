//! What the database fails with, and what that means for the work that failed.

use std::sync::Arc;

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// A failure of the database. What it says is for the server's own log, never for a caller.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{cause}")]
pub struct StoreError {
    #[source]
    cause: Arc<DbErr>,
    /// Whether it came from the commit.
    at_commit: bool,
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        Self {
            cause: Arc::new(error),
            at_commit: false,
        }
    }
}

/// What kept the database from working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outage {
    /// The connection is gone; another one may work.
    Lost,
    /// It did not answer in time, or has no room, or cannot read or write its files.
    Lasting,
}

impl StoreError {
    /// A failure of the commit itself.
    pub(super) fn at_commit(error: DbErr) -> Self {
        Self {
            at_commit: true,
            ..error.into()
        }
    }

    /// Whether a row like this exists already.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(
            self.cause.sql_err(),
            Some(SqlErr::UniqueConstraintViolation(_))
        )
    }

    /// Whether the database does not work now, whatever it was asked. If it was a commit, nobody
    /// knows whether that was done.
    pub(crate) fn is_outage(&self) -> bool {
        self.outage().is_some()
    }

    /// Whether the same work may succeed when it is done again, and was not done: another server
    /// was quicker, the database was busy, or the connection was lost before the commit.
    pub(crate) fn is_passing(&self) -> bool {
        if self.is_duplicate() || (self.outage() == Some(Outage::Lost) && !self.at_commit) {
            return true;
        }
        let text = self.to_string();
        // PostgreSQL: serialization failure and deadlock; SQLite: busy and locked.
        [
            "40001",
            "40P01",
            "could not serialize",
            "deadlock detected",
            "database is locked",
            "(code: 5)",
        ]
        .iter()
        .any(|sign| text.contains(sign))
    }

    fn outage(&self) -> Option<Outage> {
        let (DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))) = &*self.cause
        else {
            let lasting = matches!(&*self.cause, DbErr::ConnectionAcquire(_) | DbErr::Conn(_));
            return lasting.then_some(Outage::Lasting);
        };
        match &**error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => Some(Outage::Lost),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => Some(Outage::Lasting),
            sqlx::Error::Database(error) => of_code(&error.code()?),
            _ => None,
        }
    }
}

/// What a code of PostgreSQL (five characters) or of SQLite (a number of fewer) says.
fn of_code(code: &str) -> Option<Outage> {
    if code.len() == 5 {
        return match (code.get(..2)?, code) {
            // Connection failed; ended by an operator, a crash, a start; stood still too long.
            ("08" | "57", _) | (_, "25P03") => Some(Outage::Lost),
            // No room or memory; its files cannot be read or written; a server that only reads.
            ("53" | "58", _) | (_, "25006") => Some(Outage::Lasting),
            _ => None,
        };
    }
    // The low byte is the kind: busy, locked, no memory, read only, input or output, malformed (as
    // it looks where pages could not be read), full, not to be opened.
    let kind = code.parse::<u32>().ok()? & 0xFF;
    matches!(kind, 5..=8 | 10 | 11 | 13 | 14).then_some(Outage::Lasting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_database_from_working_is_told_from_what_is_wrong_with_the_work() {
        for code in ["08006", "57P01", "57P03", "25P03"] {
            assert_eq!(of_code(code), Some(Outage::Lost), "{code}");
        }
        // SQLite: full; an input or output error of a sync, 10 + 4 * 256; busy.
        for code in ["53100", "58030", "25006", "13", "1034", "5", "11"] {
            assert_eq!(of_code(code), Some(Outage::Lasting), "{code}");
        }
        // A constraint, a missing table, a name too long, a number out of range; SQLite's
        // constraints.
        for code in [
            "23505", "42P01", "42622", "22003", "19", "1555", "2067", "1",
        ] {
            assert_eq!(of_code(code), None, "{code}");
        }
    }

    #[test]
    fn a_lost_connection_is_tried_again_unless_it_was_lost_at_the_commit() {
        let lost = || {
            let error = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
            let error = RuntimeErr::SqlxError(Arc::new(sqlx::Error::Io(error)));
            DbErr::Query(error)
        };
        let before = StoreError::from(lost());
        assert!(before.is_outage() && before.is_passing());
        let told = crate::Error::Store(before).code();
        assert_eq!(told, types::Code::Unavailable);
        let at_commit = StoreError::at_commit(lost());
        assert!(at_commit.is_outage() && !at_commit.is_passing());
    }
}
