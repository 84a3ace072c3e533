//! Models: the kinds of records that a person may see.

mod api;
mod field_table;
mod model_page;
mod models_page;
mod viewers_form;

use serde::{Deserialize, Serialize};

pub(crate) use model_page::ModelPage;
pub(crate) use models_page::ModelsPage;

/// A model to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelChoice {
    /// The host it belongs to.
    pub host: String,
    /// The technical name.
    pub model: String,
    /// The name for people.
    pub label: String,
    /// How many fields are known of it.
    pub fields: u32,
    /// The groups whose members may read its logs; told only to those who read everything.
    pub viewers: Option<Vec<String>>,
}

impl From<types::Model> for ModelChoice {
    fn from(model: types::Model) -> Self {
        Self {
            fields: u32::try_from(model.fields.len()).unwrap_or(u32::MAX),
            host: model.host,
            model: model.model,
            label: model.label,
            viewers: None,
        }
    }
}
