//! Delivery: what takes operations from an outbox to a server, in order, each once.
//!
//! An operation leaves the outbox only after the server has answered for it. When anything stops
//! between the two, it is sent again with the same id, and the server knows it by that id. So an
//! operation arrives exactly once, whatever crashes and whenever.
//!
//! One that the server refuses for what it is (a name too long, a reason missing) is *set aside*:
//! it stays in the outbox with the reason, people see it there, and those behind it go on. One
//! that the server cannot take now waits with all behind it, so that order holds.

use std::time::Duration;

use tokio::sync::watch;
use types::{Operation, Outcome};

use crate::{Refusal, Refused, Server};

/// An operation on its way, with its place in the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting<K> {
    /// Its place.
    pub key: K,
    /// What was done. Its `id` is set: that is what makes it arrive once.
    pub operation: Operation,
}

/// Operations that wait in a host's database.
pub trait Outbox: Send {
    /// A place in it.
    type Key: Clone + Send + Sync;
    /// Why it cannot be read or written.
    type Error: std::error::Error + Send + Sync;

    /// The next operations, at most `limit`, in the order of delivery; empty when none waits.
    fn next(
        &mut self,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Waiting<Self::Key>>, Self::Error>> + Send;

    /// Takes out what the server has answered for.
    fn delivered(
        &mut self,
        keys: &[Self::Key],
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Sets one aside that the server refuses, with the reason.
    fn set_aside(
        &mut self,
        key: &Self::Key,
        why: &str,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// How delivery goes about it.
#[derive(Debug, Clone)]
pub struct Pace {
    /// Operations in one request, at most 1,000.
    pub batch: usize,
    /// How long an empty outbox is left alone.
    pub idle: Duration,
    /// How long it waits after the first failure; twice as long after each more.
    pub first_wait: Duration,
    /// The longest it waits after a failure.
    pub longest_wait: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            batch: 500,
            idle: Duration::from_millis(200),
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(30),
        }
    }
}

/// How delivery is doing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Operations that the server has answered for since the start.
    pub delivered: u64,
    /// Of these, those that made a log now; the others were not followed, changed nothing or had
    /// arrived before.
    pub recorded: u64,
    /// Operations set aside since the start.
    pub set_aside: u64,
    /// What keeps it from going on now.
    pub trouble: Option<String>,
}

/// Delivers until `stop` turns true, and then until the request under way is answered.
///
/// Failures of the server and of the outbox are waited out and told in `progress`; none ends it.
pub async fn deliver<O: Outbox, S: Server>(
    outbox: &mut O,
    server: &S,
    pace: &Pace,
    progress: &watch::Sender<Progress>,
    mut stop: watch::Receiver<bool>,
) {
    let mut failures = 0;
    while !*stop.borrow_and_update() {
        let pause = match pass(outbox, server, pace, progress).await {
            Ok(0) => {
                calm(progress);
                failures = 0;
                pace.idle
            }
            Ok(_) => {
                calm(progress);
                failures = 0;
                continue;
            }
            Err(Trouble { why, after }) => {
                tell(progress, why);
                let wait = backoff(pace, failures);
                failures = failures.saturating_add(1);
                after.map_or(wait, |asked| asked.max(wait))
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            changed = stop.changed() => if changed.is_err() { return },
        }
    }
}

/// Delivers what waits now; `Ok` with how many when the outbox is empty.
pub async fn drain<O: Outbox, S: Server>(
    outbox: &mut O,
    server: &S,
    pace: &Pace,
    progress: &watch::Sender<Progress>,
) -> Result<u64, String> {
    let mut all = 0;
    loop {
        match pass(outbox, server, pace, progress).await {
            Ok(0) => return Ok(all),
            Ok(some) => all += some as u64,
            Err(Trouble { why, .. }) => {
                tell(progress, why.clone());
                return Err(why);
            }
        }
    }
}

/// What keeps delivery from going on.
struct Trouble {
    why: String,
    after: Option<Duration>,
}

impl Trouble {
    fn of_outbox(error: impl std::error::Error) -> Self {
        Self {
            why: format!("the outbox cannot be used: {error}"),
            after: None,
        }
    }
}

/// Delivers one batch; answers how many left the outbox or were set aside.
async fn pass<O: Outbox, S: Server>(
    outbox: &mut O,
    server: &S,
    pace: &Pace,
    progress: &watch::Sender<Progress>,
) -> Result<usize, Trouble> {
    let limit = pace.batch.clamp(1, types::MAX_OPERATIONS);
    let batch = outbox.next(limit).await.map_err(Trouble::of_outbox)?;
    let (keys, operations): (Vec<_>, Vec<_>) = batch
        .into_iter()
        .map(|waiting| (waiting.key, waiting.operation))
        .unzip();
    let mut start = 0;
    let mut length = operations.len();
    while start < operations.len() {
        let end = (start + length).min(operations.len());
        match server.record(&operations[start..end]).await {
            Ok(outcomes) => {
                let keys = &keys[start..end];
                outbox.delivered(keys).await.map_err(Trouble::of_outbox)?;
                count(progress, &outcomes);
                start = end;
                length = operations.len() - start;
            }
            Err(Refusal::Later { why, after }) => return Err(Trouble { why, after }),
            Err(Refusal::Faults(refused)) => {
                // What comes before the first refused one goes alone, that one is set aside, and
                // the rest follows: order holds.
                let first = refused.iter().min_by_key(|refused| refused.index);
                match first {
                    Some(Refused { index, why }) if start + index < end => {
                        if *index == 0 {
                            aside(outbox, &keys[start], why, progress).await?;
                            start += 1;
                            length = operations.len() - start;
                        } else {
                            length = *index;
                        }
                    }
                    _ => length = part(end - start),
                }
            }
            Err(Refusal::Batch(why)) if end - start == 1 => {
                aside(outbox, &keys[start], &why, progress).await?;
                start += 1;
                length = operations.len() - start;
            }
            Err(Refusal::Batch(_)) => length = part(end - start),
        }
    }
    Ok(operations.len())
}

/// Half of a batch that cannot be taken whole.
fn part(length: usize) -> usize {
    (length / 2).max(1)
}

async fn aside<O: Outbox>(
    outbox: &mut O,
    key: &O::Key,
    why: &str,
    progress: &watch::Sender<Progress>,
) -> Result<(), Trouble> {
    outbox
        .set_aside(key, why)
        .await
        .map_err(Trouble::of_outbox)?;
    tracing::warn!(why, "delivery.set_aside");
    progress.send_modify(|progress| progress.set_aside += 1);
    Ok(())
}

fn count(progress: &watch::Sender<Progress>, outcomes: &[Outcome]) {
    let recorded = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Outcome::Recorded { .. }))
        .count();
    progress.send_modify(|progress| {
        progress.delivered += outcomes.len() as u64;
        progress.recorded += recorded as u64;
    });
}

fn calm(progress: &watch::Sender<Progress>) {
    let ended = progress.send_if_modified(|progress| progress.trouble.take().is_some());
    if ended {
        tracing::info!("delivery.resumed");
    }
}

/// Tells a trouble once, not at every attempt.
fn tell(progress: &watch::Sender<Progress>, why: String) {
    let news = progress.send_if_modified(|progress| {
        let news = progress.trouble.as_ref() != Some(&why);
        progress.trouble = Some(why.clone());
        news
    });
    if news {
        tracing::warn!(why, "delivery.waiting");
    }
}

/// How long to wait after so many failures: twice as long each time up to the longest, and of
/// that somewhere between half and all, so that many hosts do not come back at once.
fn backoff(pace: &Pace, failures: u32) -> Duration {
    let doubled = pace
        .first_wait
        .saturating_mul(1_u32.checked_shl(failures.min(20)).unwrap_or(u32::MAX));
    let full = doubled.min(pace.longest_wait);
    let share = f64::from(getrandom::u32().unwrap_or(u32::MAX / 2)) / f64::from(u32::MAX);
    full.mul_f64(0.5 + share / 2.0)
}

#[cfg(test)]
mod tests;
