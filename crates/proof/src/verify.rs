//! Checking proofs, as RFC 9162 (sections 2.1.3.2 and 2.1.4.2) spells it out for the tree of
//! RFC 6962.

use crate::hash::{Hash, node_hash};

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is no such leaf or no such pair of sizes.
    #[error("the tree has no such leaf")]
    OutOfRange,
    /// It has more or fewer hashes than such a proof has.
    #[error("the proof has the wrong length")]
    Length,
    /// It leads to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Checks that the leaf with `leaf` is at `index` in the tree of `size` leaves with `root`.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut here, mut last) = (index, size - 1);
    let mut hash = leaf;
    for side in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if here & 1 == 1 || here == last {
            hash = node_hash(*side, hash);
            while here & 1 == 0 && here != 0 {
                here >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, *side);
        }
        here >>= 1;
        last >>= 1;
    }
    if last != 0 {
        Err(ProofError::Length)
    } else if hash == root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

/// Checks that the tree of `from` leaves with `old` is the beginning of the tree of `to` leaves
/// with `new`.
pub fn verify_consistency(
    from: u64,
    to: u64,
    proof: &[Hash],
    old: Hash,
    new: Hash,
) -> Result<(), ProofError> {
    if from == 0 || from > to {
        return Err(ProofError::OutOfRange);
    }
    if from == to {
        return match (proof.is_empty(), old == new) {
            (true, true) => Ok(()),
            (true, false) => Err(ProofError::Root),
            (false, _) => Err(ProofError::Length),
        };
    }
    // Where the old tree is a complete subtree, its root is left out of the proof.
    let mut proof = proof.iter().copied();
    let first = if from.is_power_of_two() {
        old
    } else {
        proof.next().ok_or(ProofError::Length)?
    };
    let (mut here, mut last) = (from - 1, to - 1);
    while here & 1 == 1 {
        here >>= 1;
        last >>= 1;
    }
    let (mut of_old, mut of_new) = (first, first);
    for side in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if here & 1 == 1 || here == last {
            of_old = node_hash(side, of_old);
            of_new = node_hash(side, of_new);
            while here & 1 == 0 && here != 0 {
                here >>= 1;
                last >>= 1;
            }
        } else {
            of_new = node_hash(of_new, side);
        }
        here >>= 1;
        last >>= 1;
    }
    if last != 0 {
        Err(ProofError::Length)
    } else if of_old == old && of_new == new {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}
