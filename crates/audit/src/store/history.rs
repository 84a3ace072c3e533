//! The logs of one record as its history needs them: what changed, without what is only searched.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use types::{OperationKind, Order};

use super::entity::{log, snapshot};
use super::{Store, Stored};

/// A log, as far as the states of its record depend on it.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Step {
    pub(crate) operation: i16,
    pub(crate) record_name: Option<String>,
    pub(crate) recorded_at: i64,
    pub(crate) changes: String,
    pub(crate) unrecorded: Option<String>,
    pub(crate) observed: Option<String>,
}

impl Store {
    /// The steps of a record above one revision, up to and with another, oldest first.
    pub(crate) async fn steps(
        &self,
        model_id: i32,
        record_id: &str,
        above: i64,
        to: i64,
    ) -> Stored<Vec<Step>> {
        Ok(log::Entity::find()
            .select_only()
            .columns([
                log::Column::Operation,
                log::Column::RecordName,
                log::Column::RecordedAt,
                log::Column::Changes,
                log::Column::Unrecorded,
                log::Column::Observed,
            ])
            .filter(log::Column::ModelId.eq(model_id))
            .filter(log::Column::RecordId.eq(record_id))
            .filter(log::Column::Revision.gt(above))
            .filter(log::Column::Revision.lte(to))
            .order_by_asc(log::Column::Revision)
            .into_model()
            .all(self.lists())
            .await?)
    }

    /// The next revision above one that begins or ends a life of the record.
    pub(crate) async fn next_turn(
        &self,
        model_id: i32,
        record_id: &str,
        above: i64,
    ) -> Stored<Option<(i64, i16)>> {
        let turns = [OperationKind::Create as i16, OperationKind::Unlink as i16];
        Ok(log::Entity::find()
            .select_only()
            .columns([log::Column::Revision, log::Column::Operation])
            .filter(log::Column::ModelId.eq(model_id))
            .filter(log::Column::RecordId.eq(record_id))
            .filter(log::Column::Revision.gt(above))
            .filter(log::Column::Operation.is_in(turns))
            .order_by_asc(log::Column::Revision)
            .limit(1)
            .into_tuple()
            .one(self.lists())
            .await?)
    }

    /// The revisions above one, below another, at which the whole state is kept, in order.
    pub(crate) async fn snapshots_between(
        &self,
        model_id: i32,
        record_id: &str,
        above: i64,
        below: i64,
    ) -> Stored<Vec<i64>> {
        Ok(snapshot::Entity::find()
            .select_only()
            .column(snapshot::Column::Revision)
            .filter(snapshot::Column::ModelId.eq(model_id))
            .filter(snapshot::Column::RecordId.eq(record_id))
            .filter(snapshot::Column::Revision.gt(above))
            .filter(snapshot::Column::Revision.lt(below))
            .order_by_asc(snapshot::Column::Revision)
            .into_tuple()
            .all(self.lists())
            .await?)
    }

    /// Who did the log of each of these revisions, by the record's id: one revision a record.
    pub(crate) async fn doers(
        &self,
        model_id: i32,
        revisions: &[(String, i64)],
    ) -> Stored<Vec<(String, String, Option<String>)>> {
        let mut any = Condition::any();
        for (record_id, revision) in revisions {
            let one = log::Column::RecordId.eq(record_id.as_str());
            any = any.add(one.and(log::Column::Revision.eq(*revision)));
        }
        Ok(log::Entity::find()
            .select_only()
            .columns([
                log::Column::RecordId,
                log::Column::UserLogin,
                log::Column::UserName,
            ])
            .filter(log::Column::ModelId.eq(model_id))
            .filter(any)
            .into_tuple()
            .all(self.lists())
            .await?)
    }

    /// A page of the logs of a record, from the one behind `after` on, in an order.
    pub(crate) async fn timeline(
        &self,
        model_id: i32,
        record_id: &str,
        order: Order,
        after: Option<i64>,
        limit: u64,
    ) -> Stored<Vec<log::Model>> {
        let mut query = log::Entity::find()
            .filter(log::Column::ModelId.eq(model_id))
            .filter(log::Column::RecordId.eq(record_id));
        query = match (order, after) {
            (Order::Asc, Some(after)) => query.filter(log::Column::Revision.gt(after)),
            (Order::Desc, Some(after)) => query.filter(log::Column::Revision.lt(after)),
            (_, None) => query,
        };
        query = match order {
            Order::Asc => query.order_by_asc(log::Column::Revision),
            Order::Desc => query.order_by_desc(log::Column::Revision),
        };
        Ok(query.limit(limit).all(self.lists()).await?)
    }
}
