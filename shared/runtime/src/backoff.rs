// SPDX-License-Identifier: EUPL-1.2
//! When to try again: exponential delays with jitter, so that a thousand failures do not come back as one wave.

use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use chrono::TimeDelta;
use serde::Deserialize;
use uuid::Uuid;

/// A series of growing delays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backoff {
    /// Attempts in all, the first included; then a dead letter.
    pub attempts: u16,
    /// The first delay, in seconds.
    pub first_seconds: u64,
    /// No delay is longer, in seconds.
    pub longest_seconds: u64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { attempts: 5, first_seconds: 10, longest_seconds: 3_600 }
    }
}

impl Backoff {
    /// The delay before the attempt after `attempt` (1-based), doubled each time, with up to the same again as jitter;
    /// `None` when the attempts are used up. The jitter is drawn from the message's id, so that a simulation repeats.
    #[must_use]
    pub fn after(&self, attempt: u16, message: Uuid) -> Option<TimeDelta> {
        if attempt >= self.attempts {
            return None;
        }
        let delay = ExponentialBuilder::new()
            .with_min_delay(Duration::from_secs(self.first_seconds))
            .with_max_delay(Duration::from_secs(self.longest_seconds))
            .with_max_times(usize::from(self.attempts))
            .with_jitter_seed(message.as_u64_pair().1)
            .with_jitter()
            .build()
            .nth(usize::from(attempt.saturating_sub(1)))?;
        TimeDelta::from_std(delay).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_and_end() {
        let backoff = Backoff { attempts: 4, first_seconds: 10, longest_seconds: 25 };
        let id = Uuid::from_u128(7);
        let delays: Vec<_> =
            (1..=4).map(|attempt| backoff.after(attempt, id).map(|d| d.num_seconds())).collect();
        assert_eq!(delays[3], None);
        assert!((10..=20).contains(&delays[0].unwrap()), "{delays:?}");
        assert!((20..=40).contains(&delays[1].unwrap()), "{delays:?}");
        assert!((25..=50).contains(&delays[2].unwrap()), "{delays:?}");
        assert_eq!(backoff.after(1, id), backoff.after(1, id));
    }
}
