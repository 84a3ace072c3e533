//! The audit core as one value that adapters hold.

use crate::Error;

/// How to open the audit core.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How many operations may wait to be recorded before callers are told to come again;
    /// 0 stands for the default.
    pub queue: usize,
}

/// The audit core: a database, the rules in force, the recorder. Cheap to clone.
#[derive(Clone)]
pub struct Audit {}

impl Audit {
    /// Opens the database at `url` (`sqlite://path`, `sqlite::memory:` or `postgres://…`), which
    /// must be migrated, and starts the recorder.
    pub async fn open(url: &str, options: Options) -> Result<Self, Error> {
        unimplemented!()
    }

    /// Whether the database answers and is migrated.
    pub async fn ready(&self) -> Result<(), Error> {
        unimplemented!()
    }

    /// Takes no more operations, waits until those taken are recorded, closes the database.
    pub async fn close(self) {
        unimplemented!()
    }
}
