//! Saved filters as rows.

use sea_orm::prelude::Uuid;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, Condition, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::entity::{default_filter, saved_filter, user};
use super::{Store, Stored, Work};

/// A filter with the name of whoever made it.
pub(crate) type OwnedFilter = (saved_filter::Model, String);

impl Store {
    /// A person's own filters of a list and those that are shared, by name.
    pub(crate) async fn filters(&self, user_number: i64, list: &str) -> Stored<Vec<OwnedFilter>> {
        let rows = saved_filter::Entity::find()
            .filter(saved_filter::Column::List.eq(list))
            .filter(
                Condition::any()
                    .add(saved_filter::Column::UserNumber.eq(user_number))
                    .add(saved_filter::Column::Shared.eq(true)),
            )
            .order_by_asc(saved_filter::Column::Name)
            .order_by_asc(saved_filter::Column::Number)
            .all(self.read())
            .await?;
        let owners = rows.iter().map(|row| row.user_number);
        let names: std::collections::HashMap<i64, String> = user::Entity::find()
            .select_only()
            .column(user::Column::Number)
            .column(user::Column::Name)
            .filter(user::Column::Number.is_in(owners))
            .into_tuple::<(i64, String)>()
            .all(self.read())
            .await?
            .into_iter()
            .collect();
        Ok(rows
            .into_iter()
            .map(|row| {
                let owner = names.get(&row.user_number).cloned().unwrap_or_default();
                (row, owner)
            })
            .collect())
    }

    /// The filter that a person begins a list with.
    pub(crate) async fn default_filter(&self, user_number: i64, list: &str) -> Stored<Option<i64>> {
        let row = default_filter::Entity::find_by_id((user_number, list.to_owned()))
            .one(self.read())
            .await?;
        Ok(row.map(|row| row.filter_number))
    }
}

impl Work {
    /// How many filters a person has. Others that ask wait: nobody has one too many.
    pub(crate) async fn filters_of(&self, user_number: i64) -> Stored<u64> {
        user::Entity::find_by_id(user_number)
            .lock_exclusive()
            .one(self.connection())
            .await?;
        Ok(saved_filter::Entity::find()
            .filter(saved_filter::Column::UserNumber.eq(user_number))
            .count(self.connection())
            .await?)
    }

    pub(crate) async fn filter(&self, id: Uuid) -> Stored<Option<saved_filter::Model>> {
        let found = saved_filter::Entity::find()
            .filter(saved_filter::Column::Id.eq(id))
            .lock_exclusive();
        Ok(found.one(self.connection()).await?)
    }

    /// Keeps a new filter. A duplicate is one of the same person, list and name.
    pub(crate) async fn insert_filter(&self, row: saved_filter::Model) -> Stored<()> {
        let mut active = row.into_active_model();
        active.number = NotSet;
        saved_filter::Entity::insert(active)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }

    /// Keeps a changed filter; nobody else's default goes on being one that is not shared.
    pub(crate) async fn update_filter(&self, row: saved_filter::Model) -> Stored<()> {
        if !row.shared {
            default_filter::Entity::delete_many()
                .filter(default_filter::Column::FilterNumber.eq(row.number))
                .filter(default_filter::Column::UserNumber.ne(row.user_number))
                .exec(self.connection())
                .await?;
        }
        let active = row.into_active_model().reset_all();
        saved_filter::Entity::update(active)
            .exec(self.connection())
            .await?;
        Ok(())
    }

    pub(crate) async fn delete_filter(&self, number: i64) -> Stored<()> {
        default_filter::Entity::delete_many()
            .filter(default_filter::Column::FilterNumber.eq(number))
            .exec(self.connection())
            .await?;
        saved_filter::Entity::delete_by_id(number)
            .exec(self.connection())
            .await?;
        Ok(())
    }

    pub(crate) async fn set_default_filter(
        &self,
        user_number: i64,
        list: &str,
        filter_number: Option<i64>,
    ) -> Stored<()> {
        let Some(filter_number) = filter_number else {
            default_filter::Entity::delete_by_id((user_number, list.to_owned()))
                .exec(self.connection())
                .await?;
            return Ok(());
        };
        let row = default_filter::Model {
            user_number,
            list: list.to_owned(),
            filter_number,
        };
        let replace = OnConflict::columns([
            default_filter::Column::UserNumber,
            default_filter::Column::List,
        ])
        .update_column(default_filter::Column::FilterNumber)
        .to_owned();
        default_filter::Entity::insert(row.into_active_model())
            .on_conflict(replace)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }
}
