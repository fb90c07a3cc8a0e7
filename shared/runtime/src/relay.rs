// SPDX-License-Identifier: EUPL-1.2
//! Publishes what transactions wrote, and forgets it once the bus confirmed it.

use std::sync::Arc;

use campanella_bus::{Bus, Outgoing, Route as Destination};
use campanella_messages::Envelope;
use campanella_store::{
    Store,
    outbox::{self, OutboxRow},
};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{Failure, Progress, clock::Clock, crash, metrics::Metrics, work::BORN_CLAIMED};

/// Rows published and deleted at once.
const BATCH: usize = 500;
/// Batches of rows handed over and not yet taken. Above it they are left to the recovery poll: memory stays bounded when
/// the bus is down.
const HANDED_OVER: usize = 1_024;

/// Hands rows to the relay of the same process, in memory.
#[derive(Debug, Clone)]
pub struct RelayHandle {
    rows: mpsc::Sender<Vec<OutboxRow>>,
}

impl RelayHandle {
    /// A handle for a process without a relay, the command line beside a running one: its rows are left to the poll of
    /// whoever has one.
    #[must_use]
    pub fn detached() -> Self {
        Self { rows: mpsc::channel(1).0 }
    }

    /// Hands over rows that are committed. Never waits: what the relay cannot take now, its recovery poll finds later.
    pub fn hand_over(&self, rows: Vec<OutboxRow>) {
        if !rows.is_empty() && self.rows.try_send(rows).is_err() {
            tracing::debug!("relay is behind, rows are left to its poll");
        }
    }
}

/// The relay of one process.
#[derive(Debug)]
pub struct Relay {
    store: Store,
    bus: Arc<dyn Bus>,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    handed_over: mpsc::Receiver<Vec<OutboxRow>>,
    /// Taken from the channel and not yet published.
    pending: Vec<OutboxRow>,
}

impl Relay {
    /// A relay and the handle its process commits through.
    #[must_use]
    pub fn new(
        store: Store,
        bus: Arc<dyn Bus>,
        clock: Arc<dyn Clock>,
        metrics: Metrics,
    ) -> (Self, RelayHandle) {
        let (rows, handed_over) = mpsc::channel(HANDED_OVER);
        (Self { store, bus, clock, metrics, handed_over, pending: Vec::new() }, RelayHandle { rows })
    }

    /// Waits until rows are handed over; for ever when every handle is gone. Cancel-safe.
    pub async fn woken(&mut self) {
        match self.handed_over.recv().await {
            Some(rows) => self.pending.extend(rows),
            None => std::future::pending().await,
        }
    }

    /// Publishes one batch of the rows handed over.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when bus or database is; the rows stay in the database and the poll finds them.
    pub async fn step(&mut self) -> Result<Progress, Failure> {
        while self.pending.len() < BATCH
            && let Ok(rows) = self.handed_over.try_recv()
        {
            self.pending.extend(rows);
        }
        let rest = self.pending.split_off(self.pending.len().min(BATCH));
        let batch = std::mem::replace(&mut self.pending, rest);
        self.publish(batch).await
    }

    /// Publishes one batch of the rows that are due: delayed ones, and those a dead process left behind.
    ///
    /// # Errors
    /// As [`Relay::step`].
    pub async fn poll(&mut self) -> Result<Progress, Failure> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        // One batch: SQLite and PostgreSQL count in i64, BATCH is a constant far below.
        let due = outbox::take_due(&mut tx, now, now + BORN_CLAIMED, BATCH as i64).await?;
        tx.commit().await?;
        self.publish(due).await
    }

    async fn publish(&self, rows: Vec<OutboxRow>) -> Result<Progress, Failure> {
        if rows.is_empty() {
            return Ok(Progress::Idle);
        }
        let (batch, unreadable): (Vec<_>, Vec<_>) = rows.into_iter().map(outgoing).partition(Result::is_ok);
        for id in unreadable.into_iter().filter_map(Result::err) {
            // It was written by `UnitOfWork`: only a hand in the database can do this.
            tracing::error!(message.id = %id, "outbox row is not a message, left in place");
        }
        let batch: Vec<Outgoing> = batch.into_iter().filter_map(Result::ok).collect();
        crash::point("relay.before-publish");
        let confirmed = self.bus.publish(&batch).await?;
        crash::point("relay.after-publish");
        let mut tx = self.store.begin().await?;
        outbox::delete(&mut tx, &confirmed).await?;
        tx.commit().await?;
        crash::point("relay.after-delete");
        self.metrics.published(confirmed.len());
        if confirmed.len() < batch.len() {
            tracing::warn!(
                messages = batch.len() - confirmed.len(),
                "messages not confirmed, tried again later"
            );
        }
        Ok(Progress::Worked(confirmed.len()))
    }
}

fn outgoing(row: OutboxRow) -> Result<Outgoing, Uuid> {
    let route = match row.queue {
        Some(queue) => Destination::Queue(queue),
        None => Destination::Topic(Envelope::from_json(&row.envelope).map_err(|_| row.id)?.kind),
    };
    Ok(Outgoing { id: row.id, route, body: row.envelope })
}
