//! Rules as rows.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use types::OperationKind;

use super::entity::{rule, rule_scope};
use super::{Store, Stored, Work, from_json};

/// Which rules a page holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct RuleFilter {
    pub(crate) host_id: Option<i32>,
    pub(crate) model: Option<String>,
    pub(crate) active: Option<bool>,
    /// Any of these; all rules where empty.
    pub(crate) operation: Vec<OperationKind>,
    pub(crate) q: Option<String>,
    pub(crate) after: Option<i64>,
    pub(crate) limit: u64,
}

impl Store {
    pub(crate) async fn rules(&self, filter: &RuleFilter) -> Stored<Vec<rule::Model>> {
        let mut query = rule::Entity::find();
        if let Some(host_id) = filter.host_id {
            query = query.filter(rule::Column::HostId.eq(host_id));
        }
        if let Some(model) = &filter.model {
            query = query.filter(rule::Column::Model.eq(model.as_str()));
        }
        if let Some(active) = filter.active {
            query = query.filter(rule::Column::Active.eq(active));
        }
        if !filter.operation.is_empty() {
            let follows = |kind: &OperationKind| match kind {
                OperationKind::Create => rule::Column::LogCreate,
                OperationKind::Write => rule::Column::LogWrite,
                OperationKind::Unlink => rule::Column::LogUnlink,
            };
            let any = filter.operation.iter().fold(Condition::any(), |any, kind| {
                any.add(follows(kind).eq(true))
            });
            query = query.filter(any);
        }
        if let Some(q) = &filter.q {
            let pattern = super::filter::containing(q);
            let like = |column: rule::Column| {
                Expr::expr(Func::lower(Expr::col(column)))
                    .like(LikeExpr::new(pattern.clone()).escape('\\'))
            };
            query = query.filter(
                Condition::any()
                    .add(like(rule::Column::Name))
                    .add(like(rule::Column::Model)),
            );
        }
        if let Some(after) = filter.after {
            query = query.filter(rule::Column::Number.gt(after));
        }
        let query = query.order_by_asc(rule::Column::Number).limit(filter.limit);
        Ok(query.all(self.read()).await?)
    }

    pub(crate) async fn rule(&self, id: Uuid) -> Stored<Option<rule::Model>> {
        Ok(rule::Entity::find()
            .filter(rule::Column::Id.eq(id))
            .one(self.read())
            .await?)
    }
}

impl Work {
    pub(crate) async fn rule(&self, id: Uuid) -> Stored<Option<rule::Model>> {
        let found = rule::Entity::find()
            .filter(rule::Column::Id.eq(id))
            .lock_exclusive();
        Ok(found.one(self.connection()).await?)
    }

    /// Keeps a new rule. A duplicate is one for the same model and group.
    pub(crate) async fn insert_rule(&self, mut row: rule::Model) -> Stored<rule::Model> {
        let mut active = row.clone().into_active_model();
        active.number = NotSet;
        row.number = rule::Entity::insert(active)
            .exec(self.connection())
            .await?
            .last_insert_id;
        self.insert_scopes(&row).await?;
        Ok(row)
    }

    /// Keeps a changed rule. A duplicate is one for the same model and group.
    pub(crate) async fn update_rule(&self, row: rule::Model) -> Stored<()> {
        self.delete_scopes(row.number).await?;
        self.insert_scopes(&row).await?;
        let active = row.into_active_model().reset_all();
        rule::Entity::update(active).exec(self.connection()).await?;
        Ok(())
    }

    pub(crate) async fn delete_rule(&self, number: i64) -> Stored<()> {
        self.delete_scopes(number).await?;
        rule::Entity::delete_by_id(number)
            .exec(self.connection())
            .await?;
        Ok(())
    }

    async fn insert_scopes(&self, row: &rule::Model) -> Stored<()> {
        let mut groups: Vec<String> = from_json(&row.groups)?;
        if groups.is_empty() {
            groups.push(String::new());
        }
        let rows = groups.into_iter().map(|group_name| {
            rule_scope::Model {
                host_id: row.host_id,
                model: row.model.clone(),
                group_name,
                rule_number: row.number,
            }
            .into_active_model()
        });
        rule_scope::Entity::insert_many(rows)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }

    async fn delete_scopes(&self, number: i64) -> Stored<()> {
        rule_scope::Entity::delete_many()
            .filter(rule_scope::Column::RuleNumber.eq(number))
            .exec(self.connection())
            .await?;
        Ok(())
    }
}
