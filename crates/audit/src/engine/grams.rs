//! Grams: what a text is found by without being read.
//!
//! A gram is three characters that follow each other on one line of a text; of scripts that write a
//! word with two, also two. A text that contains another one has all of its grams, so that the
//! places of a few grams tell where the other one can be: nowhere else, though not everywhere there.
//!
//! Logs come in blocks. The grams of a block are spread over buckets, each of which is one row of
//! bytes that can be read alone. Grams that fall together have the places of both, and one that more
//! than half of the logs have is said to be everywhere: both only let through more.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// What a row begins with; of rows that begin with something else nothing is believed.
const FORMAT: u8 = 1;
/// The first character of the scripts that two characters are enough of: Devanagari and what comes
/// behind it, Chinese, Japanese and Korean among them.
const DENSE: u32 = 0x900;
/// How many grams of what is looked for are asked for at most.
const MOST: usize = 12;
/// How many of them mostly suffice.
const SOME: usize = 4;

/// How many logs a block has, and how many rows its grams make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    logs: u32,
}

impl Shape {
    /// Blocks of about `logs` logs, from 64 to 65,536; 0 stands for the most.
    pub(crate) fn of(logs: u32) -> Self {
        let logs = if logs == 0 { 65_536 } else { logs };
        Self {
            logs: logs.clamp(64, 65_536).next_power_of_two(),
        }
    }

    /// How many logs a block has.
    pub(crate) fn logs(self) -> i64 {
        i64::from(self.logs)
    }

    /// How many rows a block has: so many that one of them is small.
    pub(crate) const fn buckets(self) -> u32 {
        self.logs / 16
    }

    /// What every row of such blocks begins with.
    #[expect(clippy::cast_possible_truncation, reason = "at most 16")]
    pub(crate) const fn mark(self) -> [u8; 2] {
        [FORMAT, self.logs.trailing_zeros() as u8]
    }

    /// The bucket of a gram, and what it is called there.
    const fn key(self, gram: u32) -> u32 {
        (gram % self.buckets()) << 16 | gram >> 16
    }

    const fn words(self) -> usize {
        self.logs as usize / 64
    }
}

/// Tells each gram of a text, as often as it is there.
fn each(text: &str, mut tell: impl FnMut(u32)) {
    // Nothing stands for 0: no text has the character.
    let (mut before, mut last) = (0, 0);
    for c in text.chars() {
        if matches!(c, '\n' | '\0') {
            (before, last) = (0, 0);
            continue;
        }
        let c = u32::from(c);
        if last >= DENSE && c >= DENSE {
            tell(mix(0, last, c));
        }
        if before != 0 {
            tell(mix(before, last, c));
        }
        (before, last) = (last, c);
    }
}

/// The number of a gram: the end of `SplitMix64` over its characters. It is stored and never changes.
const fn mix(a: u32, b: u32, c: u32) -> u32 {
    let mut bits = (a as u64) << 42 | (b as u64) << 21 | c as u64;
    bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits >> 32) as u32
}

/// Grams are mixed well already.
#[derive(Debug, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// The places of a gram in a block while they are collected, in rising order: the way from each to
/// the next in groups of seven bits, or a bit for each log where that is shorter.
#[derive(Debug)]
struct Places {
    next: u32,
    count: u32,
    bytes: Vec<u8>,
    bits: bool,
}

impl Places {
    const fn new() -> Self {
        Self {
            next: 0,
            count: 0,
            bytes: Vec::new(),
            bits: false,
        }
    }

    /// Adds the place, unless it is the last one; by how many bytes it grew.
    fn add(&mut self, place: u32, shape: Shape) -> usize {
        if place < self.next {
            return 0;
        }
        let before = self.bytes.len();
        let mut way = place - self.next;
        self.next = place + 1;
        self.count += 1;
        if self.bits {
            self.bytes[place as usize / 8] |= 1 << (place % 8);
            return 0;
        }
        while way >= 128 {
            self.bytes.push(way.to_le_bytes()[0] | 128);
            way >>= 7;
        }
        self.bytes.push(way.to_le_bytes()[0]);
        if self.bytes.len() > shape.logs as usize / 8 {
            let mut found = vec![0; shape.words()];
            list(&self.bytes, &mut found);
            self.bytes = found.into_iter().flat_map(u64::to_le_bytes).collect();
            self.bits = true;
        }
        self.bytes.len().saturating_sub(before)
    }
}

/// Sets the bits of a list of places; whether it is one.
fn list(bytes: &[u8], found: &mut [u64]) -> bool {
    let (mut next, mut way, mut shift) = (0_u32, 0_u32, 0);
    for byte in bytes {
        if shift > 14 {
            return false;
        }
        way |= u32::from(byte & 127) << shift;
        shift += 7;
        if *byte < 128 {
            let place = next + way;
            let Some(word) = found.get_mut(place as usize / 64) else {
                return false;
            };
            *word |= 1 << (place % 64);
            (next, way, shift) = (place + 1, 0, 0);
        }
    }
    shift == 0
}

/// What is known of a gram, as a row says it.
const LIST: u32 = 0;
const BITS: u32 = 1;
const EVERYWHERE: u32 = 2;

/// Collects the grams of a block, from one bucket on and as far as there is room in memory: behind
/// that another pass has to begin.
#[derive(Debug)]
pub(crate) struct Builder {
    shape: Shape,
    from: u32,
    to: u32,
    room: usize,
    taken: usize,
    grams: HashMap<u32, Places, BuildHasherDefault<Mixed>>,
}

/// What a gram takes in memory beside its places.
const OVERHEAD: usize = 64;

impl Builder {
    /// From a bucket on, within about `room` bytes.
    pub(crate) fn new(shape: Shape, from: u32, room: usize) -> Self {
        Self {
            shape,
            from,
            to: shape.buckets(),
            room,
            taken: 0,
            grams: HashMap::default(),
        }
    }

    /// Adds the text of the log at a place of the block. Places come in rising order.
    pub(crate) fn add(&mut self, place: u32, text: &str) {
        let (shape, buckets) = (self.shape, self.from..self.to);
        each(text, |gram| {
            let key = shape.key(gram);
            if buckets.contains(&(key >> 16)) {
                let places = self.grams.entry(key).or_insert_with(|| {
                    self.taken += OVERHEAD;
                    Places::new()
                });
                self.taken += places.add(place, shape);
            }
        });
        while self.taken > self.room && self.to - self.from > 1 {
            self.to = self.from + (self.to - self.from) / 2;
            self.grams.retain(|key, _| key >> 16 < self.to);
            let taken = self.grams.values();
            self.taken = taken.map(|places| OVERHEAD + places.bytes.len()).sum();
        }
    }

    /// A row for each bucket, and the bucket that comes behind the last of them.
    pub(crate) fn finish(self) -> (Vec<(u32, Vec<u8>)>, u32) {
        let row = |bucket| (bucket, self.shape.mark().to_vec());
        let mut rows: Vec<(u32, Vec<u8>)> = (self.from..self.to).map(row).collect();
        let mut grams: Vec<(u32, Places)> = self.grams.into_iter().collect();
        grams.sort_unstable_by_key(|(key, _)| *key);
        for (key, places) in grams {
            let (_, row) = &mut rows[(key >> 16) as usize - self.from as usize];
            row.extend_from_slice(&key.to_le_bytes()[..2]);
            let (kind, bytes) = match places {
                Places { count, .. } if count * 2 > self.shape.logs => (EVERYWHERE, Vec::new()),
                Places { bits, bytes, .. } => (if bits { BITS } else { LIST }, bytes),
            };
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            row.extend_from_slice(&(length << 2 | kind).to_le_bytes()[..3]);
            row.extend_from_slice(&bytes);
        }
        (rows, self.to)
    }
}

/// What is looked for, as grams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    shape: Shape,
    keys: Vec<u32>,
}

impl Wanted {
    /// The grams of these texts, all of which must be there; none where they have no gram.
    pub(crate) fn of<'a>(shape: Shape, needles: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut keys = Vec::new();
        for needle in needles {
            each(needle, |gram| keys.push(shape.key(gram)));
        }
        if keys.len() > MOST {
            // Some from everywhere: nobody knows which are rare.
            let all = keys.len();
            keys = (0..MOST)
                .map(|n| keys[n * (all - 1) / (MOST - 1)])
                .collect();
        }
        keys.sort_unstable();
        keys.dedup();
        (!keys.is_empty()).then_some(Self { shape, keys })
    }

    /// Some of the grams, which mostly suffice, and the others.
    pub(crate) fn parted(&self) -> (Self, Option<Self>) {
        // Grams are mixed, so that the first are any.
        let (some, others) = self.keys.split_at(self.keys.len().min(SOME));
        let of = |keys: &[u32]| Self {
            shape: self.shape,
            keys: keys.to_vec(),
        };
        (of(some), (!others.is_empty()).then(|| of(others)))
    }

    /// The buckets in which they are.
    pub(crate) fn buckets(&self) -> Vec<u32> {
        let mut buckets: Vec<u32> = self.keys.iter().map(|key| key >> 16).collect();
        buckets.dedup();
        buckets
    }

    /// Where in a block all of them can be, by the rows of its buckets; none where it cannot be
    /// told, because a row is missing or broken.
    pub(crate) fn within<'a>(&self, row: impl Fn(u32) -> Option<&'a [u8]>) -> Option<Spots> {
        let mut spots = Spots(vec![u64::MAX; self.shape.words()]);
        for key in &self.keys {
            spots.meet(self.shape, row(key >> 16)?, key.to_le_bytes())?;
        }
        Some(spots)
    }
}

/// Places in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spots(Vec<u64>);

impl Spots {
    /// How many there are.
    pub(crate) fn count(&self) -> i64 {
        self.0.iter().map(|word| i64::from(word.count_ones())).sum()
    }

    /// Each of them, in rising order.
    pub(crate) fn places(&self) -> impl Iterator<Item = i64> {
        (0..).zip(&self.0).flat_map(|(number, word)| {
            (0..64_i64).filter_map(move |bit| (word >> bit & 1 == 1).then_some(number * 64 + bit))
        })
    }

    /// Leaves those that are here, too.
    pub(crate) fn keep(&mut self, others: &Self) {
        for (word, other) in self.0.iter_mut().zip(&others.0) {
            *word &= other;
        }
    }

    /// Leaves those that a gram has, too; none where the row is broken.
    fn meet(&mut self, shape: Shape, row: &[u8], key: [u8; 4]) -> Option<()> {
        let mut rest = row.strip_prefix(&shape.mark())?;
        while !rest.is_empty() {
            let (&[low, high, a, b, c], behind) = rest.split_first_chunk()?;
            let told = u32::from_le_bytes([a, b, c, 0]);
            let (bytes, behind) = behind.split_at_checked((told >> 2) as usize)?;
            rest = behind;
            if [low, high] != key[..2] {
                continue;
            }
            let mut found = vec![0; self.0.len()];
            match told & 3 {
                LIST if list(bytes, &mut found) => {}
                BITS if bytes.len() == found.len() * 8 => {
                    for (word, bytes) in found.iter_mut().zip(bytes.as_chunks().0) {
                        *word = u64::from_le_bytes(*bytes);
                    }
                }
                EVERYWHERE => return Some(()),
                _ => return None,
            }
            self.keep(&Self(found));
            return Some(());
        }
        self.0.fill(0);
        Some(())
    }
}

#[cfg(test)]
#[path = "grams_tests.rs"]
mod tests;
