// SPDX-License-Identifier: EUPL-1.2
//! The unit of work: one open transaction with what a handler may use inside it.

use campanella_domain::procedure::{ArdisProcedure, ArsProcedure};
use campanella_messages::{Cause, Envelope, Message};
use campanella_store::{
    Store, StoreError, Tx,
    outbox::{self, OutboxRow},
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{clock, crash, relay::RelayHandle};

/// How long a row born claimed is left to the relay of its own process before any other may take it, in business time.
/// Longer than a relay waits for a confirmation: `broker.confirm_seconds` is held to that.
pub const BORN_CLAIMED: TimeDelta = TimeDelta::seconds(30);

/// The procedures this process works under.
#[derive(Debug)]
pub struct Procedures {
    /// Veneto.
    pub ars: ArsProcedure,
    /// Friuli Venezia Giulia.
    pub ardis: ArdisProcedure,
}

/// An open transaction, the messages it will send, the business time it has and the procedures it works under.
///
/// Dropped without [`UnitOfWork::commit`], nothing of it happened.
#[derive(Debug)]
pub struct UnitOfWork<'a> {
    tx: Tx,
    now: DateTime<Utc>,
    procedures: &'a Procedures,
    /// For the relay of this process.
    outbox: Vec<OutboxRow>,
    /// For the recovery poll, once they are due.
    delayed: Vec<OutboxRow>,
}

impl<'a> UnitOfWork<'a> {
    /// Begins a transaction at business time `now`.
    ///
    /// # Errors
    /// As [`Store::begin`].
    pub async fn begin(
        store: &Store,
        now: DateTime<Utc>,
        procedures: &'a Procedures,
    ) -> Result<Self, StoreError> {
        Ok(Self::within(store.begin().await?, now, procedures))
    }

    /// In a transaction that is open already: whoever has to wait for a lock in it reads the clock afterwards.
    #[must_use]
    pub const fn within(tx: Tx, now: DateTime<Utc>, procedures: &'a Procedures) -> Self {
        Self { tx, now, procedures, outbox: Vec::new(), delayed: Vec::new() }
    }

    /// The transaction, for the functions of `campanella_store`.
    pub const fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Business time: the same from the beginning of the transaction to its end.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The ARS procedure.
    #[must_use]
    pub const fn ars(&self) -> &'a ArsProcedure {
        &self.procedures.ars
    }

    /// The ARDIS procedure.
    #[must_use]
    pub const fn ardis(&self) -> &'a ArdisProcedure {
        &self.procedures.ardis
    }

    /// Sends a message to its topic when the transaction commits.
    pub fn emit<M: Message>(&mut self, message: &M, cause: Cause<'_>) {
        let envelope = Envelope::wrap(clock::new_id(), self.now, message, cause);
        self.outbox.push(OutboxRow {
            id: envelope.id,
            due_at: self.now + BORN_CLAIMED,
            queue: None,
            envelope: envelope.to_json(),
        });
    }

    /// Sends an envelope to its topic, not before `due_at`: the replay of one that could not be published.
    pub fn emit_again(&mut self, envelope: &Envelope, due_at: DateTime<Utc>) {
        self.delayed.push(OutboxRow { id: envelope.id, due_at, queue: None, envelope: envelope.to_json() });
    }

    /// Sends an envelope to one worker's queue, not before `due_at`: retries and replays. A relay's next poll after it finds
    /// it, that of whichever process is there then.
    pub fn emit_to(&mut self, queue: &str, envelope: &Envelope, due_at: DateTime<Utc>) {
        self.delayed.push(OutboxRow {
            id: envelope.id,
            due_at,
            queue: Some(queue.to_owned()),
            envelope: envelope.to_json(),
        });
    }

    /// Makes effects and messages durable together, then hands the messages to the relay.
    ///
    /// # Errors
    /// Any [`StoreError`]: nothing happened, or, if the connection broke in the commit, its fate is unknown; running the
    /// same messages again settles it.
    pub async fn commit(mut self, relay: &RelayHandle) -> Result<(), StoreError> {
        outbox::insert(&mut self.tx, &self.outbox).await?;
        outbox::insert(&mut self.tx, &self.delayed).await?;
        crash::point("unit.before-commit");
        self.tx.commit().await?;
        crash::point("unit.after-commit");
        relay.hand_over(self.outbox);
        Ok(())
    }
}
