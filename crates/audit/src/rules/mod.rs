//! Rules: which operations are followed.

mod caught;

pub use caught::{caught, preview};

use types::{
    Code, Cursor, OperationKind, Page, Rule, RuleInput, RulePatch, RuleQuery, Timestamp, Tri,
};
use uuid::Uuid;

use crate::engine::catalog::{Catalog, HostEntry};
use crate::engine::search::needle;
use crate::ledger::{self, Deed};
use crate::logs::invalid_cursor;
use crate::store::{RuleFilter, StoreError, Work, from_json, rule, to_json};
use crate::{Audit, Error, Principal};

/// Makes a rule. 409 `rule_exists`.
pub async fn create(audit: &Audit, principal: &Principal, input: RuleInput) -> Result<Rule, Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    work.bump().await?;
    let catalog = work.catalog().await?;
    let host = host(&catalog, &input.host)?;
    let now = audit.now().micros();
    let row = row(0, audit.0.ports.id(), host.id, &input, now, now)?;
    let row = work.insert_rule(row).await.map_err(exists)?;
    let rule = present(&catalog, &row)?;
    log(
        audit,
        &work,
        principal,
        OperationKind::Create,
        None,
        Some(&rule),
    )
    .await?;
    work.commit().await?;
    audit.refresh().await?;
    Ok(rule)
}

/// The rules: all of them for administrators and auditors, its own host's active ones for a key
/// without `admin`.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    query: &RuleQuery,
) -> Result<Page<Rule>, Error> {
    let catalog = audit.current().await?;
    let mut filter = RuleFilter {
        model: query.model.clone(),
        q: query.q.clone(),
        operation: query.operation.clone(),
        active: match query.active {
            Tri::Any => None,
            Tri::Yes => Some(true),
            Tri::No => Some(false),
        },
        limit: u64::from(query.page_size()) + 1,
        ..RuleFilter::default()
    };
    let own = match principal {
        _ if principal.reads_all() => query.host.as_deref(),
        Principal::Key { host, .. } => {
            if query.host.as_ref().is_some_and(|asked| asked != host) || query.active == Tri::No {
                return Ok(Page::whole(Vec::new()));
            }
            filter.active = Some(true);
            Some(host.as_str())
        }
        _ => {
            return Err(Error::forbidden(
                "only administrators and auditors see the rules",
            ));
        }
    };
    if let Some(name) = own {
        match catalog.host_named(name) {
            Some(host) => filter.host_id = Some(host.id),
            None => return Ok(Page::whole(Vec::new())),
        }
    }
    let fingerprint = format!("rules?{}", query.filters());
    if let Some(cursor) = &query.cursor {
        let cursor = Cursor::decode(cursor, &fingerprint).ok_or_else(invalid_cursor)?;
        filter.after = Some(cursor.after);
    }
    let mut rows = audit.store().rules(&filter).await?;
    let more = rows.len() as u64 == filter.limit;
    if more {
        rows.pop();
    }
    let last = rows.last().map(|row| row.number);
    let wanted = query.q.as_deref().map(needle);
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let rule = present(&catalog, &row)?;
        let text = format!("{}\n{}", needle(&rule.name), needle(&rule.model));
        if wanted
            .as_ref()
            .is_none_or(|wanted| text.contains(wanted.as_str()))
        {
            items.push(rule);
        }
    }
    let next_cursor = if more {
        last.map(|after| Cursor::after(after).encode(&fingerprint))
    } else {
        None
    };
    Ok(Page { items, next_cursor })
}

/// One rule.
pub async fn get(audit: &Audit, principal: &Principal, id: &str) -> Result<Rule, Error> {
    if !principal.reads_all() {
        principal.administers()?;
    }
    let row = audit
        .store()
        .rule(uuid(id)?)
        .await?
        .ok_or_else(Error::not_found)?;
    present(&*audit.current().await?, &row)
}

/// Changes members of a rule.
pub async fn update(
    audit: &Audit,
    principal: &Principal,
    id: &str,
    patch: RulePatch,
) -> Result<Rule, Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    work.bump().await?;
    let catalog = work.catalog().await?;
    let before = work.rule(uuid(id)?).await?.ok_or_else(Error::not_found)?;
    let old = present(&catalog, &before)?;
    let input = patch.apply(&old).map_err(Error::Invalid)?;
    let host = host(&catalog, &input.host)?;
    let now = audit.now().micros();
    let after = row(
        before.number,
        before.id,
        host.id,
        &input,
        before.created_at,
        now,
    )?;
    let rule = present(&catalog, &after)?;
    if (Rule {
        updated_at: old.updated_at,
        ..rule.clone()
    }) == old
    {
        return Ok(old);
    }
    work.update_rule(after).await.map_err(exists)?;
    log(
        audit,
        &work,
        principal,
        OperationKind::Write,
        Some(&old),
        Some(&rule),
    )
    .await?;
    work.commit().await?;
    audit.refresh().await?;
    Ok(rule)
}

/// Deletes a rule; its logs stay.
pub async fn delete(audit: &Audit, principal: &Principal, id: &str) -> Result<(), Error> {
    principal.administers()?;
    let work = audit.store().begin().await?;
    work.bump().await?;
    let catalog = work.catalog().await?;
    let row = work.rule(uuid(id)?).await?.ok_or_else(Error::not_found)?;
    let rule = present(&catalog, &row)?;
    work.delete_rule(row.number).await?;
    log(
        audit,
        &work,
        principal,
        OperationKind::Unlink,
        Some(&rule),
        None,
    )
    .await?;
    work.commit().await?;
    audit.refresh().await
}

async fn log(
    audit: &Audit,
    work: &Work,
    principal: &Principal,
    operation: OperationKind,
    old: Option<&Rule>,
    new: Option<&Rule>,
) -> Result<(), Error> {
    let Some(rule) = new.or(old) else {
        return Ok(());
    };
    let values = |rule: &Rule| ledger::values(rule, &["id", "created_at", "updated_at"]);
    let deed = Deed {
        operation,
        model: "revisor.rule",
        record_id: &rule.id,
        record_name: &rule.name,
        old: old.and_then(values),
        new: new.and_then(values),
    };
    ledger::record(audit, work, principal, deed).await
}

/// The host that a rule may be for.
fn host(catalog: &Catalog, name: &str) -> Result<HostEntry, Error> {
    match catalog.host_named(name) {
        Some(host) if host.builtin => Err(Error::fault(
            "/host",
            Code::UnknownHost,
            "the built-in host is always followed",
        )),
        Some(host) if host.ended_at.is_none() => Ok(host.clone()),
        _ => Err(Error::fault(
            "/host",
            Code::UnknownHost,
            format!("there is no host {name}"),
        )),
    }
}

fn exists(error: StoreError) -> Error {
    if error.is_duplicate() {
        let detail = "a rule follows this model for one of these groups, or for everyone, already";
        Error::refused(Code::RuleExists, detail)
    } else {
        error.into()
    }
}

fn uuid(id: &str) -> Result<Uuid, Error> {
    Uuid::parse_str(id).map_err(|_| Error::not_found())
}

fn row(
    number: i64,
    id: Uuid,
    host_id: i32,
    input: &RuleInput,
    created_at: i64,
    updated_at: i64,
) -> Result<rule::Model, Error> {
    Ok(rule::Model {
        number,
        id,
        host_id,
        model: input.model.clone(),
        name: input.name.clone(),
        log_create: input.log_create,
        log_write: input.log_write,
        log_unlink: input.log_unlink,
        groups: to_json(&input.groups)?,
        excluded_users: to_json(&input.excluded_users)?,
        ignored_fields: to_json(&input.ignored_fields)?,
        require_reason: input.require_reason,
        active: input.active,
        created_at,
        updated_at,
    })
}

/// A rule as it is shown.
pub(crate) fn present(catalog: &Catalog, row: &rule::Model) -> Result<Rule, Error> {
    Ok(Rule {
        id: row.id.to_string(),
        name: row.name.clone(),
        host: catalog
            .host(row.host_id)
            .map(|host| host.name.clone())
            .unwrap_or_default(),
        model: row.model.clone(),
        log_create: row.log_create,
        log_write: row.log_write,
        log_unlink: row.log_unlink,
        groups: from_json(&row.groups)?,
        excluded_users: from_json(&row.excluded_users)?,
        ignored_fields: from_json(&row.ignored_fields)?,
        require_reason: row.require_reason,
        active: row.active,
        created_at: Timestamp::from_micros(row.created_at),
        updated_at: Timestamp::from_micros(row.updated_at),
    })
}
