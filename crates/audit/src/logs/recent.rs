//! The newest logs in memory, without what they hold: most of what is counted beside a list is
//! counted here, without reading ten thousand rows again.
//!
//! Logs are never changed and come in the order of their places, whichever server records them.
//! So what was read once stays right, and before each answer only those are read that came since.
//! What cannot be told from here is asked of the database, which gives the same answer.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::hash::Hash;

use types::{Timestamp, Zone};

use super::newest::{BOUND, Counted, Wanted, day_of};
use crate::filter::{Clause, Filter, Test};
use crate::store::{Part, Store, StoreError, Tally, Told};

/// How many logs are kept: some five megabytes.
const KEPT: usize = 100_000;

/// The newest logs.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    /// The oldest first.
    logs: VecDeque<Recorded>,
    /// Whether there are none before these.
    whole: bool,
    /// The place of the last that was looked for.
    last: i64,
    users: Numbered<(String, Option<String>)>,
    fields: Numbered<BTreeSet<String>>,
}

/// A log.
#[derive(Debug, Clone, Copy)]
struct Recorded {
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
            *self = Self::default();
        }
        let most = u64::from(BOUND) + 1;
        let came = store.told_between(self.last, head, most).await?;
        if self.logs.is_empty() {
            self.whole = came.len() <= BOUND as usize;
        }
        for log in came {
            self.push(log);
        }
        self.last = head;
        Ok(())
    }

    fn push(&mut self, log: Told) {
        if self.logs.len() == KEPT {
            self.logs.pop_front();
            self.whole = false;
        }
        let user = self.users.number((log.user_login, log.user_name));
        self.logs.push_back(Recorded {
            seq: log.seq,
            recorded_at: log.recorded_at,
            host_id: log.host_id,
            model_id: log.model_id,
            operation: log.operation,
            user,
            fields: self.fields.number(log.fields),
        });
    }

    /// The newest `most` logs of a filter, counted; none where that cannot be told from here.
    pub(super) fn counted(
        &self,
        filter: &Filter,
        most: u32,
        wanted: &Wanted,
        zone: &Zone,
    ) -> Option<Counted> {
        if !filter.clauses.iter().all(|clause| is_told(&clause.test)) {
            return None;
        }
        let fitting = self.logs.iter().rev().filter(|log| self.fits(filter, log));
        let mut counts = Counts::default();
        let mut seen = 0;
        for log in fitting {
            if seen == most {
                return Some(self.told(counts, wanted, false));
            }
            seen += 1;
            counts.add(log, wanted, zone);
        }
        self.whole.then(|| self.told(counts, wanted, true))
    }

    fn fits(&self, filter: &Filter, log: &Recorded) -> bool {
        let models = filter.models.as_ref();
        models.is_none_or(|models| models.contains(&log.model_id))
            && filter.clauses.iter().all(|clause| self.is(clause, log))
    }

    fn is(&self, clause: &Clause, log: &Recorded) -> bool {
        let fits = match &clause.test {
            Test::Host(ids) => ids.contains(&log.host_id),
            Test::Model(ids) => ids.contains(&log.model_id),
            Test::User(logins) => self
                .users
                .value(log.user)
                .is_some_and(|(login, _)| logins.contains(login)),
            Test::Operation(kinds) => kinds.iter().any(|kind| *kind as i16 == log.operation),
            Test::Field(fields) => self.fields.value(log.fields).is_some_and(|changed| {
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

    fn told(&self, counts: Counts, wanted: &Wanted, complete: bool) -> Counted {
        let mut counted = Counted {
            complete,
            fields_complete: complete,
            ..Counted::default()
        };
        counted.tallies.kinds.extend(counts.kinds);
        counted.tallies.days.extend(counts.days);
        for (user, tally) in counts.users {
            if let Some(user) = self.users.value(user) {
                counted.tallies.users.insert(user.clone(), tally);
            }
        }
        if wanted.fields {
            for ((model_id, fields), logs) in counts.fields {
                for field in self.fields.value(fields).into_iter().flatten() {
                    *counted.fields.entry((model_id, field.clone())).or_default() += logs;
                }
            }
        }
        counted
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
    fn add(&mut self, log: &Recorded, wanted: &Wanted, zone: &Zone) {
        let one = Tally {
            logs: 1,
            newest: log.seq,
        };
        for part in &wanted.parts {
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
            }
        }
        if wanted.fields {
            let fields = (log.model_id, log.fields);
            *self.fields.entry(fields).or_default() += 1;
        }
    }
}
