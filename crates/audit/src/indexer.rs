//! The indexer: puts the words of committed logs into the index by which a search finds them.
//!
//! It reads what is committed and is no part of recording. Logs come in blocks; a block is taken
//! when all its logs are there, which never change again. Places of logs are given under a lock that
//! is held until the commit, so a log that can be seen has none before it that could still come.
//! What is missing in the index only makes a search slower, and is made again.

use std::sync::Weak;
use std::time::Duration;

use crate::audit::Inner;
use crate::engine::grams::Builder;
use crate::sealer::Pass;
use crate::{Audit, Error};

/// How often the end of the log is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long it rests between two blocks, for others to have the processor and the disk.
const REST: Duration = Duration::from_millis(200);
/// After how many looks without a new block it is looked whether all of them are still there.
const AGAIN: u32 = 300;
/// How many logs are read at once.
const CHUNK: u64 = 250;
/// How many bytes of grams are held in memory; a block that needs more is read several times.
const ROOM: usize = 24 << 20;
/// How many rows are written at once.
const ROWS: usize = 256;

/// Indexes until the audit core is closed.
pub(crate) async fn run(inner: Weak<Inner>) {
    // How many whole blocks there were when all were in the index, and how long ago that was.
    let (mut whole, mut looks) = (0, 0);
    let mut told = false;
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(inner) = inner.upgrade() else { return };
        let audit = Audit(inner);
        looks += 1;
        match blocks(&audit).await {
            Ok(blocks) if blocks == whole && looks < AGAIN => {}
            Ok(blocks) => match catch_up(&audit).await {
                Ok(true) => (whole, looks, told) = (blocks, 0, false),
                // Another server is at it; whether it ends well is looked at again.
                Ok(false) => told = false,
                Err(error) if !told => {
                    tracing::error!(error = %error, source = ?std::error::Error::source(&error), "indexer.failed");
                    told = true;
                }
                Err(_) => {}
            },
            Err(error) => tracing::debug!(error = %error, "the end of the log could not be read"),
        }
    }
}

/// How many whole blocks there are.
async fn blocks(audit: &Audit) -> Result<i64, Error> {
    let store = audit.store();
    Ok(store.end().await? / store.shape.logs())
}

/// Whether all of them are in the index then.
async fn catch_up(audit: &Audit) -> Result<bool, Error> {
    loop {
        match pass(audit).await? {
            Pass::More => tokio::time::sleep(REST).await,
            Pass::Done => return Ok(true),
            Pass::Elsewhere => return Ok(false),
        }
    }
}

/// Puts the newest block that is missing into the index, if there is one.
pub(crate) async fn pass(audit: &Audit) -> Result<Pass, Error> {
    let store = audit.store();
    if store.unindexed(blocks(audit).await?).await?.is_none() {
        return Ok(Pass::Done);
    }
    // The lock is that of an empty transaction, which holds nothing else; the rows go by others, so
    // that no recorder waits long. Two servers that wrote the same block would write the same rows.
    let lock = if store.is_shared() {
        let lock = store.begin().await?;
        if !lock.indexes_alone().await? {
            return Ok(Pass::Elsewhere);
        }
        Some(lock)
    } else {
        None
    };
    // Again: another server may have been quicker.
    let missing = store.unindexed(blocks(audit).await?).await?;
    if let Some(block) = missing {
        build(audit, block).await?;
    }
    if let Some(lock) = lock {
        // Not only dropped: that lets go of the lock some time later.
        lock.commit().await?;
    }
    Ok(missing.map_or(Pass::Done, |_| Pass::More))
}

async fn build(audit: &Audit, block: i64) -> Result<(), Error> {
    let store = audit.store();
    let shape = store.shape;
    let (before, last) = (block * shape.logs(), (block + 1) * shape.logs());
    let mut from = 0;
    while from < shape.buckets() {
        let mut builder = Builder::new(shape, from, ROOM);
        let mut at = before;
        while at < last {
            let rows = store.words(at, last, CHUNK).await?;
            if !rows
                .iter()
                .map(|(seq, _)| *seq)
                .eq((at + 1..).take(rows.len()))
                || rows.is_empty()
            {
                // Were it put back later, no search would find it.
                return Err(Error::Broken(format!("a log behind {at} is missing")));
            }
            for (place, (seq, words)) in (at - before..).zip(rows) {
                builder.add(u32::try_from(place).unwrap_or(u32::MAX), &words);
                at = seq;
            }
        }
        let (rows, next) = builder.finish();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let work = store.begin().await?;
            work.put_grams(shape, block, rows.by_ref().take(ROWS).collect())
                .await?;
            work.commit().await?;
            tokio::task::yield_now().await;
        }
        from = next;
    }
    Ok(())
}
