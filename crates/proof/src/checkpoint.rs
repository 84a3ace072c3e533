//! Checkpoints: a signed statement of the whole trail so far, in the form of C2SP tlog-checkpoint
//! within C2SP signed-note, so that other tools read them.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use sha2::{Digest, Sha256};

use crate::hash::Hash;

/// The algorithm byte of Ed25519 in signed notes.
const ED25519: u8 = 1;
/// The longest note that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// How many logs there are, and the root of the tree over them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which trail this is of: one line.
    pub origin: String,
    /// How many leaves the tree has.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// Why a text is no checkpoint to rely on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It does not have the form of one.
    #[error("this is no checkpoint: {0}")]
    Malformed(&'static str),
    /// No signature is by the key.
    #[error("the checkpoint is not signed by this key ({0})")]
    Unsigned(String),
    /// A signature by the key does not fit the text.
    #[error("the checkpoint's signature does not fit: it was altered")]
    Forged,
    /// It is of another trail.
    #[error("the checkpoint is of another trail: `{0}`")]
    Origin(String),
    /// A key cannot be read.
    #[error("this is no key: {0}")]
    Key(&'static str),
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root)
    }

    /// Reads the text that is signed; lines after the first three are extensions and let be.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty());
        let origin = origin.ok_or(CheckpointError::Malformed("it names no origin"))?;
        let size = lines.next().unwrap_or_default();
        let plain = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit());
        let size = size
            .parse()
            .ok()
            .filter(|_| plain && (size == "0" || !size.starts_with('0')))
            .ok_or(CheckpointError::Malformed("it has no size"))?;
        let root = Hash::from_base64(lines.next().unwrap_or_default())
            .map_err(|_| CheckpointError::Malformed("it has no root hash"))?;
        if !text.ends_with('\n') {
            return Err(CheckpointError::Malformed("its last line has no end"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
        })
    }
}

/// A key that checks signatures, with the name that it signs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyingKey {
    /// Reads `name+id+key`, the way in which C2SP signed-note writes public keys.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut parts = text.trim().splitn(3, '+');
        let name = parts.next().filter(|name| is_name(name));
        let name = name.ok_or(CheckpointError::Key("its name is missing"))?;
        let id = parts.next().unwrap_or_default();
        let bytes = STANDARD
            .decode(parts.next().unwrap_or_default())
            .map_err(|_| CheckpointError::Key("it is not base64"))?;
        let [ED25519, bytes @ ..] = bytes.as_slice() else {
            return Err(CheckpointError::Key("it is not an Ed25519 key"));
        };
        let bytes = bytes
            .try_into()
            .map_err(|_| CheckpointError::Key("it has not 32 bytes"))?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes)
            .map_err(|_| CheckpointError::Key("it is no point of the curve"))?;
        let read = Self {
            name: name.to_owned(),
            key,
        };
        if read.id_text() == id {
            Ok(read)
        } else {
            Err(CheckpointError::Key("its id does not fit"))
        }
    }

    /// The name that it signs under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's id: the first four bytes of SHA-256 over name, line feed, algorithm and key.
    fn id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(self.key.as_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        [a, b, c, d]
    }

    fn id_text(&self) -> String {
        self.id().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl std::fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        let key = STANDARD.encode(bytes);
        write!(f, "{}+{}+{key}", self.name, self.id_text())
    }
}

/// A key's name in a note: not empty, without spaces and plus signs.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+')
}

/// A key that signs. Its `Debug` tells only the name.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// The key made of 32 secret bytes, which signs under `name`.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, CheckpointError> {
        if !is_name(name) {
            return Err(CheckpointError::Key(
                "a name has no spaces and no plus sign",
            ));
        }
        Ok(Self {
            name: name.to_owned(),
            key: SigningKey::from_bytes(seed),
        })
    }

    /// What checks its signatures.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey {
            name: self.name.clone(),
            key: self.key.verifying_key(),
        }
    }

    /// The signed note of a checkpoint.
    pub fn sign(&self, checkpoint: &Checkpoint) -> String {
        let text = checkpoint.text();
        let mut signature = self.verifying_key().id().to_vec();
        signature.extend(self.key.sign(text.as_bytes()).to_bytes());
        let signature = STANDARD.encode(signature);
        format!("{text}\n\u{2014} {} {signature}\n", self.name)
    }
}

/// A note: a text with signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    /// The name, key id and signature of each line.
    signatures: Vec<(String, [u8; 4], Vec<u8>)>,
}

impl SignedNote {
    /// Reads a note, without a look at whether its signatures fit.
    pub fn parse(note: &str) -> Result<Self, CheckpointError> {
        if note.len() > LONGEST {
            return Err(CheckpointError::Malformed("it is too long"));
        }
        if note.chars().any(|c| c.is_control() && c != '\n') {
            return Err(CheckpointError::Malformed("it holds a control character"));
        }
        let split = note.rfind("\n\n");
        let split = split.ok_or(CheckpointError::Malformed("it has no signature"))?;
        let (text, rest) = (&note[..=split], &note[split + 2..]);
        let rest = rest.strip_suffix('\n');
        let rest = rest.ok_or(CheckpointError::Malformed("its last line has no end"))?;
        let mut signatures = Vec::new();
        for line in rest.split('\n') {
            let parts = line
                .strip_prefix("\u{2014} ")
                .and_then(|line| line.split_once(' '))
                .filter(|(name, _)| is_name(name));
            let (name, signature) =
                parts.ok_or(CheckpointError::Malformed("a signature cannot be read"))?;
            let bytes = STANDARD.decode(signature).ok();
            let bytes = bytes.as_deref().and_then(|bytes| bytes.split_first_chunk());
            let (id, signature) =
                bytes.ok_or(CheckpointError::Malformed("a signature cannot be read"))?;
            signatures.push((name.to_owned(), *id, signature.to_vec()));
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// The checkpoint, after the key's signature was found to fit. Signatures by others are let
    /// be.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Checkpoint, CheckpointError> {
        let id = key.id();
        let mut of_key = self
            .signatures
            .iter()
            .filter(|(name, of, _)| *name == key.name && *of == id)
            .peekable();
        if of_key.peek().is_none() {
            return Err(CheckpointError::Unsigned(key.name.clone()));
        }
        for (_, _, signature) in of_key {
            let signature =
                Signature::from_slice(signature).map_err(|_| CheckpointError::Forged)?;
            key.key
                .verify_strict(self.text.as_bytes(), &signature)
                .map_err(|_| CheckpointError::Forged)?;
        }
        let checkpoint = Checkpoint::parse(&self.text)?;
        if checkpoint.origin == key.name {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::Origin(checkpoint.origin))
        }
    }
}
