//! What rows of a table look like, and have looked like: some of before may still wait in the outbox.
//!
//! It is kept beside the table's number. So a secret stays one when its column or its table gets
//! another name, and also when it is gone before anything was delivered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use types::ModelInput;

use super::catalog::Table;
use super::model::{self, Choices};

/// A primary key, and the place in the outbox from which on rows are known by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) columns: Vec<String>,
    pub(super) since: i64,
}

/// What is known of the columns of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// The primary keys, newest first.
    pub(super) keys: Vec<Key>,
    /// The kinds of the columns, as words.
    pub(super) columns: Map<String, Value>,
    /// The names that the columns have now, by their numbers.
    pub(super) numbers: BTreeMap<i64, String>,
    /// Columns whose values are never to be stored or shown, by all names they ever had.
    pub(super) sensitive: BTreeSet<String>,
    /// Columns that are in no log, likewise.
    pub(super) ignored: BTreeSet<String>,
    /// What the server is told of the table, also when it is gone.
    pub(super) declared: Option<ModelInput>,
}

impl Shape {
    /// What rows look like from now on. `next` is the next place in the outbox, `models` are the
    /// names of the models by the ids of their tables.
    pub(super) fn of(
        table: &Table,
        choices: &Choices,
        before: Option<&Self>,
        next: i64,
        models: &BTreeMap<i64, String>,
    ) -> Self {
        let mut shape = before.cloned().unwrap_or_default();
        if !table.key.is_empty()
            && shape
                .keys
                .first()
                .is_none_or(|key| key.columns != table.key)
        {
            let since = if shape.keys.is_empty() { 0 } else { next };
            let columns = table.key.clone();
            shape.keys.insert(0, Key { columns, since });
        }
        let earlier = std::mem::take(&mut shape.numbers);
        for column in &table.columns {
            let name = &column.name;
            // What it was called before, where nothing is called so now.
            let renamed = earlier
                .get(&column.number)
                .filter(|old| table.columns.iter().all(|other| other.name != **old));
            let was = |names: &BTreeSet<String>| {
                names.contains(name) || renamed.is_some_and(|old| names.contains(old))
            };
            let sensitive = choices.is_sensitive(table, name)
                || was(&shape.sensitive) && !choices.is_open(table, name);
            let ignored = (choices.is_ignored(table, name) || was(&shape.ignored))
                && !table.key.contains(name);
            for (is, names) in [
                (sensitive, &mut shape.sensitive),
                (ignored, &mut shape.ignored),
            ] {
                if is {
                    names.insert(name.clone());
                } else {
                    names.remove(name);
                }
            }
            shape
                .columns
                .insert(name.clone(), column.kind.as_str().into());
            shape.numbers.insert(column.number, name.clone());
        }
        shape.declared = Some(model::input(table, &shape, models));
        shape
    }

    pub(super) fn to_json(&self) -> String {
        let keys = self.keys.iter();
        let keys: Vec<Value> = keys
            .map(|key| json!({"columns": key.columns, "since": key.since}))
            .collect();
        json!({"keys": keys, "columns": self.columns, "numbers": self.numbers,
               "sensitive": self.sensitive, "ignored": self.ignored, "declared": self.declared})
        .to_string()
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let keys = value.get("keys")?.as_array()?.iter().map(|key| {
            Some(Key {
                columns: names(key.get("columns")?)?,
                since: key.get("since")?.as_i64()?,
            })
        });
        let numbers = value.get("numbers")?.as_object()?.iter();
        Some(Self {
            keys: keys.collect::<Option<_>>()?,
            columns: value.get("columns")?.as_object()?.clone(),
            numbers: numbers
                .map(|(number, name)| Some((number.parse().ok()?, name.as_str()?.to_owned())))
                .collect::<Option<_>>()?,
            sensitive: names(value.get("sensitive")?)?,
            ignored: names(value.get("ignored")?)?,
            declared: match value.get("declared")? {
                Value::Null => None,
                input => Some(ModelInput::read(input.clone()).ok()?),
            },
        })
    }
}

fn names<C: FromIterator<String>>(list: &Value) -> Option<C> {
    let names = list.as_array()?.iter();
    names.map(|name| name.as_str().map(str::to_owned)).collect()
}
