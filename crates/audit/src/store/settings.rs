//! Settings that live with the data.

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel};

use super::entity::setting;
use super::{Store, Stored};

impl Store {
    /// The setting `name`; kept as `value` if it was not there. Of several servers that start at
    /// once, all get the one that was first.
    pub(crate) async fn setting_or(&self, name: &str, value: &str) -> Stored<String> {
        let row = setting::Model {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let once = OnConflict::column(setting::Column::Name)
            .do_nothing()
            .to_owned();
        setting::Entity::insert(row.into_active_model())
            .on_conflict(once)
            .exec_without_returning(self.write())
            .await?;
        let kept = setting::Entity::find_by_id(name).one(self.write()).await?;
        Ok(kept.map_or_else(|| value.to_owned(), |row| row.value))
    }
}
