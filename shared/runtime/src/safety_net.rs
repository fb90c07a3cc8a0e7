// SPDX-License-Identifier: EUPL-1.2
//! What the broker itself gave up on becomes a dead letter like any other: an operator sees it, and retries or discards it.
//!
//! With our own counter of deaths a broker's limit is never reached; this is for the day somebody sets a tighter one, or a
//! time to live, or a length. Any number of processes drain the net: each letter is written once.

use campanella_bus::{Abandoned, Bus};
use campanella_store::{Store, dead_letter, inbox};

use crate::{
    Failure, Progress,
    clock::Clock,
    verdict::{Received, letter},
};

/// The loop that drains it.
pub const SAFETY_NET: &str = "safety-net";
/// Messages taken at once.
const PAGE: usize = 100;

/// Writes down what the broker gave up on, then ends it there. Whatever a worker had settled is only ended.
///
/// # Errors
/// [`Failure::Unavailable`] when database or bus is: nothing is lost, it comes again.
pub async fn drain(store: &Store, bus: &dyn Bus, clock: &dyn Clock) -> Result<Progress, Failure> {
    let abandoned = bus.abandoned(PAGE).await?;
    if abandoned.is_empty() {
        return Ok(Progress::Idle);
    }
    let now = clock.now();
    let mut tx = store.begin().await?;
    for message in &abandoned {
        let Abandoned { message_id, body, queue, reason, .. } = message;
        let worker = if queue.is_empty() { "?" } else { queue };
        let received = Received::of(*message_id, body.clone());
        let settled = inbox::Outcome::Dead;
        let new = inbox::record(&mut tx, worker, settled, now, &[received.inbox_row()]).await?;
        if !new.is_empty() {
            let failure = Failure::Permanent(format!("the broker gave up on it: {reason}"));
            dead_letter::insert(&mut tx, &letter(worker, &received, &failure, now)).await?;
            tracing::error!(worker, message.id = %message_id, error = %failure, "message is a dead letter");
        }
    }
    tx.commit().await?;
    bus.settle_abandoned(&abandoned).await?;
    Ok(Progress::Worked(abandoned.len()))
}
