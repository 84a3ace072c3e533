//! Saved filters: what a person looks at again and again, under a name.
//!
//! A filter belongs to whoever made it; shared, everybody has it and nobody else changes it. What
//! a filter finds is what its reader may see: it is a query's text, nothing more.

use types::{Code, FilterInput, FilterPatch, List, OperationKind, SavedFilter, Timestamp};
use uuid::Uuid;

use crate::ledger::{self, Deed};
use crate::store::{StoreError, saved_filter, user};
use crate::{Audit, Error, Principal};

/// Most filters of a person.
const MOST: u64 = 100;

/// The person who asks; programs have no filters.
async fn person(audit: &Audit, principal: &Principal) -> Result<user::Model, Error> {
    let Principal::User { id, .. } = principal else {
        return Err(Error::forbidden("filters are for people"));
    };
    let found = audit.store().user_by_id(uuid(id)?).await?;
    let active = found.filter(|(row, _)| row.disabled_at.is_none());
    active.map(|(row, _)| row).ok_or_else(Error::not_found)
}

/// The person's own filters of a list and those that are shared, by name.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    list: List,
) -> Result<Vec<SavedFilter>, Error> {
    let me = person(audit, principal).await?;
    let default = audit
        .store()
        .default_filter(me.number, list.as_str())
        .await?;
    let rows = audit.store().filters(me.number, list.as_str()).await?;
    rows.into_iter()
        .map(|(row, owner)| present(&me, row, owner, default))
        .collect()
}

/// Saves a filter. 409 `filter_exists` when the person has one of this name for the list; at most
/// 100 a person.
pub async fn create(
    audit: &Audit,
    principal: &Principal,
    input: FilterInput,
) -> Result<SavedFilter, Error> {
    let me = person(audit, principal).await?;
    let input = input.check().map_err(Error::Invalid)?;
    let work = audit.store().begin().await?;
    if work.filters_of(me.number).await? >= MOST {
        let detail = format!("at most {MOST} filters a person");
        return Err(Error::fault("", Code::TooMany, detail));
    }
    let row = saved_filter::Model {
        number: 0,
        id: audit.0.ports.id(),
        user_number: me.number,
        list: input.list.as_str().to_owned(),
        name: input.name,
        query: input.query,
        shared: input.shared,
        created_at: audit.now().micros(),
    };
    work.insert_filter(row.clone()).await.map_err(exists)?;
    work.commit().await?;
    let owner = me.name.clone();
    present(&me, row, owner, None)
}

/// Renames a filter of one's own, changes its query, shares it or takes it back.
pub async fn update(
    audit: &Audit,
    principal: &Principal,
    id: &str,
    patch: FilterPatch,
) -> Result<SavedFilter, Error> {
    let me = person(audit, principal).await?;
    let work = audit.store().begin().await?;
    let row = work.filter(uuid(id)?).await?;
    let row = row
        .filter(|row| row.shared || row.user_number == me.number)
        .ok_or_else(Error::not_found)?;
    if row.user_number != me.number {
        return Err(Error::forbidden("only who made a filter changes it"));
    }
    let before = present(&me, row.clone(), me.name.clone(), None)?;
    let input = patch.apply(&before).map_err(Error::Invalid)?;
    let row = saved_filter::Model {
        name: input.name,
        query: input.query,
        shared: input.shared,
        ..row
    };
    work.update_filter(row.clone()).await.map_err(exists)?;
    work.commit().await?;
    let default = audit.store().default_filter(me.number, &row.list).await?;
    let owner = me.name.clone();
    present(&me, row, owner, default)
}

/// Deletes a filter of one's own; an administrator deletes any that is shared, which is recorded.
pub async fn delete(audit: &Audit, principal: &Principal, id: &str) -> Result<(), Error> {
    let me = person(audit, principal).await?;
    let work = audit.store().begin().await?;
    let row = work.filter(uuid(id)?).await?;
    let row = row
        .filter(|row| row.shared || row.user_number == me.number)
        .ok_or_else(Error::not_found)?;
    let own = row.user_number == me.number;
    if !own && !principal.is_administrator() {
        let detail = "only who made a filter and administrators delete it";
        return Err(Error::forbidden(detail));
    }
    work.delete_filter(row.number).await?;
    if !own {
        let old = serde_json::json!({"list": row.list, "name": row.name, "query": row.query});
        let deed = Deed {
            operation: OperationKind::Unlink,
            model: "revisor.filter",
            record_id: &row.id.to_string(),
            record_name: &row.name,
            old: Some(old),
            new: None,
        };
        ledger::record(audit, &work, principal, deed).await?;
    }
    Ok(work.commit().await?)
}

/// Makes a filter, one's own or a shared one, the one that the list begins with; none unsets it.
pub async fn set_default(
    audit: &Audit,
    principal: &Principal,
    list: List,
    id: Option<&str>,
) -> Result<(), Error> {
    let me = person(audit, principal).await?;
    let work = audit.store().begin().await?;
    let number = match id {
        None => None,
        Some(id) => {
            let row = work.filter(uuid(id)?).await?;
            let row = row
                .filter(|row| row.shared || row.user_number == me.number)
                .filter(|row| row.list == list.as_str())
                .ok_or_else(Error::not_found)?;
            Some(row.number)
        }
    };
    work.set_default_filter(me.number, list.as_str(), number)
        .await?;
    Ok(work.commit().await?)
}

fn exists(error: StoreError) -> Error {
    if error.is_duplicate() {
        Error::refused(Code::FilterExists, "you have a filter of this name already")
    } else {
        error.into()
    }
}

fn uuid(id: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(id).map_err(|_| Error::not_found())
}

fn present(
    me: &user::Model,
    row: saved_filter::Model,
    owner: String,
    default: Option<i64>,
) -> Result<SavedFilter, Error> {
    let list = List::parse(&row.list)
        .ok_or_else(|| Error::Broken(format!("the list {} is not known", row.list)))?;
    Ok(SavedFilter {
        id: row.id.to_string(),
        list,
        name: row.name,
        query: row.query,
        shared: row.shared,
        owner,
        own: row.user_number == me.number,
        default: default.is_some_and(|default| default == row.number),
        created_at: Timestamp::from_micros(row.created_at),
    })
}
