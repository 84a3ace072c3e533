//! People as rows.

use sea_orm::prelude::Uuid;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder,
};

use super::entity::{user, user_group};
use super::{Store, Stored, Work};

/// A person and their groups.
pub(crate) type Person = (user::Model, Vec<String>);

async fn with_groups(
    connection: &impl ConnectionTrait,
    row: Option<user::Model>,
) -> Stored<Option<Person>> {
    let Some(row) = row else { return Ok(None) };
    let groups = user_group::Entity::find()
        .filter(user_group::Column::UserNumber.eq(row.number))
        .order_by_asc(user_group::Column::GroupName)
        .all(connection)
        .await?;
    Ok(Some((
        row,
        groups.into_iter().map(|group| group.group_name).collect(),
    )))
}

impl Store {
    pub(crate) async fn user_by_login(&self, login: &str) -> Stored<Option<Person>> {
        let row = user::Entity::find()
            .filter(user::Column::Login.eq(login))
            .one(self.read())
            .await?;
        with_groups(self.read(), row).await
    }

    pub(crate) async fn user_by_id(&self, id: Uuid) -> Stored<Option<Person>> {
        let row = user::Entity::find()
            .filter(user::Column::Id.eq(id))
            .one(self.read())
            .await?;
        with_groups(self.read(), row).await
    }

    pub(crate) async fn users(&self) -> Stored<Vec<Person>> {
        let rows = user::Entity::find()
            .order_by_asc(user::Column::Login)
            .all(self.read())
            .await?;
        let groups = user_group::Entity::find()
            .order_by_asc(user_group::Column::GroupName)
            .all(self.read())
            .await?;
        let groups_of = |number: i64| {
            let of = groups.iter().filter(|group| group.user_number == number);
            of.map(|group| group.group_name.clone()).collect()
        };
        Ok(rows
            .into_iter()
            .map(|row| {
                let groups = groups_of(row.number);
                (row, groups)
            })
            .collect())
    }

    pub(crate) async fn has_users(&self) -> Stored<bool> {
        Ok(user::Entity::find().count(self.read()).await? > 0)
    }
}

impl Work {
    pub(crate) async fn has_users(&self) -> Stored<bool> {
        Ok(user::Entity::find().count(self.connection()).await? > 0)
    }

    pub(crate) async fn insert_user(
        &self,
        mut row: user::Model,
        groups: &[String],
    ) -> Stored<user::Model> {
        let mut active = row.clone().into_active_model();
        active.number = NotSet;
        active.id = Set(row.id);
        let inserted = user::Entity::insert(active).exec(self.connection()).await?;
        row.number = inserted.last_insert_id;
        let rows: Vec<_> = groups
            .iter()
            .map(|group| {
                user_group::Model {
                    user_number: row.number,
                    group_name: group.clone(),
                }
                .into_active_model()
            })
            .collect();
        if !rows.is_empty() {
            user_group::Entity::insert_many(rows)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(row)
    }
}
