//! Sealing: values that are about a person are kept encrypted under the key of their data subject,
//! so that they are gone once that key is.
//!
//! XChaCha20-Poly1305 with a nonce that is derived from all that is sealed (as in SIV, RFC 5297):
//! the same value of the same field of the same record under the same key is always the same text,
//! and two different ones never share a nonce. Whose value it is (host, model, record, field and
//! key) is authenticated, so that a text does not open in another place. What is sealed is filled
//! up to steps of 32 bytes: its length tells little.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::known::{Form, Known};
use super::redact::{Owner, mac};

/// What every sealed value is bound to besides its place.
const FORMAT: &str = "revisor/seal/1";
/// Bytes of a nonce.
const NONCE: usize = 24;
/// To a multiple of how many bytes a value is filled up.
const STEP: usize = 32;

/// Why a value was not sealed. It says nothing of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a personal value could not be sealed")]
pub struct Unsealed;

/// The key of a data subject. Its `Debug` tells only its id, and its bytes are overwritten when it
/// is dropped.
pub struct SubjectKey {
    id: Uuid,
    encryption: Zeroizing<[u8; 32]>,
    nonces: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SubjectKey({})", self.id)
    }
}

impl SubjectKey {
    /// The key of this id and these bytes.
    pub fn new(id: Uuid, bytes: &[u8]) -> Self {
        let part = |name| Zeroizing::new(mac(bytes, &[FORMAT, name]));
        Self {
            id,
            encryption: part("encryption"),
            nonces: part("nonces"),
        }
    }

    /// Its id.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// A value of a field as it is kept. What is called what is sealed with it.
    pub fn seal(&self, owner: Owner<'_>, field: &str, plain: &Known) -> Result<Known, Unsealed> {
        let mut text = Zeroizing::new(serde_json::to_string(plain).map_err(|_| Unsealed)?);
        let missing = text.len().next_multiple_of(STEP) - text.len();
        // White space behind JSON says nothing.
        text.extend(std::iter::repeat_n(' ', missing));
        let id = self.id.to_string();
        let parts = place(owner, field, &id);
        let derived = mac(
            &*self.nonces,
            &[parts[2], parts[3], parts[4], parts[5], &text],
        );
        let nonce: [u8; NONCE] = derived[..NONCE].try_into().map_err(|_| Unsealed)?;
        let payload = Payload {
            msg: text.as_bytes(),
            aad: &led(&parts),
        };
        let mut sealed = nonce.to_vec();
        let encrypted = self.cipher().encrypt(&XNonce::from(nonce), payload);
        sealed.extend(encrypted.map_err(|_| Unsealed)?);
        Ok(Known {
            value: json!({"key": id, "sealed": STANDARD.encode(sealed)}),
            label: None,
            form: Form::Sealed,
        })
    }

    /// What was sealed; none where it was sealed in another place or under another key, or is not
    /// as it was sealed.
    pub fn open(&self, owner: Owner<'_>, field: &str, sealed: &Known) -> Option<Known> {
        if key_of(sealed)? != self.id {
            return None;
        }
        let bytes = STANDARD
            .decode(sealed.value.get("sealed")?.as_str()?)
            .ok()?;
        let (nonce, encrypted) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let id = self.id.to_string();
        let payload = Payload {
            msg: encrypted,
            aad: &led(&place(owner, field, &id)),
        };
        let opened = self.cipher().decrypt(&XNonce::from(nonce), payload).ok()?;
        serde_json::from_slice(&Zeroizing::new(opened)).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.encryption).into())
    }
}

/// What a value is bound to.
fn place<'a>(owner: Owner<'a>, field: &'a str, id: &'a str) -> [&'a str; 6] {
    let Owner {
        host,
        model,
        record_id,
    } = owner;
    [FORMAT, id, host, model, record_id, field]
}

/// The parts, each led by its length, so that no two lists of parts agree.
fn led(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes
}

/// The key that a value is sealed under; none where it is not sealed.
pub fn key_of(known: &Known) -> Option<Uuid> {
    if known.form != Form::Sealed {
        return None;
    }
    Uuid::parse_str(known.value.get("key")?.as_str()?).ok()
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
