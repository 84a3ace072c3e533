//! The newest logs of a query, without what they hold: what is counted and grouped.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use types::{LogQuery, Timestamp, Zone};

use super::{Walk, recent};
use crate::access::Access;
use crate::filter::Filter;
use crate::store::{DAY, Part, Sketch, Tallies, Tally};
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
#[derive(Debug, Default)]
pub(super) struct Newest {
    pub(super) logs: Vec<Sketch>,
    /// Whether there are more.
    pub(super) more: bool,
}

/// How often fields changed, by model and field.
pub(super) type Fields = BTreeMap<(i32, String), u32>;

/// The newest logs of a query, counted.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) tallies: Tallies,
    /// Whether these are all.
    pub(super) complete: bool,
    /// Whether the fields are those of all.
    pub(super) fields_complete: bool,
}

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
        let mut newest = Newest::default();
        let (clear, opaque) = self.parts(query)?;
        if let Some(filter) = clear {
            let limit = u64::from(BOUND) + 1;
            newest.logs = self.audit.store().sketches(&filter, limit).await?;
        }
        if let Some(filter) = opaque {
            let (walked, _) = self.walk(filter).await?;
            newest.more = walked.more;
            newest.logs.extend(walked.logs);
            newest.logs.sort_unstable_by_key(|log| Reverse(log.seq));
        }
        newest.more |= newest.logs.len() > BOUND as usize;
        newest.logs.truncate(BOUND as usize);
        Ok(newest)
    }

    /// The newest logs of a query, at most [`BOUND`], counted by these parts.
    ///
    /// Where some logs were looked at, fields are counted of all of them and of the newest
    /// [`BOUND`] of the others.
    pub(super) async fn counted(
        &self,
        query: &LogQuery,
        parts: &BTreeSet<Part>,
    ) -> Result<Counted, Error> {
        let (clear, opaque) = self.parts(query)?;
        let (mut walked, fields) = match opaque {
            Some(filter) => self.walk(filter).await?,
            None => (Newest::default(), Fields::new()),
        };
        let mut counted = Counted {
            complete: !walked.more,
            fields_complete: !walked.more,
            ..Counted::default()
        };
        if let Some(filter) = clear {
            let store = self.audit.store();
            let mut most = BOUND;
            if !walked.logs.is_empty() {
                let places = store.places(&filter, u64::from(BOUND) + 1).await?;
                let kept = kept(&places, &walked.logs);
                counted.complete &= kept as usize == walked.logs.len();
                walked.logs.truncate(kept as usize);
                most -= kept;
            }
            let (tallies, more) = self.tallies(&filter, most, parts, &query.zone).await?;
            (counted.tallies, counted.complete) = (tallies, counted.complete && !more);
            if parts.contains(&Part::Fields) {
                let mut more = more;
                if most < BOUND {
                    let fields = BTreeSet::from([Part::Fields]);
                    let all = self.tallies(&filter, BOUND, &fields, &query.zone).await?;
                    (counted.tallies.fields, more) = (all.0.fields, all.1);
                }
                counted.fields_complete &= !more;
            }
            counted.tallies.fields.retain(|(model_id, field), _| {
                let model = self.access.catalog().model(*model_id);
                model.is_some_and(|model| self.access.sees_field(model, field))
            });
        }
        counted.tallies.fields.extend(fields);
        for log in &walked.logs {
            add(&mut counted.tallies, log, parts, &query.zone);
        }
        Ok(counted)
    }

    /// The newest `most` logs of a filter whose rows are those that fit, and whether there are
    /// more: counted in memory where they can be, else by the database.
    async fn tallies(
        &self,
        filter: &Filter,
        most: u32,
        parts: &BTreeSet<Part>,
        zone: &Zone,
    ) -> Result<(Tallies, bool), Error> {
        let known = recent::tallies(self.audit, filter, most, parts, zone).await?;
        if let Some(known) = known {
            return Ok(known);
        }
        let store = self.audit.store();
        if !filter.has_words() {
            return Ok(store.tallies(filter, most, parts, zone).await?);
        }
        // What words find is found once, and mostly counted in memory, too.
        let places = store.places(filter, u64::from(most) + 1).await?;
        let known = recent::tallies_at(self.audit, &places, most, parts, zone).await;
        match known {
            Some(known) => Ok(known),
            None => Ok(store.tallies_at(places, most, parts, zone).await?),
        }
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
            complete = !walked.more;
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
        let more = count > i64::from(BOUND);
        let filter = match first {
            Some(first) if more => filter.since(first + 1),
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
                return Ok((Newest { logs, more }, fields));
            }
        }
    }

    fn ids(&self, log: &types::Log) -> Option<(i32, i32)> {
        let catalog = self.access.catalog();
        let host = catalog.host_named(&log.host)?.id;
        Some((host, catalog.model_named(host, &log.model)?.id))
    }
}

/// How many of the logs that were looked at are among the newest [`BOUND`] of these and of those
/// at `places`, both the newest first.
fn kept(places: &[i64], looked_at: &[Sketch]) -> u32 {
    let kept = looked_at.iter().zip(0..BOUND).take_while(|(log, before)| {
        let newer = places.partition_point(|place| *place > log.seq);
        newer + (*before as usize) < BOUND as usize
    });
    u32::try_from(kept.count()).unwrap_or(BOUND)
}

/// The day on the clocks of the zone, counted from 1970.
pub(super) fn day_of(recorded_at: i64, zone: &Zone) -> i64 {
    let local = zone.to_local(Timestamp::from_micros(recorded_at));
    local.micros().div_euclid(DAY)
}

/// Counts a log that was looked at.
fn add(tallies: &mut Tallies, log: &Sketch, parts: &BTreeSet<Part>, zone: &Zone) {
    let one = Tally {
        logs: 1,
        newest: log.seq,
    };
    for part in parts {
        match part {
            Part::Kinds => {
                let kind = (log.host_id, log.model_id, log.operation);
                tallies.kinds.entry(kind).or_default().add(one);
            }
            Part::Users => {
                let user = (log.user_login.clone(), log.user_name.clone());
                tallies.users.entry(user).or_default().add(one);
            }
            Part::Days => {
                let day = day_of(log.recorded_at, zone);
                tallies.days.entry(day).or_default().add(one);
            }
            // Counted as they are shown.
            Part::Fields => {}
        }
    }
}
