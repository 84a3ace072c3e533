//! Proofs as they cross the wire, and what verifications found.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// That a log is in the trail.
///
/// Whoever doubts it hashes `leaf` (SHA-256 of a zero byte and the leaf's bytes), climbs by
/// `hashes` to the root (RFC 6962, section 2.1.1), and compares that with the signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proof {
    /// The log.
    pub log_id: String,
    /// The leaf's bytes in base64: canonical JSON (RFC 8785) of everything that the log says.
    /// Absent where the reader may not see all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<String>,
    /// The leaf's hash, in base64.
    pub leaf_hash: String,
    /// The leaf's place, counted from 0.
    pub index: u64,
    /// How many leaves the tree of the checkpoint has.
    pub tree_size: u64,
    /// The hashes on the way to the root, from the leaf upwards, in base64.
    pub hashes: Vec<String>,
    /// The signed checkpoint.
    pub checkpoint: String,
}

/// That the trail only grew from one size to another (RFC 6962, section 2.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consistency {
    /// The smaller size.
    pub from: u64,
    /// The larger size.
    pub to: u64,
    /// The root of the tree of `from` logs, in base64.
    pub from_root: String,
    /// The root of the tree of `to` logs, in base64.
    pub to_root: String,
    /// The hashes that lead from one to the other, in base64.
    pub hashes: Vec<String>,
}

/// A checkpoint that was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCheckpoint {
    /// How many logs it is over.
    pub size: i64,
    /// The root of the tree over them, in base64.
    pub root: String,
    /// When it was signed.
    pub sealed_at: Timestamp,
    /// The signed note.
    pub note: String,
}

/// What a verification comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every log is as it was sealed.
    Intact,
    /// Logs were altered, removed or put in.
    Tampered,
    /// The end of the trail is missing: it went back in time.
    Truncated,
    /// There is no checkpoint to compare with.
    NothingToVerify,
}

impl Verdict {
    /// All of them, from good to bad.
    pub const ALL: [Self; 4] = [
        Self::Intact,
        Self::NothingToVerify,
        Self::Truncated,
        Self::Tampered,
    ];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::Tampered => "tampered",
            Self::Truncated => "truncated",
            Self::NothingToVerify => "nothing_to_verify",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == word)
    }
}

/// Something that is not as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The first log concerned, by its place; 0 where it is none in particular.
    pub from: i64,
    /// The last log concerned.
    pub to: i64,
    /// The log's id, where it is one log that is still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_id: Option<String>,
    /// What was found, in a sentence.
    pub what: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it comes to.
    pub verdict: Verdict,
    /// How many logs were read.
    pub logs: i64,
    /// How many of them are under a checkpoint.
    pub sealed: i64,
    /// How many checkpoints were compared.
    pub checkpoints: i64,
    /// What is not as it was sealed, the first so many.
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more: i64,
}

/// A verification, running or done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Its number.
    pub number: i64,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it was done; absent while it runs, and where the server ended first.
    pub finished_at: Option<Timestamp>,
    /// The login of who began it.
    pub started_by: String,
    /// How many logs there are to read.
    pub logs: i64,
    /// How many were read.
    pub done: i64,
    /// What it found.
    pub report: Option<Report>,
}

/// How the trail is sealed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// Whether this server seals.
    pub active: bool,
    /// How many logs there are.
    pub logs: i64,
    /// The newest checkpoint.
    pub newest: Option<SealedCheckpoint>,
    /// The public keys that signed, in the order in which they began to.
    pub keys: Vec<String>,
}
