//! A server in this process: it checks what it is sent as the real one does, keeps it in order,
//! each operation once, and can be away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use revisor_host::{
    ModelInput, Operation, OperationKind, Outcome, Refusal, Refused, Rule, Server, TaggedRules,
};
use serde_json::Value;

#[derive(Default)]
pub(crate) struct Recorder {
    heard: Mutex<Vec<Operation>>,
    ids: Mutex<BTreeSet<String>>,
    pub(crate) models: Mutex<BTreeMap<String, ModelInput>>,
    pub(crate) rules: Mutex<Option<Vec<Rule>>>,
    pub(crate) away: AtomicBool,
    /// Names of records that are refused.
    pub(crate) poison: Mutex<BTreeSet<String>>,
    pub(crate) duplicates: AtomicUsize,
    pub(crate) asked: AtomicUsize,
}

impl Recorder {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn heard(&self) -> Vec<Operation> {
        self.heard.lock().unwrap().clone()
    }

    fn is_here(&self) -> Result<(), Refusal> {
        if self.away.load(Ordering::Relaxed) {
            return Err(Refusal::Later {
                why: "away".to_owned(),
                after: None,
            });
        }
        Ok(())
    }
}

impl Server for Recorder {
    async fn record(&self, batch: &[Operation]) -> Result<Vec<Outcome>, Refusal> {
        self.is_here()?;
        let body = serde_json::json!({"operations": batch});
        let read = types::Operation::read_batch(body)
            .map_err(|faults| Refusal::Batch(format!("{:?}", faults.into_vec())))?;
        assert_eq!(read, batch, "what is sent is what is meant");
        let poison = self.poison.lock().unwrap();
        let refused: Vec<Refused> = batch
            .iter()
            .enumerate()
            .filter(|(_, one)| {
                one.record_name
                    .as_ref()
                    .is_some_and(|name| poison.contains(name))
            })
            .map(|(index, _)| Refused {
                index,
                why: "poison".to_owned(),
            })
            .collect();
        if !refused.is_empty() {
            return Err(Refusal::Faults(refused));
        }
        let (mut ids, mut heard) = (self.ids.lock().unwrap(), self.heard.lock().unwrap());
        Ok(batch
            .iter()
            .map(|one| {
                if ids.insert(one.id.clone().unwrap()) {
                    heard.push(one.clone());
                    Outcome::Recorded {
                        log_id: "l".to_owned(),
                        revision: 1,
                    }
                } else {
                    self.duplicates.fetch_add(1, Ordering::Relaxed);
                    Outcome::Duplicate { log_id: None }
                }
            })
            .collect())
    }

    async fn declare(&self, model: &str, input: &ModelInput) -> Result<(), Refusal> {
        self.is_here()?;
        self.models
            .lock()
            .unwrap()
            .insert(model.to_owned(), input.clone());
        Ok(())
    }

    async fn rules(&self, tag: Option<&str>) -> Result<Option<TaggedRules>, Refusal> {
        self.is_here()?;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let Some(rules) = self.rules.lock().unwrap().clone() else {
            return Err(Refusal::Later {
                why: "no rules here".to_owned(),
                after: None,
            });
        };
        let now = serde_json::to_string(&rules).unwrap();
        if tag == Some(now.as_str()) {
            return Ok(None);
        }
        Ok(Some(TaggedRules {
            rules,
            tag: Some(now),
        }))
    }
}

/// What a trail's operations add up to: the rows of each model, by the id of their record.
pub(crate) type Tables = BTreeMap<String, BTreeMap<String, Value>>;

/// Applies operations in order. One that does not follow on what was before it is false, comes
/// twice, or follows one that is missing.
pub(crate) fn replay(operations: &[Operation]) -> Tables {
    let mut tables = Tables::new();
    for one in operations {
        let table = tables.entry(one.model.clone()).or_default();
        let told = |side: &Option<types::Values>| Value::Object(side.clone().unwrap());
        match one.operation {
            OperationKind::Create => {
                let before = table.insert(one.record_id.clone(), told(&one.new));
                assert_eq!(before, None, "created twice: {one:?}");
            }
            OperationKind::Write => {
                let row = table.get_mut(&one.record_id).unwrap_or_else(|| {
                    panic!("written and not there: {one:?}");
                });
                assert_eq!(*row, told(&one.old), "another row before: {one:?}");
                for (field, value) in one.new.clone().unwrap() {
                    assert_ne!(row[&field], value, "not changed: {one:?}");
                    row[&field] = value;
                }
            }
            OperationKind::Unlink => {
                let before = table.remove(&one.record_id);
                assert_eq!(before, Some(told(&one.old)), "another row before: {one:?}");
            }
        }
    }
    tables
}
