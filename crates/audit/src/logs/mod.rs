//! Logs, as the principal may see them.

mod complete;
mod facets;
mod groups;
mod newest;
mod recent;
mod walk;

use types::{Code, Cursor, Log, LogQuery, Order, Page, Scope, Timestamp};
use uuid::Uuid;

pub use complete::complete;
pub use facets::{Beside, beside, facets, list_with_beside};
pub use groups::{count, groups, records};
pub use newest::BOUND;
pub(crate) use recent::Recent;
pub(crate) use walk::Walk;

use crate::access::Access;
use crate::{Audit, Error, Principal, present};

/// A page of logs.
///
/// Relative times of the query are counted from when its first page was asked for, on every page.
pub async fn list(
    audit: &Audit,
    principal: &Principal,
    query: &LogQuery,
) -> Result<Page<Log>, Error> {
    let place = Place::of(query, audit.now())?;
    let size = query.page_size() as usize;
    let mut walk = Walk::new(audit, principal, query, place.after, place.now).await?;
    let mut items = Vec::with_capacity(size);
    let mut last = None;
    while items.len() < size {
        let wanted = size - items.len() + 1;
        let (rows, end) = walk.next(wanted).await?;
        for log in rows {
            if items.len() == size {
                return Ok(Page {
                    items,
                    next_cursor: place.cursor(last),
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
    let more = walk.first().await?.is_some();
    let next_cursor = if more { place.cursor(last) } else { None };
    Ok(Page { items, next_cursor })
}

/// Where a page begins, and what its query is bound to.
struct Place {
    fingerprint: String,
    after: Option<i64>,
    now: Timestamp,
    relative: bool,
}

impl Place {
    fn of(query: &LogQuery, now: Timestamp) -> Result<Self, Error> {
        let mut place = Self {
            fingerprint: format!("logs?{}", query.filters()),
            after: None,
            now,
            relative: query.search().is_relative(),
        };
        if let Some(cursor) = &query.cursor {
            let cursor = Cursor::decode(cursor, &place.fingerprint)
                .filter(|cursor| cursor.now.is_some() == place.relative)
                .ok_or_else(invalid_cursor)?;
            place.after = Some(cursor.after);
            place.now = cursor.now.unwrap_or(now);
        }
        Ok(place)
    }

    fn cursor(&self, last: Option<i64>) -> Option<String> {
        let now = self.relative.then_some(self.now);
        last.map(|after| Cursor { after, now }.encode(&self.fingerprint))
    }
}

pub(crate) fn invalid_cursor() -> Error {
    Error::refused(Code::InvalidCursor, "the cursor is not one of this query")
}

/// One log.
pub async fn get(audit: &Audit, principal: &Principal, id: &str) -> Result<Log, Error> {
    principal.has_scope(Scope::Read)?;
    let id = Uuid::parse_str(id).map_err(|_| Error::not_found())?;
    let row = audit.store().log(id).await?.ok_or_else(Error::not_found)?;
    // After the row: its model is known then.
    let access = Access::now(audit, principal).await?;
    match access.catalog().model(row.model_id) {
        Some(model) if access.sees(model) => {
            let mut logs = present::logs(audit, &access, vec![row]).await?;
            logs.pop().ok_or_else(Error::not_found)
        }
        _ => Err(Error::not_found()),
    }
}

/// Most logs that are asked for by their ids at once.
pub const MOST_IDS: usize = 1_000;

/// The logs of these ids, in the order of the ids, each once. Those that do not exist, or that
/// the principal may not see, are left out: the same for both.
pub async fn by_ids(
    audit: &Audit,
    principal: &Principal,
    ids: &[String],
) -> Result<Vec<Log>, Error> {
    principal.has_scope(Scope::Read)?;
    if ids.len() > MOST_IDS {
        let detail = format!("at most {MOST_IDS} logs");
        return Err(Error::fault("/log", Code::TooMany, detail));
    }
    let mut wanted: Vec<Uuid> = Vec::with_capacity(ids.len());
    for id in ids.iter().filter_map(|id| Uuid::parse_str(id).ok()) {
        if !wanted.contains(&id) {
            wanted.push(id);
        }
    }
    let mut rows = audit.store().logs_by_ids(&wanted).await?;
    // After the rows: their models are known then.
    let access = Access::now(audit, principal).await?;
    rows.retain(|row| {
        let model = access.catalog().model(row.model_id);
        model.is_some_and(|model| access.sees(model))
    });
    rows.sort_by_key(|row| wanted.iter().position(|id| *id == row.id));
    present::logs(audit, &access, rows).await
}

/// The logs before and after one, of those of a query that the principal may see: (older, newer)
/// ids. Where the query begins or ends does not count.
pub async fn neighbours(
    audit: &Audit,
    principal: &Principal,
    id: &str,
    query: &LogQuery,
) -> Result<(Option<String>, Option<String>), Error> {
    let log = get(audit, principal, id).await?;
    let mut found = [None, None];
    for (slot, order) in found.iter_mut().zip([Order::Desc, Order::Asc]) {
        let query = LogQuery {
            order,
            after_seq: None,
            ..query.clone()
        };
        let walk = Walk::new(audit, principal, &query, Some(log.seq), audit.now()).await?;
        *slot = walk.first().await?.map(|log| log.id);
    }
    let [older, newer] = found;
    Ok((older, newer))
}
