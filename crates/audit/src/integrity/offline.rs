//! Verification of an exported trail: with a public key and nothing else, no database.

use std::collections::BTreeMap;

use proof::{Checkpoint, Hash, SignedNote, TileGrowth, VerifyingKey, leaf_hash};
use serde::Deserialize;
use types::{Finding, Report, Verdict};

use super::export::FORMAT;

/// Findings that are told one by one.
const TOLD: usize = 100;

#[derive(Deserialize)]
struct Head {
    format: String,
    size: u64,
    checkpoint: String,
}

#[derive(Deserialize)]
struct Line {
    hash: Option<String>,
    leaf: Option<String>,
    checkpoint: Option<String>,
}

/// What is read of a leaf beside its bytes.
#[derive(Deserialize)]
struct Leaf {
    id: String,
    seq: String,
}

/// A trail that is read line by line.
pub struct Offline {
    key: VerifyingKey,
    /// Roots to be met, by how many logs they are over.
    marks: BTreeMap<u64, Vec<(Hash, &'static str)>>,
    /// How many logs the export says that it holds.
    size: u64,
    /// The largest checkpoint that has to be met.
    largest: u64,
    tree: TileGrowth,
    /// The size of the last checkpoint that fitted.
    good: u64,
    lost: bool,
    met: i64,
    findings: Vec<Finding>,
    more: i64,
    tampered: bool,
}

impl Offline {
    /// Reads the first line; `notes` are checkpoints that were kept elsewhere.
    pub fn begin(head: &str, key: VerifyingKey, notes: &[String]) -> Result<Self, String> {
        let head: Head = serde_json::from_str(head)
            .map_err(|_| "this is no trail that `revisor export --with-proofs` wrote".to_owned())?;
        if head.format != FORMAT {
            return Err(format!("the form {} is not known here", head.format));
        }
        let tree = TileGrowth::resume(0, |_| None).ok_or("an empty tree")?;
        let mut offline = Self {
            key,
            marks: BTreeMap::new(),
            size: head.size,
            largest: 0,
            tree,
            good: 0,
            lost: false,
            met: 0,
            findings: Vec::new(),
            more: 0,
            tampered: false,
        };
        offline.expect(&head.checkpoint, "the checkpoint of the export");
        for note in notes {
            offline.expect(note, "the checkpoint from elsewhere");
        }
        Ok(offline)
    }

    fn opened(&self, note: &str) -> Result<Checkpoint, String> {
        let note = SignedNote::parse(note).map_err(|error| error.to_string())?;
        note.verify(&self.key).map_err(|error| error.to_string())
    }

    fn expect(&mut self, note: &str, what: &'static str) {
        match self.opened(note) {
            Ok(checkpoint) => {
                self.largest = self.largest.max(checkpoint.size);
                let marks = self.marks.entry(checkpoint.size).or_default();
                marks.push((checkpoint.root, what));
            }
            Err(why) => self.found(0, 0, None, format!("{what}: {why}")),
        }
    }

    /// Reads a line behind the first.
    pub fn line(&mut self, line: &str) {
        let next = self.tree.size() + 1;
        let Ok(line) = serde_json::from_str::<Line>(line) else {
            return self.found(next, next, None, "a line that cannot be read".to_owned());
        };
        if let Some(leaf) = line.leaf {
            self.leaf(&leaf, line.hash.as_deref());
        } else if let Some(note) = line.checkpoint {
            self.checkpoint(&note);
        }
    }

    fn leaf(&mut self, leaf: &str, hash: Option<&str>) {
        let seq = self.tree.size() + 1;
        let told: Option<Leaf> = serde_json::from_str(leaf).ok();
        let id = told.as_ref().map(|told| told.id.clone());
        let told = told.and_then(|told| told.seq.parse::<u64>().ok());
        if told != Some(seq) {
            let what = told.map_or_else(
                || "cannot be read".to_owned(),
                |told| format!("log {told} stands here: others were removed, put in or moved"),
            );
            // One of them is told; those behind it are moved by as much.
            if !self.lost {
                self.found(seq, seq, id.clone(), what);
                self.lost = true;
            }
        }
        let own = leaf_hash(leaf.as_bytes());
        let beside = hash.and_then(|hash| Hash::from_base64(hash).ok());
        let hash = match beside {
            Some(beside) if beside != own => {
                let what = "not as it was sealed: it was altered";
                self.found(seq, seq, id, what.to_owned());
                beside
            }
            _ => own,
        };
        self.tree.push(hash);
        self.tree.take_changed();
        for (root, what) in self.marks.remove(&seq).unwrap_or_default() {
            self.meet(root, what);
        }
    }

    /// A checkpoint that was kept in the trail; one of another key says nothing here.
    fn checkpoint(&mut self, note: &str) {
        let Ok(checkpoint) = self.opened(note) else {
            return;
        };
        if checkpoint.size == self.tree.size() {
            self.meet(checkpoint.root, "the checkpoint");
        } else {
            let at = self.tree.size();
            let what = format!("the checkpoint of {} logs stands here", checkpoint.size);
            self.found(at, at, None, what);
        }
    }

    fn meet(&mut self, root: Hash, what: &str) {
        self.met += 1;
        let size = self.tree.size();
        if self.tree.root() == root {
            if !self.lost {
                self.good = size;
            }
        } else if !self.lost || !self.tampered {
            self.lost = true;
            let what =
                format!("these are not the logs that {what} (of {size} logs) was signed over");
            self.found(self.good + 1, size, None, what);
        }
    }

    fn found(&mut self, from: u64, to: u64, log_id: Option<String>, what: String) {
        self.tampered = true;
        self.note(from, to, log_id, what);
    }

    fn note(&mut self, from: u64, to: u64, log_id: Option<String>, what: String) {
        if self.findings.len() == TOLD {
            self.more += 1;
            return;
        }
        let place = |seq| i64::try_from(seq).unwrap_or(i64::MAX);
        self.findings.push(Finding {
            from: place(from),
            to: place(to),
            log_id,
            what,
        });
    }

    /// What it comes to, after the last line.
    pub fn finish(mut self) -> Report {
        let last = self.tree.size();
        let expected = self.largest.max(self.size);
        let truncated = last < expected;
        if truncated {
            let what = format!("the end is missing: there were {expected} logs");
            self.note(last + 1, expected, None, what);
        }
        let verdict = if self.tampered {
            Verdict::Tampered
        } else if truncated {
            Verdict::Truncated
        } else if self.met == 0 {
            Verdict::NothingToVerify
        } else {
            Verdict::Intact
        };
        let count = |logs: u64| i64::try_from(logs).unwrap_or(i64::MAX);
        Report {
            verdict,
            logs: count(last),
            sealed: count(self.largest.min(last)),
            checkpoints: self.met,
            findings: self.findings,
            more: self.more,
        }
    }
}
