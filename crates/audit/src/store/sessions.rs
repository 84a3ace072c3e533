//! Sessions as rows.

use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use types::Timestamp;

use super::entity::session;
use super::{Store, Stored};

impl Store {
    pub(crate) async fn save_session(
        &self,
        id: &str,
        data: &[u8],
        expires_at: Timestamp,
    ) -> Stored<()> {
        let row = session::Model {
            id: id.to_owned(),
            data: data.to_vec(),
            expires_at: expires_at.micros(),
        };
        let replace = OnConflict::column(session::Column::Id)
            .update_columns([session::Column::Data, session::Column::ExpiresAt])
            .to_owned();
        session::Entity::insert(row.into_active_model())
            .on_conflict(replace)
            .exec_without_returning(self.write())
            .await?;
        Ok(())
    }

    pub(crate) async fn load_session(&self, id: &str, now: Timestamp) -> Stored<Option<Vec<u8>>> {
        let row = session::Entity::find_by_id(id)
            .filter(session::Column::ExpiresAt.gt(now.micros()))
            .one(self.read())
            .await?;
        Ok(row.map(|row| row.data))
    }

    pub(crate) async fn delete_session(&self, id: &str) -> Stored<()> {
        session::Entity::delete_by_id(id).exec(self.write()).await?;
        Ok(())
    }

    pub(crate) async fn delete_expired_sessions(&self, now: Timestamp) -> Stored<()> {
        session::Entity::delete_many()
            .filter(session::Column::ExpiresAt.lte(now.micros()))
            .exec(self.write())
            .await?;
        Ok(())
    }
}
