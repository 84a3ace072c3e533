//! How a path of git, which is bytes, becomes the id of a record, which is text.
//!
//! - A path in UTF-8 of at most 512 characters that begins with neither `bytes:` nor `sha256:` is
//!   its own id.
//! - Any other path is `bytes:` and the path with every byte that is not a graphic ASCII character,
//!   and `%`, written as `%` and two upper-case hexadecimal digits. [`to_path`] gives it back.
//! - Where that has more than 512 characters, the id is `sha256:` and the digest of the path; the
//!   field `path` and the record's name then still tell it.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Most characters of a record's id.
const LONGEST: usize = 512;
const BYTES: &str = "bytes:";
const DIGEST: &str = "sha256:";

/// The id of the record that a path is.
pub(super) fn record_id(path: &[u8]) -> String {
    let text = readable(path);
    if text.chars().count() <= LONGEST {
        text
    } else {
        format!("{DIGEST}{}", hex(path))
    }
}

/// The path as text, of any length.
pub(super) fn readable(path: &[u8]) -> String {
    match std::str::from_utf8(path) {
        Ok(text) if !text.starts_with(BYTES) && !text.starts_with(DIGEST) => text.to_owned(),
        _ => escaped(path),
    }
}

/// The path that [`readable`] gave this text for.
#[cfg(test)]
fn to_path(text: &str) -> Option<Vec<u8>> {
    let Some(escaped) = text.strip_prefix(BYTES) else {
        return Some(text.as_bytes().to_vec());
    };
    let mut path = Vec::new();
    let mut bytes = escaped.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            path.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
        } else {
            path.push(byte);
        }
    }
    Some(path)
}

/// The SHA-256 digest in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn escaped(path: &[u8]) -> String {
    let mut text = BYTES.to_owned();
    for &byte in path {
        if byte.is_ascii_graphic() && byte != b'%' {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_is_its_own_id() {
        for path in ["src/main.rs", "docs/übersicht 1.md", "a\nb", "100%"] {
            assert_eq!(record_id(path.as_bytes()), path);
            assert_eq!(to_path(path).unwrap(), path.as_bytes());
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_given_back() {
        for path in [&b"caf\xe9 100%"[..], b"bytes:x", b"sha256:y", b"\xff\n"] {
            let id = record_id(path);
            assert!(id.starts_with(BYTES), "{id}");
            assert_eq!(to_path(&id).unwrap(), path);
        }
        assert_eq!(record_id(b"caf\xe9 100%"), "bytes:caf%E9%20100%25");
    }

    #[test]
    fn a_path_that_is_too_long_is_known_by_its_digest() {
        let long = "d/".repeat(300);
        let id = record_id(long.as_bytes());
        assert_eq!(id.len(), DIGEST.len() + 64);
        assert_eq!(readable(long.as_bytes()), long);
        assert_eq!(record_id("é".repeat(512).as_bytes()), "é".repeat(512));
    }
}
