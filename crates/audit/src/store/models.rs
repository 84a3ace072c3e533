//! Models as rows.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait,
};
use types::Model;

use super::entity::model;
use super::{Stored, Work, to_json};

/// A model of a host, to be kept.
#[derive(Debug, Clone)]
pub(crate) struct NewModel {
    pub(crate) host_id: i32,
    pub(crate) model: Model,
}

impl Work {
    /// Keeps a model, over the one of the same name.
    pub(crate) async fn upsert_model(&self, new: &NewModel) -> Stored<()> {
        let row = model::ActiveModel {
            id: NotSet,
            host_id: Set(new.host_id),
            name: Set(new.model.model.clone()),
            label: Set(new.model.label.clone()),
            name_field: Set(new.model.name_field.clone()),
            subject: Set(new.model.subject.clone()),
            declared: Set(new.model.declared),
            fields: Set(to_json(&new.model.fields)?),
            viewers: Set(to_json(&new.model.viewers)?),
        };
        let replace = OnConflict::columns([model::Column::HostId, model::Column::Name])
            .update_columns([
                model::Column::Label,
                model::Column::NameField,
                model::Column::Subject,
                model::Column::Declared,
                model::Column::Fields,
                model::Column::Viewers,
            ])
            .to_owned();
        model::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }
}
