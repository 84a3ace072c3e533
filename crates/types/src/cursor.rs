//! Cursors: a position in a list, bound to the query it was given for.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// A position in a list. On the wire an opaque text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The key of the last row that was given.
    pub after: i64,
}

impl Cursor {
    /// The text for a row's key within the query that `fingerprint` tells apart from others.
    pub fn encode(self, fingerprint: &str) -> String {
        let mut bytes = [0u8; 16];
        bytes[..8].copy_from_slice(&hash(fingerprint, self.after).to_be_bytes());
        bytes[8..].copy_from_slice(&self.after.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position, or `None` for garbage and for a cursor of another query.
    pub fn decode(text: &str, fingerprint: &str) -> Option<Self> {
        let bytes: [u8; 16] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (tag, after) = bytes.split_at(8);
        let after = i64::from_be_bytes(after.try_into().ok()?);
        let tag = u64::from_be_bytes(tag.try_into().ok()?);
        (tag == hash(fingerprint, after)).then_some(Self { after })
    }
}

/// FNV-1a, 64 bits: a cursor is checked against mistakes, not against forgers: a forged one only
/// begins the caller's own list elsewhere.
fn hash(fingerprint: &str, after: i64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in fingerprint.bytes().chain(after.to_be_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::Cursor;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_of_another_query_or_garbage_is_refused() {
        let text = Cursor { after: 812 }.encode("model=crm.lead");
        assert_eq!(
            Cursor::decode(&text, "model=crm.lead"),
            Some(Cursor { after: 812 })
        );
        assert_eq!(Cursor::decode(&text, "model=crm.order"), None);
        assert_eq!(Cursor::decode("garbage", "model=crm.lead"), None);
        assert_eq!(Cursor::decode("", "model=crm.lead"), None);
    }

    proptest! {
        #[test]
        fn a_changed_cursor_is_refused(after: i64, position in 0usize..22, other in "[A-Za-z0-9_-]") {
            let text = Cursor { after }.encode("q");
            let mut changed = text.clone();
            changed.replace_range(position..=position, &other);
            prop_assert_eq!(Cursor::decode(&text, "q"), Some(Cursor { after }));
            if changed != text {
                prop_assert_ne!(Cursor::decode(&changed, "q"), Some(Cursor { after }));
            }
        }
    }
}
