//! The logs of a record, page by page, from its first or from its last.

use std::collections::BTreeMap;

use types::{Cursor, Log, Order, Page, Record};

use super::{Found, RecordKey, find};
use crate::access::Access;
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
    let items = present::logs(audit, &access, rows).await?;
    let next_cursor = if more {
        last.map(|after| Cursor::after(after).encode(&fingerprint))
    } else {
        None
    };
    Ok(Page { items, next_cursor })
}

/// The record's logs from a revision down, newest first: a piece of its history, as quick to read
/// at its end as at its beginning.
pub async fn down_from(
    audit: &Audit,
    principal: &Principal,
    key: RecordKey<'_>,
    revision: i64,
    limit: u32,
) -> Result<Vec<Log>, Error> {
    let Found { access, row, .. } = find(audit, principal, key).await?;
    let above = Some(revision.saturating_add(1));
    let limit = u64::from(limit.clamp(1, types::MAX_LIMIT));
    let rows = audit
        .store()
        .timeline(row.model_id, &row.record_id, Order::Desc, above, limit)
        .await?;
    present::logs(audit, &access, rows).await
}

/// Who brought each of these records of one model to the revision that it is at: login and name
/// by the record's id. A page of a list at most.
pub async fn doers(
    audit: &Audit,
    principal: &Principal,
    records: &[Record],
) -> Result<BTreeMap<String, (String, Option<String>)>, Error> {
    let Some(first) = records.first() else {
        return Ok(BTreeMap::new());
    };
    let access = Access::now(audit, principal).await?;
    let model = access.model(principal, Some(&first.host), &first.model)?;
    let revisions: Vec<_> = records
        .iter()
        .filter(|record| record.host == first.host && record.model == first.model)
        .take(types::MAX_LIMIT as usize)
        .map(|record| (record.record_id.clone(), record.revision))
        .collect();
    let rows = audit.store().doers(model.id, &revisions).await?;
    let of_each = rows
        .into_iter()
        .map(|(id, login, name)| (id, (login, name)));
    Ok(of_each.collect())
}
