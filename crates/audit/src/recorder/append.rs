//! Appending: one transaction for a group of batches.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use types::{Code, Operation, Outcome, Timestamp};

use super::discover::discover;
use super::following::touched;
use super::plan::{Loaded, Plan};
use super::planned::{LastKnown, RecordKey, Recorded, UsedKey};
use super::subjects::{Keyring, keys_of};
use super::tally::Tally;
use super::{Batch, Item};
use crate::engine::catalog::Catalog;
use crate::engine::search::Words;
use crate::engine::state::State;
use crate::store::{
    Head, RecordUpsert, StoreError, Work, from_json, log, log_field, operation_key, snapshot,
    to_json,
};
use crate::{Audit, Error, ledger};

type Answer = Result<Vec<Outcome>, Error>;

/// How often a group is tried when another server was quicker or the database busy.
const TRIES: u32 = 6;

/// Records a group of batches in one transaction and answers each, in order.
///
/// When the database refuses the group for good, each batch is tried by itself: what is wrong with
/// one must not be answered to the others. Where the database does not work, all are told so: they
/// may have been recorded, and none may be recorded twice.
pub(super) async fn group(audit: &Audit, batches: &mut [Batch]) -> Vec<Answer> {
    match persist(audit, batches).await {
        Ok(answers) => answers,
        Err(error) if batches.len() == 1 => vec![Err(Error::Store(error))],
        Err(error) if error.is_outage() => {
            let told = || Err(Error::Store(error.clone()));
            batches.iter().map(|_| told()).collect()
        }
        Err(_) => {
            let mut answers = Vec::with_capacity(batches.len());
            for batch in batches.chunks_mut(1) {
                answers.extend(match persist(audit, batch).await {
                    Ok(answers) => answers,
                    Err(error) => vec![Err(Error::Store(error))],
                });
            }
            answers
        }
    }
}

/// Tries a group until it is recorded or refused for good.
async fn persist(audit: &Audit, batches: &mut [Batch]) -> Result<Vec<Answer>, StoreError> {
    let mut tried = 0;
    loop {
        tried += 1;
        match attempt(audit, batches).await {
            Err(error) if error.is_passing() && tried < TRIES => {
                tracing::debug!(error = %error, tried, "the group is tried again");
                tokio::time::sleep(Duration::from_millis(u64::from(2u32.pow(tried)) * 5)).await;
            }
            answered => return answered,
        }
    }
}

async fn attempt(audit: &Audit, batches: &mut [Batch]) -> Result<Vec<Answer>, StoreError> {
    let work = audit.store().begin_group().await?;
    let catalog = current(audit, &work, batches).await?;
    let loaded = load(&work, &catalog, batches).await?;
    let mut plan = Plan::new(&catalog, &audit.0.secret, audit.0.ports, loaded);
    let answers: Vec<Answer> = batches.iter_mut().map(|batch| plan.batch(batch)).collect();
    let recorded = write(audit, &work, plan).await?;
    work.commit().await?;
    audit.0.publish(catalog);
    if audit.seals() {
        audit.0.fresh.offer(recorded);
    }
    Ok(answers)
}

/// The configuration within this work, grown by what the operations name for the first time.
async fn current(
    audit: &Audit,
    work: &Work,
    batches: &[Batch],
) -> Result<Arc<Catalog>, StoreError> {
    let mut catalog = audit.catalog();
    if work.version().await? != catalog.version {
        catalog = Arc::new(work.catalog().await?);
    }
    if discover(&catalog, operations(batches)).is_empty() {
        return Ok(catalog);
    }
    // Now nobody else changes the configuration until this work is done; look again.
    work.bump().await?;
    let catalog = work.catalog().await?;
    for model in discover(&catalog, operations(batches)) {
        work.upsert_model(&model).await?;
    }
    Ok(Arc::new(work.catalog().await?))
}

fn operations(batches: &[Batch]) -> impl Iterator<Item = (i32, &Operation)> {
    batches.iter().flat_map(|batch| {
        batch
            .items
            .iter()
            .map(|item| (batch.host_id, &item.operation))
    })
}

/// What the database holds of the records and keys concerned; the records are locked.
async fn load(work: &Work, catalog: &Catalog, batches: &[Batch]) -> Result<Loaded, StoreError> {
    let mut wanted: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for (host_id, operation) in operations(batches) {
        wanted
            .entry(host_id)
            .or_default()
            .extend(operation.id.clone());
    }
    let mut keys = HashMap::new();
    for row in work.operation_keys(&wanted).await? {
        let used = UsedKey {
            digest: row.digest,
            log_id: row.log_id.map(|id| id.to_string()),
        };
        keys.insert((row.host_id, row.key), used);
    }
    let mut records = HashMap::new();
    for row in work
        .lock_records(&touched(catalog, operations(batches)))
        .await?
    {
        let state = State {
            fields: from_json(&row.state)?,
            deleted: row.deleted,
        };
        let known = LastKnown {
            name: row.name,
            revision: row.revision,
            state,
            changed: false,
        };
        records.insert((row.model_id, row.record_id), known);
    }
    let subjects = Keyring::load(work, catalog, operations(batches), &records).await?;
    Ok((records, keys, subjects))
}

/// Writes what was planned, and tells the logs with their places.
async fn write(audit: &Audit, work: &Work, plan: Plan<'_>) -> Result<Vec<Recorded>, StoreError> {
    let Plan {
        records,
        subjects,
        logs,
        new_keys,
        counted,
        ..
    } = plan;
    if logs.is_empty() && new_keys.is_empty() && counted.is_empty() {
        return Ok(Vec::new());
    }
    let kept = logs
        .iter()
        .flat_map(|log| log.entry.values().map(|(_, known)| known));
    let states = records
        .values()
        .flat_map(|known| known.state.fields.values());
    let made = subjects.made(kept.chain(states));
    work.insert_subject_keys(made).await?;
    let mut now = audit.now().micros();
    let mut tally = Tally::default();
    let mut recorded = Vec::with_capacity(logs.len());
    let mut last_times: HashMap<RecordKey, i64> = HashMap::new();
    if !logs.is_empty() {
        let Head {
            mut seq,
            recorded_at,
        } = work.lock_head().await?;
        // Time is told by the clock, but never goes back and never stands still.
        now = audit.now().micros().max(recorded_at.micros() + 1);
        let mut time = now - 1;
        let mut under = Vec::new();
        for log in logs {
            seq += 1;
            time += 1;
            tally.log(&log, time);
            last_times.insert((log.model.id, log.record_id.clone()), time);
            under.extend(keys_of(&log.entry).into_iter().map(|key| (key, seq)));
            recorded.push(Recorded { seq, time, log });
        }
        let fields = recorded.iter().flat_map(fields);
        work.insert_logs(recorded.iter().map(row), fields).await?;
        let snapshots = recorded.iter().filter_map(snapshot);
        work.insert_snapshots(snapshots).await?;
        work.insert_subject_logs(under).await?;
        work.set_head(Head {
            seq,
            recorded_at: Timestamp::from_micros(time),
        })
        .await?;
    }
    let mut changed: Vec<_> = records
        .into_iter()
        .filter(|(_, known)| known.changed)
        .map(|(key, known)| {
            (
                last_times.get(&key).copied().unwrap_or_default(),
                key,
                known,
            )
        })
        .collect();
    // In the order of the logs that touched them last: lists show records as they came.
    changed.sort_unstable_by_key(|(time, ..)| *time);
    let changed = changed.into_iter();
    work.upsert_records(changed.map(|(time, key, known)| upsert(time, key, known)))
        .await?;
    let keys = new_keys.into_iter().map(|key| operation_key::Model {
        host_id: key.host_id,
        key: key.key,
        digest: key.digest.to_vec(),
        seq: key.log.and_then(|place| Some(recorded.get(place)?.seq)),
    });
    work.insert_keys(keys).await?;
    work.count(tally.finish(counted, now)).await?;
    Ok(recorded)
}

fn upsert(time: i64, key: RecordKey, known: LastKnown) -> Result<RecordUpsert, StoreError> {
    let mut words = Words::default();
    words.text(known.name.as_deref().unwrap_or_default());
    words.text(&key.1);
    words.fields(&known.state.fields);
    Ok(RecordUpsert {
        recorded_at: time,
        model_id: key.0,
        record_id: key.1,
        name: known.name,
        revision: known.revision,
        deleted: known.state.deleted,
        state: to_json(&known.state.fields)?,
        search: words.finish(),
    })
}

/// What says which fields a log changes.
fn fields(recorded: &Recorded) -> impl Iterator<Item = log_field::Model> {
    let changes = recorded.log.entry.changes.iter();
    changes.map(|change| log_field::Model {
        field: change.field.clone(),
        model_id: recorded.log.model.id,
        seq: recorded.seq,
    })
}

fn snapshot(recorded: &Recorded) -> Option<Result<snapshot::Model, StoreError>> {
    let log = &recorded.log;
    let state = log.snapshot.as_ref()?;
    Some(to_json(state).map(|state| snapshot::Model {
        model_id: log.model.id,
        record_id: log.record_id.clone(),
        revision: log.revision,
        state,
    }))
}

pub(crate) fn row(recorded: &Recorded) -> Result<log::Model, StoreError> {
    let Recorded { seq, time, log } = recorded;
    let (user, entry, context) = (&log.user, &log.entry, &log.context);
    let mut words = Words::default();
    words.text(log.record_name.as_deref().unwrap_or_default());
    words.text(&user.login);
    words.text(user.name.as_deref().unwrap_or_default());
    words.changes(&entry.changes);
    let fields: Vec<_> = entry.changes.iter().map(|change| &change.field).collect();
    Ok(log::Model {
        seq: *seq,
        id: log.id,
        host_id: log.host_id,
        model_id: log.model.id,
        model_label: log.model.model.label.clone(),
        record_id: log.record_id.clone(),
        record_name: log.record_name.clone(),
        revision: log.revision,
        operation: entry.operation as i16,
        user_login: user.login.clone(),
        user_name: user.name.clone(),
        on_behalf_of: user.on_behalf_of.clone(),
        occurred_at: log.occurred_at.map_or(*time, Timestamp::micros),
        recorded_at: *time,
        rule_ids: to_json(&log.rule_ids)?,
        changes: to_json(&entry.changes)?,
        unrecorded: if entry.unrecorded.is_empty() {
            None
        } else {
            Some(to_json(&entry.unrecorded)?)
        },
        observed: if entry.observed.is_empty() {
            None
        } else {
            Some(to_json(&entry.observed)?)
        },
        context: if context.is_empty() {
            None
        } else {
            Some(to_json(context)?)
        },
        request_id: context.request_id.clone(),
        transaction_id: context.transaction_id.clone(),
        search: words.finish(),
        fields: to_json(&fields)?,
    })
}

/// Records an operation of the built-in host within `work`, which the caller commits.
pub(crate) async fn own(audit: &Audit, work: &Work, operation: Operation) -> Result<(), Error> {
    let mut catalog = work.catalog().await?;
    let Some(host_id) = catalog.host_named(ledger::HOST).map(|host| host.id) else {
        return Err(Error::Broken("the built-in host is missing".to_owned()));
    };
    let batch = Batch {
        host_id,
        items: vec![Item {
            operation,
            digest: None,
        }],
        whole: true,
    };
    let mut batches = [batch];
    let grown = discover(&catalog, operations(&batches));
    if !grown.is_empty() {
        work.bump().await?;
        for model in grown {
            work.upsert_model(&model).await?;
        }
        catalog = work.catalog().await?;
    }
    let loaded = load(work, &catalog, &batches).await?;
    let mut plan = Plan::new(&catalog, &audit.0.secret, audit.0.ports, loaded);
    match plan.batch(&mut batches[0]) {
        Ok(_) => {
            write(audit, work, plan).await?;
            Ok(())
        }
        Err(error) if error.code() == Code::Unauthorized => {
            Err(Error::Broken("the built-in host has ended".to_owned()))
        }
        Err(error) => Err(error),
    }
}
