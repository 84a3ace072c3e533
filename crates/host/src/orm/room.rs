//! The bound of the outbox, and writing within it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, TransactionSession as _,
    TransactionTrait,
};

use super::error::Error;
use super::outbox::{self, Entry};
use super::trail::Bound;

/// How long a look at the outbox is good for, at least.
const LOOK: Duration = Duration::from_secs(1);
/// A look that took long is good for longer, so that looking takes at most a fiftieth of the time.
const LAZY: u32 = 50;

/// How much there is room for. Writers count what they add; what delivery took away, and what
/// other processes added, shows at the next look.
#[derive(Debug)]
pub(super) struct Room {
    bound: Bound,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    operations: u64,
    bytes: u64,
    good_until: Option<Instant>,
}

impl Room {
    pub(super) fn of(bound: Bound) -> Self {
        Self {
            bound,
            seen: Mutex::default(),
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes entries where the bound allows it. Whatever happens, the transaction can go on.
    pub(super) async fn write<C>(&self, link: &C, entries: &[Entry]) -> Result<(), Error>
    where
        C: ConnectionTrait + TransactionTrait,
    {
        // On PostgreSQL a statement that fails takes the whole transaction with it, so it happens
        // in a savepoint. Elsewhere it takes only itself.
        if link.get_database_backend() != DbBackend::Postgres {
            return self.write_here(link, entries).await;
        }
        let savepoint = link.begin().await.map_err(Error::Outbox)?;
        match self.write_here(&savepoint, entries).await {
            Ok(()) => savepoint.commit().await.map_err(Error::Outbox),
            Err(error) => {
                savepoint.rollback().await?;
                Err(error)
            }
        }
    }

    async fn write_here(
        &self,
        link: &impl ConnectionTrait,
        entries: &[Entry],
    ) -> Result<(), Error> {
        let bytes: u64 = entries.iter().map(Entry::bytes).sum();
        let count = entries.len() as u64;
        let good = |seen: &Seen| seen.good_until.is_some_and(|until| Instant::now() < until);
        if !good(&self.seen()) {
            self.look(link).await.map_err(Error::Outbox)?;
        }
        {
            let mut seen = self.seen();
            if seen.operations.saturating_add(count) > self.bound.operations
                || seen.bytes.saturating_add(bytes) > self.bound.bytes
            {
                return Err(Error::Full {
                    operations: seen.operations,
                    bytes: seen.bytes,
                });
            }
            seen.operations += count;
            seen.bytes += bytes;
        }
        outbox::write(link, entries).await.map_err(Error::Outbox)
    }

    async fn look(&self, link: &impl ConnectionTrait) -> Result<(), DbErr> {
        let start = Instant::now();
        let (operations, bytes) = outbox::look(link).await?;
        let now = Instant::now();
        let good_for = LOOK.max((now - start) * LAZY);
        *self.seen() = Seen {
            operations,
            bytes,
            good_until: Some(now + good_for),
        };
        Ok(())
    }
}

/// A transaction that takes the write lock at once where there is only one (SQLite): one that
/// reads first and then writes would be refused there when another wrote in between.
pub(super) async fn begin_any<C: TransactionTrait>(link: &C) -> Result<C::Transaction, DbErr> {
    link.begin_with_options(sea_orm::TransactionOptions {
        sqlite_transaction_mode: Some(sea_orm::SqliteTransactionMode::Immediate),
        ..sea_orm::TransactionOptions::default()
    })
    .await
}

/// The same on a connection of the host.
pub(super) async fn begin<C>(link: &C) -> Result<DatabaseTransaction, DbErr>
where
    C: TransactionTrait<Transaction = DatabaseTransaction>,
{
    begin_any(link).await
}
