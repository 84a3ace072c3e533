//! Logs as rows: keyset pages of them, by every filter.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use types::{LogQuery, Order, Timestamp};

use super::entity::{log, log_field};
use super::{Store, Stored};

/// Whose logs may be seen, and which the names of a query stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    /// Only this host's.
    pub(crate) host_id: Option<i32>,
    /// Only these models'.
    pub(crate) models: Option<Vec<i32>>,
    /// Models whose changes of the field asked for may not be seen.
    pub(crate) field_hidden: Vec<i32>,
}

/// A LIKE pattern for texts that contain `text`, with `\` as escape.
pub(super) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in crate::engine::search::needle(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn scoped(query: &LogQuery, scope: &Scope) -> Select<log::Entity> {
    let mut all = Condition::all();
    if let Some(host_id) = scope.host_id {
        all = all.add(log::Column::HostId.eq(host_id));
    }
    if let Some(models) = &scope.models {
        all = all.add(log::Column::ModelId.is_in(models.iter().copied()));
    }
    if !query.record_id.is_empty() {
        all = all.add(log::Column::RecordId.is_in(query.record_id.iter().map(String::as_str)));
    }
    if let Some(user) = &query.user {
        all = all.add(log::Column::UserLogin.eq(user.as_str()));
    }
    if !query.operation.is_empty() {
        let kinds = query.operation.iter().map(|kind| *kind as i16);
        all = all.add(log::Column::Operation.is_in(kinds));
    }
    if let Some(field) = &query.field {
        let mut of_field = Query::select();
        of_field
            .column(log_field::Column::Seq)
            .from(log_field::Entity);
        of_field.and_where(log_field::Column::Field.eq(field.as_str()));
        if let Some(models) = &scope.models {
            of_field.and_where(log_field::Column::ModelId.is_in(models.iter().copied()));
        }
        if !scope.field_hidden.is_empty() {
            let hidden = scope.field_hidden.iter().copied();
            of_field.and_where(log_field::Column::ModelId.is_not_in(hidden));
        }
        all = all.add(log::Column::Seq.in_subquery(of_field));
    }
    if let Some(id) = &query.request_id {
        all = all.add(log::Column::RequestId.eq(id.as_str()));
    }
    if let Some(id) = &query.transaction_id {
        all = all.add(log::Column::TransactionId.eq(id.as_str()));
    }
    if let Some(from) = query.from {
        all = all.add(log::Column::RecordedAt.gte(from.micros()));
    }
    if let Some(to) = query.to {
        all = all.add(log::Column::RecordedAt.lte(to.micros()));
    }
    if let Some(q) = &query.q {
        let pattern = LikeExpr::new(containing(q)).escape('\\');
        all = all.add(Expr::col((log::Entity, log::Column::Search)).like(pattern));
    }
    if let Some(seq) = query.after_seq {
        all = all.add(log::Column::Seq.gt(seq));
    }
    log::Entity::find().filter(all)
}

impl Store {
    /// At most `limit` logs of the query behind the one at `after`, in the query's order.
    pub(crate) async fn logs(
        &self,
        query: &LogQuery,
        scope: &Scope,
        after: Option<i64>,
        limit: u64,
    ) -> Stored<Vec<log::Model>> {
        let mut select = scoped(query, scope);
        select = match query.order {
            Order::Desc => select.order_by_desc(log::Column::Seq),
            Order::Asc => select.order_by_asc(log::Column::Seq),
        };
        if let Some(after) = after {
            select = select.filter(match query.order {
                Order::Desc => log::Column::Seq.lt(after),
                Order::Asc => log::Column::Seq.gt(after),
            });
        }
        Ok(select.limit(limit).all(self.read()).await?)
    }

    pub(crate) async fn log(&self, id: Uuid) -> Stored<Option<log::Model>> {
        Ok(log::Entity::find()
            .filter(log::Column::Id.eq(id))
            .one(self.read())
            .await?)
    }

    /// The revision that a record was at at a time; none before its first.
    pub(crate) async fn revision_at(
        &self,
        model_id: i32,
        record_id: &str,
        time: Timestamp,
    ) -> Stored<Option<i64>> {
        Ok(log::Entity::find()
            .select_only()
            .column(log::Column::Revision)
            .filter(log::Column::ModelId.eq(model_id))
            .filter(log::Column::RecordId.eq(record_id))
            .filter(log::Column::RecordedAt.lte(time.micros()))
            .order_by_desc(log::Column::Revision)
            .limit(1)
            .into_tuple()
            .one(self.read())
            .await?)
    }
}
