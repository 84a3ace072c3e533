//! Sessions as rows.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use types::Timestamp;

use super::entity::session;
use super::{Store, Stored, Work};

impl Store {
    /// Keeps a new session; false where the id is taken.
    pub(crate) async fn insert_session(&self, row: session::Model) -> Stored<bool> {
        let inserted = session::Entity::insert(row.into_active_model())
            .exec_without_returning(self.write())
            .await
            .map_err(super::StoreError::from);
        match inserted {
            Err(error) if error.is_duplicate() => Ok(false),
            other => other.map(|_| true),
        }
    }

    /// Keeps what changed of a session. One that was ended meanwhile stays ended.
    pub(crate) async fn update_session(&self, row: session::Model) -> Stored<()> {
        session::Entity::update_many()
            .col_expr(session::Column::Data, Expr::value(row.data))
            .col_expr(session::Column::UserId, Expr::value(row.user_id))
            .col_expr(session::Column::UserAgent, Expr::value(row.user_agent))
            .col_expr(session::Column::Address, Expr::value(row.address))
            .col_expr(session::Column::SeenAt, Expr::value(row.seen_at))
            .col_expr(session::Column::ExpiresAt, Expr::value(row.expires_at))
            .filter(session::Column::Digest.eq(row.digest))
            .exec(self.write())
            .await?;
        Ok(())
    }

    pub(crate) async fn session(&self, digest: &str) -> Stored<Option<session::Model>> {
        Ok(session::Entity::find_by_id(digest).one(self.read()).await?)
    }

    /// The sessions of a person that have not ended, the last seen first.
    pub(crate) async fn sessions_of(
        &self,
        user_id: Uuid,
        now: Timestamp,
    ) -> Stored<Vec<session::Model>> {
        Ok(session::Entity::find()
            .filter(session::Column::UserId.eq(user_id))
            .filter(session::Column::ExpiresAt.gt(now.micros()))
            .order_by_desc(session::Column::SeenAt)
            .order_by_asc(session::Column::Digest)
            .all(self.read())
            .await?)
    }

    /// When the people who are signed in were last seen.
    pub(crate) async fn last_seen(&self) -> Stored<Vec<(Uuid, i64)>> {
        Ok(session::Entity::find()
            .select_only()
            .column(session::Column::UserId)
            .column_as(session::Column::SeenAt.max(), "seen_at")
            .filter(session::Column::UserId.is_not_null())
            .group_by(session::Column::UserId)
            .into_tuple()
            .all(self.read())
            .await?)
    }

    pub(crate) async fn delete_session(&self, digest: &str) -> Stored<()> {
        session::Entity::delete_by_id(digest)
            .exec(self.write())
            .await?;
        Ok(())
    }

    /// Ends a session of a person; false where they have none such.
    pub(crate) async fn delete_session_of(&self, user_id: Uuid, digest: &str) -> Stored<bool> {
        let gone = session::Entity::delete_many()
            .filter(session::Column::Digest.eq(digest))
            .filter(session::Column::UserId.eq(user_id))
            .exec(self.write())
            .await?;
        Ok(gone.rows_affected > 0)
    }

    pub(crate) async fn delete_expired_sessions(&self, now: Timestamp, oldest: i64) -> Stored<()> {
        let ended = Condition::any()
            .add(session::Column::ExpiresAt.lte(now.micros()))
            .add(session::Column::CreatedAt.lte(oldest));
        session::Entity::delete_many()
            .filter(ended)
            .exec(self.write())
            .await?;
        Ok(())
    }
}

impl Work {
    /// Ends the sessions of a person, but for one; how many.
    pub(crate) async fn end_sessions(&self, user_id: Uuid, but: Option<&str>) -> Stored<u64> {
        let mut gone = session::Entity::delete_many().filter(session::Column::UserId.eq(user_id));
        if let Some(but) = but {
            gone = gone.filter(session::Column::Digest.ne(but));
        }
        Ok(gone.exec(self.connection()).await?.rows_affected)
    }
}
