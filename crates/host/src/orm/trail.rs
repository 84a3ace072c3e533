//! The audit trail of a host: what its audited connections share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, IntoDatabaseExecutor, TransactionTrait};
use types::{Actor, Context, ModelInput, OperationKind, Rule};

use super::about::{Auditable, Subject, Subjects};
use super::audited::Audited;
use super::error::Error;
use super::outbox::{self, Entry};
use super::room::{self, Room};
use super::spool::{Spool, Unit};
use crate::rules::Followed;

/// What happens to a write whose operation cannot be written to the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// No audit, no commit: the write fails and nothing of it is in the database.
    #[default]
    Strict,
    /// The write goes on. Its operation is kept in memory and entered in the outbox as soon as
    /// that can be written; a crash before that loses it, and so does a full spool. What is lost
    /// is counted and told.
    Buffered,
}

/// How much may lie in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Operations that wait or were set aside.
    pub operations: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

impl Default for Bound {
    /// A million operations, 2 GiB.
    fn default() -> Self {
        Self {
            operations: 1_000_000,
            bytes: 2 << 30,
        }
    }
}

/// The audit trail of a host. Cheap to clone.
///
/// ```no_run
/// # async fn run(db: sea_orm::DatabaseConnection) -> Result<(), Box<dyn std::error::Error>> {
/// use revisor_host::{Delivery, HttpServer, Trail};
///
/// let trail = Trail::builder(db).open().await?;
/// let server = HttpServer::new("https://audit.example", "the host's key")?;
/// let delivery = Delivery::spawn(&trail, server);
/// // … the host runs …
/// delivery.shutdown(std::time::Duration::from_secs(5)).await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Trail(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    db: DatabaseConnection,
    mode: Mode,
    subjects: Subjects,
    followed: RwLock<Followed>,
    room: Room,
    spool: Spool,
    entering: tokio::sync::Mutex<()>,
    ended: AtomicBool,
    holds: AtomicBool,
    refresh: Duration,
    trouble: Mutex<Option<String>>,
}

/// Sets up a [`Trail`].
#[derive(Debug)]
#[must_use = "a trail begins with `open`"]
pub struct TrailBuilder {
    db: DatabaseConnection,
    mode: Mode,
    bound: Bound,
    spool: usize,
    refresh: Duration,
    install: bool,
    subjects: Subjects,
}

impl TrailBuilder {
    /// What happens when the outbox cannot be written; by default [`Mode::Strict`].
    pub const fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// How much may lie in the outbox. It is looked at once a second or less, so that several
    /// host processes together may go over it by what they write in that time.
    pub const fn bound(mut self, bound: Bound) -> Self {
        self.bound = bound;
        self
    }

    /// How many operations `buffered` keeps in memory at most; by default 10,000.
    pub const fn spool(mut self, operations: usize) -> Self {
        self.spool = operations;
        self
    }

    /// How often the server's rules are asked for; by default every 5 seconds.
    pub const fn refresh(mut self, every: Duration) -> Self {
        self.refresh = every;
        self
    }

    /// Declares an entity to the server at the start; others are when they are first written.
    pub fn model<E: Auditable>(self) -> Self {
        self.subjects.of::<E>();
        self
    }

    /// Does not make the tables: a migration of the host did ([`install`](crate::install)).
    pub const fn installed(mut self) -> Self {
        self.install = false;
        self
    }

    /// Begins: makes the outbox's tables where they are not there.
    pub async fn open(self) -> Result<Trail, DbErr> {
        if self.install {
            outbox::install(&self.db).await?;
        } else if !outbox::is_installed(&self.db).await? {
            let why = "the tables of the outbox are missing: `install` makes them";
            return Err(DbErr::Custom(why.to_owned()));
        }
        let trust = (self.refresh * 3).max(Duration::from_secs(30));
        Ok(Trail(Arc::new(Inner {
            db: self.db,
            mode: self.mode,
            subjects: self.subjects,
            followed: RwLock::new(Followed::unknown(trust)),
            room: Room::of(self.bound),
            spool: Spool::new(self.spool),
            entering: tokio::sync::Mutex::default(),
            ended: AtomicBool::new(false),
            holds: AtomicBool::new(false),
            refresh: self.refresh,
            trouble: Mutex::default(),
        })))
    }
}

impl Trail {
    /// A trail of the host whose database this is.
    pub fn builder(db: DatabaseConnection) -> TrailBuilder {
        TrailBuilder {
            db,
            mode: Mode::default(),
            bound: Bound::default(),
            spool: 10_000,
            refresh: Duration::from_secs(5),
            install: true,
            subjects: Subjects::default(),
        }
    }

    /// The audited connection of somebody who acts: what handlers get.
    pub fn act(&self, actor: Actor, context: Context) -> Audited {
        Audited::of(self, self.0.db.clone(), actor, context, None)
    }

    /// The same on a connection or transaction that the host has already.
    ///
    /// On a transaction what is written is rolled back and committed with it. `buffered` does not
    /// see its end and keeps nothing of it in memory; [`Audited::begin`] makes one that it sees.
    pub fn on<'c>(
        &self,
        link: impl IntoDatabaseExecutor<'c>,
        actor: Actor,
        context: Context,
    ) -> Audited<sea_orm::DatabaseExecutor<'c>> {
        let link = link.into_database_executor();
        let unit = link.is_transaction().then(Unit::foreign);
        Audited::of(self, link, actor, context, unit)
    }

    /// The host's database, past the audit trail.
    pub fn database(&self) -> &DatabaseConnection {
        &self.0.db
    }

    /// What happens when the outbox cannot be written.
    pub fn mode(&self) -> Mode {
        self.0.mode
    }

    /// Whether auditing was ended, by [`end`](Self::end) or by taking the outbox away with
    /// [`uninstall`](crate::uninstall). The host works; nothing is audited.
    pub fn has_ended(&self) -> bool {
        self.0.ended.load(Ordering::Acquire)
    }

    /// Ends auditing in this process: writes go on past the audit trail. What lies in the outbox
    /// stays there.
    pub fn end(&self) {
        if !self.0.ended.swap(true, Ordering::AcqRel) {
            tracing::error!("audit.ended: from here on nothing is audited");
        }
    }

    /// Operations that `buffered` holds in memory.
    pub fn spooled(&self) -> usize {
        self.0.spool.len()
    }

    /// Operations that were lost since the start: only `buffered` loses any.
    pub fn lost(&self) -> u64 {
        self.0.spool.lost()
    }

    pub(super) fn subject<E: Auditable>(&self) -> Arc<Subject> {
        self.0.subjects.of::<E>()
    }

    pub(super) fn models(&self) -> std::collections::BTreeMap<String, ModelInput> {
        self.0.subjects.models()
    }

    pub(super) fn refresh(&self) -> Duration {
        self.0.refresh
    }

    /// Whether an operation may be asked for.
    pub(super) fn asks(&self, model: &str, kind: OperationKind, actor: &Actor) -> bool {
        let followed = self.0.followed.read();
        !self.has_ended()
            && followed.unwrap_or_else(PoisonError::into_inner).asks(
                model,
                kind,
                actor,
                Instant::now(),
            )
    }

    /// Takes new rules, or (`None`) that they are the same.
    pub(super) fn follow(&self, rules: Option<Vec<Rule>>, asked: Instant) {
        let mut followed = self
            .0
            .followed
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        match rules {
            Some(rules) => followed.told(rules, asked),
            None => followed.confirmed(asked),
        }
    }

    pub(super) fn knows_rules(&self) -> bool {
        let followed = self.0.followed.read();
        followed
            .unwrap_or_else(PoisonError::into_inner)
            .known(Instant::now())
    }

    pub(super) fn holds(&self, lease: bool) {
        self.0.holds.store(lease, Ordering::Relaxed);
    }

    pub(super) fn delivers(&self) -> bool {
        self.0.holds.load(Ordering::Relaxed)
    }

    /// What keeps the outbox from being written now.
    pub(super) fn trouble(&self) -> Option<String> {
        let trouble = self.0.trouble.lock();
        trouble.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn troubled(&self, why: Option<String>) {
        let mut trouble = self
            .0
            .trouble
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = why.as_ref().filter(|why| trouble.as_ref() != Some(why)) {
            tracing::error!(why, "audit.outbox");
        }
        *trouble = why;
    }

    /// Whether somebody uninstalled; from then on auditing has ended.
    pub(super) async fn find_ended(&self, link: &impl ConnectionTrait) -> bool {
        if !self.has_ended() && matches!(outbox::is_ended(link).await, Ok(true)) {
            self.end();
        }
        self.has_ended()
    }

    /// Writes operations to the outbox in the transaction that `unit` stands for, or does what the
    /// mode says when that cannot be.
    pub(super) async fn put<C>(
        &self,
        link: &C,
        unit: &Arc<Unit>,
        entries: Vec<Entry>,
    ) -> Result<(), Error>
    where
        C: ConnectionTrait + TransactionTrait,
    {
        // What waits in memory is older: it comes first.
        if self.0.mode == Mode::Buffered && self.0.spool.len() > 0 {
            self.0.spool.push(unit, entries);
            return Ok(());
        }
        let refused = match self.0.room.write(link, &entries).await {
            Ok(()) => {
                self.troubled(None);
                return Ok(());
            }
            Err(refused) => refused,
        };
        if self.find_ended(link).await {
            return Ok(());
        }
        self.troubled(Some(match &refused {
            Error::Outbox(source) => format!("{refused}: {source}"),
            refused => refused.to_string(),
        }));
        if self.0.mode == Mode::Strict || took_all_with_it(&refused) {
            return Err(refused);
        }
        self.0.spool.push(unit, entries);
        Ok(())
    }

    /// `buffered`: what could not even be read is lost, and counted.
    pub(super) fn lose(&self, operations: usize, why: &str) {
        self.0.spool.lose(operations, why);
    }

    /// `buffered`: what is still in memory when the host ends is lost, and counted.
    pub(super) fn lose_spooled(&self) {
        self.0.spool.lose_all("the host ended");
    }

    /// Enters what waits in memory in the outbox, in order.
    pub(super) async fn enter_spooled(&self) -> Result<(), DbErr> {
        let _one_at_a_time = self.0.entering.lock().await;
        let mut most = 500;
        loop {
            let entries = self.0.spool.committed(most);
            if entries.is_empty() {
                return Ok(());
            }
            let txn = room::begin(&self.0.db).await?;
            match self.0.room.write(&txn, &entries).await {
                Ok(()) => {}
                // As many as there is room for; the others wait in memory.
                Err(Error::Full { .. }) if entries.len() > 1 => {
                    most = entries.len() / 2;
                    continue;
                }
                Err(Error::Full { .. }) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
            txn.commit().await?;
            self.0.spool.entered(entries.len());
            self.troubled(None);
        }
    }
}

/// Whether the database rolled the whole transaction back: MySQL does so in a deadlock, and what
/// came after would be committed by itself.
fn took_all_with_it(error: &Error) -> bool {
    matches!(error, Error::Outbox(source) if source.to_string().contains("Deadlock found"))
}
