//! Seeing what a write does, and recording it.

use std::collections::BTreeMap;

use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, ValueTuple};
use sea_orm::{
    Condition, DatabaseTransaction, DbBackend, DbErr, EntityTrait, IdenStatic as _, Iterable as _,
    PrimaryKeyToColumn as _, TransactionTrait as _,
};
use types::{Operation, OperationKind, Timestamp};

use super::about::{Auditable, Subject};
use super::audited::{Audited, Link};
use super::error::Error;
use super::outbox::Entry;
use super::row::{self, Changed, Rows};
use super::trail::Mode;
use crate::fit;

/// The longest name of a record that the server takes, in characters.
const RECORD_NAME: usize = 2_000;

/// Rows as they were seen. `None` where `buffered` could not see them: that is counted as lost, and
/// the host's write goes on.
pub(super) type Seen<E> = Option<Vec<<E as EntityTrait>::Model>>;

impl<C: Link> Audited<C> {
    /// Whether one of these operations on `E` may be asked for.
    pub(super) fn asks<E: Auditable>(&self, kinds: &[OperationKind]) -> bool {
        let subject = self.trail.subject::<E>();
        let asks = |kind: &OperationKind| self.trail.asks(&subject.model, *kind, &self.who.actor);
        kinds.iter().any(asks)
    }
}

impl Audited<DatabaseTransaction> {
    /// Takes SQLite's write lock before anything is read, where the host's transaction does not
    /// have it: one that reads first is refused when another wrote in between.
    pub(super) async fn lock<E: EntityTrait>(&self) -> Result<(), Error> {
        use sea_orm::ConnectionTrait as _;
        if self.link.get_database_backend() != DbBackend::Sqlite {
            return Ok(());
        }
        if let Some(key) = E::PrimaryKey::iter().next() {
            let key = Alias::new(key.into_column().as_str());
            let nothing = Query::update()
                .table(E::default().table_ref())
                .value(key.clone(), Expr::col(key))
                .and_where(Expr::val(1).eq(0))
                .to_owned();
            self.link.execute(&nothing).await?;
        }
        Ok(())
    }

    /// The rows that meet `condition`, locked.
    pub(super) async fn see<E: Auditable>(&self, condition: Condition) -> Result<Seen<E>, Error> {
        self.seen::<E>(Looking::For(condition)).await
    }

    /// The rows with these keys, locked.
    pub(super) async fn see_keys<E: Auditable>(
        &self,
        keys: Vec<ValueTuple>,
    ) -> Result<Seen<E>, Error> {
        self.seen::<E>(Looking::At(keys)).await
    }

    async fn seen<E: Auditable>(&self, looking: Looking) -> Result<Seen<E>, Error> {
        use sea_orm::ConnectionTrait as _;
        if self.trail.mode() == Mode::Strict {
            return Ok(Some(looking.look::<E>(&self.link).await?));
        }
        let found = if self.link.get_database_backend() == DbBackend::Postgres {
            // What fails here must not take the host's write with it.
            let savepoint = self.link.begin().await?;
            let found = looking.look::<E>(&savepoint).await;
            match found {
                Ok(found) => savepoint.commit().await.map(|()| found),
                Err(error) => {
                    savepoint.rollback().await?;
                    Err(error)
                }
            }
        } else {
            looking.look::<E>(&self.link).await
        };
        Ok(found
            .inspect_err(|error| tracing::error!(%error, "audit.unseen"))
            .ok())
    }

    /// Records what became of the rows seen before. What was not seen is lost.
    pub(super) async fn record<E: Auditable>(
        &self,
        subject: &Subject,
        before: Seen<E>,
        after: Seen<E>,
    ) -> Result<(), Error> {
        let (Some(before), Some(after)) = (&before, &after) else {
            let count = before.or(after).map_or(1, |seen| seen.len().max(1));
            self.trail.lose(count, "the rows could not be read");
            return Ok(());
        };
        let (before, after): (Rows, Rows) = (row::rows(before, subject), row::rows(after, subject));
        let mut entries = Vec::new();
        for change in row::compare(before, after) {
            if self
                .trail
                .asks(&subject.model, change.kind, &self.who.actor)
            {
                let operation = self.operation(subject, change);
                let entry = Entry::new(operation, subject.sensitive.iter().cloned());
                entries.push(entry.map_err(Error::Outbox)?);
            }
        }
        if entries.is_empty() {
            return Ok(());
        }
        self.trail.put(&self.link, &self.unit(), entries).await
    }

    fn operation(&self, subject: &Subject, change: Changed) -> Operation {
        let name = subject.name_field.as_ref().and_then(|field| {
            let side = |side: &Option<row::Row>| side.as_ref()?.get(field).cloned();
            match side(&change.new).or_else(|| side(&change.old))? {
                serde_json::Value::String(text) => Some(text),
                serde_json::Value::Number(number) => Some(number.to_string()),
                _ => None,
            }
        });
        let mut context = fit::context(&self.who.context);
        context
            .transaction_id
            .get_or_insert_with(|| self.unit().transaction_id().to_owned());
        Operation {
            id: Some(uuid::Uuid::now_v7().to_string()),
            operation: change.kind,
            model: subject.model.clone(),
            record_id: change.record_id,
            record_name: name
                .filter(|name| !name.is_empty() && !name.contains('\0'))
                .map(|name| name.chars().take(RECORD_NAME).collect()),
            user: fit::actor(&self.who.actor),
            occurred_at: Some(Timestamp::from(chrono::Utc::now())),
            old: change.old,
            new: change.new,
            context,
        }
    }
}

/// Which rows to look at.
enum Looking {
    For(Condition),
    At(Vec<ValueTuple>),
}

impl Looking {
    async fn look<E: EntityTrait>(
        self,
        link: &DatabaseTransaction,
    ) -> Result<Vec<E::Model>, DbErr> {
        match self {
            Self::For(condition) => row::select::<E>(link, condition).await,
            Self::At(keys) => row::select_keys::<E>(link, &keys).await,
        }
    }
}

/// The keys of rows, each once.
pub(super) fn keys<M: sea_orm::ModelTrait>(models: &[M]) -> Vec<ValueTuple> {
    let keys: BTreeMap<String, ValueTuple> = models
        .iter()
        .map(|model| {
            let key = model.get_primary_key_value();
            (row::record_id(&key), key)
        })
        .collect();
    keys.into_values().collect()
}
