//! Verification: every stored log against the tree, and the tree against what was signed.
//!
//! The leaves are made again from the logs and compared with the tiles, so that an altered log is
//! told by its place; the tiles are compared with every checkpoint, so that altering both is told
//! by the checkpoints it lies between. What was never under a checkpoint cannot be judged.

use std::collections::{BTreeMap, BTreeSet};

use proof::{Checkpoint, Hash, SignedNote, Tile, TileGrowth, TilePlace, VerifyingKey, leaf_hash};
use tokio::sync::watch;
use types::{Finding, Report, Verdict};

use crate::engine::search::Words;
use crate::sealer::Leaves;
use crate::store::{from_json, log};
use crate::{Audit, Error, present};

/// Findings that are told one by one.
const TOLD: usize = 100;
/// Tiles of leaves that are read at once.
const TILES: u64 = 32;
/// Kept checkpoints that are read at once.
const CHECKPOINTS: u64 = 1_000;

/// What the trail is compared with besides its own checkpoints.
#[derive(Debug, Clone, Default)]
pub struct Against {
    /// Signed notes that somebody kept elsewhere.
    pub notes: Vec<String>,
    /// The public key to rely on, in place of those that the database names.
    pub key: Option<VerifyingKey>,
}

/// How many logs of how many were read.
pub type Progress = watch::Sender<(i64, i64)>;

/// Verifies the whole trail and tells `progress` how far it is.
pub async fn verify(
    audit: &Audit,
    against: &Against,
    progress: &Progress,
) -> Result<Report, Error> {
    let mut check = Check::begin(audit, against).await?;
    let end = check.end;
    let mut leaves = Leaves::between(0, end);
    progress.send_replace((0, end));
    loop {
        let rows = leaves.next(audit).await?;
        if rows.is_empty() {
            break;
        }
        for (row, leaf) in rows {
            check.row(audit, &row, leaf).await?;
        }
        progress.send_replace((check.next - 1, end));
    }
    Ok(check.finish())
}

/// A checkpoint to be met on the way.
struct Mark {
    root: Hash,
    what: String,
}

struct Check {
    keys: Vec<VerifyingKey>,
    /// The place of the last log as the database says.
    end: i64,
    /// How many logs its newest checkpoint is over.
    sealed: i64,
    /// The largest checkpoint of all, those from elsewhere included.
    largest: i64,
    marks: BTreeMap<i64, Vec<Mark>>,
    /// How far kept checkpoints were read.
    kept: Option<i64>,
    met: i64,
    /// The size of the last checkpoint that fitted.
    good: i64,
    /// Whether the tree left the signed one: later checkpoints cannot fit any more.
    lost: bool,
    tree: TileGrowth,
    tiles: BTreeMap<TilePlace, Tile>,
    /// The place of the log that comes next.
    next: i64,
    findings: Vec<Finding>,
    more: i64,
    /// Whether anything but the end is missing.
    tampered: bool,
    truncated: bool,
}

impl Check {
    async fn begin(audit: &Audit, against: &Against) -> Result<Self, Error> {
        let store = audit.store();
        let keys = if let Some(key) = &against.key {
            vec![key.clone()]
        } else {
            let rows = store.signing_keys().await?;
            let keys = rows
                .iter()
                .filter_map(|row| VerifyingKey::parse(&row.key).ok());
            keys.collect()
        };
        let newest = store.sealed().await?;
        // After the checkpoint, so that what it is over is within.
        let end = store.end().await?;
        let tree = TileGrowth::resume(0, |_| None)
            .ok_or_else(|| Error::Broken("an empty tree".to_owned()))?;
        let mut check = Self {
            keys,
            end,
            sealed: newest.as_ref().map_or(0, |sealed| sealed.size),
            largest: 0,
            marks: BTreeMap::new(),
            kept: Some(0),
            met: 0,
            good: 0,
            lost: false,
            tree,
            tiles: BTreeMap::new(),
            next: 1,
            findings: Vec::new(),
            more: 0,
            tampered: false,
            truncated: false,
        };
        if let Some(newest) = newest {
            check.mark(newest.size, &newest.note, "the newest checkpoint");
        }
        for note in &against.notes {
            let size = note.lines().nth(1).and_then(|line| line.parse().ok());
            check.mark(size.unwrap_or(0), note, "the checkpoint from elsewhere");
        }
        check.more_marks(audit).await?;
        Ok(check)
    }

    /// Notes a checkpoint, after a look at its signature.
    fn mark(&mut self, size: i64, note: &str, what: &str) {
        let what = format!("{what} (of {size} logs)");
        match self.opened(note) {
            Ok(checkpoint) if i64::try_from(checkpoint.size) == Ok(size) => {
                self.largest = self.largest.max(size);
                self.marks.entry(size).or_default().push(Mark {
                    root: checkpoint.root,
                    what,
                });
            }
            Ok(_) => self.found(0, 0, None, format!("{what} is kept under another size")),
            Err(why) => self.found(0, 0, None, format!("{what}: {why}")),
        }
    }

    fn opened(&self, note: &str) -> Result<Checkpoint, String> {
        let note = SignedNote::parse(note).map_err(|error| error.to_string())?;
        let mut why = "no key is known that it could be signed by".to_owned();
        for key in &self.keys {
            match note.verify(key) {
                Ok(checkpoint) => return Ok(checkpoint),
                Err(error) => why = error.to_string(),
            }
        }
        Err(why)
    }

    /// Reads the next kept checkpoints, if those read were passed.
    async fn more_marks(&mut self, audit: &Audit) -> Result<(), Error> {
        let Some(after) = self.kept.filter(|after| *after < self.next) else {
            return Ok(());
        };
        let kept = audit.store().checkpoints(after, CHECKPOINTS).await?;
        self.kept = kept.last().map(|last| last.size);
        for checkpoint in kept {
            self.mark(checkpoint.size, &checkpoint.note, "the checkpoint");
        }
        Ok(())
    }

    fn found(&mut self, from: i64, to: i64, log_id: Option<String>, what: String) {
        self.tampered = true;
        self.note(from, to, log_id, what);
    }

    fn note(&mut self, from: i64, to: i64, log_id: Option<String>, what: String) {
        if self.findings.len() < TOLD {
            self.findings.push(Finding {
                from,
                to,
                log_id,
                what,
            });
        } else {
            self.more += 1;
        }
    }

    async fn row(
        &mut self,
        audit: &Audit,
        row: &log::Model,
        leaf: Result<Vec<u8>, Error>,
    ) -> Result<(), Error> {
        if row.seq > self.next {
            let (from, to) = (self.next, row.seq - 1);
            self.found(from, to, None, "removed from the trail".to_owned());
            while self.next < row.seq {
                let stored = self.stored(audit, self.next).await?;
                self.push(audit, stored.unwrap_or_else(Hash::of_nothing))
                    .await?;
            }
        }
        let id = Some(row.id.to_string());
        let hash = match leaf {
            Ok(leaf) => leaf_hash(&leaf),
            Err(_) => Hash::of_nothing(),
        };
        let mut pushed = hash;
        if row.seq <= self.sealed {
            match self.stored(audit, row.seq).await? {
                Some(stored) if stored != hash => {
                    let what = "not as it was sealed: it was altered";
                    self.found(row.seq, row.seq, id.clone(), what.to_owned());
                    pushed = stored;
                }
                Some(_) => {}
                None => {
                    let what = "its hash is missing from the tree";
                    self.found(row.seq, row.seq, id.clone(), what.to_owned());
                }
            }
        }
        if let Some(what) = derived(row) {
            self.found(row.seq, row.seq, id, what);
        }
        self.push(audit, pushed).await
    }

    /// The hash of a leaf as the tiles have it.
    async fn stored(&mut self, audit: &Audit, seq: i64) -> Result<Option<Hash>, Error> {
        let (place, within) = TilePlace::of_leaf(u64::try_from(seq - 1).unwrap_or_default());
        if !self.tiles.contains_key(&place) {
            self.tiles = audit.store().leaf_tiles(place.index, TILES).await?;
        }
        let tile = self.tiles.get(&place);
        Ok(tile.and_then(|tile| tile.0.get(within).copied()))
    }

    /// Grows the tree by the leaf that comes next and looks whether a checkpoint is met.
    async fn push(&mut self, audit: &Audit, hash: Hash) -> Result<(), Error> {
        self.tree.push(hash);
        self.tree.take_changed();
        let size = self.next;
        self.next += 1;
        self.more_marks(audit).await?;
        let Some(marks) = self.marks.remove(&size) else {
            return Ok(());
        };
        let root = self.tree.root();
        for mark in marks {
            self.met += 1;
            if self.lost || mark.root == root {
                continue;
            }
            self.lost = true;
            let from = self.good + 1;
            let what = format!("these are not the logs that {} was signed over", mark.what);
            self.found(from, size, None, what);
        }
        if !self.lost {
            self.good = size;
        }
        Ok(())
    }

    fn finish(mut self) -> Report {
        let last = self.next - 1;
        let expected = self.largest.max(self.sealed).max(self.end);
        if last < expected {
            self.truncated = true;
            let what = if last < self.largest {
                format!(
                    "the end is missing: a checkpoint was signed over {} logs",
                    self.largest
                )
            } else {
                "the end is missing: logs that no checkpoint was over yet".to_owned()
            };
            self.note(last + 1, expected, None, what);
        }
        let verdict = if self.tampered {
            Verdict::Tampered
        } else if self.truncated {
            Verdict::Truncated
        } else if self.met == 0 {
            Verdict::NothingToVerify
        } else {
            Verdict::Intact
        };
        Report {
            verdict,
            logs: last,
            sealed: self.sealed.min(last),
            checkpoints: self.met,
            findings: self.findings,
            more: self.more,
        }
    }
}

/// What is kept beside a log to find it by, where it is not what the log says.
fn derived(row: &log::Model) -> Option<String> {
    let context: types::Context = match &row.context {
        Some(context) => from_json(context).ok()?,
        None => types::Context::default(),
    };
    let entry = present::entry(row).ok()?;
    let mut words = Words::default();
    words.text(row.record_name.as_deref().unwrap_or_default());
    words.text(&row.user_login);
    words.text(row.user_name.as_deref().unwrap_or_default());
    words.changes(&entry.changes);
    let told = serde_json::from_str::<BTreeSet<String>>(&row.fields).ok();
    let fields = entry.changes.iter().map(|change| change.field.clone());
    let wrong = [
        ("fields", told != Some(fields.collect())),
        ("request", context.request_id != row.request_id),
        ("transaction", context.transaction_id != row.transaction_id),
        ("search text", words.finish() != row.search),
    ];
    let wrong: Vec<&str> = wrong
        .iter()
        .filter(|(_, wrong)| *wrong)
        .map(|(name, _)| *name)
        .collect();
    (!wrong.is_empty()).then(|| format!("found by what it does not say: {}", wrong.join(", ")))
}
