//! Logs, as the principal may see them.

use types::{Code, Cursor, Log, LogQuery, Order, Page, Scope};
use uuid::Uuid;

use crate::access::Access;
use crate::engine::search::needle;
use crate::store::LogScope;
use crate::{Audit, Error, Principal, present};

/// A page of logs.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    query: &LogQuery,
) -> Result<Page<Log>, Error> {
    let fingerprint = format!("logs?{}", query.filters());
    let after = query
        .cursor
        .as_deref()
        .map(|cursor| {
            Cursor::decode(cursor, &fingerprint)
                .map(|cursor| cursor.after)
                .ok_or_else(invalid_cursor)
        })
        .transpose()?;
    let size = query.page_size() as usize;
    let mut walk = Walk::new(audit, principal, query.clone(), after).await?;
    let mut items = Vec::with_capacity(size);
    let mut last = None;
    while items.len() < size {
        let wanted = size - items.len() + 1;
        let (rows, end) = walk.next(wanted).await?;
        for log in rows {
            if items.len() == size {
                return Ok(Page {
                    items,
                    next_cursor: cursor(last, &fingerprint),
                });
            }
            last = Some(log.seq);
            items.push(log);
        }
        if end {
            return Ok(Page {
                items,
                next_cursor: None,
            });
        }
    }
    // The page is full; whether there is more is seen by one more row.
    let more = loop {
        let (rows, end) = walk.next(1).await?;
        if !rows.is_empty() {
            break true;
        }
        if end {
            break false;
        }
    };
    let next_cursor = if more {
        cursor(last, &fingerprint)
    } else {
        None
    };
    Ok(Page { items, next_cursor })
}

fn cursor(last: Option<i64>, fingerprint: &str) -> Option<String> {
    last.map(|after| Cursor::after(after).encode(fingerprint))
}

pub(crate) fn invalid_cursor() -> Error {
    Error::refused(Code::InvalidCursor, "the cursor is not one of this query")
}

/// A walk through the logs of a query, as far as the principal may see them.
pub(crate) struct Walk {
    audit: Audit,
    principal: Principal,
    access: Access,
    query: LogQuery,
    needle: Option<String>,
    scope: Option<LogScope>,
    after: Option<i64>,
}

impl Walk {
    pub(crate) async fn new(
        audit: &Audit,
        principal: &Principal,
        query: LogQuery,
        after: Option<i64>,
    ) -> Result<Self, Error> {
        let access = Access::now(audit, principal).await?;
        let scope = scope(&access, &query);
        let needle = query.q.as_deref().map(needle);
        let (audit, principal) = (audit.clone(), principal.clone());
        Ok(Self {
            audit,
            principal,
            access,
            query,
            needle,
            scope,
            after,
        })
    }

    /// At most `wanted` further logs, and whether there can be no more behind them. Fewer may
    /// come although there are more: those that a search found only by what may not be seen.
    pub(crate) async fn next(&mut self, wanted: usize) -> Result<(Vec<Log>, bool), Error> {
        let Some(scope) = &self.scope else {
            return Ok((Vec::new(), true));
        };
        let limit = wanted as u64;
        let rows = self
            .audit
            .store()
            .logs(&self.query, scope, self.after, limit)
            .await?;
        let end = rows.len() < wanted;
        if rows
            .iter()
            .any(|row| self.access.catalog().model(row.model_id).is_none())
        {
            // A model was made known since the walk began.
            self.access = Access::now(&self.audit, &self.principal).await?;
        }
        let mut logs = Vec::with_capacity(rows.len());
        for row in rows {
            self.after = Some(row.seq);
            let log = present::log(&self.access, row)?;
            if self
                .needle
                .as_deref()
                .is_none_or(|needle| present::log_contains(&log, needle))
            {
                logs.push(log);
            }
        }
        Ok((logs, end))
    }
}

/// Which rows a query may touch; none when nothing can be found.
fn scope(access: &Access, query: &LogQuery) -> Option<LogScope> {
    let catalog = access.catalog();
    let mut scope = LogScope {
        host_id: access.only_host(),
        ..LogScope::default()
    };
    if let Some(name) = &query.host {
        let host = catalog.host_named(name)?;
        if scope.host_id.is_some_and(|only| only != host.id) {
            return None;
        }
        scope.host_id = Some(host.id);
    }
    if let Some(name) = &query.model {
        let models = access.models_named(query.host.as_deref(), name);
        scope.models = Some(models.iter().map(|entry| entry.id).collect());
    } else if access.chooses_models() {
        let mut seen: Vec<i32> = catalog
            .models()
            .filter(|entry| access.sees(entry))
            .map(|entry| entry.id)
            .collect();
        seen.sort_unstable();
        scope.models = Some(seen);
    }
    if let Some(field) = &query.field {
        scope.field_hidden = catalog
            .models()
            .filter(|entry| !access.sees_field(entry, field))
            .map(|entry| entry.id)
            .collect();
        scope.field_hidden.sort_unstable();
    }
    (!scope.models.as_ref().is_some_and(Vec::is_empty)).then_some(scope)
}

/// One log.
pub async fn get(audit: &Audit, principal: &Principal, id: &str) -> Result<Log, Error> {
    principal.has_scope(Scope::Read)?;
    let id = Uuid::parse_str(id).map_err(|_| Error::not_found())?;
    let row = audit.store().log(id).await?.ok_or_else(Error::not_found)?;
    // After the row: its model is known then.
    let access = Access::now(audit, principal).await?;
    match access.catalog().model(row.model_id) {
        Some(model) if access.sees(model) => present::log(&access, row),
        _ => Err(Error::not_found()),
    }
}

/// The logs before and after one, of those the principal may see: (older, newer) ids.
pub async fn neighbours(
    audit: &Audit,
    principal: &Principal,
    id: &str,
) -> Result<(Option<String>, Option<String>), Error> {
    let log = get(audit, principal, id).await?;
    let mut found = [None, None];
    for (slot, order) in found.iter_mut().zip([Order::Desc, Order::Asc]) {
        let query = LogQuery {
            order,
            ..LogQuery::default()
        };
        let mut walk = Walk::new(audit, principal, query, Some(log.seq)).await?;
        *slot = walk.next(1).await?.0.pop().map(|log| log.id);
    }
    let [older, newer] = found;
    Ok((older, newer))
}
