// SPDX-License-Identifier: EUPL-1.2
//! What becomes of an outbox row that cannot be published: it is set apart as a dead letter, where an operator sees it and
//! the poll does not.
//!
//! Only what is certainly the row's own fault ends here: it is no message, no broker would take its size, the bus refuses it
//! when it stands alone, or its queue has not existed for an hour. A message that is merely not confirmed stays in the
//! outbox for as long as it takes, and its age is the alarm: a broker without majority must not fill the dead letters.

use campanella_bus::{Outgoing, Route};
use campanella_messages::Envelope;
use campanella_store::{
    Store,
    dead_letter::{self, DeadLetter},
    outbox,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Failure, clock, crash, failure::fingerprint, metrics::Metrics, process::RELAY, verdict::storable,
};

/// The most bytes of a body: a nudge has some 500, and every broker takes this much.
pub(crate) const LARGEST_BODY: usize = 1 << 20;
/// How long a queue may be missing before what is addressed to it is set apart, in business time: it may belong to a worker of
/// a release that is just being installed.
pub(crate) const MISSING_QUEUE: TimeDelta = TimeDelta::hours(1);

/// A message and why it cannot be published.
#[derive(Debug)]
pub(crate) struct Unpublishable {
    pub(crate) message: Outgoing,
    pub(crate) reason: String,
}

/// Moves rows from the outbox to the dead letters, in one transaction.
///
/// # Errors
/// [`Failure::Unavailable`], [`Failure::Rerun`]: nothing happened.
pub(crate) async fn set_apart(
    store: &Store,
    metrics: &Metrics,
    now: DateTime<Utc>,
    unpublishable: &[Unpublishable],
) -> Result<(), Failure> {
    if unpublishable.is_empty() {
        return Ok(());
    }
    let mut tx = store.begin().await?;
    for one in unpublishable {
        dead_letter::insert(&mut tx, &letter(one, now)).await?;
    }
    let ids: Vec<_> = unpublishable.iter().map(|one| one.message.id).collect();
    outbox::delete(&mut tx, &ids).await?;
    crash::point("quarantine.before-commit");
    tx.commit().await?;
    crash::point("quarantine.after-commit");
    metrics.handled(RELAY, "dead", unpublishable.len());
    for Unpublishable { message, reason } in unpublishable {
        tracing::error!(message.id = %message.id, reason, "message cannot be published and is a dead letter");
    }
    Ok(())
}

fn letter(unpublishable: &Unpublishable, now: DateTime<Utc>) -> DeadLetter {
    let Unpublishable { message, reason } = unpublishable;
    let envelope = Envelope::from_json(&message.body).ok();
    let (worker, error) = match &message.route {
        // Whose it is, so that a retry goes to that queue again.
        Route::Queue(queue) => (queue.as_str(), reason),
        Route::Topic(_) => (RELAY, reason),
    };
    DeadLetter {
        id: clock::new_id(),
        worker: worker.to_owned(),
        message_id: message.id,
        kind: envelope.as_ref().map_or_else(|| "?".to_owned(), |envelope| storable(&envelope.kind)),
        body: storable(&message.body),
        error: error.clone(),
        fingerprint: fingerprint(error),
        attempts: envelope.map_or(1, |envelope| i64::from(envelope.attempt)),
        state: "open".to_owned(),
        died_at: now,
        settled_at: None,
        reason: None,
    }
}
