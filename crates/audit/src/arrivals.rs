//! Live arrivals: when something was recorded, and how much of it is for whom.
//!
//! One task looks at the end of the log: at once after a commit of this server, and about once a
//! second for those of others on the same database. It looks only while somebody watches.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use types::{Arrived, LogQuery, Order};

use crate::audit::Inner;
use crate::logs::Walk;
use crate::{Audit, Error, Principal};

/// How often the end of the log is looked at when nothing is committed here.
const LOOK: Duration = Duration::from_secs(1);
/// How long commits are gathered before the end of the log is looked at.
const GATHER: Duration = Duration::from_millis(100);
/// Logs that are counted at most.
const MOST: u32 = 100;
/// Fewest logs that are read at once.
const CHUNK: u32 = 20;

/// Tells those who watch where the log ends.
pub(crate) struct Arrivals {
    end: watch::Sender<i64>,
    committed: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Arrivals {
    /// Starts to look, as soon as somebody watches.
    pub(crate) fn start(inner: Weak<Inner>) -> Self {
        let end = watch::Sender::new(0);
        let committed = Arc::new(Notify::new());
        let task = tokio::spawn(look(inner, end.clone(), Arc::clone(&committed)));
        Self {
            end,
            committed,
            task,
        }
    }

    /// Says that something was committed here.
    pub(crate) fn committed(&self) {
        self.committed.notify_one();
    }

    pub(crate) fn stop(&self) {
        self.task.abort();
    }
}

async fn look(inner: Weak<Inner>, end: watch::Sender<i64>, committed: Arc<Notify>) {
    loop {
        let _ = tokio::time::timeout(LOOK, committed.notified()).await;
        if end.receiver_count() == 0 && inner.strong_count() > 0 {
            continue;
        }
        let Some(inner) = inner.upgrade() else { return };
        match inner.store.last_seq().await {
            Ok(seq) => {
                end.send_if_modified(|known| {
                    let moved = seq > *known;
                    *known = seq.max(*known);
                    moved
                });
            }
            Err(error) => tracing::warn!(error = %error, "the end of the log could not be read"),
        }
        drop(inner);
        tokio::time::sleep(GATHER).await;
    }
}

/// Counts the logs of a query that came since a place, as far as one may see them.
///
/// What was counted stays counted; what comes is looked at with what the principal may see then.
pub struct Watch {
    audit: Audit,
    query: LogQuery,
    end: watch::Receiver<i64>,
    looked_to: i64,
    arrived: Arrived,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl Watch {
    /// Watches for logs of `query` behind its `after_seq`; without one, behind the log as it ends
    /// now. The query's faults are refused here.
    pub async fn new(audit: &Audit, query: LogQuery) -> Result<Self, Error> {
        let faults = query.faults();
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let end = audit.0.arrivals.end.subscribe();
        let looked_to = match query.after_seq {
            Some(seq) => seq,
            None => audit.store().last_seq().await?,
        };
        Ok(Self {
            audit: audit.clone(),
            query: LogQuery {
                after_seq: None,
                order: Order::Asc,
                ..query
            },
            end,
            looked_to,
            arrived: Arrived {
                seq: looked_to,
                ..Arrived::default()
            },
        })
    }

    /// Waits until the log has grown since it was last looked at. May be cut off at any time.
    pub async fn moved(&mut self) {
        let looked_to = self.looked_to;
        if self.end.wait_for(|end| *end > looked_to).await.is_err() {
            // The core is closing: nothing comes any more.
            std::future::pending::<()>().await;
        }
    }

    /// Counts what came, as far as `principal` may see it now. None where that is nothing.
    pub async fn count(&mut self, principal: &Principal) -> Result<Option<Arrived>, Error> {
        if self.arrived.more {
            self.looked_to = *self.end.borrow();
            return Ok(None);
        }
        // Read before the logs: what comes meanwhile may be looked at twice, but is never missed.
        let end = (*self.end.borrow()).max(self.looked_to);
        let from = Some(self.looked_to);
        let now = self.audit.now();
        let mut walk = Walk::new(&self.audit, principal, &self.query, from, now).await?;
        let before = self.arrived;
        loop {
            let wanted = (MOST + 1 - self.arrived.count).max(CHUNK) as usize;
            let (logs, over) = walk.next(wanted).await?;
            for log in logs.iter().filter(|log| log.seq <= end) {
                if self.arrived.count == MOST {
                    self.arrived.more = true;
                    break;
                }
                self.arrived.count += 1;
                self.arrived.seq = log.seq;
            }
            let beyond = logs.last().is_some_and(|log| log.seq > end);
            if over || beyond || self.arrived.more {
                break;
            }
        }
        self.looked_to = end;
        Ok((self.arrived != before).then_some(self.arrived))
    }
}
