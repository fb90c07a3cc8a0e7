// SPDX-License-Identifier: EUPL-1.2
//! Publishes what transactions wrote, and forgets it once the bus confirmed it.

use std::{
    borrow::Cow,
    sync::Arc,
    time::{Duration, Instant},
};

use campanella_bus::{Bus, Outgoing, Route as Destination};
use campanella_store::{
    Store,
    outbox::{self, OutboxRow},
};
use serde::Deserialize;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{Failure, Progress, clock::Clock, crash, metrics::Metrics, work::BORN_CLAIMED};

/// Rows published at once.
const BATCH: usize = 500;
/// Rows published and not yet deleted, at most: each deletion is a commit that the workers wait for.
const CONFIRMED: usize = 2_000;
/// How long they may stay, far below [`BORN_CLAIMED`].
const CONFIRMED_FOR: Duration = Duration::from_secs(1);
/// Rows handed over and not yet taken, some 500 bytes each. Above it they are left to the recovery poll: memory stays
/// bounded when the bus is down.
const HANDED_OVER: usize = 20_000;

/// Hands rows to the relay of the same process, in memory.
#[derive(Debug, Clone)]
pub struct RelayHandle {
    rows: mpsc::Sender<OutboxRow>,
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
        if rows.into_iter().any(|row| self.rows.try_send(row).is_err()) {
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
    handed_over: mpsc::Receiver<OutboxRow>,
    /// Taken from the channel and not yet published.
    pending: Vec<OutboxRow>,
    /// Published and not yet deleted. What is lost of it with the process is published again and dropped by the inbox.
    confirmed: Vec<Uuid>,
    /// When it was empty last.
    confirmed_since: Instant,
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
        let (pending, confirmed, confirmed_since) = (Vec::new(), Vec::new(), Instant::now());
        let relay = Self { store, bus, clock, metrics, handed_over, pending, confirmed, confirmed_since };
        (relay, RelayHandle { rows })
    }

    /// Waits until there are rows to publish, as a rule those of a commit; for ever when every handle is gone. Cancel-safe.
    pub async fn woken(&mut self) {
        if !self.pending.is_empty() {
            return;
        }
        match self.handed_over.recv().await {
            Some(row) => self.pending.push(row),
            None => std::future::pending().await,
        }
    }

    /// Whether rows that were published wait to be deleted.
    #[must_use]
    pub const fn owes(&self) -> bool {
        !self.confirmed.is_empty()
    }

    /// Publishes one batch of the rows handed over. When there is none, deletes what is published: [`Progress::Idle`] leaves
    /// nothing behind.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when bus or database is; the rows stay in the database and the poll finds them.
    pub async fn step(&mut self) -> Result<Progress, Failure> {
        while self.pending.len() < BATCH
            && let Ok(row) = self.handed_over.try_recv()
        {
            self.pending.push(row);
        }
        if self.pending.is_empty() {
            self.forget().await?;
            return Ok(Progress::Idle);
        }
        let batch = std::mem::take(&mut self.pending);
        self.publish(batch).await
    }

    /// Publishes one batch of the rows that are due: delayed ones, and those a dead process left behind.
    ///
    /// # Errors
    /// As [`Relay::step`].
    pub async fn poll(&mut self) -> Result<Progress, Failure> {
        // What is published must not be found again.
        self.forget().await?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        // One batch: SQLite and PostgreSQL count in i64, BATCH is a constant far below.
        let due = outbox::take_due(&mut tx, now, now + BORN_CLAIMED, BATCH as i64).await?;
        tx.commit().await?;
        self.publish(due).await
    }

    async fn publish(&mut self, rows: Vec<OutboxRow>) -> Result<Progress, Failure> {
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
        self.metrics.published(confirmed.len());
        if confirmed.len() < batch.len() {
            tracing::warn!(
                messages = batch.len() - confirmed.len(),
                "messages not confirmed, tried again later"
            );
        }
        if self.confirmed.is_empty() {
            self.confirmed_since = Instant::now();
        }
        let published = Progress::Worked(confirmed.len());
        self.confirmed.extend(confirmed);
        if self.confirmed.len() >= CONFIRMED || self.confirmed_since.elapsed() >= CONFIRMED_FOR {
            self.forget().await?;
        }
        Ok(published)
    }

    /// Deletes the rows that are published.
    async fn forget(&mut self) -> Result<(), Failure> {
        if !self.confirmed.is_empty() {
            let mut tx = self.store.begin().await?;
            outbox::delete(&mut tx, &self.confirmed).await?;
            tx.commit().await?;
            self.confirmed.clear();
            crash::point("relay.after-delete");
        }
        Ok(())
    }
}

/// All that the relay reads of an envelope.
#[derive(Deserialize)]
struct Topic<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

fn outgoing(row: OutboxRow) -> Result<Outgoing, Uuid> {
    let route = match row.queue {
        Some(queue) => Destination::Queue(queue),
        None => {
            let topic: Topic<'_> = serde_json::from_str(&row.envelope).map_err(|_| row.id)?;
            Destination::Topic(topic.kind.into_owned())
        }
    };
    Ok(Outgoing { id: row.id, route, body: row.envelope })
}
