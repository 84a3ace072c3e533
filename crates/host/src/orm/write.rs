//! Writing one record.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue, ColumnTrait as _, Condition,
    ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, Iterable as _,
    PrimaryKeyToColumn as _, SqlErr,
};
use types::OperationKind;

use super::about::{Auditable, Subject};
use super::audited::{Audited, Link};
use super::error::Error;
use super::reading::ReadOnly;
use super::record::keys;
use super::row;

/// Attempts of an upsert: each time another transaction may have come first.
const ATTEMPTS: usize = 5;

impl<C: Link> Audited<C> {
    /// Inserts a record, as SeaORM's `model.insert(db)`: hooks run, and the row comes back.
    ///
    /// Hooks get a connection that only reads.
    pub async fn insert<E, A>(&self, model: A) -> Result<E::Model, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
    {
        if !self.asks::<E>(&[OperationKind::Create]) {
            let model = A::before_save(model, &self.reading(), true).await?;
            let model = E::insert(model).exec_with_returning(&self.link).await?;
            return Ok(A::after_save(model, &self.reading(), true).await?);
        }
        let subject = self.trail.subject::<E>();
        let txn = self.begin().await?;
        let done = txn.inserted(&subject, model).await;
        txn.finish(done).await
    }

    /// Updates a record, as SeaORM's `model.update(db)`: hooks run, and the row comes back.
    pub async fn update<E, A>(&self, model: A) -> Result<E::Model, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
    {
        if !self.asks::<E>(&[OperationKind::Write, OperationKind::Unlink]) {
            let model = A::before_save(model, &self.reading(), false).await?;
            let model = E::update(model).exec(&self.link).await?;
            return Ok(A::after_save(model, &self.reading(), false).await?);
        }
        let subject = self.trail.subject::<E>();
        let txn = self.begin().await?;
        let done = async {
            if self.is_transaction() {
                txn.lock::<E>().await?;
            }
            txn.updated(&subject, model).await
        };
        let done = done.await;
        txn.finish(done).await
    }

    /// Inserts a record without a primary key, updates one with it, as SeaORM's `model.save(db)`.
    pub async fn save<E, A>(&self, model: A) -> Result<A, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
    {
        let saved = match model.get_primary_key_value() {
            None => self.insert(model).await?,
            Some(_) => self.update(model).await?,
        };
        Ok(saved.into_active_model())
    }

    /// Deletes a record by its primary key, as SeaORM's `model.delete(db)`: hooks run. Tells how
    /// many rows were deleted.
    pub async fn delete<E, A>(&self, model: impl IntoActiveModel<A>) -> Result<u64, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
    {
        let model = model.into_active_model();
        if !self.asks::<E>(&[OperationKind::Unlink, OperationKind::Write]) {
            let reading = self.reading();
            let (done, _) = deleted(model, &self.link, &reading).await?;
            return Ok(done);
        }
        let subject = self.trail.subject::<E>();
        let txn = self.begin().await?;
        let done = async {
            if self.is_transaction() {
                txn.lock::<E>().await?;
            }
            let Some(key) = model.get_primary_key_value() else {
                return Ok(deleted(model, &txn.link, &txn.reading()).await?.0);
            };
            let before = txn.see_keys::<E>(vec![key.clone()]).await?;
            let model = A::before_delete(model, &txn.reading()).await?;
            let gone = model.clone();
            let done = E::delete(model).exec(&txn.link).await?.rows_affected;
            let after = txn.see_keys::<E>(vec![key]).await?;
            txn.record::<E>(&subject, before, after).await?;
            A::after_delete(gone, &txn.reading()).await?;
            Ok(done)
        };
        let done = done.await;
        txn.finish(done).await
    }

    /// Updates the record that has the same values in `columns`, which are unique together; inserts
    /// one where there is none. Hooks run. Columns that are not set stay as they are.
    ///
    /// This takes the place of `on_conflict … update_columns`, of which nobody could tell whether
    /// it inserted or updated.
    pub async fn upsert<E, A>(
        &self,
        model: A,
        columns: impl IntoIterator<Item = E::Column>,
    ) -> Result<E::Model, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
    {
        let columns: Vec<_> = columns.into_iter().collect();
        let txn = self.begin().await?;
        let done = async {
            let mut last = None;
            for _ in 0..ATTEMPTS {
                txn.lock::<E>().await?;
                if let Some(found) = txn.same::<E, A>(&model, &columns).await? {
                    let mut model = model.clone();
                    for key in E::PrimaryKey::iter() {
                        let column = key.into_column();
                        model.set(column, sea_orm::ModelTrait::get(&found, column));
                    }
                    return txn.update(model).await;
                }
                match txn.insert(model.clone()).await {
                    Err(error) if is_conflict(&error) => last = Some(error),
                    done => return done,
                }
            }
            Err(last.unwrap_or(Error::Unsupported("an upsert found no end")))
        };
        let done = done.await;
        txn.finish(done).await
    }

    /// Inserts a record unless there is one with the same values in `columns`, which are unique
    /// together; `None` where there is. Hooks run.
    ///
    /// This takes the place of `on_conflict … do_nothing`.
    pub async fn insert_if_absent<E, A>(
        &self,
        model: A,
        columns: impl IntoIterator<Item = E::Column>,
    ) -> Result<Option<E::Model>, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
    {
        let columns: Vec<_> = columns.into_iter().collect();
        let txn = self.begin().await?;
        let done = async {
            let mut last = None;
            for _ in 0..ATTEMPTS {
                txn.lock::<E>().await?;
                if txn.same::<E, A>(&model, &columns).await?.is_some() {
                    return Ok(None);
                }
                match txn.insert(model.clone()).await {
                    Err(error) if is_conflict(&error) => last = Some(error),
                    done => return done.map(Some),
                }
            }
            Err(last.unwrap_or(Error::Unsupported("an insert found no end")))
        };
        let done = done.await;
        txn.finish(done).await
    }
}

impl Audited<DatabaseTransaction> {
    async fn inserted<E, A>(&self, subject: &Subject, model: A) -> Result<E::Model, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
    {
        let model = A::before_save(model, &self.reading(), true).await?;
        let model = E::insert(model).exec_with_returning(&self.link).await?;
        // Read again: what triggers and defaults made of it is what it is.
        let after = self
            .see_keys::<E>(keys(std::slice::from_ref(&model)))
            .await?;
        self.record::<E>(subject, Some(Vec::new()), after).await?;
        Ok(A::after_save(model, &self.reading(), true).await?)
    }

    async fn updated<E, A>(&self, subject: &Subject, model: A) -> Result<E::Model, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
    {
        let model = A::before_save(model, &self.reading(), false).await?;
        let key: Vec<_> = model.get_primary_key_value().into_iter().collect();
        let before = self.see_keys::<E>(key.clone()).await?;
        let model = E::update(model).exec(&self.link).await?;
        let after = self.see_keys::<E>(key).await?;
        self.record::<E>(subject, before, after).await?;
        Ok(A::after_save(model, &self.reading(), false).await?)
    }

    /// The record with the same values in `columns`, locked.
    async fn same<E, A>(&self, model: &A, columns: &[E::Column]) -> Result<Option<E::Model>, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E>,
    {
        if columns.is_empty() {
            return Err(Error::Unsupported("an upsert without columns to go by"));
        }
        let mut condition = Condition::all();
        for column in columns {
            let (ActiveValue::Set(value) | ActiveValue::Unchanged(value)) = model.get(*column)
            else {
                return Err(Error::Unsupported(
                    "a column that an upsert goes by is not set",
                ));
            };
            if value == value.as_null() {
                // NULL is never the same as NULL.
                return Ok(None);
            }
            condition = condition.add(column.eq(value));
        }
        let mut found = row::select::<E>(&self.link, condition).await?;
        match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => Err(Error::Unsupported(
                "the columns that an upsert goes by are not unique",
            )),
        }
    }
}

/// SeaORM's delete with its hooks.
async fn deleted<A, C>(model: A, link: &C, reading: &ReadOnly<'_, C>) -> Result<(u64, A), Error>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    C: ConnectionTrait,
{
    let model = A::before_delete(model, reading).await?;
    let gone = model.clone();
    let done = A::Entity::delete(model).exec(link).await?.rows_affected;
    Ok((done, A::after_delete(gone, reading).await?))
}

/// Whether another record has the same unique values.
fn is_conflict(error: &Error) -> bool {
    matches!(
        error,
        Error::Database(error)
            if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    )
}
