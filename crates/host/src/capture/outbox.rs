//! The outbox in the host's database, as delivery reads and empties it.
//!
//! One process delivers at a time: it holds an advisory lock of its session, which ends with the
//! session however that ends. Whatever fails lets go of the connection, and the next call begins
//! anew; since rows leave the outbox only when they were delivered, nothing depends on what was
//! in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use types::ModelInput;

use super::Error;
use super::database::Database;
use super::session::{Session, delete, set_aside};
use crate::delivery::{Outbox, Waiting};

/// How often the captured tables are looked at.
const LOOK: Duration = Duration::from_secs(15);

/// Models to be declared before anything else is sent.
pub(super) type Declarations = Arc<Mutex<BTreeMap<String, ModelInput>>>;

/// A place in the outbox on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    ids: Vec<i64>,
    place: (i64, i32),
}

/// The outbox of a captured database.
#[derive(Debug)]
pub(super) struct PgOutbox {
    database: Database,
    declarations: Declarations,
    session: Option<Session>,
    declared: BTreeMap<String, ModelInput>,
}

impl PgOutbox {
    pub(super) fn new(database: Database, declarations: Declarations) -> Self {
        Self {
            database,
            declarations,
            session: None,
            declared: BTreeMap::new(),
        }
    }

    /// The host that the database is captured for; becomes the one who delivers.
    pub(super) async fn host(&mut self) -> Result<String, Error> {
        Ok(self.session().await?.install.host.clone())
    }

    async fn session(&mut self) -> Result<&mut Session, Error> {
        if self.session.is_none() {
            let session = Session::open(&self.database).await?;
            self.session = Some(session);
            self.declare();
        }
        self.session.as_mut().ok_or(Error::Standby)
    }

    /// Has declared what is new since the last time.
    fn declare(&mut self) {
        let Some(session) = &self.session else { return };
        let mut waiting = self
            .declarations
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for (model, input) in &session.subjects.models {
            if self.declared.get(model) != Some(input) {
                waiting.insert(model.clone(), input.clone());
                self.declared.insert(model.clone(), input.clone());
            }
        }
    }

    /// Ends the session where something failed, so that the next call begins anew.
    fn checked<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        if result.is_err() {
            self.session = None;
        }
        result
    }

    async fn read(&mut self, limit: usize) -> Result<Vec<Waiting<Place>>, Error> {
        loop {
            let session = self.session().await?;
            if session.looked.elapsed() > LOOK {
                session.look().await?;
                self.declare();
            }
            let session = self.session().await?;
            session.make_room().await?;
            if session.queue.is_empty() && !session.fill().await? {
                return Ok(Vec::new());
            }
            session.skip().await?;
            let waiting: Vec<Waiting<Place>> = session
                .queue
                .iter()
                .map_while(|step| {
                    let operation = step.operation.clone()?;
                    let key = Place {
                        ids: step.ids.clone(),
                        place: step.place,
                    };
                    Some(Waiting { key, operation })
                })
                .take(limit)
                .collect();
            // What was read may have told of columns that are new: those are declared first.
            self.declare();
            if !waiting.is_empty() {
                return Ok(waiting);
            }
        }
    }

    async fn done(&mut self, keys: &[Place]) -> Result<(), Error> {
        let ids: Vec<i64> = keys
            .iter()
            .flat_map(|key| key.ids.iter().copied())
            .collect();
        let session = self.session().await?;
        delete(&mut session.connection, &ids).await?;
        session.taken += i64::try_from(ids.len()).unwrap_or_default();
        session
            .queue
            .retain(|step| !keys.iter().any(|key| key.place == step.place));
        Ok(())
    }

    async fn aside(&mut self, key: &Place, why: &str) -> Result<(), Error> {
        let session = self.session().await?;
        let step = session.queue.iter().find(|step| step.place == key.place);
        let operation = step.and_then(|step| step.operation.as_ref());
        let told = operation
            .and_then(|one| serde_json::to_string(one).ok())
            .unwrap_or_default();
        set_aside(&mut session.connection, key.place, &key.ids, why, &told).await?;
        session.queue.retain(|step| step.place != key.place);
        Ok(())
    }
}

impl Outbox for PgOutbox {
    type Key = Place;
    type Error = Error;

    async fn next(&mut self, limit: usize) -> Result<Vec<Waiting<Place>>, Error> {
        let read = self.read(limit).await;
        self.checked(read)
    }

    async fn delivered(&mut self, keys: &[Place]) -> Result<(), Error> {
        let done = self.done(keys).await;
        self.checked(done)
    }

    async fn set_aside(&mut self, key: &Place, why: &str) -> Result<(), Error> {
        let aside = self.aside(key, why).await;
        self.checked(aside)
    }
}
