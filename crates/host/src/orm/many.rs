//! Writing many records at once: each row's old and new value is recorded.
//!
//! The rows concerned are read and locked first; then exactly those are written, by their keys. A
//! row that comes to meet the filter meanwhile, written by another transaction, is left as it is,
//! as if this had come first.

use sea_orm::sea_query::{
    ConditionalStatement, IntoCondition, LogicalChainOper, SimpleExpr, ValueTuple,
};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, Condition, DatabaseTransaction, EntityTrait,
    IdenStatic as _, IntoActiveModel, Iterable as _, PrimaryKeyToColumn, PrimaryKeyTrait,
    QueryFilter, QueryTrait as _,
};
use types::OperationKind;

use super::about::Auditable;
use super::audited::{Audited, Link};
use super::error::Error;
use super::record::keys;
use super::row::{among, keys_at_once};

/// Most values of one `INSERT`: PostgreSQL takes 65,535, SQLite 32,766.
const VALUES: usize = 30_000;

/// Which rows: a condition that `filter` adds to.
#[derive(Debug, Clone)]
pub struct Filter(Condition);

impl Default for Filter {
    fn default() -> Self {
        Self(Condition::all())
    }
}

impl ConditionalStatement for Filter {
    fn and_or_where(&mut self, condition: LogicalChainOper) -> &mut Self {
        let before = std::mem::replace(&mut self.0, Condition::all());
        self.0 = match condition {
            LogicalChainOper::And(other) => Condition::all().add(before).add(other),
            LogicalChainOper::Or(other) => Condition::any().add(before).add(other),
        };
        self
    }

    fn cond_where<I: IntoCondition>(&mut self, condition: I) -> &mut Self {
        let before = std::mem::replace(&mut self.0, Condition::all());
        self.0 = Condition::all().add(before).add(condition.into_condition());
        self
    }
}

/// An update of many records, from [`Audited::update_many`].
#[derive(Debug)]
#[must_use = "nothing is updated before `exec`"]
pub struct UpdateMany<'d, C, E: EntityTrait> {
    db: &'d Audited<C>,
    update: sea_orm::UpdateMany<E>,
    filter: Filter,
}

/// A deletion of many records, from [`Audited::delete_many`].
#[derive(Debug)]
#[must_use = "nothing is deleted before `exec`"]
pub struct DeleteMany<'d, C, E: EntityTrait> {
    db: &'d Audited<C>,
    delete: sea_orm::DeleteMany<E>,
    filter: Filter,
}

impl<C, E: EntityTrait> QueryFilter for UpdateMany<'_, C, E> {
    type QueryStatement = Filter;

    fn query(&mut self) -> &mut Filter {
        &mut self.filter
    }
}

impl<C, E: EntityTrait> QueryFilter for DeleteMany<'_, C, E> {
    type QueryStatement = Filter;

    fn query(&mut self) -> &mut Filter {
        &mut self.filter
    }
}

impl<C: Link> Audited<C> {
    /// Inserts records, as SeaORM's `Entity::insert_many`: no hooks run. All rows come back.
    pub async fn insert_many<E, A, M>(
        &self,
        models: impl IntoIterator<Item = M>,
    ) -> Result<Vec<E::Model>, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
        M: IntoActiveModel<A>,
    {
        let models: Vec<A> = models.into_iter().map(M::into_active_model).collect();
        let subject = self.trail.subject::<E>();
        let asked = self.asks::<E>(&[OperationKind::Create]);
        let txn = self.begin().await?;
        let done = async {
            let inserted = txn.insert_rows::<E, A>(models).await?;
            if asked {
                let after = txn.see_keys::<E>(keys(&inserted)).await?;
                txn.record::<E>(&subject, Some(Vec::new()), after).await?;
            }
            Ok(inserted)
        };
        let done = done.await;
        txn.finish(done).await
    }

    /// Updates the records that a filter selects, as SeaORM's `Entity::update_many()`:
    ///
    /// ```no_run
    /// # mod contact {
    /// #     use sea_orm::entity::prelude::*;
    /// #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    /// #     #[sea_orm(table_name = "contact")]
    /// #     pub struct Model { #[sea_orm(primary_key)] pub id: i32, pub city: String }
    /// #     #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    /// #     pub enum Relation {}
    /// #     impl ActiveModelBehavior for ActiveModel {}
    /// #     impl revisor_host::Auditable for Entity {}
    /// # }
    /// # async fn run(db: revisor_host::Audited) -> Result<(), revisor_host::Error> {
    /// use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
    ///
    /// let moved = db
    ///     .update_many::<contact::Entity>()
    ///     .col_expr(contact::Column::City, Expr::value("Paris"))
    ///     .filter(contact::Column::City.eq("Lutetia"))
    ///     .exec()
    ///     .await?;
    /// # let _ = moved; Ok(())
    /// # }
    /// ```
    ///
    /// More than 20,000 rows are written by several statements of one transaction.
    pub fn update_many<E: Auditable>(&self) -> UpdateMany<'_, C, E> {
        UpdateMany {
            db: self,
            update: E::update_many(),
            filter: Filter::default(),
        }
    }

    /// Deletes the records that a filter selects, as SeaORM's `Entity::delete_many()`.
    pub fn delete_many<E: Auditable>(&self) -> DeleteMany<'_, C, E> {
        DeleteMany {
            db: self,
            delete: E::delete_many(),
            filter: Filter::default(),
        }
    }

    /// Deletes the record with this primary key, as SeaORM's `Entity::delete_by_id`: no hooks run.
    /// Tells how many rows were deleted.
    pub async fn delete_by_id<E: Auditable>(
        &self,
        id: impl Into<<E::PrimaryKey as PrimaryKeyTrait>::ValueType>,
    ) -> Result<u64, Error> {
        use sea_orm::sea_query::IntoValueTuple as _;
        let key = id.into().into_value_tuple();
        let mut delete = self.delete_many::<E>();
        delete.query().cond_where(among::<E>(&[key]));
        delete.exec().await
    }
}

impl<C: Link, E: Auditable> UpdateMany<'_, C, E> {
    /// Sets the columns that are set in `model`.
    pub fn set<A: ActiveModelTrait<Entity = E>>(mut self, model: A) -> Self {
        self.update = self.update.set(model);
        self
    }

    /// Sets a column to what an expression gives for each row.
    pub fn col_expr(mut self, column: E::Column, expr: impl Into<SimpleExpr>) -> Self {
        self.update = self.update.col_expr(column, expr.into());
        self
    }

    /// Updates; tells how many rows.
    pub async fn exec(self) -> Result<u64, Error> {
        if !self
            .db
            .asks::<E>(&[OperationKind::Write, OperationKind::Unlink])
        {
            let update = self.update.filter(self.filter.0);
            return Ok(update.exec(&self.db.link).await?.rows_affected);
        }
        let txn = self.db.begin().await?;
        let done = txn.update_rows(self.update, self.filter).await;
        Ok(txn.finish(done).await?.0)
    }

    /// Updates; answers the rows as they are then.
    pub async fn exec_with_returning(self) -> Result<Vec<E::Model>, Error> {
        let txn = self.db.begin().await?;
        let done = txn.update_rows(self.update, self.filter).await;
        txn.finish(done).await?.1.ok_or(Error::Unsupported(
            "the rows were updated and cannot be read",
        ))
    }
}

impl<C: Link, E: Auditable> DeleteMany<'_, C, E> {
    /// Deletes; tells how many rows.
    pub async fn exec(self) -> Result<u64, Error> {
        if !self
            .db
            .asks::<E>(&[OperationKind::Unlink, OperationKind::Write])
        {
            let delete = self.delete.filter(self.filter.0);
            return Ok(delete.exec(&self.db.link).await?.rows_affected);
        }
        let txn = self.db.begin().await?;
        let done = txn.delete_rows(self.delete, self.filter).await;
        txn.finish(done).await
    }
}

impl Audited<DatabaseTransaction> {
    async fn insert_rows<E, A>(&self, models: Vec<A>) -> Result<Vec<E::Model>, Error>
    where
        E: Auditable,
        A: ActiveModelTrait<Entity = E> + ActiveModelBehavior + Send,
        E::Model: IntoActiveModel<A>,
    {
        use sea_orm::ConnectionTrait as _;
        let mut inserted = Vec::with_capacity(models.len());
        if !self.link.support_returning() {
            // The database tells the key of one row only; so they are inserted one by one.
            for model in models {
                inserted.push(E::insert(model).exec_with_returning(&self.link).await?);
            }
            return Ok(inserted);
        }
        let at_once = VALUES / E::Column::iter().count().max(1);
        let mut models = models.into_iter().peekable();
        while models.peek().is_some() {
            let some: Vec<A> = models.by_ref().take(at_once).collect();
            inserted.extend(E::insert_many(some).exec_with_returning(&self.link).await?);
        }
        Ok(inserted)
    }

    /// Updates, and records; the rows as they are then, where they can be read.
    async fn update_rows<E: Auditable>(
        &self,
        update: sea_orm::UpdateMany<E>,
        filter: Filter,
    ) -> Result<(u64, Option<Vec<E::Model>>), Error> {
        let subject = self.trail.subject::<E>();
        let assigned = update.as_query().get_values();
        let key = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        if key.into_iter().any(|key| {
            assigned
                .iter()
                .any(|(column, _)| column.to_string() == key.as_str())
        }) {
            let why = "an update of the primary key; delete the record and insert another";
            return Err(Error::Unsupported(why));
        }
        self.lock::<E>().await?;
        let Some(before) = self.see::<E>(filter.0.clone()).await? else {
            let done = update.filter(filter.0).exec(&self.link).await?;
            let count = usize::try_from(done.rows_affected).unwrap_or(usize::MAX);
            self.trail.lose(count, "the rows could not be read");
            return Ok((done.rows_affected, None));
        };
        let keys = keys(&before);
        let mut done = 0;
        for keys in keys.chunks(keys_at_once::<E>()) {
            let update = update.clone().filter(among::<E>(keys));
            done += update.exec(&self.link).await?.rows_affected;
        }
        let after = self.see_keys::<E>(keys).await?;
        self.record::<E>(&subject, Some(before), after.clone())
            .await?;
        Ok((done, after))
    }

    async fn delete_rows<E: Auditable>(
        &self,
        delete: sea_orm::DeleteMany<E>,
        filter: Filter,
    ) -> Result<u64, Error> {
        let subject = self.trail.subject::<E>();
        self.lock::<E>().await?;
        let Some(before) = self.see::<E>(filter.0.clone()).await? else {
            let done = delete.filter(filter.0).exec(&self.link).await?;
            let count = usize::try_from(done.rows_affected).unwrap_or(usize::MAX);
            self.trail.lose(count, "the rows could not be read");
            return Ok(done.rows_affected);
        };
        let keys: Vec<ValueTuple> = keys(&before);
        let mut done = 0;
        for keys in keys.chunks(keys_at_once::<E>()) {
            let delete = delete.clone().filter(among::<E>(keys));
            done += delete.exec(&self.link).await?.rows_affected;
        }
        let after = self.see_keys::<E>(keys).await?;
        self.record::<E>(&subject, Some(before), after).await?;
        Ok(done)
    }
}
