//! Which parts of the tree a root or a proof is made of (RFC 6962, sections 2.1 to 2.1.2).
//!
//! Every hash that is ever asked for is that of a range of leaves, and every range falls into
//! complete subtrees, whose hashes never change once their leaves are there. So a proof is first
//! told as ranges, then as the complete subtrees to be looked up, and then folded together.

use crate::hash::{Hash, node_hash};

/// A complete subtree: the one at `index` of those with 2^`level` leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// The logarithm of how many leaves it has.
    pub level: u32,
    /// Its place among those of its size.
    pub index: u64,
}

/// The leaves from `start` up to, and without, `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first leaf.
    pub start: u64,
    /// The leaf behind the last one.
    pub end: u64,
}

impl Range {
    /// The complete subtrees that the range is made of, from left to right: first the largest.
    /// The range starts where a subtree of its size would; all ranges here do.
    pub fn nodes(self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut start = self.start;
        while start < self.end {
            let level = (self.end - start).ilog2();
            nodes.push(Node {
                level,
                index: start >> level,
            });
            start += 1 << level;
        }
        nodes
    }
}

/// The hash of a range from those of its [nodes](Range::nodes); of nothing where there are none.
pub fn fold(hashes: &[Hash]) -> Hash {
    let mut from_right = hashes.iter().rev().copied();
    let Some(last) = from_right.next() else {
        return Hash::of_nothing();
    };
    from_right.fold(last, |right, left| node_hash(left, right))
}

/// The range whose hash is the root of a tree of `size` leaves.
pub fn whole(size: u64) -> Range {
    Range {
        start: 0,
        end: size,
    }
}

/// The ranges whose hashes prove, from the leaf upwards, that the leaf at `index` is in the tree
/// of `size` leaves: PATH(m, D\[n\]). None where there is no such leaf.
pub fn inclusion(index: u64, size: u64) -> Option<Vec<Range>> {
    if index >= size {
        return None;
    }
    let mut path = Vec::new();
    let mut here = whole(size);
    while here.end - here.start > 1 {
        let (left, right) = halves(here);
        if index < left.end {
            path.push(right);
            here = left;
        } else {
            path.push(left);
            here = right;
        }
    }
    path.reverse();
    Some(path)
}

/// The ranges whose hashes prove that the tree of `from` leaves is the beginning of the one of
/// `to` leaves: PROOF(m, D\[n\]). Empty where both are the same; none where `from` is 0 or larger
/// than `to`.
pub fn consistency(from: u64, to: u64) -> Option<Vec<Range>> {
    if from == 0 || from > to {
        return None;
    }
    let mut path = Vec::new();
    let mut here = whole(to);
    // Whether what is left of the old tree is all that `here` began with.
    let mut known = true;
    while from != here.end {
        let (left, right) = halves(here);
        if from <= left.end {
            path.push(right);
            here = left;
        } else {
            path.push(left);
            here = right;
            known = false;
        }
    }
    if !known {
        path.push(here);
    }
    path.reverse();
    Some(path)
}

/// The two sides of a range of more than one leaf: left the largest power of two that leaves
/// something for the right.
fn halves(range: Range) -> (Range, Range) {
    let length = range.end - range.start;
    let middle = range.start + (1 << (length - 1).ilog2());
    (
        Range {
            start: range.start,
            end: middle,
        },
        Range {
            start: middle,
            end: range.end,
        },
    )
}
