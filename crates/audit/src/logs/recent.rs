//! The newest logs in memory, without what they hold: most of what is counted beside a list is
//! counted here, without reading ten thousand rows again.
//!
//! Logs are never changed and come in the order of their places, whichever server records them.
//! So what was read once stays right, and before each answer only those are read that came since.
//! What cannot be told from here is asked of the database, which gives the same answer.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use types::{Timestamp, Zone};

use super::newest::{BOUND, day_of};
use crate::audit::Inner;
use crate::filter::{Clause, Filter, Test};
use crate::store::{Part, Store, StoreError, Tallies, Tally, Told, from_json};
use crate::{Audit, Error};

/// How many logs are kept: some eight megabytes.
const KEPT: usize = 200_000;
/// How many are read at once of those before, and the rest between, for others to read as well.
const CHUNK: usize = 4_000;
const REST: Duration = Duration::from_millis(50);
/// How long it is waited until those before are read once more, where too many came meanwhile.
const PAUSE: Duration = Duration::from_mins(1);

/// The newest logs.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// The oldest first.
    logs: VecDeque<Line>,
    /// Whether there are none before these.
    whole: bool,
    /// The place of the last that was looked for.
    last: i64,
    /// When those before were last begun to be read.
    widened: Option<Instant>,
    users: Numbered<(String, Option<String>)>,
    /// Lists of fields, as JSON.
    fields: Numbered<String>,
    /// Lists of fields, read.
    changed: Vec<Vec<String>>,
}

/// A log.
#[derive(Debug, Clone, Copy)]
struct Line {
    seq: i64,
    recorded_at: i64,
    host_id: i32,
    model_id: i32,
    operation: i16,
    user: u32,
    fields: u32,
}

/// Values that many logs share, each once.
#[derive(Debug)]
struct Numbered<T> {
    numbers: HashMap<T, u32>,
    values: Vec<T>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            values: Vec::new(),
        }
    }
}

impl<T: Clone + Eq + Hash> Numbered<T> {
    fn number(&mut self, value: T) -> u32 {
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(value).or_insert_with_key(|value| {
            self.values.push(value.clone());
            next
        })
    }

    fn value(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }
}

/// The newest `most` logs of a filter, counted in memory, and whether there are more; none where
/// that cannot be told from there.
pub(super) async fn tallies(
    audit: &Audit,
    filter: &Filter,
    most: u32,
    parts: &BTreeSet<Part>,
    zone: &Zone,
) -> Result<Option<(Tallies, bool)>, Error> {
    let mut recent = audit.0.recent.lock().await;
    recent.catch_up(audit.store()).await?;
    let due = recent.widened.is_none_or(|at| at.elapsed() > PAUSE);
    if due && recent.begins().is_some() {
        recent.widened = Some(Instant::now());
        let inner = Arc::downgrade(&audit.0);
        let task = tokio::spawn(async move {
            while let Some(inner) = inner.upgrade() {
                if !widen(&inner).await.unwrap_or_default() {
                    return;
                }
                drop(inner);
                tokio::time::sleep(REST).await;
            }
        });
        audit.0.keep(task);
    }
    Ok(recent.tallies(filter, most, parts, zone))
}

/// The logs at these places, the newest first and at most one more than `most`, counted in memory;
/// none where not all of them are there.
pub(super) async fn tallies_at(
    audit: &Audit,
    places: &[i64],
    most: u32,
    parts: &BTreeSet<Part>,
    zone: &Zone,
) -> Option<(Tallies, bool)> {
    let recent = audit.0.recent.lock().await;
    let mut counts = Counts::default();
    let counted = places.get(..most as usize);
    for place in counted.unwrap_or(places) {
        let known = recent.logs.binary_search_by_key(place, |log| log.seq);
        counts.add(recent.logs.get(known.ok()?)?, parts, zone);
    }
    let more = places.len() > most as usize;
    Some((recent.named(counts), more))
}

/// Reads some logs before those that are known, and says whether there may be more to read.
async fn widen(inner: &Inner) -> Result<bool, StoreError> {
    let Some(first) = inner.recent.lock().await.begins() else {
        return Ok(false);
    };
    let logs = inner.store.told_between(0, first - 1, CHUNK as u64).await?;
    let mut recent = inner.recent.lock().await;
    let same = recent.begins() == Some(first);
    if same {
        recent.precede(logs)?;
    }
    Ok(same)
}

#[cfg(test)]
impl Audit {
    /// Waits until as many are known as are kept.
    pub(crate) async fn recent_is_read(&self) {
        while self.0.recent.lock().await.begins().is_some() {
            tokio::time::sleep(REST).await;
        }
    }
}

impl Recent {
    /// Reads what came since the last time.
    pub(crate) async fn catch_up(&mut self, store: &Store) -> Result<(), StoreError> {
        let head = store.last_seq().await?;
        if head == self.last {
            return Ok(());
        }
        let behind = head - self.last;
        // Names that no log here has any more are forgotten now and then.
        let named = self.users.values.len().max(self.fields.values.len());
        if !(0..=i64::from(BOUND)).contains(&behind) || self.logs.is_empty() || named > KEPT {
            *self = Self {
                widened: self.widened,
                ..Self::default()
            };
        }
        let most = u64::from(BOUND) + 1;
        let came = store.told_between(self.last, head, most).await?;
        if self.logs.is_empty() {
            self.whole = came.len() <= BOUND as usize;
        }
        for log in came {
            if self.logs.len() == KEPT {
                self.logs.pop_front();
                self.whole = false;
            }
            let log = self.known(log)?;
            self.logs.push_back(log);
        }
        self.last = head;
        Ok(())
    }

    fn known(&mut self, log: Told) -> Result<Line, StoreError> {
        let fields = self.fields.number(log.fields);
        if let Some(new) = self.fields.values.get(self.changed.len()) {
            self.changed.push(from_json(new)?);
        }
        Ok(Line {
            seq: log.seq,
            recorded_at: log.recorded_at,
            host_id: log.host_id,
            model_id: log.model_id,
            operation: log.operation,
            user: self.users.number((log.user_login, log.user_name)),
            fields,
        })
    }

    /// The place before which more can be read.
    fn begins(&self) -> Option<i64> {
        let room = !self.whole && self.logs.len() + CHUNK <= KEPT;
        self.logs.front().map(|log| log.seq).filter(|_| room)
    }

    /// Takes logs that come right before these, the oldest first.
    fn precede(&mut self, logs: Vec<Told>) -> Result<(), StoreError> {
        self.whole = logs.len() < CHUNK;
        for log in logs.into_iter().rev() {
            let log = self.known(log)?;
            self.logs.push_front(log);
        }
        Ok(())
    }

    /// The newest `most` logs of a filter, counted, and whether there are more; none where that
    /// cannot be told from here.
    fn tallies(
        &self,
        filter: &Filter,
        most: u32,
        parts: &BTreeSet<Part>,
        zone: &Zone,
    ) -> Option<(Tallies, bool)> {
        if !filter.clauses.iter().all(|clause| is_told(&clause.test)) {
            return None;
        }
        let fitting = self.logs.iter().rev().filter(|log| self.fits(filter, log));
        let mut counts = Counts::default();
        for (seen, log) in (0..).zip(fitting) {
            if seen == most {
                return Some((self.named(counts), true));
            }
            counts.add(log, parts, zone);
        }
        self.whole.then(|| (self.named(counts), false))
    }

    fn fits(&self, filter: &Filter, log: &Line) -> bool {
        let models = filter.models.as_ref();
        models.is_none_or(|models| models.contains(&log.model_id))
            && filter.clauses.iter().all(|clause| self.is(clause, log))
    }

    fn is(&self, clause: &Clause, log: &Line) -> bool {
        let fits = match &clause.test {
            Test::Host(ids) => ids.contains(&log.host_id),
            Test::Model(ids) => ids.contains(&log.model_id),
            Test::User(logins) => self
                .users
                .value(log.user)
                .is_some_and(|(login, _)| logins.contains(login)),
            Test::Operation(kinds) => kinds.iter().any(|kind| *kind as i16 == log.operation),
            Test::Field(fields) => self.changed(log.fields).is_some_and(|changed| {
                let mut fields = fields.iter();
                fields.any(|(field, hidden)| {
                    !hidden.contains(&log.model_id) && changed.contains(field)
                })
            }),
            Test::Time(ranges) => {
                let at = Timestamp::from_micros(log.recorded_at);
                ranges
                    .iter()
                    .any(|(first, last)| (*first..=*last).contains(&at))
            }
            Test::After(seq) => log.seq > *seq,
            Test::Since(seq) => log.seq >= *seq,
            // Never asked: `is_told`.
            _ => false,
        };
        fits != clause.not
    }

    fn changed(&self, fields: u32) -> Option<&Vec<String>> {
        self.changed.get(fields as usize)
    }

    fn named(&self, counts: Counts) -> Tallies {
        let mut tallies = Tallies::default();
        tallies.kinds.extend(counts.kinds);
        tallies.days.extend(counts.days);
        for (user, tally) in counts.users {
            if let Some(user) = self.users.value(user) {
                tallies.users.insert(user.clone(), tally);
            }
        }
        for ((model_id, fields), logs) in counts.fields {
            for field in self.changed(fields).into_iter().flatten() {
                let known = tallies.fields.entry((model_id, field.clone()));
                *known.or_default() += logs;
            }
        }
        tallies
    }
}

/// Whether this can be told of a log in memory.
const fn is_told(test: &Test) -> bool {
    matches!(
        test,
        Test::Host(_)
            | Test::Model(_)
            | Test::User(_)
            | Test::Operation(_)
            | Test::Field(_)
            | Test::Time(_)
            | Test::After(_)
            | Test::Since(_)
    )
}

#[derive(Default)]
struct Counts {
    kinds: HashMap<(i32, i32, i16), Tally>,
    users: HashMap<u32, Tally>,
    days: HashMap<i64, Tally>,
    fields: HashMap<(i32, u32), u32>,
}

impl Counts {
    fn add(&mut self, log: &Line, parts: &BTreeSet<Part>, zone: &Zone) {
        let one = Tally {
            logs: 1,
            newest: log.seq,
        };
        for part in parts {
            match part {
                Part::Kinds => {
                    let kind = (log.host_id, log.model_id, log.operation);
                    self.kinds.entry(kind).or_default().add(one);
                }
                Part::Users => self.users.entry(log.user).or_default().add(one),
                Part::Days => {
                    let day = day_of(log.recorded_at, zone);
                    self.days.entry(day).or_default().add(one);
                }
                Part::Fields => {
                    let fields = (log.model_id, log.fields);
                    *self.fields.entry(fields).or_default() += 1;
                }
            }
        }
    }
}
