//! The state of a record: what its logs add up to.
//!
//! [`State::apply`] is the one step, used by the recorder for the last known state and by time
//! travel for any other, so that the state at *n* plus log *n + 1* is the state at *n + 1*.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use types::{FieldType, OperationKind};

use super::known::Known;

/// Fields by name.
pub type Fields = BTreeMap<String, Known>;

/// One field's old and new value, as a log keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// The field.
    #[serde(rename = "n")]
    pub field: String,
    /// Its label then; absent where it is the one made from the name.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its type then.
    #[serde(rename = "t")]
    pub kind: FieldType,
    /// The value before, where known.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub old: Option<Known>,
    /// The value after.
    #[serde(rename = "w")]
    pub new: Known,
}

/// A field found to differ from what the trail knew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The field.
    #[serde(rename = "n")]
    pub field: String,
    /// What the trail knew.
    #[serde(rename = "k")]
    pub last_known: Known,
    /// What the host found.
    #[serde(rename = "f")]
    pub found: Known,
}

/// What one log says about its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What was done.
    pub operation: OperationKind,
    /// The fields that changed.
    pub changes: Vec<Changed>,
    /// What changed outside the trail before.
    pub unrecorded: Vec<Gap>,
    /// Values told without being changed, and not known before.
    pub observed: Fields,
}

impl Entry {
    /// Every value that it holds, each with its field.
    pub fn values(&self) -> impl Iterator<Item = (&str, &Known)> {
        let changes = self.changes.iter().flat_map(|change| {
            let values = change.old.iter().chain([&change.new]);
            values.map(|known| (change.field.as_str(), known))
        });
        let gaps = self
            .unrecorded
            .iter()
            .flat_map(|gap| [&gap.last_known, &gap.found].map(|known| (gap.field.as_str(), known)));
        let observed = self.observed.iter();
        let observed = observed.map(|(field, known)| (field.as_str(), known));
        changes.chain(gaps).chain(observed)
    }

    /// The same to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = (&str, &mut Known)> {
        let changes = self.changes.iter_mut().flat_map(|change| {
            let field = change.field.as_str();
            let values = change.old.iter_mut().chain([&mut change.new]);
            values.map(move |known| (field, known))
        });
        let gaps = self.unrecorded.iter_mut().flat_map(|gap| {
            let field = gap.field.as_str();
            [&mut gap.last_known, &mut gap.found].map(|known| (field, known))
        });
        let observed = self.observed.iter_mut();
        let observed = observed.map(|(field, known)| (field.as_str(), known));
        changes.chain(gaps).chain(observed)
    }
}

/// A record at one of its revisions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    /// The values known; after an unlink the last ones.
    pub fields: Fields,
    /// Whether the record is deleted.
    pub deleted: bool,
}

impl State {
    /// The state one log later.
    pub fn apply(&mut self, entry: &Entry) {
        if entry.operation == OperationKind::Create || self.deleted {
            // Another life of the record: nothing of the one before holds.
            self.fields.clear();
        }
        self.deleted = entry.operation == OperationKind::Unlink;
        for gap in &entry.unrecorded {
            self.fields.insert(gap.field.clone(), gap.found.clone());
        }
        for (field, value) in &entry.observed {
            self.fields.insert(field.clone(), value.clone());
        }
        for change in &entry.changes {
            if entry.operation == OperationKind::Unlink {
                if let Some(old) = &change.old {
                    self.fields.insert(change.field.clone(), old.clone());
                }
            } else {
                self.fields.insert(change.field.clone(), change.new.clone());
            }
        }
    }

    /// Fills in what a later log tells about an earlier time: the old value of the first log that
    /// mentions a field. `later` are the logs after this state, in order; only those of the same
    /// life of the record count.
    pub fn fill<'a>(&mut self, later: impl IntoIterator<Item = &'a Entry>) {
        let mut filler = Filler::new(self);
        for entry in later {
            if !filler.take(self, entry) {
                break;
            }
        }
    }
}

/// Fills a state from later logs, one by one: see [`State::fill`].
#[derive(Debug)]
pub struct Filler {
    mentioned: BTreeSet<String>,
    open: bool,
}

impl Filler {
    /// A filler of `state`. A deleted record has no later log of the same life.
    pub fn new(state: &State) -> Self {
        Self {
            mentioned: BTreeSet::new(),
            open: !state.deleted,
        }
    }

    /// Takes the next later log in; false when no further one can tell anything.
    pub fn take(&mut self, state: &mut State, entry: &Entry) -> bool {
        if !self.open || entry.operation == OperationKind::Create {
            return false;
        }
        for gap in &entry.unrecorded {
            self.mention(state, &gap.field, Some(&gap.last_known));
        }
        for (field, value) in &entry.observed {
            self.mention(state, field, Some(value));
        }
        for change in &entry.changes {
            self.mention(state, &change.field, change.old.as_ref());
        }
        self.open = entry.operation != OperationKind::Unlink;
        self.open
    }

    fn mention(&mut self, state: &mut State, field: &str, value: Option<&Known>) {
        if state.fields.contains_key(field) || !self.mentioned.insert(field.to_owned()) {
            return;
        }
        if let Some(value) = value {
            state.fields.insert(field.to_owned(), value.clone());
        }
    }
}
