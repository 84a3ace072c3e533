//! What `buffered` keeps in memory: operations that could not be written to the outbox.
//!
//! They keep their order. An operation takes its place while its record's row is locked, before
//! the commit; whether it was committed is known later. Until then it, and all behind it, wait; if
//! it was rolled back it leaves no trace. What does not fit, and what nobody can say was committed,
//! is counted as lost.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::outbox::Entry;

const OPEN: u8 = 0;
const COMMITTING: u8 = 1;
const COMMITTED: u8 = 2;
const GONE: u8 = 3;
const UNSURE: u8 = 4;

/// A transaction or savepoint, and what became of it.
#[derive(Debug)]
pub(super) struct Unit {
    state: AtomicU8,
    parent: Option<Arc<Unit>>,
    /// Begun by the host itself: its end is not seen.
    foreign: bool,
    transaction_id: String,
}

/// What is known of a unit's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    NotYet,
    Committed,
    RolledBack,
    Unsure,
}

impl Unit {
    /// A transaction of the host's own, whose end is not seen.
    pub(super) fn foreign() -> Arc<Self> {
        Arc::new(Self {
            state: AtomicU8::new(OPEN),
            parent: None,
            foreign: true,
            transaction_id: uuid::Uuid::now_v7().to_string(),
        })
    }

    /// A transaction, or a savepoint within `parent`.
    pub(super) fn within(parent: Option<&Arc<Self>>) -> Arc<Self> {
        let transaction_id = parent.map_or_else(
            || uuid::Uuid::now_v7().to_string(),
            |parent| parent.transaction_id.clone(),
        );
        Arc::new(Self {
            state: AtomicU8::new(OPEN),
            parent: parent.cloned(),
            foreign: false,
            transaction_id,
        })
    }

    /// The id of the transaction that it is or lies in.
    pub(super) fn transaction_id(&self) -> &str {
        &self.transaction_id
    }

    /// Whether its end will be seen.
    fn is_seen(&self) -> bool {
        !self.foreign && self.parent.as_ref().is_none_or(|parent| parent.is_seen())
    }

    fn end(&self) -> End {
        match self.state.load(Ordering::Acquire) {
            COMMITTED => self
                .parent
                .as_ref()
                .map_or(End::Committed, |parent| parent.end()),
            GONE => End::RolledBack,
            UNSURE => End::Unsure,
            _ => End::NotYet,
        }
    }
}

/// Holds a unit open: dropped before it was ended, the transaction is rolled back.
#[derive(Debug)]
pub(super) struct Open(Arc<Unit>);

impl Open {
    pub(super) const fn new(unit: Arc<Unit>) -> Self {
        Self(unit)
    }

    /// From now on only the database knows.
    pub(super) fn committing(&self) {
        self.0.state.store(COMMITTING, Ordering::Release);
    }

    /// It was committed.
    pub(super) fn committed(self) {
        self.0.state.store(COMMITTED, Ordering::Release);
    }

    /// It was rolled back.
    pub(super) fn rolled_back(self) {
        self.0.state.store(GONE, Ordering::Release);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let change = |from, to| {
            self.0
                .state
                .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
        };
        if change(OPEN, GONE).is_err() {
            // A commit that was not answered: nobody knows.
            let _ = change(COMMITTING, UNSURE);
        }
    }
}

/// The operations that wait in memory.
#[derive(Debug)]
pub(super) struct Spool {
    waiting: Mutex<VecDeque<(Arc<Unit>, Entry)>>,
    most: usize,
    lost: AtomicU64,
}

impl Spool {
    pub(super) fn new(most: usize) -> Self {
        Self {
            waiting: Mutex::default(),
            most,
            lost: AtomicU64::new(0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Arc<Unit>, Entry)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    /// How many were lost.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Counts operations as lost, and says so.
    pub(super) fn lose(&self, count: usize, why: &str) {
        if count > 0 {
            let before = self.lost.fetch_add(count as u64, Ordering::Relaxed);
            tracing::error!(count, all = before + count as u64, why, "audit.lost");
        }
    }

    /// Loses all that waits.
    pub(super) fn lose_all(&self, why: &str) {
        let count = self.lock().drain(..).count();
        self.lose(count, why);
    }

    /// Keeps operations of `unit`; those that cannot be kept are lost.
    pub(super) fn push(&self, unit: &Arc<Unit>, entries: Vec<Entry>) {
        if !unit.is_seen() {
            // Kept, they might tell of what was rolled back.
            let why = "the host's own transaction cannot be waited for";
            return self.lose(entries.len(), why);
        }
        let mut waiting = self.lock();
        let room = self.most.saturating_sub(waiting.len());
        let over = entries.len().saturating_sub(room);
        waiting.extend(
            entries
                .into_iter()
                .take(room)
                .map(|entry| (Arc::clone(unit), entry)),
        );
        drop(waiting);
        self.lose(over, "the spool is full");
    }

    /// The first operations that were committed, at most `most`. They stay until [`Self::entered`].
    pub(super) fn committed(&self, most: usize) -> Vec<Entry> {
        let mut waiting = self.lock();
        let mut unsure = 0;
        waiting.retain(|(unit, _)| match unit.end() {
            End::RolledBack => false,
            End::Unsure => {
                unsure += 1;
                false
            }
            End::NotYet | End::Committed => true,
        });
        let first = waiting.iter().take(most);
        let committed = first
            .take_while(|(unit, _)| unit.end() == End::Committed)
            .map(|(_, entry)| entry.clone())
            .collect();
        drop(waiting);
        self.lose(unsure, "a commit was not answered");
        committed
    }

    /// Takes out the first `count`, which were entered in the outbox.
    pub(super) fn entered(&self, count: usize) {
        self.lock().drain(..count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::{Actor, Context, Operation, OperationKind};

    fn entry(id: &str) -> Entry {
        let operation = Operation {
            id: Some(id.to_owned()),
            operation: OperationKind::Unlink,
            model: "m".to_owned(),
            record_id: "1".to_owned(),
            record_name: None,
            user: Actor::default(),
            occurred_at: None,
            old: None,
            new: None,
            context: Context::default(),
        };
        Entry::new(operation, []).unwrap()
    }

    fn ids(spool: &Spool) -> usize {
        spool.committed(100).len()
    }

    #[test]
    fn what_is_not_committed_yet_holds_back_what_is_behind_it() {
        let spool = Spool::new(10);
        let (first, second) = (Unit::within(None), Unit::within(None));
        let (open_first, open_second) = (
            Open::new(Arc::clone(&first)),
            Open::new(Arc::clone(&second)),
        );
        spool.push(&first, vec![entry("a")]);
        spool.push(&second, vec![entry("b")]);
        open_second.committed();
        assert_eq!(ids(&spool), 0);
        open_first.committed();
        assert_eq!(ids(&spool), 2);
        spool.entered(2);
        assert_eq!((spool.len(), spool.lost()), (0, 0));
    }

    #[test]
    fn a_savepoint_counts_only_with_the_transaction_around_it() {
        let spool = Spool::new(10);
        let outer = Unit::within(None);
        let inner = Unit::within(Some(&outer));
        assert_eq!(outer.transaction_id(), inner.transaction_id());
        let open = Open::new(Arc::clone(&outer));
        spool.push(&inner, vec![entry("a")]);
        Open::new(Arc::clone(&inner)).committed();
        assert_eq!(ids(&spool), 0);
        drop(open);
        assert_eq!((ids(&spool), spool.len(), spool.lost()), (0, 0, 0));
    }

    #[test]
    fn what_nobody_knows_and_what_does_not_fit_is_counted_as_lost() {
        let spool = Spool::new(2);
        let unit = Unit::within(None);
        let open = Open::new(Arc::clone(&unit));
        spool.push(&unit, vec![entry("a"), entry("b"), entry("c")]);
        assert_eq!((spool.len(), spool.lost()), (2, 1));
        open.committing();
        drop(open);
        assert_eq!((ids(&spool), spool.len(), spool.lost()), (0, 0, 3));
        let inner = Unit::within(Some(&Unit::foreign()));
        spool.push(&inner, vec![entry("d")]);
        assert_eq!((spool.len(), spool.lost()), (0, 4));
    }
}
