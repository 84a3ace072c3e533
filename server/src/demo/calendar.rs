//! When things happen: the ninety days before the end, on weekdays, in business hours mostly.

use types::Timestamp;

use super::random::Random;

/// Microseconds of a minute.
pub(crate) const MINUTE: i64 = 60_000_000;
/// Microseconds of an hour.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// Microseconds of a day.
pub(crate) const DAY: i64 = 24 * HOUR;
/// How many days the story lasts.
pub(crate) const DAYS: i64 = 90;

/// How much happens in each hour of a day, from 07:00 UTC on.
const HOURS: [u64; 14] = [2, 6, 10, 11, 9, 5, 7, 10, 10, 8, 5, 2, 1, 1];

/// The days of the story. Times are microseconds since 1970, as in [`Timestamp`].
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    start: i64,
    end: i64,
}

impl Calendar {
    /// The ninety days before `end`; nothing happens at `end` or after it.
    pub(crate) const fn before(end: Timestamp) -> Self {
        let end = end.micros();
        let today = end.div_euclid(DAY) * DAY;
        Self {
            start: today - (DAYS - 1) * DAY,
            end,
        }
    }

    /// Whether the story still goes on at `at`.
    pub(crate) const fn holds(&self, at: i64) -> bool {
        at < self.end
    }

    /// So many days after the first one, at `minutes` past midnight, on that very day.
    pub(crate) const fn on(&self, day: i64, minutes: i64) -> i64 {
        self.start + day * DAY + minutes * MINUTE
    }

    /// The first day at or after the `day`-th that is `weekday` (0 is Monday), at `minutes` past
    /// midnight.
    pub(crate) const fn weekday(&self, day: i64, weekday: i64, minutes: i64) -> i64 {
        let wait = (weekday - weekday_of(self.on(day, 0))).rem_euclid(7);
        self.on(day + wait, minutes)
    }

    /// A moment of work on the `day`-th day, or on the next day that people work.
    pub(crate) fn work(&self, random: &mut Random, day: i64) -> i64 {
        moment(random, self.on(day, 0))
    }

    /// A moment of work some `low` to `high` days after `at`; later on the same day for 0.
    pub(crate) fn later(random: &mut Random, at: i64, low: i64, high: i64) -> i64 {
        match random.between(low, high) {
            ..=0 => at + random.between(4, 170) * MINUTE + seconds(random),
            days => moment(random, at.div_euclid(DAY) * DAY + days * DAY),
        }
    }
}

/// The day of the week, 0 for Monday: 1970 began on a Thursday.
const fn weekday_of(at: i64) -> i64 {
    (at.div_euclid(DAY) + 3).rem_euclid(7)
}

/// Some time of the day that begins at `midnight`, or of the Monday after a weekend.
fn moment(random: &mut Random, midnight: i64) -> i64 {
    let weekend = weekday_of(midnight) >= 5;
    let midnight = if weekend && !random.chance(3) {
        midnight + (7 - weekday_of(midnight)) * DAY
    } else {
        midnight
    };
    let mut left = random.below(HOURS.iter().sum());
    let mut hour = 7;
    for weight in HOURS {
        if left < weight {
            break;
        }
        left -= weight;
        hour += 1;
    }
    midnight + hour * HOUR + random.between(0, 59) * MINUTE + seconds(random)
}

/// Less than a minute, to the millisecond.
fn seconds(random: &mut Random) -> i64 {
    random.between(0, 59_999) * 1_000
}

/// The day of `at` as `2026-11-23`.
pub(crate) fn date(at: i64) -> String {
    Timestamp::from_micros(at)
        .to_datetime()
        .format("%Y-%m-%d")
        .to_string()
}

/// The second of `at` as `2026-11-23T08:15:30Z`.
pub(crate) fn datetime(at: i64) -> String {
    Timestamp::from_micros(at)
        .to_datetime()
        .format("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_work_on_weekdays_and_in_business_hours_mostly() {
        let end = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
        let calendar = Calendar::before(end);
        let mut random = Random::new(1);
        let moments: Vec<_> = (0..2_000)
            .map(|i| calendar.work(&mut random, i % DAYS))
            .collect();
        let weekend = moments.iter().filter(|at| weekday_of(**at) >= 5).count();
        assert!((1..60).contains(&weekend), "{weekend}");
        for at in moments {
            let hour = at.rem_euclid(DAY) / HOUR;
            assert!((7..=20).contains(&hour));
        }
    }

    #[test]
    fn weekdays_and_dates_are_those_of_the_calendar() {
        let end = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
        let calendar = Calendar::before(end);
        assert_eq!(weekday_of(end.micros()), 0);
        assert_eq!(date(calendar.on(89, 0)), "2026-11-23");
        assert_eq!(date(calendar.weekday(80, 5, 0)), "2026-11-14");
        assert_eq!(datetime(calendar.on(89, 90)), "2026-11-23T01:30:00Z");
        assert!(!calendar.holds(end.micros()));
    }
}
