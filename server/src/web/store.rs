//! Sessions in the database, over `audit::sessions`.

use std::collections::HashMap;

use async_trait::async_trait;
use audit::{Audit, sessions};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};
use types::Timestamp;

use super::seat::Seat;

/// Under which name `axum-login` keeps who is signed in.
const SIGNED_IN: &str = "axum-login.data";
/// Under which name a session keeps where it began.
pub(super) const SEAT: &str = "seat";

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

impl Kept {
    fn of(record: &Record) -> Self {
        let micros = record.expiry_date.unix_timestamp_nanos() / 1_000;
        Self {
            expires_at: Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)),
            data: record.data.clone(),
        }
    }

    /// The same with what is kept beside the data, for its owner's list of sessions.
    fn to_core(&self) -> Result<sessions::Kept> {
        let seat = self.data.get(SEAT).cloned().unwrap_or_default();
        let seat: Seat = serde_json::from_value(seat).unwrap_or_default();
        Ok(sessions::Kept {
            data: serde_json::to_vec(self).map_err(|error| Error::Encode(error.to_string()))?,
            user_id: self.data.get(SIGNED_IN).and_then(|data| {
                let id = data.get("user_id")?.as_str()?;
                Some(id.to_owned())
            }),
            user_agent: seat.user_agent,
            address: seat.address,
            expires_at: self.expires_at,
        })
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let kept = Kept::of(record).to_core()?;
        loop {
            let id = record.id.to_string();
            let begun = sessions::begin(&self.0, &id, kept.clone()).await;
            if begun.map_err(failed)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let kept = Kept::of(record).to_core()?;
        sessions::save(&self.0, &record.id.to_string(), kept)
            .await
            .map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let bytes = sessions::load(&self.0, &id.to_string())
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
        sessions::delete(&self.0, &id.to_string())
            .await
            .map_err(failed)
    }
}

fn failed(error: audit::Error) -> Error {
    Error::Backend(crate::api::problem::chain(&error))
}
