//! The catalog: hosts, models and rules in force, as one immutable snapshot.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use types::{Field, FieldType, Model, Timestamp};

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
    personal: bool,
    /// Fields whose values are kept without what they are called, since that names a person.
    unnamed: BTreeSet<String>,
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
            places,
            personal: model.fields.iter().any(Field::is_erasable),
            unnamed: model.subject.iter().cloned().collect(),
            model,
        }
    }

    /// Whether values of a field are kept so that they can be erased.
    pub const fn is_personal(&self) -> bool {
        self.personal
    }

    /// Whether what a field's values are called is not kept: it names a person.
    pub fn is_unnamed(&self, field: &str) -> bool {
        self.unnamed.contains(field)
    }

    /// Whether anything of an operation's values is personal.
    pub fn is_about_people(&self) -> bool {
        self.personal || !self.unnamed.is_empty()
    }

    /// Whether records are named by a personal value: their names are not kept.
    pub fn hides_names(&self) -> bool {
        self.field(self.name_field())
            .is_some_and(Field::is_erasable)
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
        mut models: Vec<ModelEntry>,
        rules: HashMap<(i32, String), Vec<Compiled>>,
    ) -> Self {
        hide_names(&mut models);
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

/// Fields that point to records named by a personal value are kept without those names. A reference
/// may point to any model.
fn hide_names(models: &mut [ModelEntry]) {
    let hidden: HashSet<(i32, String)> = models
        .iter()
        .filter(|entry| entry.hides_names())
        .map(|entry| (entry.host_id, entry.model.model.clone()))
        .collect();
    if hidden.is_empty() {
        return;
    }
    let hosts: HashSet<i32> = hidden.iter().map(|(host, _)| *host).collect();
    for entry in models {
        let points = |field: &&Field| match &field.relation {
            Some(model) => hidden.contains(&(entry.host_id, model.clone())),
            None => field.kind == FieldType::Reference && hosts.contains(&entry.host_id),
        };
        let fields = entry.model.fields.iter().filter(points);
        let fields: Vec<String> = fields.map(|field| field.name.clone()).collect();
        entry.unnamed.extend(fields);
    }
}
