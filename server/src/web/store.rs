//! Sessions in the database, over `audit::sessions`.

use std::collections::HashMap;

use async_trait::async_trait;
use audit::Audit;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use types::Timestamp;

/// Keeps sessions in the database, so that they outlive a restart and hold on every replica.
#[derive(Clone)]
pub(super) struct Store(pub(super) Audit);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// A session as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    expires_at: Timestamp,
    data: HashMap<String, Value>,
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let micros = record.expiry_date.unix_timestamp_nanos() / 1_000;
        let expires_at = Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX));
        let kept = Kept {
            expires_at,
            data: record.data.clone(),
        };
        let bytes = serde_json::to_vec(&kept).map_err(|error| Error::Encode(error.to_string()))?;
        audit::sessions::save(&self.0, &record.id.to_string(), &bytes, expires_at)
            .await
            .map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let bytes = audit::sessions::load(&self.0, &id.to_string())
            .await
            .map_err(failed)?;
        let Some(bytes) = bytes else { return Ok(None) };
        let kept: Kept =
            serde_json::from_slice(&bytes).map_err(|error| Error::Decode(error.to_string()))?;
        let nanos = i128::from(kept.expires_at.micros()) * 1_000;
        let expiry_date = OffsetDateTime::from_unix_timestamp_nanos(nanos)
            .map_err(|error| Error::Decode(error.to_string()))?;
        // The store below may remember a moment longer than it should.
        let live = expiry_date > OffsetDateTime::now_utc();
        Ok(live.then_some(Record {
            id: *id,
            data: kept.data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        audit::sessions::delete(&self.0, &id.to_string())
            .await
            .map_err(failed)
    }
}

fn failed(error: audit::Error) -> Error {
    Error::Backend(crate::api::problem::chain(&error))
}
