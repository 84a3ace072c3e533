//! The days of the overview as columns of a chart, and the addresses that they lead to. Days are
//! those of UTC, whatever the reader's zone.

use chrono_tz::Tz;
use types::{ByOperation, DayCount, OperationKind, Qualifier, Search, Timestamp};

use crate::{
    address,
    components::{
        chart::{Column, Series},
        operation_word,
    },
    reader::{Reader, reader},
    say::{number, t},
};

const DAY: i64 = 86_400_000_000;
/// From so many days on, a column is a week.
const WEEKS: usize = 180;
/// About how many words stand below the chart.
const TICKS: usize = 6;
/// The parts of a column, from the foot up.
const KINDS: [OperationKind; 3] = [
    OperationKind::Write,
    OperationKind::Create,
    OperationKind::Unlink,
];

/// The colour of a kind.
pub(super) const fn colour(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Create => "fill-create",
        OperationKind::Write => "fill-write",
        OperationKind::Unlink => "fill-unlink",
    }
}

/// The parts of every bar of the page.
pub(super) fn series() -> Vec<Series> {
    KINDS
        .into_iter()
        .map(|kind| Series {
            class: colour(kind),
            word: operation_word(kind),
        })
        .collect()
}

/// How much of each part.
pub(super) fn parts(logs: ByOperation) -> Vec<i64> {
    KINDS.into_iter().map(|kind| logs.of(kind)).collect()
}

/// "812 logs: 40 Create, 760 Write, 12 Unlink".
pub(super) fn told(logs: ByOperation) -> String {
    let parts: Vec<_> = KINDS
        .into_iter()
        .filter(|kind| logs.of(*kind) > 0)
        .map(|kind| format!("{} {}", number(logs.of(kind)), operation_word(kind)))
        .collect();
    let all = t!("common-logs", count = logs.total());
    if parts.is_empty() {
        all
    } else {
        t!("overview-told", all = all, parts = parts.join(", "))
    }
}

/// The list of logs that fit these qualifiers.
pub(crate) fn logs_with(terms: &[(Qualifier, &str)]) -> String {
    let text = terms.iter().fold(String::new(), |text, (of, value)| {
        Search::parse(&text).with(*of, value)
    });
    address::with_query("/logs", &address::query_text([("q", text.as_str())]))
}

/// A time within a search: a day where the reader counts days as UTC does, else an instant.
fn written(time: Timestamp, zone: Tz) -> String {
    let pattern = if zone == Tz::UTC {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%dT%H:%M:%SZ"
    };
    time.to_datetime().format(pattern).to_string()
}

/// The terms that ask for what was recorded since a day began.
pub(super) fn since(day: Timestamp) -> String {
    written(day, reader().zone)
}

/// The logs of some days, the last of which begins at `last`.
fn logs_of(first: Timestamp, last: Timestamp, zone: Tz) -> String {
    if first == last && zone == Tz::UTC {
        return logs_with(&[(Qualifier::On, &written(first, zone))]);
    }
    let from = written(first, zone);
    let to = if zone == Tz::UTC {
        written(last, zone)
    } else {
        let end = Timestamp::from_micros(last.micros() + DAY - 1);
        end.to_string()
    };
    logs_with(&[(Qualifier::From, &from), (Qualifier::To, &to)])
}

/// The columns of some days: a day each, or a week each where they are many.
pub(super) fn columns(days: &[DayCount]) -> Vec<Column> {
    let zone = reader().zone;
    let utc = Reader {
        zone: Tz::UTC,
        ..reader()
    };
    let size = if days.len() >= WEEKS { 7 } else { 1 };
    // The last column ends today; the first may be shorter.
    let (first, rest) = days.split_at(days.len() % size);
    let groups: Vec<&[DayCount]> = (!first.is_empty())
        .then_some(first)
        .into_iter()
        .chain(rest.chunks(size))
        .collect();
    let every = groups.len().div_ceil(TICKS).max(1);
    let count = groups.len();
    groups
        .into_iter()
        .enumerate()
        .filter_map(|(n, group)| {
            let (begin, end) = (group.first()?.day, group.last()?.day);
            let mut logs = ByOperation::default();
            let mut unrecorded = 0;
            for day in group {
                for kind in KINDS {
                    logs.add(kind, day.logs.of(kind));
                }
                unrecorded += day.unrecorded;
            }
            let name = if begin == end {
                utc.whole_day(begin)
            } else {
                format!("{} – {}", utc.day_and_month(begin), utc.whole_day(end))
            };
            let mut title = format!("{name}\n{}", told(logs));
            if unrecorded > 0 {
                title.push('\n');
                title.push_str(&t!("overview-unrecorded-of", count = unrecorded));
            }
            Some(Column {
                title,
                tick: (count - 1 - n)
                    .is_multiple_of(every)
                    .then(|| utc.day_and_month(begin)),
                href: logs_of(begin, end, zone),
                parts: parts(logs),
                name,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: i64) -> Vec<DayCount> {
        (0..count)
            .map(|n| DayCount {
                day: Timestamp::from_micros(n * DAY),
                logs: ByOperation {
                    write: 1,
                    ..ByOperation::default()
                },
                unrecorded: 0,
            })
            .collect()
    }

    #[test]
    fn many_days_are_shown_by_week_and_none_is_lost() {
        for count in [7, 30, 90, 365] {
            let columns = columns(&days(count));
            let all: i64 = columns.iter().flat_map(|column| &column.parts).sum();
            assert_eq!(all, count);
            assert!(columns.len() <= 90);
            assert!(columns.last().unwrap().tick.is_some(), "today has its word");
        }
        assert_eq!(columns(&days(365)).len(), 53);
    }

    #[test]
    fn a_column_leads_to_the_logs_of_its_days_in_utc() {
        let day = Timestamp::from_micros(20 * DAY);
        assert_eq!(logs_of(day, day, Tz::UTC), "/logs?q=on%3A1970-01-21");
        let week = Timestamp::from_micros(26 * DAY);
        assert_eq!(
            logs_of(day, week, Tz::UTC),
            "/logs?q=from%3A1970-01-21+to%3A1970-01-27"
        );
        let elsewhere = logs_of(day, day, Tz::Europe__Paris);
        let query = elsewhere.split_once('?').unwrap().1;
        let text = address::parameter(query, "q").unwrap();
        let search = Search::parse(&text);
        assert!(
            search
                .terms()
                .iter()
                .all(|term| term.meaning.qualifier().is_some()),
            "{text}"
        );
        assert!(text.starts_with("from:1970-01-21T00:00:00Z to:1970-01-21T23:59:59.999999Z"));
    }
}
