//! Planning: what a group of batches adds, decided in memory before anything is written.
//!
//! A plan begins with what the database holds of the records and keys concerned. Each operation
//! is matched, diffed and put on top of the ones before it; a batch that is refused is taken off
//! again, so that it leaves nothing behind.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use types::{Code, Fault, Faults, Operation, OperationKind, Outcome};

use super::following::{decide_for, has_reason};
use super::naming::{may_be_named, record_name};
use super::planned::{Counted, IdempotencyKey, LastKnown, NewKey, NewLog, RecordKey, UsedKey};
use super::subjects::{Keyring, Sealing, without_personal};
use super::{Batch, Item};
use crate::Error;
use crate::audit::Ports;
use crate::engine::catalog::{Catalog, HostEntry, ModelEntry};
use crate::engine::diff::{Sides, diff};
use crate::engine::known::{Form, Known};
use crate::engine::matcher::Decision;
use crate::engine::redact::{Owner, Secret, redact_all, redact_kept};
use crate::engine::state::State;

/// Every so many revisions the whole state of a record is kept.
pub(super) const SNAPSHOT: i64 = 64;

/// What the database holds of what a group touches: records, idempotency keys, keys of subjects.
pub(super) type Loaded = (
    HashMap<RecordKey, LastKnown>,
    HashMap<IdempotencyKey, UsedKey>,
    Keyring,
);

/// What a group adds.
pub(super) struct Plan<'a> {
    catalog: &'a Catalog,
    secret: &'a Secret,
    ports: Ports,
    pub(super) records: HashMap<RecordKey, LastKnown>,
    pub(super) subjects: Keyring,
    keys: HashMap<IdempotencyKey, UsedKey>,
    pub(super) logs: Vec<NewLog>,
    pub(super) new_keys: Vec<NewKey>,
    pub(super) counted: Vec<Counted>,
    undo: Vec<(RecordKey, Option<LastKnown>)>,
}

/// Why one operation was refused.
enum Refusal {
    Conflict,
    NoReason,
    Broken(String),
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        catalog: &'a Catalog,
        secret: &'a Secret,
        ports: Ports,
        (records, keys, subjects): Loaded,
    ) -> Self {
        Self {
            catalog,
            secret,
            ports,
            records,
            subjects,
            keys,
            logs: Vec::new(),
            new_keys: Vec::new(),
            counted: Vec::new(),
            undo: Vec::new(),
        }
    }

    /// Puts a batch on top, or leaves everything as it was.
    pub(super) fn batch(&mut self, batch: &mut Batch) -> Result<Vec<Outcome>, Error> {
        let host = self
            .catalog
            .host(batch.host_id)
            .filter(|host| host.ended_at.is_none());
        let Some(host) = host else {
            return Err(Error::refused(
                Code::Unauthorized,
                "the host of this key has ended",
            ));
        };
        if batch.whole {
            self.check_reasons(host, &batch.items)?;
        }
        let before = (self.logs.len(), self.new_keys.len(), self.counted.len());
        self.undo.clear();
        let mut outcomes = Vec::with_capacity(batch.items.len());
        for index in 0..batch.items.len() {
            match self.item(host, &mut batch.items[index]) {
                Ok(outcome) => outcomes.push(outcome),
                Err(Refusal::Broken(detail)) => {
                    self.take_back(before);
                    return Err(Error::Broken(detail));
                }
                Err(Refusal::Conflict) if batch.whole => {
                    self.take_back(before);
                    return Err(Error::refused(
                        Code::IdempotencyConflict,
                        format!("the id of operation {index} was used for another content"),
                    ));
                }
                Err(refusal) => outcomes.push(refusal.outcome()),
            }
        }
        Ok(outcomes)
    }

    /// Every operation of the batch that a rule asks a reason of has one.
    fn check_reasons(&self, host: &HostEntry, items: &[Item]) -> Result<(), Error> {
        let mut faults = Faults::default();
        for (index, item) in items.iter().enumerate() {
            let operation = &item.operation;
            if self.is_repeated(host, item) {
                continue;
            }
            let decision = self.decide(host, operation);
            if decision.is_some_and(|decision| decision.require_reason) && !has_reason(operation) {
                let pointer = format!("/operations/{index}/context/reason");
                faults.push(pointer, Code::ReasonRequired, REASON);
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(faults))
        }
    }

    /// Whether the same operation was recorded before: what is durable needs no reason any more.
    fn is_repeated(&self, host: &HostEntry, item: &Item) -> bool {
        let Some((key, digests)) = self.key_of(host, item) else {
            return false;
        };
        self.keys
            .get(&key)
            .is_some_and(|used| is_one_of(&digests, used))
    }

    /// The idempotency key of an operation, with the digest of its content as it is kept, and as it
    /// was kept before something of it became personal.
    fn key_of(&self, host: &HostEntry, item: &Item) -> Option<(IdempotencyKey, [[u8; 32]; 2])> {
        let whole = item.digest?;
        let operation = &item.operation;
        let lean = self
            .catalog
            .model_named(host.id, &operation.model)
            .and_then(|model| without_personal(model, operation))
            .map(|lean| super::digest(self.secret, &lean));
        let key = (host.id, operation.id.clone()?);
        Some((key, [lean.unwrap_or(whole), whole]))
    }

    pub(super) fn decide(&self, host: &HostEntry, operation: &Operation) -> Option<Decision> {
        decide_for(self.catalog, host, operation)
    }

    fn take_back(&mut self, (logs, keys, counted): (usize, usize, usize)) {
        for (key, before) in self.undo.drain(..).rev() {
            match before {
                Some(before) => self.records.insert(key, before),
                None => self.records.remove(&key),
            };
        }
        for key in self.new_keys.drain(keys..) {
            self.keys.remove(&(key.host_id, key.key));
        }
        self.logs.truncate(logs);
        self.counted.truncate(counted);
    }

    fn item(&mut self, host: &HostEntry, item: &mut Item) -> Result<Outcome, Refusal> {
        let key = self.key_of(host, item);
        if let Some((key, digests)) = &key
            && let Some(used) = self.keys.get(key)
        {
            return if is_one_of(digests, used) {
                Ok(Outcome::Duplicate {
                    log_id: used.log_id.clone(),
                })
            } else {
                Err(Refusal::Conflict)
            };
        }
        let Some(decision) = self.decide(host, &item.operation) else {
            self.count(host, &item.operation, false);
            return Ok(Outcome::no_rule());
        };
        if decision.require_reason && !has_reason(&item.operation) {
            return Err(Refusal::NoReason);
        }
        let outcome = self.append(host, &item.operation, decision)?;
        if matches!(outcome, Outcome::Recorded { .. }) {
            self.count(host, &item.operation, true);
        }
        if let Some((key, [digest, _])) = key {
            let (log, log_id) = match &outcome {
                Outcome::Recorded { log_id, .. } => {
                    (Some(self.logs.len() - 1), Some(log_id.clone()))
                }
                _ => (None, None),
            };
            self.keys.insert(
                key.clone(),
                UsedKey {
                    digest: digest.to_vec(),
                    log_id,
                },
            );
            self.new_keys.push(NewKey {
                host_id: key.0,
                key: key.1,
                digest,
                log,
            });
        }
        Ok(outcome)
    }

    /// Counts an operation; what Revisor does itself has no rules and is not counted.
    fn count(&mut self, host: &HostEntry, operation: &Operation, recorded: bool) {
        let model = self.catalog.model_named(host.id, &operation.model);
        let Some(model) = model.filter(|_| !host.builtin) else {
            return;
        };
        self.counted.push(Counted {
            host_id: host.id,
            model_id: model.id,
            operation: operation.operation,
            login: operation.user.login.clone(),
            groups: operation.user.groups.clone(),
            recorded,
        });
    }

    /// Diffs an operation that is to be recorded against what is known, and plans its log.
    fn append(
        &mut self,
        host: &HostEntry,
        operation: &Operation,
        decision: Decision,
    ) -> Result<Outcome, Refusal> {
        let model = self
            .catalog
            .model_named(host.id, &operation.model)
            .ok_or_else(|| Refusal::Broken(format!("no model {}", operation.model)))?;
        let field = |name: &str| model.field(name);
        let keep = |name: &str| {
            !decision.ignored.contains(name)
                && !model.field(name).is_some_and(|field| field.ignored)
        };
        let owner = Owner {
            host: &host.name,
            model: &operation.model,
            record_id: &operation.record_id,
        };
        let mut sides = Sides {
            old: redact_all(operation.old.as_ref(), field, keep, owner, self.secret),
            new: redact_all(operation.new.as_ref(), field, keep, owner, self.secret),
        };
        let key = (model.id, operation.record_id.clone());
        let before = self.records.remove(&key);
        let mut now = before.clone().unwrap_or_default();
        self.mask(model, &mut now.state, owner);
        let given = operation.record_name.clone();
        let given = given.filter(|name| may_be_named(model, &sides, name));
        let sealing = Sealing {
            ring: &mut self.subjects,
            ports: self.ports,
            host,
            model,
            operation,
        };
        let sealed = sealing.seal(&mut sides, &mut now.state);
        let incomparable = sealed.map_err(|error| Refusal::Broken(error.to_string()))?;
        let compared = without(&now.state, &incomparable);
        let last = before.as_ref().map(|_| compared.as_ref());
        let name = given.or_else(|| record_name(model, &sides));
        let Some(entry) = diff(operation.operation, sides, last, field, keep) else {
            self.records.extend(before.map(|before| (key, before)));
            return Ok(Outcome::Unchanged);
        };
        now.state.apply(&entry);
        now.revision += 1;
        now.changed = true;
        // A name that the host gave lasts until it gives another.
        now.name = match name {
            Some(name) => Some(name),
            None if operation.operation == OperationKind::Create || model.hides_names() => None,
            None => now.name,
        };
        let id = self.ports.id();
        let log = NewLog {
            id,
            host_id: host.id,
            model: Arc::clone(model),
            record_name: now.name.clone(),
            revision: now.revision,
            rule_ids: decision.rule_ids,
            entry,
            record_id: operation.record_id.clone(),
            user: operation.user.clone(),
            occurred_at: operation.occurred_at,
            context: operation.context.clone(),
            snapshot: (now.revision % SNAPSHOT == 0).then(|| now.state.clone()),
        };
        let revision = now.revision;
        self.undo.push((key.clone(), before));
        self.records.insert(key, now);
        self.logs.push(log);
        Ok(Outcome::Recorded {
            log_id: id.to_string(),
            revision,
        })
    }

    /// Masks what was kept plain before its field became sensitive.
    fn mask(&self, model: &ModelEntry, state: &mut State, owner: Owner<'_>) {
        for field in model.model.fields.iter().filter(|field| field.sensitive) {
            if let Some(known) = state.fields.get_mut(&field.name)
                && known.form != Form::Masked
            {
                let plain = match known.form {
                    Form::Sealed => match self.subjects.open(owner, &field.name, known) {
                        Some(plain) => plain,
                        None => continue,
                    },
                    _ => std::mem::replace(known, Known::null()),
                };
                *known = redact_kept(field, plain, owner, self.secret);
            }
        }
    }
}

const REASON: &str = "a rule that follows this operation asks for a reason";

impl Refusal {
    /// The outcome of an operation that stands for itself.
    fn outcome(self) -> Outcome {
        let (pointer, code, detail) = match self {
            Self::Conflict => (
                "/id",
                Code::IdempotencyConflict,
                "the id was used for another content",
            ),
            Self::NoReason => ("/context/reason", Code::ReasonRequired, REASON),
            Self::Broken(_) => ("", Code::Internal, Code::Internal.title()),
        };
        let fault = Fault {
            pointer: pointer.to_owned(),
            code,
            detail: detail.to_owned(),
        };
        Outcome::Invalid {
            errors: vec![fault],
        }
    }
}

fn is_one_of(digests: &[[u8; 32]], used: &UsedKey) -> bool {
    digests.iter().any(|digest| used.digest == digest)
}

/// A state without these fields.
fn without<'a>(state: &'a State, fields: &BTreeSet<String>) -> Cow<'a, State> {
    if fields.is_empty() {
        return Cow::Borrowed(state);
    }
    let mut state = state.clone();
    state.fields.retain(|name, _| !fields.contains(name));
    Cow::Owned(state)
}
