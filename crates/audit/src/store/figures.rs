//! Figures: sums over the counts. None of them reads the log, but for its newest rows.

use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, QueryFilter,
    QueryOrder, QuerySelect, Select,
};
use types::OperationKind;

use super::entity::{coverage, log, log_count, model, rule_count};
use super::{Store, Stored};

/// Which counts are summed.
#[derive(Debug, Clone, Default)]
pub(crate) struct FigureScope {
    /// From this day on, counted from 1970 in UTC.
    pub(crate) from: i32,
    /// Only this host's.
    pub(crate) host_id: Option<i32>,
    /// Only these models'.
    pub(crate) models: Option<Vec<i32>>,
}

/// Logs of a day, by operation.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OfDay {
    pub(crate) day: i32,
    pub(crate) create: i64,
    pub(crate) write: i64,
    pub(crate) unlink: i64,
    pub(crate) unrecorded: i64,
}

/// Logs of a model, by operation.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OfModel {
    pub(crate) model_id: i32,
    pub(crate) create: i64,
    pub(crate) write: i64,
    pub(crate) unlink: i64,
    pub(crate) unrecorded: i64,
}

/// Logs of a user, by operation.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct OfUser {
    pub(crate) user_login: String,
    pub(crate) create: i64,
    pub(crate) write: i64,
    pub(crate) unlink: i64,
}

/// Operations let go of a model, of one kind.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct LetGo {
    pub(crate) host_id: i32,
    pub(crate) model_id: i32,
    pub(crate) operation: i16,
    pub(crate) operations: i64,
    pub(crate) first_at: i64,
    pub(crate) last_at: i64,
}

/// A sum as 64 bits: PostgreSQL's own would be a decimal.
fn whole(sum: Expr) -> Expr {
    sum.cast_as(Alias::new("bigint"))
}

fn sums(scope: &FigureScope) -> Select<log_count::Entity> {
    let mut query = log_count::Entity::find()
        .select_only()
        .filter(log_count::Column::Day.gte(scope.from));
    if let Some(host_id) = scope.host_id {
        query = query.filter(log_count::Column::HostId.eq(host_id));
    }
    if let Some(models) = &scope.models {
        query = query.filter(log_count::Column::ModelId.is_in(models.iter().copied()));
    }
    for kind in OperationKind::ALL {
        let of_kind: Expr = Expr::case(
            log_count::Column::Operation.eq(kind as i16),
            Expr::col(log_count::Column::Logs),
        )
        .finally(0)
        .into();
        query = query.expr_as(whole(of_kind.sum()), kind.as_str());
    }
    query
}

fn unrecorded() -> Expr {
    whole(Expr::col(log_count::Column::Unrecorded).sum())
}

impl Store {
    /// The logs of each day that has any.
    pub(crate) async fn logs_of_days(&self, scope: &FigureScope) -> Stored<Vec<OfDay>> {
        Ok(sums(scope)
            .column(log_count::Column::Day)
            .expr_as(unrecorded(), "unrecorded")
            .group_by(log_count::Column::Day)
            .order_by_asc(log_count::Column::Day)
            .into_model()
            .all(self.lists())
            .await?)
    }

    /// The models with the most logs.
    pub(crate) async fn busiest_models(
        &self,
        scope: &FigureScope,
        limit: u64,
    ) -> Stored<Vec<OfModel>> {
        Ok(sums(scope)
            .column(log_count::Column::ModelId)
            .expr_as(unrecorded(), "unrecorded")
            .group_by(log_count::Column::ModelId)
            .order_by_desc(Expr::col(log_count::Column::Logs).sum())
            .order_by_asc(log_count::Column::ModelId)
            .limit(limit)
            .into_model()
            .all(self.lists())
            .await?)
    }

    /// The users with the most logs.
    pub(crate) async fn busiest_users(
        &self,
        scope: &FigureScope,
        limit: u64,
    ) -> Stored<Vec<OfUser>> {
        Ok(sums(scope)
            .column(log_count::Column::UserLogin)
            .group_by(log_count::Column::UserLogin)
            .order_by_desc(Expr::col(log_count::Column::Logs).sum())
            .order_by_asc(log_count::Column::UserLogin)
            .limit(limit)
            .into_model()
            .all(self.lists())
            .await?)
    }

    /// When the last log of each of these models was recorded; none where a model has no log.
    pub(crate) async fn last_logs(&self, models: &[i32]) -> Stored<Vec<(i32, i64)>> {
        // By the index of models and places, whatever the database guesses: asked for the logs of
        // a model alone, PostgreSQL goes through all logs where the model's last one is old.
        let of_model = || Expr::col((log::Entity, log::Column::ModelId));
        let model_id = || Expr::col((model::Entity, model::Column::Id));
        let recorded_at = Expr::col((log::Entity, log::Column::RecordedAt));
        let newest = Query::select()
            .expr(CaseStatement::new().case(of_model().eq(model_id()), recorded_at))
            .from(log::Entity)
            .and_where(of_model().lte(model_id()))
            .order_by(log::Column::ModelId, sea_orm::Order::Desc)
            .order_by(log::Column::Seq, sea_orm::Order::Desc)
            .limit(1)
            .to_owned();
        let query = Query::select()
            .column(model::Column::Id)
            .expr_as(Expr::from(newest), "last_at")
            .from(model::Entity)
            .and_where(model::Column::Id.is_in(models.iter().copied()))
            .to_owned();
        let rows = self.lists().query_all(&query).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let id = row.try_get::<i32>("", model::Column::Id.as_str())?;
            if let Some(at) = row.try_get::<Option<i64>>("", "last_at")? {
                found.push((id, at));
            }
        }
        Ok(found)
    }

    /// How many logs each rule asked for since a day.
    pub(crate) async fn caught_by_rules(&self, from: i32) -> Stored<Vec<(String, i64)>> {
        Ok(rule_count::Entity::find()
            .select_only()
            .column(rule_count::Column::RuleId)
            .expr_as(whole(Expr::col(rule_count::Column::Logs).sum()), "logs")
            .filter(rule_count::Column::Day.gte(from))
            .group_by(rule_count::Column::RuleId)
            .into_tuple()
            .all(self.lists())
            .await?)
    }

    /// The operations that no rule asked for since a day.
    pub(crate) async fn let_go(&self, from: i32) -> Stored<Vec<LetGo>> {
        Ok(coverage::Entity::find()
            .select_only()
            .column(coverage::Column::HostId)
            .column(coverage::Column::ModelId)
            .column(coverage::Column::Operation)
            .expr_as(
                whole(Expr::col(coverage::Column::Operations).sum()),
                "operations",
            )
            .expr_as(Expr::col(coverage::Column::FirstAt).min(), "first_at")
            .expr_as(Expr::col(coverage::Column::LastAt).max(), "last_at")
            .filter(coverage::Column::Day.gte(from))
            .group_by(coverage::Column::HostId)
            .group_by(coverage::Column::ModelId)
            .group_by(coverage::Column::Operation)
            .into_model()
            .all(self.lists())
            .await?)
    }
}
