//! The audit core as one value that adapters hold.

use std::sync::{Arc, Weak};
use std::time::Duration;

use arc_swap::ArcSwap;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use types::Timestamp;

use crate::arrivals::Arrivals;
use crate::engine::catalog::Catalog;
use crate::engine::grams::Shape;
use crate::engine::redact::Secret;
use crate::fresh::Fresh;
use crate::glance::Glance;
use crate::indexer;
use crate::logs::Recent;
use crate::recorder::{Queue, Writer};
use crate::sealer::{self, Pass, Sealer, Seed};
use crate::store::Store;
use crate::users::Attempts;
use crate::{Error, ledger};

/// Where time and chance come from. Handed in, so that nothing below reads a clock by itself.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// The time now.
    pub now: fn() -> Timestamp,
    /// Fills with random bytes.
    pub random: fn(&mut [u8]),
}

impl Default for Ports {
    fn default() -> Self {
        Self {
            now: system_time,
            #[expect(
                clippy::expect_used,
                reason = "without random bytes no id or key is safe"
            )]
            random: |bytes| getrandom::fill(bytes).expect("the system gives random bytes"),
        }
    }
}

fn system_time() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let micros = since.map_or(0, |since| since.as_micros());
    Timestamp::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

impl Ports {
    /// An id that sorts by time (UUID version 7, RFC 9562).
    pub(crate) fn id(&self) -> uuid::Uuid {
        let mut random = [0; 10];
        (self.random)(&mut random);
        let millis = u64::try_from((self.now)().micros() / 1_000).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// How to open the audit core.
#[derive(Clone, Default)]
pub struct Options {
    /// A replica of the PostgreSQL database, from which logs and records are read; may hold a
    /// password.
    pub read_url: Option<String>,
    /// How much may wait to be recorded before callers are told to come again, in KiB of
    /// operations; 0 stands for the default of 64 MiB.
    pub queue: usize,
    /// How long a session of a person lasts at most, however busy it is; zero stands for the
    /// default of seven days.
    pub session_limit: Duration,
    /// How many logs the index of words takes at once; 0 stands for the default of 65,536. All
    /// servers of a database need the same. For tests.
    pub block: u32,
    /// Where time and chance come from.
    pub ports: Ports,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("queue", &self.queue)
            .field("session_limit", &self.session_limit)
            .field("block", &self.block)
            .finish_non_exhaustive()
    }
}

/// The audit core: a database, the rules in force, the recorder. Cheap to clone.
#[derive(Clone)]
pub struct Audit(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) catalog: ArcSwap<Catalog>,
    pub(crate) secret: Secret,
    pub(crate) attempts: Attempts,
    /// In microseconds.
    pub(crate) session_limit: i64,
    pub(crate) ports: Ports,
    pub(crate) queue: Queue,
    pub(crate) arrivals: Arrivals,
    pub(crate) fresh: Fresh,
    pub(crate) glance: Glance,
    pub(crate) recent: tokio::sync::Mutex<Recent>,
    pub(crate) verifying: Arc<tokio::sync::Mutex<()>>,
    sealer: std::sync::OnceLock<Arc<Sealer>>,
    reading: tokio::sync::Mutex<()>,
    tasks: std::sync::Mutex<Vec<JoinHandle<()>>>,
}

impl std::fmt::Debug for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Audit").finish_non_exhaustive()
    }
}

/// How long a session lasts at most, where nothing else is said.
const SESSION_LIMIT: Duration = Duration::from_hours(7 * 24);
/// How often the rules of other servers are looked for.
const FOLLOW: Duration = Duration::from_millis(400);
/// How often SQLite's write-ahead log is looked at while it grows.
const SETTLE: Duration = Duration::from_millis(50);

impl Audit {
    /// Opens the database at `url` (`sqlite://path` or `postgres://…`), which must be migrated,
    /// and starts the recorder.
    pub async fn open(url: &str, options: Options) -> Result<Self, Error> {
        let store = Store::open(url, options.read_url.as_deref(), Shape::of(options.block)).await?;
        let commitments = secret(&store, options.ports, "commitment_key").await?;
        let devices = secret(&store, options.ports, "device_key").await?;
        let session_limit = match options.session_limit {
            Duration::ZERO => SESSION_LIMIT,
            limit => limit,
        };
        let writer = Writer::new()
            .await
            .map_err(|error| Error::Broken(format!("the recorder cannot be set up: {error}")))?;
        let audit = Self(Arc::new_cyclic(|inner| Inner {
            catalog: ArcSwap::from_pointee(Catalog::default()),
            secret: commitments,
            attempts: Attempts::new(devices),
            session_limit: i64::try_from(session_limit.as_micros()).unwrap_or(i64::MAX),
            ports: options.ports,
            queue: Queue::start(writer, inner.clone(), options.queue),
            arrivals: Arrivals::start(inner.clone()),
            fresh: Fresh::default(),
            glance: Glance::default(),
            recent: tokio::sync::Mutex::default(),
            store,
            verifying: Arc::default(),
            sealer: std::sync::OnceLock::new(),
            reading: tokio::sync::Mutex::new(()),
            tasks: std::sync::Mutex::default(),
        }));
        ledger::found(&audit).await?;
        audit.refresh().await?;
        let weak = Arc::downgrade(&audit.0);
        let follower = tokio::spawn(async move {
            loop {
                tokio::time::sleep(FOLLOW).await;
                let Some(inner) = weak.upgrade() else { return };
                if let Err(error) = Self(inner).follow().await {
                    tracing::warn!(error = %error, "the configuration could not be read");
                }
            }
        });
        audit.0.keep(follower);
        let inner = Arc::downgrade(&audit.0);
        audit.0.keep(tokio::spawn(indexer::run(inner.clone())));
        audit.0.keep(tokio::spawn(settle(inner)));
        Ok(audit)
    }

    /// Puts what is committed under checkpoints signed with the key of `seed`, from now on.
    pub async fn start_sealing(&self, seed: &Seed) -> Result<(), Error> {
        let sealer = Arc::new(Sealer::new(self, seed).await?);
        if self.0.sealer.set(Arc::clone(&sealer)).is_ok() {
            let inner = Arc::downgrade(&self.0);
            self.0.keep(tokio::spawn(sealer::run(inner, sealer)));
        }
        Ok(())
    }

    /// Whether logs are put under checkpoints here.
    pub(crate) fn seals(&self) -> bool {
        self.0.sealer.get().is_some()
    }

    /// The newest checkpoint signed here, as soon as there is one; none where nothing is sealed.
    pub fn sealed(&self) -> Option<watch::Receiver<Option<String>>> {
        self.0.sealer.get().map(|sealer| sealer.watch())
    }

    /// Puts what is committed under a checkpoint now; for tests and for the end of the program.
    ///
    /// While another server is at it, it is waited for, but not for ever: it may have been stopped
    /// in the middle.
    pub async fn seal(&self) -> Result<(), Error> {
        let Some(sealer) = self.0.sealer.get() else {
            return Ok(());
        };
        let mut patience = 100;
        loop {
            match sealer.pass(self).await? {
                Pass::Done => return Ok(()),
                Pass::More => {}
                Pass::Elsewhere if patience == 0 => return Ok(()),
                Pass::Elsewhere => {
                    patience -= 1;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }

    /// Puts every whole block of logs into the index of words now, unless another server is at it;
    /// how many. For tests: a task does it by and by.
    pub async fn index(&self) -> Result<u32, Error> {
        let mut done = 0;
        while indexer::pass(self).await? == Pass::More {
            done += 1;
        }
        Ok(done)
    }

    /// Whether the database answers and is migrated.
    pub async fn ready(&self) -> Result<(), Error> {
        Ok(self.0.store.ready().await?)
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        (self.0.ports.now)()
    }

    /// Takes no more operations, waits until those taken are recorded, closes the database.
    pub async fn close(self) {
        let tasks = self
            .0
            .tasks
            .lock()
            .map(|mut tasks| std::mem::take(&mut *tasks));
        for task in tasks.into_iter().flatten() {
            task.abort();
        }
        self.0.queue.stop().await;
        if let Err(error) = self.seal().await {
            tracing::warn!(error = %error, "the last logs are sealed at the next start");
        }
        self.0.arrivals.stop();
        if let Err(error) = self.0.store.clone().close().await {
            tracing::warn!(error = %error, "the database did not close");
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        self.0.catalog.load_full()
    }

    /// The configuration as it is now, whichever server changed it.
    pub(crate) async fn current(&self) -> Result<Arc<Catalog>, Error> {
        self.follow().await?;
        Ok(self.catalog())
    }

    /// The configuration as it is now, of which `version` was just read.
    pub(crate) async fn current_at(&self, version: i64) -> Result<Arc<Catalog>, Error> {
        let catalog = self.catalog();
        if version == catalog.version {
            return Ok(catalog);
        }
        self.current().await
    }

    /// Takes over the configuration of another server, if it changed. Of many callers one reads.
    async fn follow(&self) -> Result<(), Error> {
        if self.store().version().await? == self.catalog().version {
            return Ok(());
        }
        let _one = self.0.reading.lock().await;
        if self.store().version().await? != self.catalog().version {
            self.refresh().await?;
        }
        Ok(())
    }

    /// Reads the configuration again.
    pub(crate) async fn refresh(&self) -> Result<(), Error> {
        let catalog = self.store().catalog().await?;
        self.0.publish(Arc::new(catalog));
        Ok(())
    }
}

/// Keeps SQLite's write-ahead log short until the audit core is closed.
async fn settle(inner: Weak<Inner>) {
    let (mut before, mut told) = (0, false);
    loop {
        let Some(inner) = inner.upgrade() else { return };
        let settled = inner.store.settle().await;
        drop(inner);
        let length = settled.unwrap_or_else(|error| {
            if !told {
                tracing::warn!(%error, "the write-ahead log could not be put into the file");
            }
            told = true;
            before
        });
        let pause = if length == before { FOLLOW } else { SETTLE };
        before = length;
        tokio::time::sleep(pause).await;
    }
}

/// A secret that all servers of a database share, made by the first of them.
async fn secret(store: &Store, ports: Ports, name: &str) -> Result<Secret, Error> {
    let mut bytes = [0; 32];
    (ports.random)(&mut bytes);
    let kept = store.setting_or(name, &STANDARD.encode(bytes)).await?;
    let bytes = STANDARD
        .decode(kept)
        .map_err(|_| Error::Broken(format!("the stored {name} is not base64")))?;
    Ok(Secret::new(bytes))
}

impl Inner {
    /// Keeps a task to be ended at the close.
    pub(crate) fn keep(&self, task: JoinHandle<()>) {
        if let Ok(mut tasks) = self.tasks.lock() {
            tasks.retain(|task| !task.is_finished());
            tasks.push(task);
        }
    }

    /// Puts a configuration in force, unless a newer one is.
    pub(crate) fn publish(&self, catalog: Arc<Catalog>) {
        self.catalog.rcu(|current| {
            if current.version > catalog.version {
                current.clone()
            } else {
                catalog.clone()
            }
        });
    }
}
