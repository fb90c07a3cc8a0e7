// SPDX-License-Identifier: EUPL-1.2
//! What the broker itself gave up on becomes a dead letter like any other: an operator sees it, and retries or discards it.
//!
//! With our own counter of deaths a broker's limit is never reached; this is for the day somebody sets a tighter one, or a
//! time to live, or a length. Any number of processes drain the net: each letter is written once.

use std::sync::Arc;

use campanella_bus::{Abandoned, Bus};
use campanella_store::{Store, dead_letter, inbox};

use crate::{
    Failure, Progress,
    clock::Clock,
    crash,
    verdict::{Received, letter},
};

/// The loop that drains it.
pub const SAFETY_NET: &str = "safety-net";
/// Messages taken at once.
const PAGE: usize = 100;

/// The net, and what was taken out of it.
#[derive(Debug)]
pub struct SafetyNet {
    store: Store,
    bus: Arc<dyn Bus>,
    clock: Arc<dyn Clock>,
    /// Taken out and not yet written down. While the database is away it stays here: a broker counts what goes back to it,
    /// and from RabbitMQ 4 drops what went back 20 times, with nowhere left to put it.
    in_hand: Vec<Abandoned>,
}

impl SafetyNet {
    /// A net with nothing in hand.
    #[must_use]
    pub const fn new(store: Store, bus: Arc<dyn Bus>, clock: Arc<dyn Clock>) -> Self {
        Self { store, bus, clock, in_hand: Vec::new() }
    }

    /// Writes down what the broker gave up on, a page at most, then ends it there. Whatever a worker had settled is only
    /// ended.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when database or bus is: nothing is lost, the next step goes on with it.
    pub async fn step(&mut self) -> Result<Progress, Failure> {
        if self.in_hand.is_empty() {
            self.in_hand = self.bus.abandoned(PAGE).await?;
        }
        if self.in_hand.is_empty() {
            return Ok(Progress::Idle);
        }
        self.write_down().await?;
        crash::point("safety-net.before-acknowledge");
        self.bus.settle_abandoned(&self.in_hand).await?;
        crash::point("safety-net.after-acknowledge");
        let count = self.in_hand.len();
        self.in_hand.clear();
        Ok(Progress::Worked(count))
    }

    async fn write_down(&self) -> Result<(), Failure> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut dead = Vec::new();
        for message in &self.in_hand {
            let Abandoned { message_id, body, queue, reason, .. } = message;
            let worker = if queue.is_empty() { "?" } else { queue };
            let received = Received::of(*message_id, body);
            let settled = inbox::Outcome::Dead;
            let new = inbox::record(&mut tx, worker, settled, now, &[received.inbox_row()]).await?;
            if !new.is_empty() {
                let failure = Failure::Permanent(format!("the broker gave up on it: {reason}"));
                dead_letter::insert(&mut tx, &letter(worker, &received, &failure, now)).await?;
                dead.push((worker, message_id, failure));
            }
        }
        crash::point("safety-net.before-commit");
        tx.commit().await?;
        crash::point("safety-net.after-commit");
        for (worker, message_id, failure) in dead {
            tracing::error!(worker, message.id = %message_id, error = %failure, "message is a dead letter");
        }
        Ok(())
    }
}
