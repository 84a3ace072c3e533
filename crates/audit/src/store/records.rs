//! Records as rows.

use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Order, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{record, snapshot};
use super::{Store, Stored, from_json};
use crate::engine::state::State;

/// Which records a page holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct RecordFilter {
    pub(crate) model_id: i32,
    pub(crate) q: Option<String>,
    pub(crate) deleted: Option<bool>,
    pub(crate) after: Option<i64>,
    pub(crate) limit: u64,
}

impl Store {
    pub(crate) async fn records(&self, filter: &RecordFilter) -> Stored<Vec<record::Model>> {
        let mut query = record::Entity::find().filter(record::Column::ModelId.eq(filter.model_id));
        if let Some(deleted) = filter.deleted {
            query = query.filter(record::Column::Deleted.eq(deleted));
        }
        if let Some(q) = &filter.q {
            let pattern = LikeExpr::new(super::filter::containing(q)).escape('\\');
            query = query.filter(Expr::col((record::Entity, record::Column::Search)).like(pattern));
        }
        if let Some(after) = filter.after {
            query = query.filter(record::Column::Id.gt(after));
        }
        let query = query.order_by_asc(record::Column::Id).limit(filter.limit);
        Ok(query.all(self.lists()).await?)
    }

    /// The records of this id in some models.
    pub(crate) async fn records_of_id(
        &self,
        models: &[i32],
        record_id: &str,
    ) -> Stored<Vec<record::Model>> {
        if models.is_empty() {
            return Ok(Vec::new());
        }
        Ok(record::Entity::find()
            .filter(record::Column::ModelId.is_in(models.iter().copied()))
            .filter(record::Column::RecordId.eq(record_id))
            .order_by_asc(record::Column::Id)
            .all(self.lists())
            .await?)
    }

    /// Of the last `looked_at` records of some models, or of any, those that hold a text
    /// anywhere, the last first; at most `limit`.
    pub(crate) async fn records_holding(
        &self,
        models: Option<Vec<i32>>,
        text: &str,
        looked_at: u64,
        limit: u64,
    ) -> Stored<Vec<record::Model>> {
        let mut last = Query::select();
        last.column(record::Column::Id).from(record::Entity);
        if let Some(models) = models {
            last.and_where(record::Column::ModelId.is_in(models));
        }
        last.order_by(record::Column::Id, Order::Desc)
            .limit(looked_at);
        // PostgreSQL plans a limit within `IN`; named as a table, both read it once.
        let last = Query::select()
            .column(record::Column::Id)
            .from_subquery(last, "last")
            .to_owned();
        let pattern = LikeExpr::new(super::filter::containing(text)).escape('\\');
        Ok(record::Entity::find()
            .filter(record::Column::Id.in_subquery(last))
            .filter(Expr::col((record::Entity, record::Column::Search)).like(pattern))
            .order_by_desc(record::Column::Id)
            .limit(limit)
            .all(self.lists())
            .await?)
    }

    pub(crate) async fn record(
        &self,
        model_id: i32,
        record_id: &str,
    ) -> Stored<Option<record::Model>> {
        Ok(record::Entity::find()
            .filter(record::Column::ModelId.eq(model_id))
            .filter(record::Column::RecordId.eq(record_id))
            .one(self.lists())
            .await?)
    }

    /// The last whole state kept at or before a revision, with its own revision.
    pub(crate) async fn snapshot(
        &self,
        model_id: i32,
        record_id: &str,
        revision: i64,
    ) -> Stored<Option<(i64, State)>> {
        let row = snapshot::Entity::find()
            .filter(snapshot::Column::ModelId.eq(model_id))
            .filter(snapshot::Column::RecordId.eq(record_id))
            .filter(snapshot::Column::Revision.lte(revision))
            .order_by_desc(snapshot::Column::Revision)
            .limit(1)
            .one(self.lists())
            .await?;
        row.map(|row| Ok((row.revision, from_json(&row.state)?)))
            .transpose()
    }
}
