//! Made-up histories of a record, and what must be known of it at each of its revisions.

use serde_json::{Map, Value, json};

use crate::support::{create, operation, unlink, with, write};

/// The values of a record.
pub(crate) type Values = Map<String, Value>;

/// Numbers that look random and are the same every time.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// One step of a history: what the host reports, and what is then true.
pub(crate) struct Step {
    pub(crate) operation: Value,
    pub(crate) values: Values,
    pub(crate) deleted: bool,
}

const FIELDS: [&str; 7] = ["name", "stage", "n", "amount", "on", "tree", "note/~x"];

/// A value of `field` that differs from every other one, but for booleans.
fn value(field: &str, number: usize, before: Option<&Value>) -> Value {
    match field {
        "n" => json!(number),
        "amount" => serde_json::from_str(&format!("{number}.50")).unwrap(),
        "on" => json!(before != Some(&json!(true))),
        "tree" => json!({ "at": number, "list": [number, { "x": null }] }),
        _ => json!(format!("{field} {number}")),
    }
}

/// A whole history of the record `id`, told faithfully from its first creation on.
pub(crate) fn whole(id: &str, seed: u64, length: usize) -> Vec<Step> {
    let mut dice = Dice::new(seed);
    let mut steps: Vec<Step> = Vec::new();
    let (mut now, mut deleted) = (Values::new(), true);
    for number in 0..length {
        let operation = if deleted {
            now.clear();
            for field in FIELDS.iter().filter(|_| dice.roll(4) > 0) {
                now.insert((*field).to_owned(), value(field, number, None));
            }
            deleted = false;
            create(id, Value::Object(now.clone()))
        } else if dice.roll(15) == 0 {
            deleted = true;
            match dice.roll(2) {
                0 => unlink(id),
                _ => with(unlink(id), "old", Value::Object(now.clone())),
            }
        } else {
            let (mut old, mut new) = (Values::new(), Values::new());
            for _ in 0..=dice.roll(2) {
                let field = FIELDS[usize::try_from(dice.roll(7)).unwrap()];
                if new.contains_key(field) {
                    continue;
                }
                // A field that this life never had is told to have been nothing.
                let before = now.get(field).cloned();
                if before.is_none() || dice.roll(2) == 0 {
                    old.insert(field.to_owned(), before.clone().unwrap_or_default());
                }
                let next = match (&before, dice.roll(6)) {
                    (Some(value), 0) if !value.is_null() => Value::Null,
                    _ => value(field, number, before.as_ref()),
                };
                new.insert(field.to_owned(), next);
            }
            now.extend(new.clone());
            let write = write(id, Value::Object(new));
            if old.is_empty() {
                write
            } else {
                with(write, "old", Value::Object(old))
            }
        };
        steps.push(Step {
            operation,
            values: now.clone(),
            deleted,
        });
    }
    fill(&mut steps);
    steps
}

/// What a later write says was there before was there before, back to the creation.
fn fill(steps: &mut [Step]) {
    for number in (1..steps.len()).rev() {
        if steps[number].operation["operation"] == "create" {
            continue;
        }
        let later = steps[number].values.clone();
        for field in later.keys() {
            let known = steps[number - 1].values.contains_key(field);
            if !known {
                steps[number - 1].values.insert(field.clone(), Value::Null);
            }
        }
    }
}

/// A history that the trail joins late: writes only, whose old values are told now and then. With
/// it, what must be known at each revision by the rule of the design: the last new value at or
/// before it, else the first old value after it, else nothing.
pub(crate) fn joined_late(id: &str, seed: u64, length: usize) -> Vec<Step> {
    let mut dice = Dice::new(seed);
    let mut now: Values = FIELDS
        .iter()
        .map(|f| ((*f).to_owned(), value(f, 9_999, None)))
        .collect();
    let mut told: Vec<(Values, Values)> = Vec::new();
    for number in 0..length {
        let (mut old, mut new) = (Values::new(), Values::new());
        let reach = 3 + number as u64 / 8;
        for _ in 0..=dice.roll(2) {
            let field = FIELDS[usize::try_from(dice.roll(reach.min(7))).unwrap()];
            if new.contains_key(field) {
                continue;
            }
            if dice.roll(2) == 0 {
                old.insert(field.to_owned(), now[field].clone());
            }
            new.insert(field.to_owned(), value(field, number, now.get(field)));
        }
        now.extend(new.clone());
        told.push((old, new));
    }
    let known_at = |revision: usize| {
        let mut values = Values::new();
        for field in FIELDS {
            let before = told[..=revision]
                .iter()
                .rev()
                .find_map(|(_, new)| new.get(field));
            let after = told[revision + 1..]
                .iter()
                .find(|(_, new)| new.contains_key(field));
            let after = after.and_then(|(old, _)| old.get(field));
            if let Some(value) = before.or(after) {
                values.insert(field.to_owned(), value.clone());
            }
        }
        values
    };
    told.iter()
        .enumerate()
        .map(|(revision, (old, new))| {
            let mut operation = with(operation("write", id), "new", Value::Object(new.clone()));
            if !old.is_empty() {
                operation["old"] = Value::Object(old.clone());
            }
            Step {
                operation,
                values: known_at(revision),
                deleted: false,
            }
        })
        .collect()
}
