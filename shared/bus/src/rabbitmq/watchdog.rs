// SPDX-License-Identifier: EUPL-1.2
//! Notices a consumer to which nothing comes although something waits: brokers have forgotten consumers.

use std::time::Duration;

use tokio::time::Instant;

/// Suspicions that make a stall. Once may be bad luck: other consumers take from the same queue.
const SUSPICIONS: u32 = 2;

/// Watches one consumer.
#[derive(Debug)]
pub(super) struct Watchdog {
    /// How long nothing may come before it is due.
    after: Duration,
    since: Instant,
    suspicions: u32,
}

impl Watchdog {
    pub(super) fn new(after: Duration) -> Self {
        Self { after, since: Instant::now(), suspicions: 0 }
    }

    /// The consumer is new, or something came to it.
    pub(super) fn begin(&mut self) {
        (self.since, self.suspicions) = (Instant::now(), 0);
    }

    /// Whether it is time to look at the queue.
    pub(super) fn is_due(&self) -> bool {
        self.since.elapsed() >= self.after
    }

    /// Tells how many messages wait; whether that makes a stall.
    pub(super) fn is_stalled(&mut self, waiting: u64) -> bool {
        self.since = Instant::now();
        self.suspicions = if waiting == 0 { 0 } else { self.suspicions + 1 };
        self.suspicions >= SUSPICIONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_that_wait_twice_while_nothing_comes_are_a_stall() {
        let mut watchdog = Watchdog::new(Duration::ZERO);
        assert!(watchdog.is_due());
        assert!(!watchdog.is_stalled(3) && watchdog.is_stalled(3));
        watchdog.begin();
        assert!(!watchdog.is_stalled(3) && !watchdog.is_stalled(0) && !watchdog.is_stalled(3));
        assert!(!Watchdog::new(Duration::from_secs(3600)).is_due());
    }
}
