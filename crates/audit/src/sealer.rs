//! The sealer: puts committed logs, in their order, into the Merkle tree and signs a checkpoint.
//!
//! Places of logs are given under a lock that is held until the commit, so a log that can be seen
//! has none before it that could still come. One server seals at a time. A checkpoint is signed
//! only over logs that are durable; what it says of their number can never be taken back.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proof::{Checkpoint, Hash, Signer, TileGrowth, VerifyingKey, leaf_hash};
use serde_json::json;
use tokio::sync::watch;
use types::{OperationKind, Timestamp};

use crate::audit::Inner;
use crate::engine::leaf::{self, Head};
use crate::ledger::{self, Deed};
use crate::store::{Sealed, from_json, log};
use crate::{Audit, Error, Principal, present};

/// How often the end of the log is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How many logs one checkpoint adds at most, so that none takes long.
const MOST: i64 = 20_000;
/// How many logs are read at once.
const CHUNK: u64 = 2_000;
/// After how long another checkpoint is kept for ever, in microseconds; also where the clock was
/// set back by as much.
const KEEP_AFTER: i64 = 60_000_000;
/// After how many logs another checkpoint is kept for ever.
const KEEP_EVERY: i64 = 65_536;

/// The secret of which the signing key is made: 32 bytes. Its `Debug` tells nothing.
#[derive(Clone)]
pub struct Seed(pub [u8; 32]);

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// What came of one pass of the sealer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    /// More waits.
    More,
    /// All of what was committed when it began is under a checkpoint.
    Done,
    /// Another pass is at work, here or in another server.
    Elsewhere,
}

/// Seals as long as the server runs.
pub(crate) struct Sealer {
    signer: Signer,
    /// How many logs the newest checkpoint that was seen here is over.
    seen: AtomicI64,
    sealed: watch::Sender<Option<String>>,
}

impl Sealer {
    /// The sealer with the key of `seed`, under the name that the trail has.
    pub(crate) async fn new(audit: &Audit, seed: &Seed) -> Result<Self, Error> {
        let origin = origin(audit).await?;
        let signer = Signer::new(&origin, &seed.0)
            .map_err(|error| Error::Broken(format!("the trail's name is no key name: {error}")))?;
        register(audit, &signer.verifying_key()).await?;
        Ok(Self {
            signer,
            seen: AtomicI64::new(0),
            sealed: watch::Sender::new(None),
        })
    }

    /// The newest checkpoint that was signed here, whenever there is one.
    pub(crate) fn watch(&self) -> watch::Receiver<Option<String>> {
        self.sealed.subscribe()
    }

    /// Puts what was committed since the last checkpoint under a new one.
    pub(crate) async fn pass(&self, audit: &Audit) -> Result<Pass, Error> {
        let store = audit.store();
        // Where other servers seal, too, the lock comes first, so that one does the work; where
        // none does, the database is not kept from recording meanwhile.
        let lock = if store.is_shared() {
            let work = store.begin().await?;
            if !work.seals_alone().await? {
                return Ok(Pass::Elsewhere);
            }
            Some(work)
        } else {
            None
        };
        let size = store.sealed().await?.map_or(0, |sealed| sealed.size);
        // What was taken back is not sealed again, as if nothing had been: it would be signed as
        // it is now, whatever was done to it.
        let seen = self.seen.fetch_max(size, Ordering::Relaxed);
        if size < seen {
            return Err(Error::Broken(format!(
                "the newest checkpoint is over {size} logs, and one over {seen} was there before"
            )));
        }
        let end = store.end().await?;
        if end <= size {
            return Ok(Pass::Done);
        }
        let last = end.min(size + MOST);
        let mut growth = resume(audit, size).await?;
        let mut at = size;
        let mut fresh = audit.0.fresh.take(last);
        while at < last {
            if let Some(hash) = fresh.remove(&(at + 1)) {
                growth.push(hash);
                at += 1;
                continue;
            }
            let next = fresh
                .range(at + 1..)
                .next()
                .map_or(last, |(seq, _)| seq - 1);
            for hash in Leaves::between(at, next).all(audit).await? {
                growth.push(hash);
            }
            at = next;
        }
        let checkpoint = Checkpoint {
            origin: self.signer.verifying_key().name().to_owned(),
            size: growth.size(),
            root: growth.root(),
        };
        let new = Sealed {
            size: last,
            note: self.signer.sign(&checkpoint),
            at: audit.now().micros(),
        };
        let work = match lock {
            Some(work) => work,
            None => store.begin().await?,
        };
        if work.sealed().await?.map_or(0, |sealed| sealed.size) != size {
            return Ok(Pass::More);
        }
        work.put_tiles(growth.take_changed()).await?;
        work.put_sealed(&new).await?;
        let due = work.last_kept().await?.is_none_or(|kept| {
            (new.at - kept.at).abs() >= KEEP_AFTER || new.size - kept.size >= KEEP_EVERY
        });
        if due {
            work.keep(&new).await?;
        }
        work.commit().await?;
        self.seen.fetch_max(last, Ordering::Relaxed);
        self.sealed.send_replace(Some(new.note));
        Ok(if end > last { Pass::More } else { Pass::Done })
    }
}

/// Seals until the audit core is closed.
pub(crate) async fn run(inner: Weak<Inner>, sealer: Arc<Sealer>) {
    let mut told = false;
    loop {
        let Some(inner) = inner.upgrade() else { return };
        match sealer.pass(&Audit(inner)).await {
            Ok(Pass::More) => {
                told = false;
                continue;
            }
            Ok(Pass::Done | Pass::Elsewhere) => told = false,
            Err(error) if !told => {
                tracing::error!(error = %error, source = ?std::error::Error::source(&error), "sealer.failed");
                told = true;
            }
            Err(_) => {}
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The name of this trail, made once: what its checkpoints are signed under.
pub(crate) async fn origin(audit: &Audit) -> Result<String, Error> {
    let mut bytes = [0; 8];
    (audit.0.ports.random)(&mut bytes);
    let new = format!("revisor/{:016x}", u64::from_be_bytes(bytes));
    Ok(audit.store().setting_or("origin", &new).await?)
}

/// Names the key among those that sign for this trail. Another one than before is a log, too.
async fn register(audit: &Audit, key: &VerifyingKey) -> Result<(), Error> {
    let text = key.to_string();
    let known = audit.store().signing_keys().await?;
    if known.iter().any(|row| row.key == text) {
        return Ok(());
    }
    let work = audit.store().begin().await?;
    let since = work.sealed().await?.map_or(0, |sealed| sealed.size);
    match work
        .put_signing_key(&text, since, audit.now().micros())
        .await
    {
        // Another server with the same key was quicker.
        Err(error) if error.is_duplicate() => return Ok(()),
        other => other?,
    }
    if let Some(before) = known.last() {
        tracing::warn!(
            key = text,
            before = before.key,
            "another key signs from now on"
        );
        let deed = Deed {
            operation: OperationKind::Write,
            model: ledger::TRAIL,
            record_id: key.name(),
            record_name: key.name(),
            old: Some(json!({ "signing_key": before.key })),
            new: Some(json!({ "signing_key": text })),
        };
        ledger::record(audit, &work, &Principal::System, deed).await?;
    }
    Ok(work.commit().await?)
}

/// The tree as it is stored, to grow from.
pub(crate) async fn resume(audit: &Audit, size: i64) -> Result<TileGrowth, Error> {
    let size = u64::try_from(size).unwrap_or_default();
    let tiles = audit.store().tiles(TileGrowth::needed(size)).await?;
    TileGrowth::resume(size, |place| tiles.get(&place).cloned())
        .ok_or_else(|| Error::Broken(format!("tiles of the tree of {size} logs are missing")))
}

/// The leaves of logs, read in their order.
pub(crate) struct Leaves {
    at: i64,
    last: i64,
}

impl Leaves {
    /// Those behind `after`, up to `last`.
    pub(crate) fn between(after: i64, last: i64) -> Self {
        Self { at: after, last }
    }

    /// All of their hashes; fails where one is missing.
    pub(crate) async fn all(mut self, audit: &Audit) -> Result<Vec<Hash>, Error> {
        let mut hashes = Vec::new();
        loop {
            let expected = self.at + 1;
            let rows = self.next(audit).await?;
            if rows.is_empty() {
                break;
            }
            for (number, (row, leaf)) in (expected..).zip(rows) {
                if row.seq != number {
                    return Err(missing(number));
                }
                hashes.push(leaf_hash(&leaf?));
            }
        }
        if self.at == self.last {
            Ok(hashes)
        } else {
            Err(missing(self.at + 1))
        }
    }

    /// The next rows, each with its leaf, where it can be read; none at the end.
    pub(crate) async fn next(
        &mut self,
        audit: &Audit,
    ) -> Result<Vec<(log::Model, Result<Vec<u8>, Error>)>, Error> {
        let store = audit.store();
        let rows = store.logs_between(self.at, self.last, CHUNK).await?;
        let Some(end) = rows.last().map(|row| row.seq) else {
            return Ok(Vec::new());
        };
        self.at = end;
        let catalog = audit.catalog();
        if rows.iter().any(|row| catalog.model(row.model_id).is_none()) {
            audit.refresh().await?;
        }
        let catalog = audit.catalog();
        let with_leaf = |row: log::Model| {
            let model = catalog.model(row.model_id).map(|entry| &entry.model);
            let (host, model) = model.map_or(("", ""), |model| {
                (model.host.as_str(), model.model.as_str())
            });
            let leaf = of(host, model, &row);
            (row, leaf)
        };
        Ok(rows.into_iter().map(with_leaf).collect())
    }
}

fn missing(seq: i64) -> Error {
    Error::Broken(format!("log {seq} is missing"))
}

/// The leaf of a row.
pub(crate) fn of(host: &str, model: &str, row: &log::Model) -> Result<Vec<u8>, Error> {
    let head = Head {
        id: row.id.to_string(),
        seq: row.seq,
        host,
        model,
        model_label: &row.model_label,
        record_id: &row.record_id,
        record_name: row.record_name.as_deref(),
        revision: row.revision,
        user_login: &row.user_login,
        user_name: row.user_name.as_deref(),
        on_behalf_of: row.on_behalf_of.as_deref(),
        occurred_at: Timestamp::from_micros(row.occurred_at),
        recorded_at: Timestamp::from_micros(row.recorded_at),
        rule_ids: from_json(&row.rule_ids)?,
        context: match &row.context {
            Some(context) => from_json(context)?,
            None => serde_json::Value::Null,
        },
    };
    leaf::leaf(&head, &present::entry(row)?)
        .map_err(|error| Error::Broken(format!("log {} has no leaf: {error}", row.seq)))
}

/// A seed as it is kept in a file: base64.
impl Seed {
    /// Reads 32 bytes in base64.
    pub fn from_base64(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Writes them.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }
}
