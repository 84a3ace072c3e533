//! The diff: what an operation really changed, given what was known.

use types::{Field, FieldType, OperationKind};

use super::known::Known;
use super::state::{Changed, Entry, Fields, Gap, State};

/// The two sides of an operation, as they are kept, without the fields left out.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    /// The values before, as the host told them.
    pub old: Fields,
    /// The values after.
    pub new: Fields,
}

/// What an operation says that its log must keep; `None` when a write changed nothing.
///
/// `field` tells label and type of a field and `keep` whether the log may hold it; `last` is the
/// last known state, if there is one.
/// A missing old value is taken from there, and where the host's differs, that is told.
pub fn diff<'a>(
    operation: OperationKind,
    mut sides: Sides,
    last: Option<&State>,
    field: impl Fn(&str) -> Option<&'a Field>,
    keep: impl Fn(&str) -> bool,
) -> Option<Entry> {
    let nothing = Fields::new();
    let known = match last {
        Some(state) if !state.deleted && operation != OperationKind::Create => &state.fields,
        _ => &nothing,
    };
    let kind_of = |name: &str| field(name).map_or(FieldType::Json, |field| field.kind);
    for side in [&mut sides.old, &mut sides.new] {
        for (name, value) in side.iter_mut() {
            keep_label(value, known.get(name), kind_of(name));
        }
    }
    let mut entry = Entry {
        operation,
        changes: Vec::new(),
        unrecorded: Vec::new(),
        observed: Fields::new(),
    };
    for (name, found) in &sides.old {
        match known.get(name) {
            Some(base) if !base.same(found, kind_of(name)) => entry.unrecorded.push(Gap {
                field: name.clone(),
                last_known: base.clone(),
                found: found.clone(),
            }),
            _ => {}
        }
    }
    let mut change = |name: &str, old: Option<Known>, new: Known| {
        let field = field(name);
        let label = field
            .map(|field| field.label.clone())
            .filter(|label| *label != types::label_from_name(name));
        entry.changes.push(Changed {
            field: name.to_owned(),
            label,
            kind: kind_of(name),
            old,
            new,
        });
    };
    match operation {
        OperationKind::Create => {
            for (name, new) in sides.new {
                if new.is_nothing(kind_of(&name)) {
                    entry.observed.insert(name, new);
                } else {
                    change(&name, Some(Known::null()), new);
                }
            }
        }
        OperationKind::Write => {
            for (name, new) in sides.new {
                let told = sides.old.remove(&name);
                let base = known.get(&name);
                let before = told.or_else(|| base.cloned());
                match before {
                    Some(old) if old.same(&new, kind_of(&name)) => {
                        if base.is_none() {
                            entry.observed.insert(name, new);
                        }
                    }
                    before => change(&name, before, new),
                }
            }
            observe(&mut entry.observed, sides.old, known);
        }
        OperationKind::Unlink => {
            let mut before = known.clone();
            before.retain(|name, _| keep(name));
            before.extend(sides.old);
            for (name, old) in before {
                if !old.is_nothing(kind_of(&name)) {
                    change(&name, Some(old), Known::null());
                } else if !known.contains_key(&name) {
                    entry.observed.insert(name, old);
                }
            }
        }
    }
    let idle = operation == OperationKind::Write && entry.changes.is_empty();
    (!idle).then_some(entry)
}

/// Values told but not changed become known where they were not.
fn observe(observed: &mut Fields, told: Fields, known: &Fields) {
    observed.extend(
        told.into_iter()
            .filter(|(name, _)| !known.contains_key(name)),
    );
}

/// A value told without what it is called keeps the name it was known by.
fn keep_label(value: &mut Known, base: Option<&Known>, kind: FieldType) {
    if value.label.is_none()
        && let Some(base) = base
        && base.label.is_some()
        && base.same(value, kind)
    {
        value.label.clone_from(&base.label);
    }
}

#[cfg(test)]
#[path = "diff_tests.rs"]
mod tests;
