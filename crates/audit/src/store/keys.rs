//! Keys as rows.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use types::Timestamp;

use super::entity::{api_key, configuration};
use super::{Store, Stored, Work};

impl Store {
    /// A key, and the version of the configuration at the same moment.
    pub(crate) async fn key_by_hash(&self, hash: &[u8]) -> Stored<Option<(api_key::Model, i64)>> {
        let version = Query::select()
            .column(configuration::Column::Version)
            .from(configuration::Entity)
            .to_owned();
        let found = api_key::Entity::find()
            .filter(api_key::Column::Hash.eq(hash.to_vec()))
            .expr_as(Expr::SubQuery(None, Box::new(version.into())), "version");
        let select = found.build(self.read().get_database_backend());
        let Some(row) = self.read().query_one_raw(select).await? else {
            return Ok(None);
        };
        let version = row.try_get("", "version")?;
        Ok(Some((
            api_key::Model::from_query_result(&row, "")?,
            version,
        )))
    }

    pub(crate) async fn keys_of(&self, host_id: i32) -> Stored<Vec<api_key::Model>> {
        Ok(api_key::Entity::find()
            .filter(api_key::Column::HostId.eq(host_id))
            .order_by_asc(api_key::Column::Number)
            .all(self.read())
            .await?)
    }

    pub(crate) async fn touch_key(&self, number: i64, now: Timestamp) -> Stored<()> {
        api_key::Entity::update_many()
            .col_expr(api_key::Column::LastUsedAt, Expr::value(now.micros()))
            .filter(api_key::Column::Number.eq(number))
            .exec(self.write())
            .await?;
        Ok(())
    }
}

impl Work {
    pub(crate) async fn insert_key(&self, row: api_key::Model) -> Stored<()> {
        let mut active = row.into_active_model();
        active.number = NotSet;
        api_key::Entity::insert(active)
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Revokes a key; none when there is no such key of this host, or it is revoked.
    pub(crate) async fn revoke_key(
        &self,
        host_id: i32,
        id: Uuid,
        now: Timestamp,
    ) -> Stored<Option<api_key::Model>> {
        let found = api_key::Entity::find()
            .filter(api_key::Column::HostId.eq(host_id))
            .filter(api_key::Column::Id.eq(id))
            .one(self.connection())
            .await?;
        if let Some(key) = &found {
            api_key::Entity::update_many()
                .col_expr(api_key::Column::RevokedAt, Expr::value(now.micros()))
                .filter(api_key::Column::Number.eq(key.number))
                .filter(api_key::Column::RevokedAt.is_null())
                .exec(self.connection())
                .await?;
        }
        Ok(found)
    }
}
