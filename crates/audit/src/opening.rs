//! Opening what is sealed, for those who may see it: the keys of all that is shown at once are
//! asked for by one statement, and by none where nothing is sealed.
//!
//! The keys are always asked for anew, and of the database itself, never of a replica: what was
//! erased a moment ago, on whichever server, is not shown any more.

use std::collections::{BTreeSet, HashMap};

use serde_json::json;
use types::Timestamp;
use uuid::Uuid;

use crate::engine::known::Known;
use crate::engine::redact::Owner;
use crate::engine::seal::{SubjectKey, key_of};
use crate::engine::state::{Entry, Fields};
use crate::{Audit, Error};

/// The keys of what is shown.
#[derive(Default)]
pub(crate) struct Opening(HashMap<Uuid, Held>);

enum Held {
    Living(SubjectKey),
    Erased(Timestamp),
}

impl Opening {
    /// The keys that these values are sealed under.
    pub(crate) async fn of<'a>(
        audit: &Audit,
        values: impl Iterator<Item = &'a Known>,
    ) -> Result<Self, Error> {
        let ids: BTreeSet<Uuid> = values.filter_map(key_of).collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let found = audit
            .store()
            .subject_keys(ids.into_iter().collect())
            .await?;
        let held = found.into_iter().map(|key| {
            let held = match key.erased_at {
                Some(at) => Held::Erased(Timestamp::from_micros(at)),
                None => Held::Living(SubjectKey::new(key.id, &key.secret)),
            };
            (key.id, held)
        });
        Ok(Self(held.collect()))
    }

    /// A value as it is shown: opened, or with the time at which it was erased. One that does not
    /// open although it is not erased stays sealed: it was altered, or its key is missing.
    fn value(&self, owner: Owner<'_>, field: &str, known: &mut Known) {
        let held = key_of(known).and_then(|id| self.0.get(&id));
        match held {
            None => {}
            Some(Held::Erased(at)) => known.value["erased"] = json!(at),
            Some(Held::Living(key)) => {
                if let Some(opened) = key.open(owner, field, known) {
                    *known = opened;
                }
            }
        }
    }

    /// Opens the values of a log.
    pub(crate) fn entry(&self, owner: Owner<'_>, entry: &mut Entry) {
        for (field, known) in entry.values_mut() {
            self.value(owner, field, known);
        }
    }

    /// Opens the values of a record.
    pub(crate) fn fields(&self, owner: Owner<'_>, fields: &mut Fields) {
        for (field, known) in fields {
            self.value(owner, field, known);
        }
    }
}
