//! A walk through the logs of a query, as far as the principal may see them.

use types::{Log, LogQuery, Order, Timestamp};

use crate::access::Access;
use crate::filter::Filter;
use crate::{Audit, Error, Principal, present};

pub(crate) struct Walk {
    audit: Audit,
    principal: Principal,
    access: Access,
    filter: Option<Filter>,
    order: Order,
    after: Option<i64>,
}

impl Walk {
    /// A walk in the query's order, from behind the log at `after`; its relative times are
    /// counted from `now`.
    pub(crate) async fn new(
        audit: &Audit,
        principal: &Principal,
        query: &LogQuery,
        after: Option<i64>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let access = Access::now(audit, principal).await?;
        let filter = Filter::of(&access, query, now)?;
        Ok(Self {
            audit: audit.clone(),
            principal: principal.clone(),
            access,
            filter,
            order: query.order,
            after,
        })
    }

    /// A walk through the newest logs of a filter.
    pub(super) fn of(
        audit: &Audit,
        principal: &Principal,
        access: &Access,
        filter: Filter,
    ) -> Self {
        Self {
            audit: audit.clone(),
            principal: principal.clone(),
            access: access.clone(),
            filter: Some(filter),
            order: Order::Desc,
            after: None,
        }
    }

    /// At most `wanted` further logs, and whether there can be no more behind them. Fewer may
    /// come although there are more: those that a search found only by what may not be seen.
    pub(crate) async fn next(&mut self, wanted: usize) -> Result<(Vec<Log>, bool), Error> {
        let Some(filter) = &self.filter else {
            return Ok((Vec::new(), true));
        };
        let limit = wanted as u64;
        let rows = self
            .audit
            .store()
            .logs(filter, self.order, self.after, limit)
            .await?;
        let end = rows.len() < wanted;
        if rows
            .iter()
            .any(|row| self.access.catalog().model(row.model_id).is_none())
        {
            // A model was made known since the walk began.
            self.access = Access::now(&self.audit, &self.principal).await?;
        }
        let mut logs = present::Logs::default();
        for row in rows {
            self.after = Some(row.seq);
            logs.push(&self.access, row, |log| filter.shown.fits(log))?;
        }
        Ok((logs.open(&self.audit, &self.access).await?, end))
    }

    /// The next log.
    pub(super) async fn first(mut self) -> Result<Option<Log>, Error> {
        let exact = self.filter.as_ref().is_none_or(Filter::is_exact);
        let wanted = if exact { 1 } else { 50 };
        loop {
            let (logs, end) = self.next(wanted).await?;
            let first = logs.into_iter().next();
            if first.is_some() || end {
                return Ok(first);
            }
        }
    }
}
