//! Hosts, and the keys they record and read with.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Code, Faults, Object, Timestamp, operation::NAME};

/// An application whose users' operations are audited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Host {
    /// The unique name.
    pub name: String,
    /// The name for people.
    pub label: String,
    /// Since when it is known.
    pub created_at: Timestamp,
    /// Whether it is Revisor itself, where what administrators do is recorded.
    pub builtin: bool,
    /// When it was uninstalled; its logs stay readable.
    pub ended_at: Option<Timestamp>,
}

/// A host to be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HostInput {
    /// `[a-z0-9][a-z0-9_.-]{0,62}`.
    pub name: String,
    /// The name for people; by default made from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl HostInput {
    /// Reads and checks a body.
    pub fn read(body: Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let Some(mut object) = Object::open(body, "", &mut faults) else {
            return Err(faults);
        };
        let name = object.required_text("name", 63, &mut faults);
        if let Some(name) = &name
            && !Self::is_name(name)
        {
            faults.push(
                "/name",
                Code::Malformed,
                "must match [a-z0-9][a-z0-9_.-]{0,62}",
            );
        }
        let label = object.text("label", NAME, &mut faults);
        object.finish(&mut faults);
        faults.finish(name.map(|name| Self { name, label }))
    }

    /// Whether `name` can name a host: `[a-z0-9][a-z0-9_.-]{0,62}`.
    pub fn is_name(name: &str) -> bool {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        name.len() <= 63
            && name.bytes().next().is_some_and(plain)
            && name
                .bytes()
                .all(|b| plain(b) || matches!(b, b'_' | b'.' | b'-'))
    }
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Report operations and declare models.
    Record,
    /// Read the logs, records and models of its host.
    Read,
    /// Everything of every host, and the administrative resources.
    Admin,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 3] = [Self::Record, Self::Read, Self::Admin];

    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Read => "read",
            Self::Admin => "admin",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Key {
    /// Opaque.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// The beginning of the key, to tell it from others.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A key just made: the only time that its secret is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MintedKey {
    /// Opaque.
    pub id: String,
    /// The key itself, shown this once; only a hash of it is kept.
    pub key: String,
    /// What it is for.
    pub name: String,
    /// The beginning of the key, to tell it from others.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

// Without the key: what is shown may end in a log.
impl std::fmt::Debug for MintedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MintedKey")
            .field("id", &self.id)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyInput {
    /// What it is for, 1 to 64 characters.
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<Scope>,
    /// When it stops working; `null` for never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl KeyInput {
    /// Reads and checks a body.
    pub fn read(body: Value) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let Some(mut object) = Object::open(body, "", &mut faults) else {
            return Err(faults);
        };
        let name = object.required_text("name", 64, &mut faults);
        let before = faults.len();
        let mut scopes = Vec::new();
        match object.list("scopes", &mut faults) {
            Some(items) if items.is_empty() => {
                faults.push("/scopes", Code::Empty, "at least one scope");
            }
            Some(items) => {
                for (pointer, item) in items {
                    match item.as_str().and_then(Scope::parse) {
                        Some(scope) if !scopes.contains(&scope) => scopes.push(scope),
                        Some(_) => {}
                        None => {
                            faults.push(pointer, Code::UnknownValue, "one of: record, read, admin");
                        }
                    }
                }
            }
            None if faults.len() == before => object.missing("scopes", &mut faults),
            None => {}
        }
        scopes.sort_unstable();
        let expires_at = object.time("expires_at", &mut faults);
        object.finish(&mut faults);
        faults.finish(name.map(|name| Self {
            name,
            scopes,
            expires_at,
        }))
    }
}
