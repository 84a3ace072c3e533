//! Data subjects of a group of operations: whose personal values they hold, and the keys these are
//! sealed under.
//!
//! The keys are read within the transaction and held until its commit, so that a key that was
//! destroyed anywhere is never used again. None is kept in memory beyond that.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;
use types::{Field, FieldType, Operation, OperationKind, Values};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::planned::{LastKnown, RecordKey};
use crate::audit::Ports;
use crate::engine::catalog::{Catalog, HostEntry, ModelEntry};
use crate::engine::diff::Sides;
use crate::engine::known::{Form, Known};
use crate::engine::redact::Owner;
use crate::engine::seal::{SubjectKey, Unsealed, key_of};
use crate::engine::state::{Entry, Fields, State};
use crate::store::{FoundKey, NewSubjectKey, StoreError, SubjectOf, Work};

/// The longest id of a subject, in characters: that of a record.
const ID: usize = 256;

/// The keys of a group.
#[derive(Default)]
pub(super) struct Keyring {
    living: HashMap<SubjectOf, Arc<SubjectKey>>,
    by_id: HashMap<Uuid, Arc<SubjectKey>>,
    made: Vec<NewSubjectKey>,
}

impl Keyring {
    /// The keys that `operations` may need, each with its host, given the records as last known.
    /// Nothing is asked where nothing is personal.
    pub(super) async fn load<'a>(
        work: &Work,
        catalog: &Catalog,
        operations: impl Iterator<Item = (i32, &'a Operation)>,
        records: &HashMap<RecordKey, LastKnown>,
    ) -> Result<Self, StoreError> {
        let (mut subjects, mut ids) = (BTreeSet::new(), BTreeSet::new());
        for (host_id, operation) in operations {
            let Some(model) = catalog.model_named(host_id, &operation.model) else {
                continue;
            };
            if !model.is_personal() {
                continue;
            }
            // Which of them it is depends on the operations before it.
            let known = records.get(&(model.id, operation.record_id.clone()));
            let named = [operation.new.as_ref(), operation.old.as_ref()]
                .into_iter()
                .filter_map(|side| named_by(model, side))
                .chain(known.and_then(|known| kept(model, &known.state.fields)));
            subjects.extend(named);
            subjects.insert(itself(model, &operation.record_id));
        }
        for known in records.values() {
            ids.extend(known.state.fields.values().filter_map(key_of));
        }
        let found = work
            .living_keys(subjects.into_iter().collect(), ids.into_iter().collect())
            .await?;
        let mut ring = Self::default();
        for key in found {
            ring.put(key);
        }
        Ok(ring)
    }

    fn put(&mut self, found: FoundKey) {
        if found.secret.iter().all(|byte| *byte == 0) {
            // Overwritten by somebody who did not say so: nothing is sealed under that. Another key
            // cannot be made beside it, so what needs one is refused.
            return;
        }
        let key = Arc::new(SubjectKey::new(found.id, &found.secret));
        self.by_id.insert(found.id, Arc::clone(&key));
        self.living.insert(found.subject, key);
    }

    /// The living key of a subject; a new one where it has none.
    fn key(&mut self, subject: &SubjectOf, ports: Ports) -> Arc<SubjectKey> {
        if let Some(key) = self.living.get(subject) {
            return Arc::clone(key);
        }
        let mut secret = Zeroizing::new([0; 32]);
        (ports.random)(&mut *secret);
        let id = ports.id();
        let key = Arc::new(SubjectKey::new(id, &*secret));
        self.by_id.insert(id, Arc::clone(&key));
        self.living.insert(subject.clone(), Arc::clone(&key));
        self.made.push(NewSubjectKey {
            id,
            subject: subject.clone(),
            secret,
            created_at: (ports.now)().micros(),
        });
        key
    }

    /// What was sealed, where its key lives.
    pub(super) fn open(&self, owner: Owner<'_>, field: &str, known: &Known) -> Option<Known> {
        self.by_id.get(&key_of(known)?)?.open(owner, field, known)
    }

    /// The keys that were made, of those that something is kept under.
    pub(super) fn made<'a>(self, kept: impl Iterator<Item = &'a Known>) -> Vec<NewSubjectKey> {
        if self.made.is_empty() {
            return Vec::new();
        }
        let used: HashSet<Uuid> = kept.filter_map(key_of).collect();
        let mut made = self.made;
        made.retain(|key| used.contains(&key.id));
        made
    }
}

/// The keys that the values of a log are sealed under.
pub(super) fn keys_of(entry: &Entry) -> BTreeSet<Uuid> {
    entry
        .values()
        .filter_map(|(_, known)| key_of(known))
        .collect()
}

/// An operation whose personal values are to be sealed.
pub(super) struct Sealing<'a> {
    pub(super) ring: &'a mut Keyring,
    pub(super) ports: Ports,
    pub(super) host: &'a HostEntry,
    pub(super) model: &'a ModelEntry,
    pub(super) operation: &'a Operation,
}

impl Sealing<'_> {
    /// Seals what the operation tells of personal fields, and what was kept openly before its field
    /// became personal.
    ///
    /// A value that is known already is kept as it was sealed then, so that it is the same also
    /// where the subject is another one now. The fields are answered of which the known value is
    /// erased and the operation tells what it was: these two cannot be compared.
    pub(super) fn seal(
        mut self,
        sides: &mut Sides,
        state: &mut State,
    ) -> Result<BTreeSet<String>, Unsealed> {
        let sealed_before = state
            .fields
            .values()
            .any(|known| known.form == Form::Sealed);
        if !self.model.is_about_people() && !sealed_before {
            return Ok(BTreeSet::new());
        }
        self.unname(&mut sides.old);
        self.unname(&mut sides.new);
        if !self.model.is_personal() && !sealed_before {
            return Ok(BTreeSet::new());
        }
        // Of another life of the record nothing holds.
        let begins = self.operation.operation == OperationKind::Create || state.deleted;
        let (was, is) = self.subjects(state, begins);
        for (name, known) in &mut state.fields {
            if known.form != Form::Sealed
                && let Some(sealed) = self.sealed(&was, name, known)?
            {
                *known = sealed;
            }
        }
        let mut lost = BTreeSet::new();
        let names: BTreeSet<String> = sides.old.keys().chain(sides.new.keys()).cloned().collect();
        for name in names {
            let kind = kind_of(self.model, &name);
            // What is known, as it is and as it is kept.
            let mut before: Vec<(Known, Known)> = Vec::new();
            let known = state.fields.get(&name);
            if let Some(known) = known.filter(|known| known.form == Form::Sealed && !begins) {
                match self.ring.open(self.owner(), &name, known) {
                    Some(opened) => before.push((opened, known.clone())),
                    None if sides.old.contains_key(&name) => {
                        lost.insert(name.clone());
                    }
                    None => {}
                }
            }
            for (side, subject) in [(&mut sides.old, &was), (&mut sides.new, &is)] {
                let Some(told) = side.get_mut(&name) else {
                    continue;
                };
                if let Some((_, kept)) = before.iter().find(|(known, _)| known.same(told, kind)) {
                    *told = kept.clone();
                } else if let Some(sealed) = self.sealed(subject, &name, told)? {
                    before.push((told.clone(), sealed.clone()));
                    *told = sealed;
                }
            }
        }
        Ok(lost)
    }

    fn owner(&self) -> Owner<'_> {
        Owner {
            host: &self.host.name,
            model: &self.operation.model,
            record_id: &self.operation.record_id,
        }
    }

    /// A value under the key of the subject, if its field is personal and it is anything.
    fn sealed(
        &mut self,
        subject: &SubjectOf,
        name: &str,
        known: &Known,
    ) -> Result<Option<Known>, Unsealed> {
        let field = self.model.field(name).filter(|field| field.is_erasable());
        let Some(field) = field.filter(|field| !known.is_nothing(field.kind)) else {
            return Ok(None);
        };
        if !matches!(known.form, Form::Plain | Form::Binary) {
            return Ok(None);
        }
        let key = self.ring.key(subject, self.ports);
        key.seal(self.owner(), &field.name, known).map(Some)
    }

    /// Takes away what values are called where that names a person.
    fn unname(&self, side: &mut Fields) {
        for (name, known) in side {
            if self.model.is_unnamed(name) {
                known.label = None;
            }
        }
    }

    /// Whom the record was about before the operation, and whom it is about after it.
    fn subjects(&self, state: &State, begins: bool) -> (SubjectOf, SubjectOf) {
        let told_new = named_by(self.model, self.operation.new.as_ref());
        let told_old = named_by(self.model, self.operation.old.as_ref());
        let known = kept(self.model, &state.fields).filter(|_| !begins);
        let itself = itself(self.model, &self.operation.record_id);
        let is = [&told_new, &known, &told_old].into_iter().flatten().next();
        let was = [&told_old, &known, &told_new].into_iter().flatten().next();
        let or_itself = |found: Option<&SubjectOf>| found.unwrap_or(&itself).clone();
        (or_itself(was), or_itself(is))
    }
}

fn kind_of(model: &ModelEntry, name: &str) -> FieldType {
    model
        .field(name)
        .map_or(FieldType::Json, |field| field.kind)
}

/// The record as its own subject.
pub(crate) fn itself(model: &ModelEntry, record_id: &str) -> SubjectOf {
    SubjectOf {
        host_id: model.host_id,
        model: model.model.model.clone(),
        record_id: record_id.to_owned(),
    }
}

/// The subject that the known values of a record name.
pub(crate) fn kept(model: &ModelEntry, fields: &Fields) -> Option<SubjectOf> {
    let field = subject_field(model)?;
    let known = fields
        .get(&field.name)
        .filter(|known| known.form == Form::Plain)?;
    named(model, field, &known.value)
}

fn named_by(model: &ModelEntry, side: Option<&Values>) -> Option<SubjectOf> {
    let field = subject_field(model)?;
    named(model, field, side?.get(&field.name)?)
}

/// The field that names the subject. One that is kept back from others would be told by that.
fn subject_field(model: &ModelEntry) -> Option<&Field> {
    let field = model.field(model.model.subject.as_deref()?)?;
    (!field.personal && !field.sensitive && !field.ignored).then_some(field)
}

/// Whom a value names: a record of the related model, else what the field's value is, whichever
/// model has a field of this name.
fn named(model: &ModelEntry, field: &Field, value: &Value) -> Option<SubjectOf> {
    let id = match value {
        Value::Object(members) => text(members.get("id")?)?,
        value => text(value)?,
    };
    let of_model = value
        .get("model")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let (model_name, id) = match (field.kind, &field.relation, of_model) {
        (FieldType::Many2one, Some(relation), _) => (relation.clone(), id),
        (FieldType::Reference, _, Some(of_model)) => (of_model, id),
        (FieldType::Reference, _, None) => match id.split_once(',') {
            Some((of_model, id)) => (of_model.to_owned(), id.to_owned()),
            None => (field.name.clone(), id),
        },
        _ => (field.name.clone(), id),
    };
    let fits = |text: &str| !text.is_empty() && !text.contains('\0') && text.chars().count() <= ID;
    (fits(&id) && fits(&model_name)).then_some(SubjectOf {
        host_id: model.host_id,
        model: model_name,
        record_id: id,
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An operation without what is erasable in it; none where there is nothing of that.
///
/// What tells a retry from another content is kept for ever. So a value that can be erased is no
/// part of it: somebody who has the database could try guesses on it.
pub(super) fn without_personal(model: &ModelEntry, operation: &Operation) -> Option<Operation> {
    if !model.is_about_people() {
        return None;
    }
    let mut lean = operation.clone();
    lean.record_name = None;
    for side in [&mut lean.old, &mut lean.new] {
        for (name, value) in side.iter_mut().flatten() {
            if model.field(name).is_some_and(Field::is_erasable) {
                *value = Value::Null;
            } else if model.is_unnamed(name) {
                unname(value);
            }
        }
    }
    Some(lean)
}

/// Leaves only the id of a relation's value.
fn unname(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("name");
        }
        Value::Array(items) => items.iter_mut().for_each(unname),
        _ => {}
    }
}
