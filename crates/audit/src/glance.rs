//! The version of the configuration and the keys, looked at once for many callers.
//!
//! Each caller gets a version that was read after it asked, so what was committed before holds for
//! it. Callers that come while one reads share the next reading. A key is kept with the version it
//! was read at: to revoke one counts the version up.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::store::{Store, Stored, api_key};

/// How many keys are kept at most.
const MOST: usize = 1_000;

/// What was seen last.
#[derive(Default)]
pub(crate) struct Glance {
    /// How many readings have begun.
    begun: AtomicU64,
    /// The last reading that succeeded: its number, and the version.
    last: tokio::sync::Mutex<(u64, i64)>,
    keys: Mutex<HashMap<Vec<u8>, Seen>>,
}

/// A key as it was seen.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) key: Arc<api_key::Model>,
    pub(crate) version: i64,
    /// When it was last used, in microseconds; 0 for never.
    pub(crate) used: Arc<AtomicI64>,
}

impl Glance {
    /// The version now.
    pub(crate) async fn version(&self, store: &Store) -> Stored<i64> {
        let before = self.begun.load(Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.0 > before {
            return Ok(last.1);
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let version = store.version().await?;
        *last = (number, version);
        Ok(version)
    }

    /// The key of this hash, and the version now; none where there is no such key.
    pub(crate) async fn key(&self, store: &Store, hash: &[u8]) -> Stored<Option<Seen>> {
        let known = self
            .keys
            .lock()
            .ok()
            .and_then(|keys| keys.get(hash).cloned());
        if let Some(seen) = known
            && seen.version == self.version(store).await?
        {
            return Ok(Some(seen));
        }
        let Some((key, version)) = store.key_by_hash(hash).await? else {
            return Ok(None);
        };
        let seen = Seen {
            used: Arc::new(AtomicI64::new(key.last_used_at.unwrap_or(0))),
            key: Arc::new(key),
            version,
        };
        if let Ok(mut keys) = self.keys.lock() {
            if keys.len() >= MOST {
                keys.clear();
            }
            keys.insert(hash.to_vec(), seen.clone());
        }
        Ok(Some(seen))
    }
}
