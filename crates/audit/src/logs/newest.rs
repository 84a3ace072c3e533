//! The newest logs of a query, without what they hold: what is counted and grouped.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use types::{LogQuery, Timestamp};

use super::Walk;
use crate::access::Access;
use crate::filter::Filter;
use crate::store::Sketch;
use crate::{Audit, Error, Principal};

/// How many logs are counted at most.
pub const BOUND: u32 = 10_000;
/// Logs that are looked at by what is shown of them, at once.
const CHUNK: usize = 500;

/// One who counts, at one time.
pub(super) struct Counter<'a> {
    audit: &'a Audit,
    principal: &'a Principal,
    pub(super) access: Access,
    now: Timestamp,
}

/// The newest logs of a query.
#[derive(Debug)]
pub(super) struct Newest {
    pub(super) logs: Vec<Sketch>,
    /// Whether these are all.
    pub(super) complete: bool,
}

/// How often fields changed, by model and field.
pub(super) type Fields = BTreeMap<(i32, String), u32>;

impl<'a> Counter<'a> {
    pub(super) async fn new(audit: &'a Audit, principal: &'a Principal) -> Result<Self, Error> {
        Ok(Self {
            audit,
            principal,
            access: Access::now(audit, principal).await?,
            now: audit.now(),
        })
    }

    /// The newest logs of a query, at most [`BOUND`].
    pub(super) async fn newest(&self, query: &LogQuery) -> Result<Newest, Error> {
        let mut newest = Newest {
            logs: Vec::new(),
            complete: true,
        };
        let (clear, opaque) = self.parts(query)?;
        if let Some(filter) = clear {
            let limit = u64::from(BOUND) + 1;
            newest.logs = self.audit.store().sketches(&filter, limit).await?;
        }
        if let Some(filter) = opaque {
            let (walked, _) = self.walk(filter).await?;
            newest.complete = walked.complete;
            newest.logs.extend(walked.logs);
            newest.logs.sort_unstable_by_key(|log| Reverse(log.seq));
        }
        newest.complete &= newest.logs.len() <= BOUND as usize;
        newest.logs.truncate(BOUND as usize);
        Ok(newest)
    }

    /// How often each field that is seen changed in the newest logs of a query, and whether these
    /// are all.
    pub(super) async fn fields(&self, query: &LogQuery) -> Result<(Fields, bool), Error> {
        let (mut fields, mut complete) = (Fields::new(), true);
        let (clear, opaque) = self.parts(query)?;
        if let Some(filter) = clear {
            let store = self.audit.store();
            let counted = store.newest(&filter, u64::from(BOUND) + 1).await?.0;
            complete = counted <= i64::from(BOUND);
            for ((model_id, field), count) in
                store.changed_fields(&filter, u64::from(BOUND)).await?
            {
                let model = self.access.catalog().model(model_id);
                if model.is_some_and(|model| self.access.sees_field(model, &field)) {
                    let count = u32::try_from(count).unwrap_or(u32::MAX);
                    fields.insert((model_id, field), count);
                }
            }
        }
        if let Some(filter) = opaque {
            let (walked, more) = self.walk(filter).await?;
            complete &= walked.complete;
            fields.extend(more);
        }
        Ok((fields, complete))
    }

    /// How many logs a query has, at most [`BOUND`], and whether these are all.
    pub(super) async fn count(&self, query: &LogQuery) -> Result<(u32, bool), Error> {
        let (mut count, mut complete) = (0, true);
        let (clear, opaque) = self.parts(query)?;
        if let Some(filter) = clear {
            let limit = u64::from(BOUND) + 1;
            let counted = self.audit.store().newest(&filter, limit).await?.0;
            count = u32::try_from(counted).unwrap_or(u32::MAX);
        }
        if let Some(filter) = opaque {
            let (walked, _) = self.walk(filter).await?;
            count += u32::try_from(walked.logs.len()).unwrap_or(u32::MAX);
            complete = walked.complete;
        }
        Ok((count.min(BOUND), complete && count <= BOUND))
    }

    /// The query for models of which everything is shown, which the store answers alone, and for
    /// the others.
    fn parts(&self, query: &LogQuery) -> Result<(Option<Filter>, Option<Filter>), Error> {
        Ok(match Filter::of(&self.access, query, self.now)? {
            None => (None, None),
            Some(filter) if filter.is_exact() => (Some(filter), None),
            Some(filter) => filter.parted(),
        })
    }

    /// Looks at each log by what is shown of it.
    ///
    /// Where a value is hidden, the bound must not tell of it, either: it lies where it would lie
    /// without what the query asks of values, so that "not all" never means "many that you may
    /// not see".
    async fn walk(&self, filter: Filter) -> Result<(Newest, Fields), Error> {
        let limit = u64::from(BOUND);
        let told = if self.access.sees_every_field() {
            filter.clone()
        } else {
            filter.outside()
        };
        let (count, first) = self.audit.store().newest(&told, limit + 1).await?;
        let complete = count <= i64::from(BOUND);
        let filter = match first {
            Some(first) if !complete => filter.since(first + 1),
            _ => filter,
        };
        let mut walk = Walk::of(self.audit, self.principal, &self.access, filter);
        let (mut logs, mut fields) = (Vec::new(), Fields::new());
        loop {
            let (rows, end) = walk.next(CHUNK).await?;
            for log in rows {
                let Some((host_id, model_id)) = self.ids(&log) else {
                    continue;
                };
                for change in log.changes {
                    *fields.entry((model_id, change.field)).or_default() += 1;
                }
                logs.push(Sketch {
                    seq: log.seq,
                    host_id,
                    model_id,
                    record_id: log.record_id,
                    record_name: log.record_name,
                    operation: log.operation as i16,
                    user_login: log.user.login,
                    user_name: log.user.name,
                    recorded_at: log.recorded_at.micros(),
                });
            }
            if end {
                return Ok((Newest { logs, complete }, fields));
            }
        }
    }

    fn ids(&self, log: &types::Log) -> Option<(i32, i32)> {
        let catalog = self.access.catalog();
        let host = catalog.host_named(&log.host)?.id;
        Some((host, catalog.model_named(host, &log.model)?.id))
    }
}
