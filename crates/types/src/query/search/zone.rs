//! Time zones as plain data: which offset holds since when.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// A time zone: an offset from UTC, and the moments at which it becomes another.
///
/// Whoever knows the zones of the world hands in the moments of the years that matter; nothing
/// here looks them up. The default is UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Zone {
    offset: i32,
    changes: Vec<(Timestamp, i32)>,
}

impl Zone {
    /// A zone that is always so many seconds east of UTC.
    pub const fn fixed(offset: i32) -> Self {
        Self {
            offset,
            changes: Vec::new(),
        }
    }

    /// A zone that is `offset` seconds east of UTC, and from each moment on as many as it says.
    pub fn new(offset: i32, mut changes: Vec<(Timestamp, i32)>) -> Self {
        changes.sort_unstable();
        Self { offset, changes }
    }

    /// Whether it is UTC itself.
    pub fn is_utc(&self) -> bool {
        *self == Self::default()
    }

    /// Seconds east of UTC before any change, and the moments at which it becomes another, in
    /// their order.
    pub fn offsets(&self) -> (i32, &[(Timestamp, i32)]) {
        (self.offset, &self.changes)
    }

    /// Seconds east of UTC at a time.
    pub fn offset_at(&self, time: Timestamp) -> i32 {
        let past = self.changes.partition_point(|(since, _)| *since <= time);
        past.checked_sub(1)
            .map_or(self.offset, |last| self.changes[last].1)
    }

    /// What the clocks of the zone show, as the time at which those of UTC show the same.
    pub fn to_local(&self, time: Timestamp) -> Timestamp {
        shift(time, i64::from(self.offset_at(time)))
    }

    /// The time at which the clocks of the zone show `local`. Of an hour that comes twice the
    /// first is taken; one that is left out is told from the offset before.
    pub fn to_utc(&self, local: Timestamp) -> Timestamp {
        // No offset is above a day, so that the one before any change nearby is among these.
        let early = self.offset_at(shift(local, -86_400));
        let first = shift(local, -i64::from(early));
        if self.to_local(first) == local {
            return first;
        }
        let late = self.offset_at(shift(local, 86_400));
        let second = shift(local, -i64::from(late));
        if self.to_local(second) == local {
            second
        } else {
            first
        }
    }
}

fn shift(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_micros(time.micros().saturating_add(seconds * 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    /// Central Europe in 2026.
    pub(super) fn paris() -> Zone {
        Zone::new(
            3600,
            vec![
                (at("2026-03-29T01:00:00Z"), 7200),
                (at("2026-10-25T01:00:00Z"), 3600),
            ],
        )
    }

    #[test]
    fn clocks_are_read_with_the_offset_that_held_then() {
        for (local, utc) in [
            ("2026-01-01T00:00:00Z", "2025-12-31T23:00:00Z"),
            ("2026-07-01T00:00:00Z", "2026-06-30T22:00:00Z"),
            // Left out on that morning, and twice on that night.
            ("2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z"),
            ("2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z"),
            ("2026-10-25T03:00:00Z", "2026-10-25T02:00:00Z"),
        ] {
            assert_eq!(paris().to_utc(at(local)), at(utc), "{local}");
        }
        assert_eq!(
            Zone::default()
                .to_utc(at("2026-07-01T00:00:00Z"))
                .to_string(),
            "2026-07-01T00:00:00.000000Z"
        );
        assert!(Zone::fixed(0).is_utc());
        assert!(!paris().is_utc());
    }
}
