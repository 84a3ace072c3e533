//! Records as the audit trail knows them: now, and as they were.

mod find;
mod state;
mod timeline;

use std::collections::BTreeSet;
use std::sync::Arc;

use types::{
    Code, Comparison, Cursor, FieldDifference, FieldType, Page, PatchOperation, Record,
    RecordQuery, Timestamp, Tri,
};

use crate::access::Access;
use crate::engine::catalog::ModelEntry;
use crate::engine::known::Form;
use crate::engine::search::needle;
use crate::engine::state::State;
use crate::logs::invalid_cursor;
use crate::opening::Opening;
use crate::store::{RecordFilter, record};
use crate::{Audit, Error, Principal, present};

pub use find::find_named;
use state::state_at;
pub use timeline::{doers, down_from, revisions, timeline};

/// When a record is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// As last known.
    Latest,
    /// At this revision.
    Revision(i64),
    /// At this time: with everything recorded then or before.
    Time(Timestamp),
}

/// Which record: its model, its id, and its host where several have the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordKey<'a> {
    /// The host; needed only where several hosts have the model.
    pub host: Option<&'a str>,
    /// The model.
    pub model: &'a str,
    /// The record.
    pub record_id: &'a str,
}

/// A page of the known records of a model, in the order they were first seen.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    query: &RecordQuery,
) -> Result<Page<Record>, Error> {
    let access = Access::now(audit, principal).await?;
    let fingerprint = format!("records?{}", query.filters());
    let mut after = None;
    if let Some(cursor) = &query.cursor {
        let cursor = Cursor::decode(cursor, &fingerprint).ok_or_else(invalid_cursor)?;
        after = Some(cursor.after);
    }
    // A model that is not known yet has no records; one that may not be seen is not known either.
    let model = match access.model(principal, query.host.as_deref(), &query.model) {
        Err(error) if error.code() == Code::NotFound => return Ok(Page::whole(Vec::new())),
        model => model?,
    };
    let size = query.page_size() as usize;
    let needle = query.q.as_deref().map(needle);
    let mut items = Vec::with_capacity(size);
    let mut last = None;
    loop {
        let wanted = size - items.len() + 1;
        let rows = audit
            .store()
            .records(&RecordFilter {
                model_id: model.id,
                q: query.q.clone(),
                deleted: match query.deleted {
                    Tri::Any => None,
                    Tri::Yes => Some(true),
                    Tri::No => Some(false),
                },
                after,
                limit: wanted as u64,
            })
            .await?;
        let end = rows.len() < wanted;
        for row in rows {
            let id = row.id;
            after = Some(id);
            if let Some(needle) = &needle {
                let record = present::record(&access, &model, row.clone())?;
                if !present::record_contains(&record, needle) {
                    continue;
                }
            }
            if items.len() == size {
                let next_cursor = last.map(|after| Cursor::after(after).encode(&fingerprint));
                let items = present::records(audit, &access, items).await?;
                return Ok(Page { items, next_cursor });
            }
            last = Some(id);
            items.push((Arc::clone(&model), row));
        }
        if end {
            return Ok(Page::whole(present::records(audit, &access, items).await?));
        }
    }
}

/// A record that may be seen, with its model.
struct Found {
    access: Access,
    model: Arc<ModelEntry>,
    row: record::Model,
}

async fn find(audit: &Audit, principal: &Principal, key: RecordKey<'_>) -> Result<Found, Error> {
    let access = Access::now(audit, principal).await?;
    let own_first = match (key.host, principal.host()) {
        (None, Some(own)) if !access.models_named(Some(own), key.model).is_empty() => Some(own),
        (host, _) => host,
    };
    let mut found = Vec::new();
    for model in access.models_named(key.host, key.model) {
        if let Some(row) = audit.store().record(model.id, key.record_id).await? {
            found.push((Arc::clone(model), row));
        }
    }
    if found.len() > 1 {
        found.retain(|(model, _)| Some(model.model.host.as_str()) == own_first);
        if found.is_empty() {
            let detail = "several hosts have this record; say which by `host`";
            return Err(Error::fault("/host", Code::AmbiguousHost, detail));
        }
    }
    let (model, row) = found.pop().ok_or_else(Error::not_found)?;
    Ok(Found { access, model, row })
}

/// A record at a moment.
pub async fn get(
    audit: &Audit,
    principal: &Principal,
    key: RecordKey<'_>,
    moment: Moment,
) -> Result<Record, Error> {
    let found = find(audit, principal, key).await?;
    let revision = match moment {
        Moment::Latest => {
            let Found { access, model, row } = found;
            let mut one = present::records(audit, &access, vec![(model, row)]).await?;
            return one.pop().ok_or_else(Error::not_found);
        }
        Moment::Revision(revision) => revision,
        Moment::Time(time) => audit
            .store()
            .revision_at(found.row.model_id, &found.row.record_id, time)
            .await?
            .ok_or_else(|| Error::refused(Code::NotFound, "the record was not known then"))?,
    };
    let mut at = state_at(audit, &found, revision).await?;
    open(audit, &found, [&mut at.state]).await?;
    let Found { access, model, row } = found;
    Ok(present::state_of(
        &access,
        &model,
        (row.record_id, at.name),
        (revision, at.time),
        &at.state,
    ))
}

/// Opens what is sealed in states of a record.
async fn open<const N: usize>(
    audit: &Audit,
    found: &Found,
    mut states: [&mut State; N],
) -> Result<(), Error> {
    let values = states.iter().flat_map(|state| state.fields.values());
    let opening = Opening::of(audit, values).await?;
    for state in &mut states {
        let owner = present::owner(&found.model, &found.row.record_id);
        opening.fields(owner, &mut state.fields);
    }
    Ok(())
}

/// The fields that differ between two revisions.
pub async fn compare(
    audit: &Audit,
    principal: &Principal,
    key: RecordKey<'_>,
    from: i64,
    to: i64,
) -> Result<Comparison, Error> {
    let found = find(audit, principal, key).await?;
    let mut before = state_at(audit, &found, from).await?.state;
    let mut after = state_at(audit, &found, to).await?.state;
    open(audit, &found, [&mut before, &mut after]).await?;
    let model = &found.model;
    let names: BTreeSet<&String> = before.fields.keys().chain(after.fields.keys()).collect();
    let mut changes = Vec::new();
    for name in names {
        let (a, b) = (before.fields.get(name), after.fields.get(name));
        let kind = model
            .field(name)
            .map_or(FieldType::Json, |field| field.kind);
        let same = match (a, b) {
            (Some(a), Some(b)) => a.same(b, kind),
            (a, b) => a.is_none() && b.is_none(),
        };
        if same || !found.access.sees_field(model, name) {
            continue;
        }
        let label = model
            .field(name)
            .map_or_else(|| types::label_from_name(name), |field| field.label.clone());
        changes.push(FieldDifference {
            label,
            kind,
            from: a.map(|known| present::shown(model, name, known)),
            to: b.map(|known| present::shown(model, name, known)),
            from_label: a.and_then(|known| present::label(model, name, known)),
            to_label: b.and_then(|known| present::label(model, name, known)),
            field: name.clone(),
        });
    }
    Ok(Comparison {
        host: model.model.host.clone(),
        model: model.model.model.clone(),
        record_id: found.row.record_id,
        from,
        to,
        changes,
    })
}

/// A JSON Patch from the last known state to a revision, for the host to apply.
///
/// Led by a `test` of every value that it replaces or removes. Values that are not kept
/// (sensitive ones, bytes, erased ones) cannot be restored and are left alone. For a deleted record it adds
/// every value known at that revision, for the host to create the record again.
pub async fn restore_plan(
    audit: &Audit,
    principal: &Principal,
    key: RecordKey<'_>,
    revision: i64,
) -> Result<Vec<PatchOperation>, Error> {
    let found = find(audit, principal, key).await?;
    let mut wanted = state_at(audit, &found, revision).await?.state;
    let mut current: State = State {
        fields: crate::store::from_json(&found.row.state)?,
        deleted: found.row.deleted,
    };
    open(audit, &found, [&mut wanted, &mut current]).await?;
    let model = &found.model;
    let restorable = |name: &str, state: &State| {
        let plain = state
            .fields
            .get(name)
            .is_none_or(|known| known.form == Form::Plain);
        let sensitive = model.field(name).is_some_and(|field| field.sensitive);
        plain && !sensitive && found.access.sees_field(model, name)
    };
    let names: BTreeSet<&String> = current.fields.keys().chain(wanted.fields.keys()).collect();
    let (mut tests, mut changes) = (Vec::new(), Vec::new());
    for name in names {
        if !restorable(name, &current) || !restorable(name, &wanted) {
            continue;
        }
        let path = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let kind = model
            .field(name)
            .map_or(FieldType::Json, |field| field.kind);
        let (now, then) = (current.fields.get(name), wanted.fields.get(name));
        let value = then.map(|known| known.value.clone());
        if current.deleted {
            if let Some(value) = value {
                changes.push(PatchOperation::Add { path, value });
            }
            continue;
        }
        match (now, value) {
            (Some(now), Some(_)) if then.is_some_and(|then| now.same(then, kind)) => {}
            (Some(now), value) => {
                tests.push(PatchOperation::Test {
                    path: path.clone(),
                    value: now.value.clone(),
                });
                changes.push(match value {
                    Some(value) => PatchOperation::Replace { path, value },
                    None => PatchOperation::Remove { path },
                });
            }
            (None, Some(value)) => changes.push(PatchOperation::Add { path, value }),
            (None, None) => {}
        }
    }
    tests.extend(changes);
    Ok(tests)
}
