//! Load: clients that send as fast as they are answered and note each answer, while a scenario
//! breaks things.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use super::notes::{Maker, Sent};
use super::wire::{self, Status};
use crate::interrupt;
use crate::random::Random;

/// How many clients there are: singles with and without keys, batches, streams, twice.
const CLIENTS: u64 = 8;
/// How long an answer that must come may take, on a machine that is busy with other things.
pub(super) const PATIENCE: Duration = Duration::from_mins(3);

/// Load under way.
pub(super) struct Load {
    stop: AtomicBool,
    answered: AtomicU64,
    failed: AtomicU64,
    wrong: Mutex<Option<anyhow::Error>>,
    statuses: Mutex<BTreeMap<u16, u64>>,
}

/// What the clients noted.
pub(super) struct Noted {
    pub(super) sent: Vec<Sent>,
    /// How many requests were answered how; 0 for none.
    pub(super) statuses: BTreeMap<u16, u64>,
}

impl Noted {
    /// How many requests failed, in words.
    pub(super) fn told(&self) -> String {
        let failed: Vec<_> = self
            .statuses
            .iter()
            .filter(|(status, _)| **status != 200)
            .map(|(status, count)| match status {
                0 => format!("{count} cut off"),
                status => format!("{count} answered {status}"),
            })
            .collect();
        let operations = self.sent.len();
        if failed.is_empty() {
            format!("{operations} operations")
        } else {
            format!("{operations} operations; requests: {}", failed.join(", "))
        }
    }
}

/// Runs `blows` while clients record, each at one of the servers `urls`.
pub(super) fn during(
    urls: &[String],
    key: &str,
    name: &str,
    random: &mut Random,
    blows: impl FnOnce(&Load, &mut Random) -> anyhow::Result<()>,
) -> anyhow::Result<Noted> {
    let load = Load {
        stop: AtomicBool::new(false),
        answered: AtomicU64::new(0),
        failed: AtomicU64::new(0),
        wrong: Mutex::new(None),
        statuses: Mutex::new(BTreeMap::new()),
    };
    let mut seeds = (0..CLIENTS)
        .map(|_| random.next())
        .collect::<Vec<_>>()
        .into_iter();
    let (sent, done) = thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS)
            .map(|client| {
                // Of two servers each has clients of every kind.
                let place = usize::try_from(client + client / 4).unwrap_or_default();
                let url = &urls[place % urls.len()];
                let (load, seed) = (&load, seeds.next().unwrap_or_default());
                let maker = Maker::new(format!("{name}{client}"), seed);
                scope.spawn(move || client_of(load, client, maker, url, key))
            })
            .collect();
        // The blows come from this thread, which programs are tied to.
        let done = blows(&load, random);
        load.stop.store(true, Ordering::Relaxed);
        let mut sent = Vec::new();
        for thread in threads {
            sent.extend(thread.join().unwrap_or_default());
        }
        (sent, done)
    });
    if let Some(wrong) = load
        .wrong
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
    {
        return Err(wrong);
    }
    done?;
    let statuses = load
        .statuses
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    Ok(Noted { sent, statuses })
}

impl Load {
    /// How many requests were answered by 200 so far.
    pub(super) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Waits until so many more requests were recorded: the server is at work.
    pub(super) fn more(&self, count: u64) -> anyhow::Result<()> {
        let until = self.answered() + count;
        self.wait("the server did not record", || self.answered() >= until)
    }

    /// Waits until all is as before: so many more requests were recorded, and none failed.
    pub(super) fn calm(&self, count: u64) -> anyhow::Result<()> {
        // What was under way at the blow may still fail.
        self.more(2 * CLIENTS)?;
        let before = self.failed.load(Ordering::Relaxed);
        self.more(count)?;
        let failed = self.failed.load(Ordering::Relaxed) - before;
        ensure!(failed == 0, "{failed} requests failed after all was mended");
        Ok(())
    }

    /// Waits until so many more requests failed.
    pub(super) fn failures(&self, count: u64) -> anyhow::Result<()> {
        let until = self.failed.load(Ordering::Relaxed) + count;
        self.wait("no request failed", || {
            self.failed.load(Ordering::Relaxed) >= until
        })
    }

    /// Waits until `ready`; an error when it takes too long or a client saw what it must not.
    pub(super) fn wait(
        &self,
        otherwise: &str,
        mut ready: impl FnMut() -> bool,
    ) -> anyhow::Result<()> {
        let started = Instant::now();
        while !ready() {
            interrupt::check()?;
            if self
                .wrong
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some()
            {
                bail!("a client saw what it must not");
            }
            if started.elapsed() > PATIENCE {
                bail!("{otherwise} within {} s", PATIENCE.as_secs());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn note(&self, status: Status) {
        let mut statuses = self.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        *statuses.entry(status.unwrap_or_default()).or_default() += 1;
        let count = if status == Some(200) {
            &self.answered
        } else {
            &self.failed
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// One client, until the load ends. It sends nothing twice: that is for the check afterwards.
fn client_of(load: &Load, client: u64, mut maker: Maker, url: &str, key: &str) -> Vec<Sent> {
    let agent = wire::agent();
    let mut all = Vec::new();
    while !load.stop.load(Ordering::Relaxed) {
        let (mut sent, stream) = match client % 4 {
            0 => (maker.batch(1, true), false),
            1 => (maker.batch(1, false), false),
            2 => (maker.batch(40, true), false),
            _ => (maker.lines(120), true),
        };
        let answer = if stream {
            wire::send_lines(&agent, url, key, &mut sent)
        } else {
            wire::send_batch(&agent, url, key, &mut sent)
        };
        all.append(&mut sent);
        match answer {
            Ok(status) => {
                load.note(status);
                if status != Some(200) {
                    thread::sleep(Duration::from_millis(50));
                }
            }
            Err(error) => {
                let error = Err::<(), _>(error).context("a client was answered wrongly");
                let mut wrong = load.wrong.lock().unwrap_or_else(PoisonError::into_inner);
                *wrong = wrong.take().or(error.err());
                return all;
            }
        }
    }
    all
}
