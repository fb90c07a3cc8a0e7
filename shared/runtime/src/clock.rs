// SPDX-License-Identifier: EUPL-1.2
//! The two times, and the only place that reads a clock.
//!
//! *Business time* (terms, `due_at`, retries, reminders) comes from a [`Clock`], which a simulation sets. *Machine time*
//! (leases, heartbeats, ids, metrics) is the machine's own and is never simulated.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Where business time comes from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present instant, in whole microseconds: what both databases keep.
    fn now(&self) -> DateTime<Utc>;
}

/// Business time is the machine's.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        machine_now()
    }
}

/// Business time stands still until it is moved: a whole year in seconds.
#[derive(Debug)]
pub struct SimulatedClock {
    microseconds: AtomicI64,
}

impl SimulatedClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn at(start: DateTime<Utc>) -> Self {
        Self { microseconds: AtomicI64::new(start.timestamp_micros()) }
    }

    /// Moves to `instant`, never back: an instant already past leaves the clock where it is.
    pub fn advance_to(&self, instant: DateTime<Utc>) {
        self.microseconds.fetch_max(instant.timestamp_micros(), Ordering::SeqCst);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.microseconds.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// Machine time, in whole microseconds.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
pub fn machine_now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
}

/// A fresh id: UUID v7, ordered by machine time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_clock_never_runs_back() {
        let noon: DateTime<Utc> = "2025-11-20T12:00:00Z".parse().unwrap();
        let clock = SimulatedClock::at(noon);
        clock.advance_to(noon - chrono::Duration::hours(1));
        assert_eq!(clock.now(), noon);
        clock.advance_to(noon + chrono::Duration::hours(1));
        assert_eq!(clock.now(), noon + chrono::Duration::hours(1));
    }

    #[test]
    fn business_time_is_whole_microseconds() {
        assert_eq!(SystemClock.now().timestamp_subsec_nanos() % 1_000, 0);
    }
}
