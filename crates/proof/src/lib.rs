//! Proofs: that a log is in the trail, and that the trail only grew.
//!
//! The logs are the leaves of a Merkle tree as RFC 6962 describes it, in the order of their place.
//! Its root stands in a [checkpoint](Checkpoint), which is signed. Here is what both sides need:
//! the server to make proofs, and whoever doubts it to check them. Pure functions without I/O, the
//! same in the server, in the command line and, compiled to wasm, in the browser.

mod checkpoint;
mod hash;
mod tiles;
mod tree;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, SignedNote, Signer, VerifyingKey};
pub use hash::{Hash, HashError, from_base64, leaf_hash, node_hash};
pub use tiles::{Tile, TileGrowth, TilePlace, WIDTH};
pub use tree::{Node, Range, consistency, fold, inclusion, whole};
pub use verify::{ProofError, verify_consistency, verify_inclusion};

#[cfg(test)]
mod tests;
