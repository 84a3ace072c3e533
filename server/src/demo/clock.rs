//! The demo's clock: it tells the time of the story while the demo is loaded, so that what
//! happened over ninety days is not recorded within a few seconds.
//!
//! This is the one place where a time is set, and only `revisor demo` without `--url` uses it: on
//! a core that nobody else asks, behind a port that nobody else knows. It never tells a time after
//! the system's, and tells the system's again as soon as the loading ends, however it ends. What
//! the recorder promises holds: places and times rise together, without a gap.

use std::sync::atomic::{AtomicI64, Ordering};

use audit::Ports;
use types::{Operation, Timestamp};

/// The latest time that may be told; the system's clock, unless a story is told.
static LATEST: AtomicI64 = AtomicI64::new(i64::MAX);

/// The ports of a core that the demo is loaded into.
pub(crate) fn ports() -> Ports {
    Ports {
        now,
        ..Ports::default()
    }
}

fn now() -> Timestamp {
    let latest = LATEST.load(Ordering::Acquire);
    let system = (Ports::default().now)();
    Timestamp::from_micros(system.micros().min(latest))
}

/// A story being told: while it is there, the clock stands where it was set.
#[derive(Debug)]
pub(super) struct Telling(());

impl Telling {
    /// Sets the clock back to `at`.
    pub(super) fn from(at: i64) -> Self {
        let telling = Self(());
        telling.set(at);
        telling
    }

    /// Sets the clock.
    pub(super) fn set(&self, at: i64) {
        let Self(()) = self;
        LATEST.store(at, Ordering::Release);
    }

    /// Sets the clock to when a server hears of these operations: a moment after the last of
    /// them, which depends on nothing but when that was.
    pub(super) fn hears_of(&self, operations: &[Operation]) {
        let last = operations.iter().filter_map(|one| one.occurred_at).max();
        if let Some(last) = last {
            self.set(last.micros() + delay(last.micros()));
        }
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        LATEST.store(i64::MAX, Ordering::Release);
    }
}

/// Between 0.4 and 1.9 seconds.
const fn delay(at: i64) -> i64 {
    400_000 + (at / 1_000).wrapping_mul(7_919).rem_euclid(1_500) * 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    // One test: the clock is one for the whole process.
    #[test]
    fn the_clock_follows_the_story_never_runs_ahead_and_is_the_systems_again_afterwards() {
        let system = Ports::default().now;
        let before = system();
        let year = 365 * 86_400 * 1_000_000;
        {
            let clock = Telling::from(before.micros() - year);
            assert_eq!(now().micros(), before.micros() - year);
            clock.set(before.micros() + year);
            assert!(now() <= system(), "a time to come is never told");
        }
        assert!(now() >= before, "the story ended");
    }

    #[test]
    fn an_operation_is_heard_of_a_second_or_so_later() {
        for at in (0..5_000).map(|n| n * 7_777_777) {
            assert!((400_000..1_900_000).contains(&delay(at)), "{at}");
        }
    }
}
