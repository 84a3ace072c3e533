//! Times as people write them: instants, days, and how long ago.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::Zone;
use crate::Timestamp;

/// What is understood as a time, for whoever wrote something else.
pub(super) const UNDERSTOOD: &str =
    "a time such as 2026-11-01, 2026-11-01T08:30, 2026-11, today, yesterday, now or -7d";

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// A time of a search, as it was written: what it is depends on the time now and on the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// An instant, with its offset.
    Instant(Timestamp),
    /// A stretch on the clock of the zone: where it begins, and how long it is.
    Local(Timestamp, Stretch),
    /// The day now.
    Today,
    /// The day before.
    Yesterday,
    /// The instant now.
    Now,
    /// So many of these before now.
    Ago(u32, Unit),
}

/// How long a time without an offset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stretch {
    /// `2026-11`
    Month,
    /// `2026-11-01`
    Day,
    /// `2026-11-01T08:30`
    Minute,
    /// `2026-11-01T08:30:15`
    Second,
}

/// What is counted back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `mo`
    Month,
    /// `y`
    Year,
}

const UNITS: [(&str, Unit); 6] = [
    ("m", Unit::Minute),
    ("h", Unit::Hour),
    ("d", Unit::Day),
    ("w", Unit::Week),
    ("mo", Unit::Month),
    ("y", Unit::Year),
];

/// Patterns of times without an offset; chrono would also read what is shorter than they say.
const PATTERNS: [(&str, usize, Stretch); 3] = [
    ("%Y-%m-%dT%H:%M:%S", 19, Stretch::Second),
    ("%Y-%m-%dT%H:%M", 16, Stretch::Minute),
    ("%Y-%m-%d", 10, Stretch::Day),
];

impl When {
    /// Reads a time.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "today" => return Some(Self::Today),
            "yesterday" => return Some(Self::Yesterday),
            "now" => return Some(Self::Now),
            _ => {}
        }
        if let Some(ago) = lower.strip_prefix('-') {
            let digits = ago.bytes().take_while(u8::is_ascii_digit).count();
            let (count, unit) = ago.split_at(digits);
            let (_, unit) = UNITS.into_iter().find(|(word, _)| *word == unit)?;
            return Some(Self::Ago(count.parse().ok()?, unit));
        }
        Timestamp::parse(text)
            .map(Self::Instant)
            .or_else(|| local(text))
    }

    /// Whether it moves with the time now.
    pub const fn is_relative(self) -> bool {
        !matches!(self, Self::Instant(_) | Self::Local(..))
    }

    /// From its first to its last microsecond.
    pub fn range(self, now: Timestamp, zone: &Zone) -> (Timestamp, Timestamp) {
        match self {
            Self::Instant(time) => (time, time),
            Self::Now => (now, now),
            Self::Local(start, stretch) => stretched(start, stretch, zone),
            Self::Today => stretched(day_of(zone.to_local(now)), Stretch::Day, zone),
            Self::Yesterday => {
                let today = day_of(zone.to_local(now)).micros();
                stretched(Timestamp::from_micros(today - DAY), Stretch::Day, zone)
            }
            Self::Ago(count, unit) => {
                let time = ago(count, unit, now, zone);
                (time, time)
            }
        }
    }

    /// The day that it is on, from its first to its last microsecond; of a month all of it.
    pub fn day(self, now: Timestamp, zone: &Zone) -> (Timestamp, Timestamp) {
        match self {
            Self::Local(_, Stretch::Month | Stretch::Day) | Self::Today | Self::Yesterday => {
                self.range(now, zone)
            }
            Self::Local(start, _) => stretched(day_of(start), Stretch::Day, zone),
            _ => {
                let local = zone.to_local(self.range(now, zone).0);
                stretched(day_of(local), Stretch::Day, zone)
            }
        }
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instant(time) => time.fmt(f),
            Self::Local(start, stretch) => {
                let pattern = match stretch {
                    Stretch::Month => "%Y-%m",
                    Stretch::Day => "%Y-%m-%d",
                    Stretch::Minute => "%Y-%m-%dT%H:%M",
                    Stretch::Second => "%Y-%m-%dT%H:%M:%S",
                };
                write!(f, "{}", start.to_datetime().format(pattern))
            }
            Self::Today => f.write_str("today"),
            Self::Yesterday => f.write_str("yesterday"),
            Self::Now => f.write_str("now"),
            Self::Ago(count, unit) => {
                let word = UNITS.iter().find(|(_, other)| other == unit);
                write!(f, "-{count}{}", word.map_or("", |(word, _)| word))
            }
        }
    }
}

fn local(text: &str) -> Option<When> {
    let ascii = text.is_ascii() && text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    if !ascii {
        return None;
    }
    let month = format!("{text}-01");
    let (text, pattern, stretch) = if text.len() == 7 {
        (month.as_str(), "%Y-%m-%d", Stretch::Month)
    } else {
        let found = PATTERNS.iter().find(|(_, length, _)| *length == text.len());
        let (pattern, _, stretch) = found?;
        (text, *pattern, *stretch)
    };
    let time = if pattern == "%Y-%m-%d" {
        NaiveDate::parse_from_str(text, pattern)
            .ok()?
            .and_hms_opt(0, 0, 0)?
    } else {
        NaiveDateTime::parse_from_str(text, pattern).ok()?
    };
    // A leap second would be written as another time than it was read as.
    let time = time.and_utc();
    let whole = time.timestamp_subsec_micros() < 1_000_000;
    let inside = (1..=9999).contains(&time.year());
    (inside && whole).then(|| When::Local(Timestamp::from(time), stretch))
}

/// The beginning of the day on the clock.
fn day_of(local: Timestamp) -> Timestamp {
    Timestamp::from_micros(local.micros() - local.micros().rem_euclid(DAY))
}

fn stretched(start: Timestamp, stretch: Stretch, zone: &Zone) -> (Timestamp, Timestamp) {
    let end = match stretch {
        Stretch::Second => start.micros() + SECOND,
        Stretch::Minute => start.micros() + 60 * SECOND,
        Stretch::Day => start.micros() + DAY,
        Stretch::Month => start
            .to_datetime()
            .checked_add_months(Months::new(1))
            .map_or(i64::MAX, |end| end.timestamp_micros()),
    };
    let first = zone.to_utc(start);
    let after = zone.to_utc(Timestamp::from_micros(end));
    // The very last second of all times has no next one.
    let last = if end > Timestamp::MAX.micros() {
        Timestamp::MAX
    } else {
        Timestamp::from_micros(after.micros() - 1)
    };
    (first, last.max(first))
}

fn ago(count: u32, unit: Unit, now: Timestamp, zone: &Zone) -> Timestamp {
    let minutes = |each: i64| {
        let micros = i64::from(count).saturating_mul(each * 60 * SECOND);
        Timestamp::from_micros(now.micros().saturating_sub(micros))
    };
    let local = zone.to_local(now).to_datetime();
    let counted = match unit {
        Unit::Minute => return minutes(1),
        Unit::Hour => return minutes(60),
        Unit::Day => local.checked_sub_days(Days::new(u64::from(count))),
        Unit::Week => local.checked_sub_days(Days::new(u64::from(count) * 7)),
        Unit::Month => local.checked_sub_months(Months::new(count)),
        Unit::Year => local.checked_sub_months(Months::new(count.saturating_mul(12))),
    };
    counted.map_or(Timestamp::MIN, |time| zone.to_utc(Timestamp::from(time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn range(text: &str, zone: &Zone) -> [String; 2] {
        let now = at("2026-11-23T23:30:00Z");
        let (first, last) = When::parse(text).unwrap().range(now, zone);
        [first, last].map(|time| time.to_string())
    }

    #[test]
    fn a_time_stands_for_all_of_the_stretch_that_it_names() {
        let utc = Zone::default();
        for (text, first, last) in [
            (
                "2026-11-01",
                "2026-11-01T00:00:00.000000Z",
                "2026-11-01T23:59:59.999999Z",
            ),
            (
                "2026-02",
                "2026-02-01T00:00:00.000000Z",
                "2026-02-28T23:59:59.999999Z",
            ),
            (
                "9999-12",
                "9999-12-01T00:00:00.000000Z",
                "9999-12-31T23:59:59.999999Z",
            ),
            (
                "2026-11-01T08:30",
                "2026-11-01T08:30:00.000000Z",
                "2026-11-01T08:30:59.999999Z",
            ),
            (
                "2026-11-01T08:30:15",
                "2026-11-01T08:30:15.000000Z",
                "2026-11-01T08:30:15.999999Z",
            ),
            (
                "2026-11-01T08:30:15+01:00",
                "2026-11-01T07:30:15.000000Z",
                "2026-11-01T07:30:15.000000Z",
            ),
            (
                "Today",
                "2026-11-23T00:00:00.000000Z",
                "2026-11-23T23:59:59.999999Z",
            ),
            (
                "yesterday",
                "2026-11-22T00:00:00.000000Z",
                "2026-11-22T23:59:59.999999Z",
            ),
            (
                "now",
                "2026-11-23T23:30:00.000000Z",
                "2026-11-23T23:30:00.000000Z",
            ),
            (
                "-7d",
                "2026-11-16T23:30:00.000000Z",
                "2026-11-16T23:30:00.000000Z",
            ),
            (
                "-30m",
                "2026-11-23T23:00:00.000000Z",
                "2026-11-23T23:00:00.000000Z",
            ),
            (
                "-12H",
                "2026-11-23T11:30:00.000000Z",
                "2026-11-23T11:30:00.000000Z",
            ),
            (
                "-2w",
                "2026-11-09T23:30:00.000000Z",
                "2026-11-09T23:30:00.000000Z",
            ),
            (
                "-9mo",
                "2026-02-23T23:30:00.000000Z",
                "2026-02-23T23:30:00.000000Z",
            ),
            (
                "-1y",
                "2025-11-23T23:30:00.000000Z",
                "2025-11-23T23:30:00.000000Z",
            ),
            (
                "-4000000000y",
                "0001-01-01T00:00:00.000000Z",
                "0001-01-01T00:00:00.000000Z",
            ),
        ] {
            assert_eq!(range(text, &utc), [first, last], "{text}");
        }
    }

    #[test]
    fn a_day_begins_when_the_clocks_of_its_zone_say_so() {
        let east = Zone::fixed(3600);
        let days = ["2026-11-23T23:00:00.000000Z", "2026-11-24T22:59:59.999999Z"];
        assert_eq!(range("today", &east), days, "there it is tomorrow already");
        assert_eq!(range("2026-11-24", &east), days);
        let on = |text: &str| {
            let now = at("2026-11-23T23:30:00Z");
            let (first, last) = When::parse(text).unwrap().day(now, &east);
            [first, last].map(|time| time.to_string())
        };
        for text in ["now", "2026-11-24T08:30", "2026-11-24T08:30:00Z", "-30m"] {
            assert_eq!(on(text), days, "{text}");
        }
    }

    #[test]
    fn a_day_on_which_the_clocks_change_is_shorter_or_longer() {
        let paris = Zone::new(3600, vec![(at("2026-03-29T01:00:00Z"), 7200)]);
        let [first, last] = range("2026-03-29", &paris);
        assert_eq!(first, "2026-03-28T23:00:00.000000Z");
        assert_eq!(last, "2026-03-29T21:59:59.999999Z");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "-",
            "-7",
            "7d",
            "-d",
            "-7x",
            "-99999999999d",
            "tomorrow",
            "2026",
            "2026-13",
            "2026-11-31",
            "2026-11-1",
            "0000-01-01",
            "+026-11-01",
            "2026-11-01T25:00",
            "2026-11-01 08:30",
            "2026-11-01T08:30:60",
        ] {
            assert_eq!(When::parse(text), None, "{text}");
        }
    }
}
