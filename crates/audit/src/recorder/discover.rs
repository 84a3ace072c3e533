//! Models and fields that nobody declared are made known by the operations that name them.

use std::collections::BTreeMap;

use types::{Field, Model, Operation, label_from_name};

use crate::engine::catalog::Catalog;
use crate::engine::guess::learn;
use crate::store::NewModel;

/// Most fields that a model learns by itself.
const FIELDS: usize = 2_000;

/// The models, new or grown, that `operations` (each with its host) bring to the catalog.
pub(super) fn discover<'a>(
    catalog: &Catalog,
    operations: impl Iterator<Item = (i32, &'a Operation)>,
) -> Vec<NewModel> {
    let mut grown: BTreeMap<(i32, String), Model> = BTreeMap::new();
    for (host_id, operation) in operations {
        let known = catalog.model_named(host_id, &operation.model);
        if known.is_none() {
            let host = catalog
                .host(host_id)
                .map(|host| host.name.clone())
                .unwrap_or_default();
            grown
                .entry((host_id, operation.model.clone()))
                .or_insert_with(|| undeclared(host, &operation.model));
        }
        let sides = [operation.old.as_ref(), operation.new.as_ref()];
        for (name, value) in sides.into_iter().flatten().flatten() {
            let key = (host_id, operation.model.clone());
            let now = match (grown.get(&key), known) {
                (Some(model), _) => model.fields.iter().find(|field| field.name == *name),
                (None, Some(entry)) => entry.field(name),
                (None, None) => None,
            };
            if now.is_some_and(|field| field.declared) {
                continue;
            }
            let Some(kind) = learn(now.map(|field| field.kind), value) else {
                continue;
            };
            if now.is_some_and(|field| field.kind == kind) {
                continue;
            }
            let Some(model) = (match known {
                Some(entry) => Some(grown.entry(key).or_insert_with(|| entry.model.clone())),
                None => grown.get_mut(&key),
            }) else {
                continue;
            };
            match model.fields.iter().position(|field| field.name == *name) {
                Some(place) => model.fields[place].kind = kind,
                None if model.fields.len() < FIELDS => {
                    model.fields.push(Field::guessed(name, kind));
                }
                None => {}
            }
        }
    }
    grown
        .into_iter()
        .map(|((host_id, _), model)| NewModel { host_id, model })
        .collect()
}

/// A model of which only the name is known.
pub(crate) fn undeclared(host: String, name: &str) -> Model {
    Model {
        host,
        model: name.to_owned(),
        label: label_from_name(name),
        name_field: None,
        subject: None,
        declared: false,
        fields: Vec::new(),
        viewers: Vec::new(),
    }
}
