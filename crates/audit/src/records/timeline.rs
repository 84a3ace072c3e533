//! The logs of a record, page by page, from its first or from its last.

use types::{Cursor, Log, Order, Page};

use super::{Found, RecordKey, find};
use crate::logs::invalid_cursor;
use crate::{Audit, Error, Principal, present};

/// Rows of a page where none are asked for.
const ROWS: u32 = 50;

/// The record's logs, oldest first.
pub async fn revisions(
    audit: &Audit,
    principal: &Principal,
    key: RecordKey<'_>,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Log>, Error> {
    timeline(audit, principal, key, Order::Asc, cursor, limit).await
}

/// The record's logs, newest first or oldest first. A cursor holds for its order only; a page is
/// as quick at the end of a long history as at its beginning.
pub async fn timeline(
    audit: &Audit,
    principal: &Principal,
    key: RecordKey<'_>,
    order: Order,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Log>, Error> {
    let Found { access, row, .. } = find(audit, principal, key).await?;
    let way = match order {
        Order::Asc => "revisions",
        Order::Desc => "revisions, newest first,",
    };
    let fingerprint = format!("{way} {} {}", row.model_id, row.record_id);
    let after = match cursor {
        None => None,
        Some(cursor) => Some(
            Cursor::decode(cursor, &fingerprint)
                .ok_or_else(invalid_cursor)?
                .after,
        ),
    };
    let limit = if limit == 0 { ROWS } else { limit };
    let limit = u64::from(limit.min(types::MAX_LIMIT));
    let mut rows = audit
        .store()
        .timeline(row.model_id, &row.record_id, order, after, limit + 1)
        .await?;
    let more = rows.len() as u64 > limit;
    if more {
        rows.pop();
    }
    let last = rows.last().map(|log| log.revision);
    let items = rows
        .into_iter()
        .map(|log| present::log(&access, log))
        .collect::<Result<Vec<_>, _>>()?;
    let next_cursor = if more {
        last.map(|after| Cursor::after(after).encode(&fingerprint))
    } else {
        None
    };
    Ok(Page { items, next_cursor })
}
