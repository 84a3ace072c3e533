//! People as rows.

use sea_orm::prelude::Uuid;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use types::Role;

use super::entity::{rule_scope, user, user_group};
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
        if row.is_none() {
            // As many questions as for a login that is there, so that the time tells nothing.
            let nobody = user_group::Entity::find().filter(user_group::Column::UserNumber.eq(0));
            nobody.all(self.read()).await?;
        }
        with_groups(self.read(), row).await
    }

    /// The person that a provider of single sign-on knows as this.
    pub(crate) async fn user_by_subject(&self, subject: &str) -> Stored<Option<Person>> {
        let row = user::Entity::find()
            .filter(user::Column::Subject.eq(subject))
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

    /// The groups that people are in and that rules ask for.
    pub(crate) async fn groups(&self) -> Stored<Vec<String>> {
        let mut groups: Vec<String> = user_group::Entity::find()
            .select_only()
            .column(user_group::Column::GroupName)
            .distinct()
            .into_tuple()
            .all(self.read())
            .await?;
        let of_rules: Vec<String> = rule_scope::Entity::find()
            .select_only()
            .column(rule_scope::Column::GroupName)
            // Everyone is the group without a name.
            .filter(rule_scope::Column::GroupName.ne(""))
            .distinct()
            .into_tuple()
            .all(self.read())
            .await?;
        groups.extend(of_rules);
        Ok(groups)
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
        self.insert_groups(row.number, groups).await?;
        Ok(row)
    }

    async fn insert_groups(&self, user_number: i64, groups: &[String]) -> Stored<()> {
        let rows = groups.iter().map(|group| {
            user_group::Model {
                user_number,
                group_name: group.clone(),
            }
            .into_active_model()
        });
        if !groups.is_empty() {
            user_group::Entity::insert_many(rows)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// The administrators who can sign in, locked in the order they were created: of two who
    /// disable each other, the second finds that the first did.
    pub(crate) async fn lock_administrators(&self) -> Stored<Vec<user::Model>> {
        Ok(user::Entity::find()
            .filter(user::Column::Role.eq(Role::Administrator.as_str()))
            .filter(user::Column::DisabledAt.is_null())
            .order_by_asc(user::Column::Number)
            .lock_exclusive()
            .all(self.connection())
            .await?)
    }

    /// A person, locked.
    pub(crate) async fn lock_user(&self, id: Uuid) -> Stored<Option<Person>> {
        let row = user::Entity::find()
            .filter(user::Column::Id.eq(id))
            .lock_exclusive()
            .one(self.connection())
            .await?;
        with_groups(self.connection(), row).await
    }

    /// Keeps a changed person.
    pub(crate) async fn update_user(&self, row: user::Model) -> Stored<()> {
        let active = row.into_active_model().reset_all();
        user::Entity::update(active).exec(self.connection()).await?;
        Ok(())
    }

    /// Puts a person into these groups and no others.
    pub(crate) async fn set_groups(&self, user_number: i64, groups: &[String]) -> Stored<()> {
        user_group::Entity::delete_many()
            .filter(user_group::Column::UserNumber.eq(user_number))
            .exec(self.connection())
            .await?;
        self.insert_groups(user_number, groups).await
    }
}
