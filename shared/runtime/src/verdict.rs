// SPDX-License-Identifier: EUPL-1.2
//! The end of a message that failed alone: a new attempt, or a dead letter.

use campanella_bus::Delivery;
use campanella_messages::{Envelope, EnvelopeError};
use campanella_store::{
    dead_letter::{self, DeadLetter},
    inbox::{self, InboxRow, Outcome},
    suspicion,
};
use uuid::Uuid;

use crate::{Failure, Runner, UnitOfWork, clock, failure::fingerprint};

/// A delivery with its body read, or the reason why it cannot be.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) message_id: Uuid,
    body: &'a str,
    envelope: Result<Envelope, EnvelopeError>,
}

impl<'a> Received<'a> {
    pub(crate) fn read(delivery: &'a Delivery) -> Self {
        Self::of(delivery.message_id, &delivery.body)
    }

    pub(crate) fn of(message_id: Uuid, body: &'a str) -> Self {
        let envelope = Envelope::from_json(body);
        Self { message_id, body, envelope }
    }

    pub(crate) fn envelope(&self) -> Result<&Envelope, Failure> {
        self.envelope.as_ref().map_err(|error| Failure::Permanent(error.to_string()))
    }

    /// The topic as it can be stored, or `?`.
    fn kind(&self) -> String {
        self.envelope.as_ref().map_or_else(|_| "?".to_owned(), |envelope| storable(&envelope.kind))
    }

    pub(crate) fn inbox_row(&self) -> InboxRow {
        let envelope = self.envelope.as_ref().ok();
        InboxRow {
            message_id: self.message_id,
            kind: self.kind(),
            correlation_id: envelope.map(|envelope| envelope.correlationid),
            causation_id: envelope.and_then(|envelope| envelope.causationid),
            written_at: envelope.map(|envelope| envelope.time),
        }
    }
}

/// Commits what becomes of a message that failed: inbox row and new attempt, or inbox row and dead letter, together.
///
/// # Errors
/// [`Failure::Unavailable`] and [`Failure::Rerun`]: nothing happened.
pub(crate) async fn pronounce(
    runner: &Runner,
    received: &Received<'_>,
    failure: &Failure,
) -> Result<(), Failure> {
    let name = runner.worker.name;
    let context = &runner.context;
    let again = next_attempt(runner, received, failure);
    let outcome = if again.is_some() { Outcome::Retried } else { Outcome::Dead };
    let mut work = UnitOfWork::begin(&context.store, context.clock.now(), &context.procedures).await?;
    let now = work.now();
    let new = inbox::record(work.tx(), name, outcome, now, &[received.inbox_row()]).await?;
    if !new.is_empty() {
        match &again {
            Some((envelope, delay)) => work.emit_to(name, envelope, now + *delay),
            None => dead_letter::insert(work.tx(), &letter(name, received, failure, now)).await?,
        }
    }
    suspicion::forget(work.tx(), name, received.message_id).await?;
    work.commit(&context.relay).await?;
    if new.is_empty() {
        // Settled meanwhile by another process, or this is a second copy.
        context.metrics.dropped(name, 1);
        return Ok(());
    }
    match again {
        Some((envelope, delay)) => {
            context.metrics.handled(name, "retried", 1);
            tracing::warn!(worker = name, message.id = %received.message_id, error = %failure,
                attempt = envelope.attempt, delay_seconds = delay.num_seconds(), "message will be tried again");
        }
        None => {
            context.metrics.handled(name, "dead", 1);
            tracing::error!(worker = name, message.id = %received.message_id, error = %failure,
                "message is a dead letter");
        }
    }
    Ok(())
}

fn next_attempt(
    runner: &Runner,
    received: &Received<'_>,
    failure: &Failure,
) -> Option<(Envelope, chrono::TimeDelta)> {
    if matches!(failure, Failure::Permanent(_)) {
        return None;
    }
    let envelope = received.envelope.as_ref().ok()?;
    let delay = runner.settings.retry.after(envelope.attempt, envelope.originid)?;
    Some((envelope.next_attempt(clock::new_id()), delay))
}

pub(crate) fn letter(
    worker: &str,
    received: &Received<'_>,
    failure: &Failure,
    now: chrono::DateTime<chrono::Utc>,
) -> DeadLetter {
    let error = storable(&failure.to_string());
    let envelope = received.envelope.as_ref().ok();
    DeadLetter {
        id: clock::new_id(),
        worker: worker.to_owned(),
        message_id: received.message_id,
        kind: received.kind(),
        body: storable(received.body),
        fingerprint: fingerprint(&error),
        error,
        attempts: envelope.map_or(1, |envelope| i64::from(envelope.attempt)),
        state: "open".to_owned(),
        died_at: now,
        settled_at: None,
        reason: None,
    }
}

/// PostgreSQL keeps no NUL in a text. A message that could not be buried for one would come again for ever.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
