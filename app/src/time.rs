//! Times as the reader sees them: in their zone and language. No clock here: what "now" is comes
//! from the server.

use chrono::{DateTime, Datelike, Locale, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use types::{Language, Timestamp};

use crate::reader::Reader;

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Reader {
    fn local(self, time: Timestamp) -> DateTime<Tz> {
        time.to_datetime().with_timezone(&self.zone)
    }

    fn written(self, time: Timestamp, english: &str, french: &str) -> String {
        let (pattern, locale) = match self.language {
            Language::En => (english, Locale::en_GB),
            Language::Fr => (french, Locale::fr_FR),
        };
        self.local(time)
            .format_localized(pattern, locale)
            .to_string()
    }

    fn say(self, id: &str, count: i64) -> String {
        words::text(self.language, id, &[("count", count.into())])
    }

    /// "12 min ago" for what is near, the day for what is not.
    pub(crate) fn relative(self, time: Timestamp, now: Timestamp) -> String {
        let ago = now.micros() - time.micros();
        match ago {
            i64::MIN..=-1 if ago <= -MINUTE => self.day(time, now),
            i64::MIN..MINUTE => self.say("time-now", 0),
            MINUTE..HOUR => self.say("time-minutes", ago / MINUTE),
            HOUR..DAY => self.say("time-hours", ago / HOUR),
            DAY..=604_800_000_000 => self.say("time-days", ago / DAY),
            _ => self.day(time, now),
        }
    }

    /// "12 Nov", with the year where it is not the present one.
    fn day(self, time: Timestamp, now: Timestamp) -> String {
        if self.local(time).year() == self.local(now).year() {
            self.written(time, "%-d %b", "%-d %b")
        } else {
            self.written(time, "%-d %b %Y", "%-d %b %Y")
        }
    }

    /// "23 Nov", whatever the year.
    pub(crate) fn day_and_month(self, time: Timestamp) -> String {
        self.written(time, "%-d %b", "%-d %b")
    }

    /// "Mon 23 Nov 2026".
    pub(crate) fn whole_day(self, time: Timestamp) -> String {
        self.written(time, "%a %-d %b %Y", "%a %-d %b %Y")
    }

    /// `2026-11-23 08:15:30 UTC`, in French `23/11/2026 08:15:30 UTC`: to the second, with the
    /// zone's short name.
    pub(crate) fn absolute(self, time: Timestamp) -> String {
        self.written(time, "%Y-%m-%d %H:%M:%S %Z", "%d/%m/%Y %H:%M:%S %Z")
    }

    /// `08:15`.
    pub(crate) fn clock(self, time: Timestamp) -> String {
        self.written(time, "%H:%M", "%H:%M")
    }

    /// The day of a time, as the reader counts days.
    pub(crate) fn date(self, time: Timestamp) -> NaiveDate {
        self.local(time).date_naive()
    }

    /// "Today", "Yesterday", or the day with its weekday.
    pub(crate) fn heading(self, time: Timestamp, now: Timestamp) -> String {
        match (self.date(now) - self.date(time)).num_days() {
            0 => self.say("time-today", 0),
            1 => self.say("time-yesterday", 0),
            _ => self.written(time, "%A, %-d %B %Y", "%A %-d %B %Y"),
        }
    }

    /// A day that is written `2026-11-23`, with its weekday: "Mon 23 Nov 2026".
    pub(crate) fn plain_day(self, day: &str) -> String {
        let (pattern, locale) = match self.language {
            Language::En => ("%a %-d %b %Y", Locale::en_GB),
            Language::Fr => ("%a %-d %b %Y", Locale::fr_FR),
        };
        NaiveDate::parse_from_str(day, "%Y-%m-%d").map_or_else(
            |_| day.to_owned(),
            |date| date.format_localized(pattern, locale).to_string(),
        )
    }

    /// What `<input type="datetime-local">` takes.
    pub(crate) fn to_input(self, time: Timestamp) -> String {
        self.local(time).format("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// Reads what `<input type="datetime-local">` or `<input type="date">` gives, in the reader's
    /// zone. A day or a second stands for its beginning, or for its end where `end` is asked for.
    /// RFC 3339 is read as it is. A time that the clocks skipped does not exist; of one that they
    /// showed twice the first is meant, and as an end the second.
    #[expect(
        clippy::wrong_self_convention,
        reason = "it reads what a form's input gives"
    )]
    pub(crate) fn from_input(self, text: &str, end: bool) -> Option<Timestamp> {
        let absolute = Timestamp::parse(text).or_else(|| Timestamp::parse(&text.replace(' ', "+")));
        if absolute.is_some() {
            return absolute;
        }
        let (start, last) = if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            let next = date.succ_opt()?.and_hms_opt(0, 0, 0)?;
            (
                date.and_hms_opt(0, 0, 0)?,
                next - chrono::TimeDelta::microseconds(1),
            )
        } else {
            let patterns = [
                // A browser leaves seconds out where they are zero: it still means the second.
                ("%Y-%m-%dT%H:%M", 999_999),
                ("%Y-%m-%dT%H:%M:%S", 999_999),
                ("%Y-%m-%dT%H:%M:%S%.f", 0),
            ];
            patterns.iter().find_map(|(pattern, length)| {
                let time = NaiveDateTime::parse_from_str(text, pattern).ok()?;
                Some((time, time + chrono::TimeDelta::microseconds(*length)))
            })?
        };
        let found = self
            .zone
            .from_local_datetime(if end { &last } else { &start });
        let time = if end {
            found.latest()
        } else {
            found.earliest()
        }?;
        Some(Timestamp::from(time.to_utc()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    const ENGLISH: Reader = Reader {
        language: Language::En,
        zone: Tz::UTC,
    };
    const FRENCH: Reader = Reader {
        language: Language::Fr,
        zone: Tz::Europe__Paris,
    };

    #[test]
    fn what_a_form_offers_as_an_end_includes_it() {
        let shown = at("2026-11-23T08:54:21.400000Z");
        for reader in [ENGLISH, FRENCH] {
            let offered = reader.to_input(shown);
            assert!(reader.from_input(&offered, true) >= Some(shown));
            assert!(reader.from_input(&offered, false) <= Some(shown));
        }
        for (text, end) in [
            ("2026-11-23", "2026-11-23T23:59:59.999999Z"),
            ("2026-11-23T08:54", "2026-11-23T08:54:00.999999Z"),
            ("2026-11-23T08:54:21", "2026-11-23T08:54:21.999999Z"),
            ("2026-11-23T08:54:21.5", "2026-11-23T08:54:21.500000Z"),
            ("2026-11-23T09:15:00+01:00", "2026-11-23T08:15:00Z"),
        ] {
            assert_eq!(ENGLISH.from_input(text, true), Some(at(end)), "{text}");
        }
        assert_eq!(ENGLISH.from_input("soon", true), None);
    }

    #[test]
    fn near_times_are_relative_and_far_ones_are_days() {
        let now = at("2026-11-23T08:15:30Z");
        for (time, english, french) in [
            ("2026-11-23T08:15:40Z", "just now", "à l’instant"),
            ("2026-11-23T08:15:00Z", "just now", "à l’instant"),
            ("2026-11-23T08:03:30Z", "12 min ago", "il y a 12 min"),
            ("2026-11-23T05:15:30Z", "3 h ago", "il y a 3 h"),
            ("2026-11-21T05:15:30Z", "2 d ago", "il y a 2 j"),
            ("2026-11-02T05:15:30Z", "2 Nov", "2 nov."),
            ("2025-11-02T05:15:30Z", "2 Nov 2025", "2 nov. 2025"),
            ("2027-01-02T05:15:30Z", "2 Jan 2027", "2 janv. 2027"),
        ] {
            assert_eq!(ENGLISH.relative(at(time), now), english);
            assert_eq!(FRENCH.relative(at(time), now), french);
        }
    }

    #[test]
    fn days_are_those_of_the_readers_zone() {
        let now = at("2026-11-23T08:15:30Z");
        let late = at("2026-11-22T23:30:00Z");
        assert_eq!(ENGLISH.heading(late, now), "Yesterday");
        assert_eq!(FRENCH.heading(late, now), "Aujourd’hui");
        assert_eq!(FRENCH.clock(late), "00:30");
        assert_eq!(FRENCH.absolute(late), "23/11/2026 00:30:00 CET");
        assert_eq!(ENGLISH.absolute(late), "2026-11-22 23:30:00 UTC");
        let before = at("2026-11-20T00:00:00Z");
        assert_eq!(ENGLISH.heading(before, now), "Friday, 20 November 2026");
        assert_eq!(FRENCH.heading(before, now), "vendredi 20 novembre 2026");
        assert_eq!(
            FRENCH.from_input("2026-11-23", false),
            Some(at("2026-11-22T23:00:00Z"))
        );
    }

    #[test]
    fn a_day_on_which_the_clocks_turn_is_whole() {
        for (day, hours) in [("2026-03-29", 23), ("2026-10-25", 25)] {
            let start = FRENCH.from_input(day, false).unwrap().micros();
            let end = FRENCH.from_input(day, true).unwrap().micros();
            assert_eq!(end - start + 1, hours * HOUR, "{day}");
        }
        // Half past two was skipped on one, and shown twice on the other.
        assert_eq!(FRENCH.from_input("2026-03-29T02:30", false), None);
        let twice = |end| FRENCH.from_input("2026-10-25T02:30:00", end).unwrap();
        assert_eq!(twice(false), at("2026-10-25T00:30:00Z"));
        assert_eq!(twice(true), at("2026-10-25T01:30:00.999999Z"));
    }
}
