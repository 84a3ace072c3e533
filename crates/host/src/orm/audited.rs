//! The audited connection: the host's own, together with who acts and why.

use std::pin::Pin;
use std::sync::Arc;

use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction,
    DbBackend, DbErr, ExecResult, IsolationLevel, QueryResult, Statement, StatementBuilder,
    TransactionError, TransactionOptions, TransactionSession, TransactionTrait,
};
use types::{Actor, Context};

use super::error::Error;
use super::reading::ReadOnly;
use super::room;
use super::spool::{Open, Unit};
use super::trail::Trail;

/// What an audited connection stands on: the host's connection, or a transaction of it.
pub trait Link:
    ConnectionTrait + TransactionTrait<Transaction = DatabaseTransaction> + Send + sealed::Sealed
{
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! links {
    ($($link:ty),+) => { $(impl sealed::Sealed for $link {} impl Link for $link {})+ };
}

links!(
    DatabaseConnection,
    DatabaseTransaction,
    DatabaseExecutor<'_>
);

/// A connection or transaction of the host, together with who acts and why.
///
/// Reading works on it as on any connection of SeaORM. Writing is done with its methods, which
/// record what every row was and became in the same transaction; SeaORM's own ways to write are
/// refused, so that none is forgotten.
///
/// ```no_run
/// # use sea_orm::entity::prelude::*;
/// # mod contact {
/// #     use sea_orm::entity::prelude::*;
/// #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
/// #     #[sea_orm(table_name = "contact")]
/// #     pub struct Model { #[sea_orm(primary_key)] pub id: i32, pub name: String, pub city: String }
/// #     #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
/// #     pub enum Relation {}
/// #     impl ActiveModelBehavior for ActiveModel {}
/// #     impl revisor_host::Auditable for Entity {}
/// # }
/// use revisor_host::{Audited, Error};
/// use sea_orm::{EntityTrait, IntoActiveModel, Set};
///
/// async fn move_to(db: &Audited, id: i32, city: &str) -> Result<(), Error> {
///     let txn = db.begin().await?;
///     if let Some(found) = contact::Entity::find_by_id(id).one(&txn).await? {
///         let mut contact = found.into_active_model();
///         contact.city = Set(city.to_owned());
///         txn.update(contact).await?;
///     }
///     txn.commit().await
/// }
/// ```
#[derive(Debug)]
pub struct Audited<C = DatabaseConnection> {
    pub(super) link: C,
    pub(super) trail: Trail,
    pub(super) who: Arc<Who>,
    /// The transaction that `link` is, where it is one.
    unit: Option<Arc<Unit>>,
    /// Set where this connection ends it.
    open: Option<Open>,
}

/// Who acts, and why.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) actor: Actor,
    pub(super) context: Context,
}

/// A transaction is not cloned: it ends once.
impl Clone for Audited {
    fn clone(&self) -> Self {
        Self {
            link: self.link.clone(),
            trail: self.trail.clone(),
            who: Arc::clone(&self.who),
            unit: None,
            open: None,
        }
    }
}

impl<C> Audited<C> {
    pub(super) fn of(
        trail: &Trail,
        link: C,
        actor: Actor,
        context: Context,
        unit: Option<Arc<Unit>>,
    ) -> Self {
        Self {
            link,
            trail: trail.clone(),
            who: Arc::new(Who { actor, context }),
            unit,
            open: None,
        }
    }

    /// Who acts.
    pub fn actor(&self) -> &Actor {
        &self.who.actor
    }

    /// Where it comes from and why.
    pub fn context(&self) -> &Context {
        &self.who.context
    }

    /// The same, with the user's reason for what is written from here on.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.who).context.reason = Some(reason.into());
        self
    }

    /// The host's connection, **past the audit trail**: what is written on it is not recorded.
    pub const fn unaudited(&self) -> &C {
        &self.link
    }

    pub(super) const fn reading(&self) -> ReadOnly<'_, C> {
        ReadOnly(&self.link)
    }

    /// The transaction that this is; a new one where it is none.
    pub(super) fn unit(&self) -> Arc<Unit> {
        self.unit
            .as_ref()
            .map_or_else(|| Unit::within(None), Arc::clone)
    }

    /// Whether this is a transaction.
    pub(super) const fn is_transaction(&self) -> bool {
        self.unit.is_some()
    }
}

impl<C: Link> Audited<C> {
    /// Begins a transaction, or a savepoint where this is one already.
    ///
    /// On SQLite it takes the write lock at once, since an audited write reads first.
    pub async fn begin(&self) -> Result<Audited<DatabaseTransaction>, Error> {
        Ok(self.around(room::begin(&self.link).await?))
    }

    fn around(&self, link: DatabaseTransaction) -> Audited<DatabaseTransaction> {
        let unit = Unit::within(self.unit.as_ref());
        Audited {
            link,
            trail: self.trail.clone(),
            who: Arc::clone(&self.who),
            unit: Some(Arc::clone(&unit)),
            open: Some(Open::new(unit)),
        }
    }

    /// Does `work` in a transaction: committed when it answers `Ok`, rolled back when `Err`.
    pub async fn transaction<T, E>(
        &self,
        work: impl AsyncFnOnce(&Audited<DatabaseTransaction>) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error>,
    {
        let txn = self.begin().await?;
        let done = work(&txn).await;
        txn.finish(done).await
    }
}

impl Audited<DatabaseTransaction> {
    /// Commits what was written, and what was recorded of it.
    pub async fn commit(self) -> Result<(), Error> {
        if let Some(open) = &self.open {
            open.committing();
        }
        self.link.commit().await?;
        if let Some(open) = self.open {
            open.committed();
        }
        Ok(())
    }

    /// Rolls back what was written, and what was recorded of it. So does dropping it.
    pub async fn rollback(self) -> Result<(), Error> {
        self.link.rollback().await?;
        if let Some(open) = self.open {
            open.rolled_back();
        }
        Ok(())
    }

    /// Ends it: committed where what was done in it succeeded, else rolled back.
    pub(super) async fn finish<T, E: From<Error>>(self, done: Result<T, E>) -> Result<T, E> {
        match done {
            Ok(done) => {
                self.commit().await?;
                Ok(done)
            }
            Err(error) => {
                // Should that fail as well, the connection is rolled back before it is used again.
                if let Err(error) = self.rollback().await {
                    tracing::warn!(%error, "audit.rollback");
                }
                Err(error)
            }
        }
    }
}

/// Reading, in all of SeaORM's ways. What writes is refused.
#[async_trait::async_trait]
impl<C: Link> ConnectionTrait for Audited<C> {
    fn get_database_backend(&self) -> DbBackend {
        self.link.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.reading().execute_raw(statement).await
    }

    async fn execute<S: StatementBuilder>(&self, statement: &S) -> Result<ExecResult, DbErr> {
        self.reading().execute(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.reading().execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.reading().query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.reading().query_all_raw(statement).await
    }

    fn support_returning(&self) -> bool {
        self.link.support_returning()
    }

    fn is_mock_connection(&self) -> bool {
        self.link.is_mock_connection()
    }
}

/// For code that is generic over SeaORM's connections.
#[async_trait::async_trait]
impl<C: Link> TransactionTrait for Audited<C> {
    type Transaction = Audited<DatabaseTransaction>;

    async fn begin(&self) -> Result<Audited<DatabaseTransaction>, DbErr> {
        Ok(Self::begin(self).await?)
    }

    async fn begin_with_config(
        &self,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<Audited<DatabaseTransaction>, DbErr> {
        let link = self.link.begin_with_config(isolation_level, access_mode);
        Ok(self.around(link.await?))
    }

    async fn begin_with_options(
        &self,
        options: TransactionOptions,
    ) -> Result<Audited<DatabaseTransaction>, DbErr> {
        Ok(self.around(self.link.begin_with_options(options).await?))
    }

    async fn transaction<F, T, E>(&self, callback: F) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(
                &'c Audited<DatabaseTransaction>,
            ) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: std::fmt::Display + std::fmt::Debug + Send,
    {
        let txn = TransactionTrait::begin(self).await;
        ended(txn.map_err(TransactionError::Connection)?, callback).await
    }

    async fn transaction_with_config<F, T, E>(
        &self,
        callback: F,
        isolation_level: Option<IsolationLevel>,
        access_mode: Option<AccessMode>,
    ) -> Result<T, TransactionError<E>>
    where
        F: for<'c> FnOnce(
                &'c Audited<DatabaseTransaction>,
            ) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
            + Send,
        T: Send,
        E: std::fmt::Display + std::fmt::Debug + Send,
    {
        let txn = self.begin_with_config(isolation_level, access_mode).await;
        ended(txn.map_err(TransactionError::Connection)?, callback).await
    }
}

/// Commits or rolls back as `callback` answers.
async fn ended<F, T, E>(
    txn: Audited<DatabaseTransaction>,
    callback: F,
) -> Result<T, TransactionError<E>>
where
    F: for<'c> FnOnce(
            &'c Audited<DatabaseTransaction>,
        ) -> Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>
        + Send,
    T: Send,
    E: std::fmt::Display + std::fmt::Debug + Send,
{
    let done = callback(&txn).await.map_err(TransactionError::Transaction);
    let ended = if done.is_ok() {
        txn.commit().await
    } else {
        txn.rollback().await
    };
    ended.map_err(|error| TransactionError::Connection(error.into()))?;
    done
}

#[async_trait::async_trait]
impl TransactionSession for Audited<DatabaseTransaction> {
    async fn commit(self) -> Result<(), DbErr> {
        Ok(Self::commit(self).await?)
    }

    async fn rollback(self) -> Result<(), DbErr> {
        Ok(Self::rollback(self).await?)
    }
}
