//! Hosts as rows.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use types::Timestamp;

use super::entity::{api_key, host, rule, rule_scope};
use super::{Store, Stored, Work};

impl Store {
    pub(crate) async fn hosts(&self) -> Stored<Vec<host::Model>> {
        Ok(host::Entity::find()
            .order_by_asc(host::Column::Name)
            .all(self.read())
            .await?)
    }
}

impl Work {
    pub(crate) async fn host_by_name(&self, name: &str) -> Stored<Option<host::Model>> {
        let found = host::Entity::find().filter(host::Column::Name.eq(name));
        Ok(found.one(self.connection()).await?)
    }

    pub(crate) async fn insert_host(&self, mut row: host::Model) -> Stored<host::Model> {
        let mut active = row.clone().into_active_model();
        active.id = NotSet;
        let inserted = host::Entity::insert(active).exec(self.connection()).await?;
        row.id = inserted.last_insert_id;
        Ok(row)
    }

    /// An ended host comes back under the same name.
    pub(crate) async fn revive_host(&self, id: i32, label: &str) -> Stored<()> {
        let row = host::ActiveModel {
            id: Set(id),
            label: Set(label.to_owned()),
            ended_at: Set(None),
            ..Default::default()
        };
        host::Entity::update(row).exec(self.connection()).await?;
        Ok(())
    }

    /// Ends a host: its keys are revoked, its rules deleted; its logs are not touched.
    pub(crate) async fn end_host(&self, id: i32, now: Timestamp) -> Stored<()> {
        let row = host::ActiveModel {
            id: Set(id),
            ended_at: Set(Some(now.micros())),
            ..Default::default()
        };
        host::Entity::update(row).exec(self.connection()).await?;
        api_key::Entity::update_many()
            .col_expr(api_key::Column::RevokedAt, Expr::value(now.micros()))
            .filter(api_key::Column::HostId.eq(id))
            .filter(api_key::Column::RevokedAt.is_null())
            .exec(self.connection())
            .await?;
        rule_scope::Entity::delete_many()
            .filter(rule_scope::Column::HostId.eq(id))
            .exec(self.connection())
            .await?;
        rule::Entity::delete_many()
            .filter(rule::Column::HostId.eq(id))
            .exec(self.connection())
            .await?;
        Ok(())
    }
}
