//! Times as people read them. No clock here: what "now" is comes from the server.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use types::Timestamp;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// "12 min ago" for what is near, the day for what is not.
pub fn relative(time: Timestamp, now: Timestamp) -> String {
    let ago = now.micros() - time.micros();
    match ago {
        i64::MIN..=-1 if ago > -MINUTE => "just now".to_owned(),
        i64::MIN..=-1 => day(time, now),
        0..MINUTE => "just now".to_owned(),
        MINUTE..HOUR => format!("{} min ago", ago / MINUTE),
        HOUR..DAY => format!("{} h ago", ago / HOUR),
        DAY..=604_800_000_000 => format!("{} d ago", ago / DAY),
        _ => day(time, now),
    }
}

/// "12 Nov", with the year where it is not the present one.
fn day(time: Timestamp, now: Timestamp) -> String {
    let then = time.to_datetime();
    let pattern = if then.year() == now.to_datetime().year() {
        "%-d %b"
    } else {
        "%-d %b %Y"
    };
    then.format(pattern).to_string()
}

/// `2026-11-23 08:15:30 UTC`, to the second.
pub fn absolute(time: Timestamp) -> String {
    time.to_datetime()
        .format("%Y-%m-%d %H:%M:%S UTC")
        .to_string()
}

/// `08:15`.
pub fn clock(time: Timestamp) -> String {
    time.to_datetime().format("%H:%M").to_string()
}

/// "Today", "Yesterday", or the day with its weekday.
pub fn heading(time: Timestamp, now: Timestamp) -> String {
    let date = time.to_datetime().date_naive();
    let today = now.to_datetime().date_naive();
    match (today - date).num_days() {
        0 => "Today".to_owned(),
        1 => "Yesterday".to_owned(),
        _ => time.to_datetime().format("%A, %-d %B %Y").to_string(),
    }
}

/// What `<input type="datetime-local">` takes, in UTC.
pub fn to_input(time: Timestamp) -> String {
    time.to_datetime().format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Reads what `<input type="datetime-local">` or `<input type="date">` gives, as UTC. A day or a
/// second stands for its beginning, or for its end where `end` is asked for. RFC 3339
/// is read as it is.
pub fn from_input(text: &str, end: bool) -> Option<Timestamp> {
    if let Some(time) = Timestamp::parse(text).or_else(|| Timestamp::parse(&text.replace(' ', "+")))
    {
        return Some(time);
    }
    let (start, length) = if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        (date.and_hms_opt(0, 0, 0)?, DAY)
    } else {
        let patterns = [
            // A browser leaves seconds out where they are zero: it still means the second.
            ("%Y-%m-%dT%H:%M", 1_000_000),
            ("%Y-%m-%dT%H:%M:%S", 1_000_000),
            ("%Y-%m-%dT%H:%M:%S%.f", 1),
        ];
        patterns.iter().find_map(|(pattern, length)| {
            let time = NaiveDateTime::parse_from_str(text, pattern).ok()?;
            Some((time, *length))
        })?
    };
    let start = Timestamp::from(start.and_utc()).micros();
    let time = if end { start + length - 1 } else { start };
    Some(Timestamp::from_micros(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_offers_as_an_end_includes_it() {
        let shown = at("2026-11-23T08:54:21.400000Z");
        assert!(from_input(&to_input(shown), true) >= Some(shown));
        assert!(from_input(&to_input(shown), false) <= Some(shown));
        for (text, end) in [
            ("2026-11-23", "2026-11-23T23:59:59.999999Z"),
            ("2026-11-23T08:54", "2026-11-23T08:54:00.999999Z"),
            ("2026-11-23T08:54:21", "2026-11-23T08:54:21.999999Z"),
            ("2026-11-23T08:54:21.5", "2026-11-23T08:54:21.500000Z"),
        ] {
            assert_eq!(from_input(text, true), Some(at(end)), "{text}");
        }
        assert_eq!(from_input("soon", true), None);
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn near_times_are_relative_and_far_ones_are_days() {
        let now = at("2026-11-23T08:15:30Z");
        for (time, words) in [
            ("2026-11-23T08:15:40Z", "just now"),
            ("2026-11-23T08:15:00Z", "just now"),
            ("2026-11-23T08:03:30Z", "12 min ago"),
            ("2026-11-23T05:15:30Z", "3 h ago"),
            ("2026-11-21T05:15:30Z", "2 d ago"),
            ("2026-11-02T05:15:30Z", "2 Nov"),
            ("2025-11-02T05:15:30Z", "2 Nov 2025"),
            ("2027-01-02T05:15:30Z", "2 Jan 2027"),
        ] {
            assert_eq!(relative(at(time), now), words);
        }
        assert_eq!(heading(at("2026-11-22T23:59:59Z"), now), "Yesterday");
        assert_eq!(
            heading(at("2026-11-20T00:00:00Z"), now),
            "Friday, 20 November 2026"
        );
    }

    #[test]
    fn form_inputs_are_read_as_utc() {
        assert_eq!(
            from_input("2026-11-23T08:15", false),
            Some(at("2026-11-23T08:15:00Z"))
        );
        assert_eq!(
            from_input("2026-11-23", false),
            Some(at("2026-11-23T00:00:00Z"))
        );
        assert_eq!(
            from_input("2026-11-23", true),
            Some(at("2026-11-23T23:59:59.999999Z"))
        );
        assert_eq!(
            from_input("2026-11-23T09:15:00+01:00", false),
            Some(at("2026-11-23T08:15:00Z"))
        );
        assert_eq!(from_input("yesterday", false), None);
        let time = at("2026-11-23T08:15:30Z");
        assert_eq!(from_input(&to_input(time), false), Some(time));
    }
}
