//! Counting what a group adds, in memory: a few rows come of it, whatever the number of
//! operations.

use std::collections::{BTreeMap, HashMap};

use types::{OperationKind, Timestamp};

use super::planned::{Counted, NewLog};
use crate::store::{Counts, LAST, Sampled, coverage, log_count, rule_count};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The day of a time, counted from 1970, in UTC.
pub(crate) fn day_of(micros: i64) -> i32 {
    i32::try_from(micros.div_euclid(DAY)).unwrap_or_default()
}

/// When a day begins.
pub(crate) fn day_begins(day: i32) -> Timestamp {
    Timestamp::from_micros(i64::from(day) * DAY)
}

/// Day, model, login, operation.
type LogKey = (i32, i32, String, i16);

/// The counts of a group as they grow.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// With the host, the logs, and those that found changes made outside the trail.
    logs: BTreeMap<LogKey, (i32, i64, i64)>,
    rules: BTreeMap<(i32, String), i64>,
}

impl Tally {
    /// Counts a log that is recorded at `time`.
    pub(super) fn log(&mut self, log: &NewLog, time: i64) {
        let day = day_of(time);
        let login = log.user.login.clone();
        let key = (day, log.model.id, login, log.entry.operation as i16);
        let count = self.logs.entry(key).or_insert((log.host_id, 0, 0));
        count.1 += 1;
        count.2 += i64::from(!log.entry.unrecorded.is_empty());
        for rule in &log.rule_ids {
            *self.rules.entry((day, rule.clone())).or_default() += 1;
        }
    }

    /// The rows, with those of the operations that were counted at `now`.
    pub(super) fn finish(self, counted: Vec<Counted>, now: i64) -> Counts {
        let operations = i64::try_from(counted.len()).unwrap_or(i64::MAX);
        let let_go = let_go(&counted, now);
        let last = (operations > 0).then(|| (now, sampled(counted)));
        let logs = self.logs.into_iter().map(|(key, count)| {
            let (day, model_id, user_login, operation) = key;
            let (host_id, logs, unrecorded) = count;
            log_count::Model {
                day,
                model_id,
                user_login,
                operation,
                host_id,
                logs,
                unrecorded,
            }
        });
        let rules = self
            .rules
            .into_iter()
            .map(|((day, rule_id), logs)| rule_count::Model { day, rule_id, logs });
        Counts {
            logs: logs.collect(),
            rules: rules.collect(),
            let_go,
            last,
            operations,
        }
    }
}

fn let_go(counted: &[Counted], now: i64) -> Vec<coverage::Model> {
    let mut let_go: BTreeMap<(i32, i32, i16), i64> = BTreeMap::new();
    for one in counted.iter().filter(|one| !one.recorded) {
        let key = (one.host_id, one.model_id, one.operation as i16);
        *let_go.entry(key).or_default() += 1;
    }
    let rows =
        let_go.into_iter().map(
            |((host_id, model_id, operation), operations)| coverage::Model {
                day: day_of(now),
                host_id,
                model_id,
                operation,
                operations,
                first_at: now,
                last_at: now,
            },
        );
    rows.collect()
}

/// The last of the operations, each user written once.
fn sampled(counted: Vec<Counted>) -> Sampled {
    let mut sampled = Sampled::default();
    let mut places: HashMap<(String, Vec<String>), u32> = HashMap::new();
    let skipped = counted.len().saturating_sub(LAST);
    for one in counted.into_iter().skip(skipped) {
        let next = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let user = (one.login, one.groups);
        let place = *places.entry(user).or_insert_with_key(|user| {
            sampled.users.push(user.clone());
            next
        });
        let kind = one.operation as u8;
        sampled
            .operations
            .push((one.model_id, kind, place, one.recorded));
    }
    sampled
}

/// The operation of a number that was kept.
pub(crate) fn kind_of(number: i16) -> Option<OperationKind> {
    OperationKind::ALL
        .into_iter()
        .find(|kind| *kind as i16 == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(login: &str, recorded: bool) -> Counted {
        Counted {
            host_id: 1,
            model_id: 2,
            operation: OperationKind::Write,
            login: login.to_owned(),
            groups: vec!["Sales".to_owned()],
            recorded,
        }
    }

    #[test]
    fn only_the_last_thousand_of_a_large_group_are_sampled_and_all_are_counted() {
        let mut all = vec![counted("early", false); 300];
        all.extend(vec![counted("marc", true); 600]);
        all.extend(vec![counted("nadia", false); 400]);
        let counts = Tally::default().finish(all, 3 * DAY + 5);
        assert_eq!(counts.operations, 1_300);
        assert_eq!(counts.let_go.len(), 1);
        assert_eq!(counts.let_go[0].operations, 700);
        assert_eq!(counts.let_go[0].day, 3);
        let (at, sampled) = counts.last.unwrap();
        assert_eq!(at, 3 * DAY + 5);
        assert_eq!(sampled.users.len(), 2, "who came early is not among them");
        assert_eq!(sampled.operations.len(), 1_000);
        assert_eq!(sampled.operations[599], (2, 1, 0, true));
        assert_eq!(sampled.operations[600], (2, 1, 1, false));
    }

    #[test]
    fn a_group_that_counts_nothing_leaves_nothing() {
        let counts = Tally::default().finish(Vec::new(), 0);
        assert!(counts.logs.is_empty() && counts.let_go.is_empty() && counts.last.is_none());
    }

    #[test]
    fn days_begin_at_midnight_in_utc_before_1970_too() {
        for (time, day) in [(0, 0), (DAY - 1, 0), (DAY, 1), (-1, -1), (-DAY, -1)] {
            assert_eq!(day_of(time), day);
        }
        assert_eq!(day_begins(-1).micros(), -DAY);
    }
}
