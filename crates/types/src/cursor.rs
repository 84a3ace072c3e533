//! Cursors: a position in a list, bound to the query it was given for.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::Timestamp;

/// A position in a list. On the wire an opaque text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The key of the last row that was given.
    pub after: i64,
    /// What the query's relative times are counted from: when its first page was asked for.
    pub now: Option<Timestamp>,
}

impl Cursor {
    /// The position behind the row of this key.
    pub const fn after(after: i64) -> Self {
        Self { after, now: None }
    }

    /// The text for a row's key within the query that `fingerprint` tells apart from others.
    pub fn encode(self, fingerprint: &str) -> String {
        let position = self.position();
        let mut bytes = hash(fingerprint, &position).to_be_bytes().to_vec();
        bytes.extend_from_slice(&position);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position, or `None` for garbage and for a cursor of another query.
    pub fn decode(text: &str, fingerprint: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (tag, position) = bytes.split_first_chunk::<8>()?;
        if u64::from_be_bytes(*tag) != hash(fingerprint, position) {
            return None;
        }
        let (after, now) = position.split_first_chunk::<8>()?;
        let now = match now {
            [] => None,
            now => Some(i64::from_be_bytes(now.try_into().ok()?)),
        };
        Some(Self {
            after: i64::from_be_bytes(*after),
            now: now.map(Timestamp::from_micros),
        })
    }

    fn position(self) -> Vec<u8> {
        let mut bytes = self.after.to_be_bytes().to_vec();
        if let Some(now) = self.now {
            bytes.extend_from_slice(&now.micros().to_be_bytes());
        }
        bytes
    }
}

/// FNV-1a, 64 bits: a cursor is checked against mistakes, not against forgers: a forged one only
/// begins the caller's own list elsewhere.
fn hash(fingerprint: &str, position: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in fingerprint.bytes().chain(position.iter().copied()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_of_another_query_or_garbage_is_refused() {
        let text = Cursor::after(812).encode("model=crm.lead");
        assert_eq!(
            Cursor::decode(&text, "model=crm.lead"),
            Some(Cursor::after(812))
        );
        assert_eq!(Cursor::decode(&text, "model=crm.order"), None);
        assert_eq!(Cursor::decode("garbage", "model=crm.lead"), None);
        assert_eq!(Cursor::decode("", "model=crm.lead"), None);
    }

    #[test]
    fn a_cursor_remembers_what_relative_times_are_counted_from() {
        let cursor = Cursor {
            after: 812,
            now: Some(Timestamp::from_micros(1_764_000_000_000_000)),
        };
        let text = cursor.encode("q=from:-7d");
        assert_eq!(Cursor::decode(&text, "q=from:-7d"), Some(cursor));
        assert_eq!(Cursor::decode(&text, "q=from:-8d"), None);
        assert_eq!(Cursor::decode(&text[..22], "q=from:-7d"), None);
    }

    proptest! {
        #[test]
        fn a_changed_cursor_is_refused(after: i64, position in 0usize..22, other in "[A-Za-z0-9_-]") {
            let text = Cursor::after(after).encode("q");
            let mut changed = text.clone();
            changed.replace_range(position..=position, &other);
            prop_assert_eq!(Cursor::decode(&text, "q"), Some(Cursor::after(after)));
            if changed != text {
                prop_assert_ne!(Cursor::decode(&changed, "q"), Some(Cursor::after(after)));
            }
        }
    }
}
