//! Tiles: how the tree is stored (after C2SP tlog-tiles). A tile holds up to 256 hashes of one
//! level, side by side; the levels in between are computed from it. A full one never changes.

use std::collections::BTreeMap;

use crate::hash::{Hash, node_hash};
use crate::tree::Node;

/// How many hashes a full tile has.
pub const WIDTH: usize = 256;
/// The logarithm of [`WIDTH`]: how many levels of the tree one level of tiles stands for.
const HEIGHT: u32 = 8;

/// Where a tile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TilePlace {
    /// The level of tiles: that of leaves is 0, and a hash of the next stands for 256 of it.
    pub level: u32,
    /// The place among the tiles of its level.
    pub index: u64,
}

/// The hashes of a tile, from left to right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tile(pub Vec<Hash>);

impl Tile {
    /// From bytes, 32 a hash.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if !bytes.len().is_multiple_of(32) || bytes.len() > WIDTH * 32 {
            return None;
        }
        let hashes = bytes.chunks_exact(32).map(Hash::from_slice);
        hashes.collect::<Result<_, _>>().ok().map(Self)
    }

    /// Its hashes one after the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|hash| hash.0).collect()
    }

    /// The hash of a complete subtree that is in this tile; none where leaves of it are missing.
    pub fn node(&self, node: Node) -> Option<Hash> {
        let (_, first, count) = place_of(node);
        let hashes = self.0.get(first..first + count)?;
        Some(complete(hashes))
    }
}

impl TilePlace {
    /// The tile that a complete subtree is looked up in.
    pub fn of(node: Node) -> Self {
        place_of(node).0
    }

    /// The tile of leaves that a leaf is in, and its place there.
    pub fn of_leaf(index: u64) -> (Self, usize) {
        let (place, first, _) = place_of(Node { level: 0, index });
        (place, first)
    }

    /// The last tile of a level in a tree of `size` leaves, if that level has any hash.
    pub fn last(level: u32, size: u64) -> Option<Self> {
        let hashes = size >> (HEIGHT * level);
        (hashes > 0).then(|| Self {
            level,
            index: (hashes - 1) / WIDTH as u64,
        })
    }
}

/// The tile of a node, the first of its hashes there, and how many it stands for.
fn place_of(node: Node) -> (TilePlace, usize, usize) {
    let within = node.level % HEIGHT;
    let first = node.index << within;
    let place = TilePlace {
        level: node.level / HEIGHT,
        index: first / WIDTH as u64,
    };
    // Less than WIDTH, so it fits.
    let offset = usize::try_from(first % WIDTH as u64).unwrap_or_default();
    (place, offset, 1 << within)
}

/// The hash over a power of two of hashes.
fn complete(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => Hash::of_nothing(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len() / 2);
            node_hash(complete(left), complete(right))
        }
    }
}

/// A tree that grows: it needs the last tile of each level only, and tells which tiles changed.
#[derive(Debug, Clone)]
pub struct TileGrowth {
    size: u64,
    /// The last tile of each level, and whether it grew since it was asked for.
    open: Vec<(Tile, bool)>,
    full: BTreeMap<TilePlace, Tile>,
}

impl TileGrowth {
    /// A tree of `size` leaves, whose last tiles are looked up by `tile`; none where one is
    /// missing or too short.
    pub fn resume(size: u64, mut tile: impl FnMut(TilePlace) -> Option<Tile>) -> Option<Self> {
        let mut open = Vec::new();
        let mut level = 0;
        loop {
            let hashes = size >> (HEIGHT * level);
            if hashes == 0 {
                break;
            }
            let width = usize::try_from(hashes % WIDTH as u64).ok()?;
            let last = if width == 0 {
                Tile::default()
            } else {
                let mut last = tile(TilePlace {
                    level,
                    index: hashes / WIDTH as u64,
                })?;
                // A longer one was written by somebody who did not get to the checkpoint.
                if last.0.len() < width {
                    return None;
                }
                last.0.truncate(width);
                last
            };
            open.push((last, false));
            level += 1;
            if level * HEIGHT >= u64::BITS {
                break;
            }
        }
        Some(Self {
            size,
            open,
            full: BTreeMap::new(),
        })
    }

    /// The tiles that [`Self::resume`] asks for.
    pub fn needed(size: u64) -> Vec<TilePlace> {
        let levels = (0..u64::BITS / HEIGHT).map(|level| (level, size >> (HEIGHT * level)));
        levels
            .filter(|(_, hashes)| hashes % WIDTH as u64 != 0)
            .map(|(level, hashes)| TilePlace {
                level,
                index: hashes / WIDTH as u64,
            })
            .collect()
    }

    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut level = 0;
        loop {
            if self.open.len() == level {
                self.open.push((Tile::default(), false));
            }
            let place = self.place(level);
            let (tile, grew) = &mut self.open[level];
            tile.0.push(hash);
            *grew = tile.0.len() < WIDTH;
            if *grew {
                break;
            }
            hash = complete(&tile.0);
            self.full.insert(place, std::mem::take(tile));
            level += 1;
        }
        self.size += 1;
    }

    /// Where the next hash of a level goes.
    fn place(&self, level: usize) -> TilePlace {
        let hashes = self.size >> (HEIGHT as usize * level);
        TilePlace {
            level: u32::try_from(level).unwrap_or(u32::MAX),
            index: hashes / WIDTH as u64,
        }
    }

    /// The root of the tree as it is.
    pub fn root(&self) -> Hash {
        // From the leaves upwards, each level's rest lies to the right of the level above it.
        let mut root: Option<Hash> = None;
        for (tile, _) in &self.open {
            let mut hashes = tile.0.as_slice();
            let mut parts = Vec::new();
            while !hashes.is_empty() {
                let (first, rest) = hashes.split_at(1 << hashes.len().ilog2());
                parts.push(complete(first));
                hashes = rest;
            }
            for part in parts.into_iter().rev() {
                root = Some(root.map_or(part, |right| node_hash(part, right)));
            }
        }
        root.unwrap_or_else(Hash::of_nothing)
    }

    /// The tiles that are new or longer since the last time this was asked.
    pub fn take_changed(&mut self) -> BTreeMap<TilePlace, Tile> {
        let mut changed = std::mem::take(&mut self.full);
        for level in 0..self.open.len() {
            let place = self.place(level);
            let (tile, grew) = &mut self.open[level];
            if std::mem::take(grew) {
                changed.insert(place, tile.clone());
            }
        }
        changed
    }
}
