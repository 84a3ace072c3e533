//! The catalog: hosts, models and rules in force, as one immutable snapshot.

use std::collections::HashMap;
use std::sync::Arc;

use types::{Field, Model, Timestamp};

use super::matcher::Compiled;

/// A host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostEntry {
    /// Its row.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// Whether it is Revisor itself.
    pub builtin: bool,
    /// When it was uninstalled.
    pub ended_at: Option<Timestamp>,
}

/// A model, with its fields by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelEntry {
    /// Its row.
    pub id: i32,
    /// Its host's row.
    pub host_id: i32,
    /// What it is.
    pub model: Model,
    places: HashMap<String, usize>,
}

impl ModelEntry {
    /// An entry of `model`.
    pub fn new(id: i32, host_id: i32, model: Model) -> Self {
        let places = model
            .fields
            .iter()
            .enumerate()
            .map(|(place, f)| (f.name.clone(), place))
            .collect();
        Self {
            id,
            host_id,
            model,
            places,
        }
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.places
            .get(name)
            .map(|place| &self.model.fields[*place])
    }

    /// The name of the field that names a record.
    pub fn name_field(&self) -> &str {
        self.model.name_field.as_deref().unwrap_or("name")
    }
}

/// Hosts, models and rules at one version of the configuration.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// The version it was read at.
    pub version: i64,
    hosts: HashMap<i32, HostEntry>,
    models: HashMap<i32, Arc<ModelEntry>>,
    by_name: HashMap<(i32, String), i32>,
    rules: HashMap<(i32, String), Vec<Compiled>>,
}

impl Catalog {
    /// A catalog of these rows. `rules` are the active ones, by host and model.
    pub fn new(
        version: i64,
        hosts: Vec<HostEntry>,
        models: Vec<ModelEntry>,
        rules: HashMap<(i32, String), Vec<Compiled>>,
    ) -> Self {
        let by_name = models
            .iter()
            .map(|entry| ((entry.host_id, entry.model.model.clone()), entry.id))
            .collect();
        Self {
            version,
            hosts: hosts.into_iter().map(|host| (host.id, host)).collect(),
            models: models
                .into_iter()
                .map(|entry| (entry.id, Arc::new(entry)))
                .collect(),
            by_name,
            rules,
        }
    }

    /// The host of this row.
    pub fn host(&self, id: i32) -> Option<&HostEntry> {
        self.hosts.get(&id)
    }

    /// The host of this name, ended or not.
    pub fn host_named(&self, name: &str) -> Option<&HostEntry> {
        self.hosts.values().find(|host| host.name == name)
    }

    /// The built-in host.
    pub fn builtin(&self) -> Option<&HostEntry> {
        self.hosts.values().find(|host| host.builtin)
    }

    /// The model of this row.
    pub fn model(&self, id: i32) -> Option<&Arc<ModelEntry>> {
        self.models.get(&id)
    }

    /// The model of this name of a host.
    pub fn model_named(&self, host_id: i32, name: &str) -> Option<&Arc<ModelEntry>> {
        // The key of the map owns its text; a model is looked up far less often than it is read.
        self.by_name
            .get(&(host_id, name.to_owned()))
            .and_then(|id| self.models.get(id))
    }

    /// Every model.
    pub fn models(&self) -> impl Iterator<Item = &Arc<ModelEntry>> {
        self.models.values()
    }

    /// The active rules of a model.
    pub fn rules(&self, host_id: i32, model: &str) -> &[Compiled] {
        self.rules
            .get(&(host_id, model.to_owned()))
            .map_or(&[], Vec::as_slice)
    }
}
