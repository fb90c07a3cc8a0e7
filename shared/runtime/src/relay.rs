// SPDX-License-Identifier: EUPL-1.2
//! Publishes what transactions wrote, and forgets it once the bus confirmed it.

use std::{
    borrow::Cow,
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use campanella_bus::{Bus, BusError, Outgoing, Route as Destination};
use campanella_store::{
    Store, StoreError,
    outbox::{self, OutboxRow},
};
use serde::Deserialize;
use tokio::{
    sync::{Notify, mpsc},
    time::timeout,
};
use uuid::Uuid;

use crate::{
    Failure, Progress,
    clock::Clock,
    crash,
    metrics::Metrics,
    quarantine::{self, Unpublishable},
    work::BORN_CLAIMED,
};

/// Rows published at once: what some workers commit while the broker writes and confirms those before.
const BATCH: usize = 4_000;
/// Rows that were due taken at once.
const DUE: i64 = 500;
/// So many rows published, and they are deleted with the next batch: each deletion is a commit that the workers wait for.
/// Fewer than [`BATCH`] more can wait for it.
const CONFIRMED: usize = 2_000;
/// How long they may stay, far below [`BORN_CLAIMED`].
const CONFIRMED_FOR: Duration = Duration::from_secs(1);
/// Rows handed over and not yet taken, some 500 bytes each. Above it they are left to the recovery poll: memory stays
/// bounded when the bus is down.
const HANDED_OVER: usize = 20_000;

/// So many of them, and workers wait for the relay.
const FAR_BEHIND: usize = HANDED_OVER / 2;

/// Hands rows to the relay of the same process, in memory.
#[derive(Debug, Clone)]
pub struct RelayHandle {
    rows: mpsc::Sender<OutboxRow>,
    /// Told whenever rows were taken.
    taken: Arc<Notify>,
}

impl RelayHandle {
    /// A handle for a process without a relay, the command line beside a running one: its rows are left to the poll of
    /// whoever has one.
    #[must_use]
    pub fn detached() -> Self {
        Self { rows: mpsc::channel(1).0, taken: Arc::default() }
    }

    /// Waits while the relay is far behind, up to `patience`. What it cannot hold in memory lies in the database until it
    /// is due: workers that outrun it for long would have everything that follows from their work come late.
    pub(crate) async fn catches_up(&self, patience: Duration) {
        let near = async {
            loop {
                let taken = self.taken.notified();
                if self.rows.max_capacity() - self.rows.capacity() <= FAR_BEHIND {
                    return;
                }
                taken.await;
            }
        };
        let _ = timeout(patience, near).await;
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
    /// Tells those who wait for it to catch up.
    taken: Arc<Notify>,
    /// Taken from the channel and not yet published.
    pending: Vec<OutboxRow>,
    /// Published and not yet deleted. What is lost of it with the process is published again and dropped by the inbox.
    confirmed: Vec<Uuid>,
    /// When it was empty last.
    confirmed_since: Instant,
    /// Published in vain to one queue since the last poll.
    unconfirmed: Vec<Outgoing>,
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
        let taken = Arc::<Notify>::default();
        let relay = Self {
            store,
            bus,
            clock,
            metrics,
            handed_over,
            taken: Arc::clone(&taken),
            pending: Vec::new(),
            confirmed: Vec::new(),
            confirmed_since: Instant::now(),
            unconfirmed: Vec::new(),
        };
        (relay, RelayHandle { rows, taken })
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
        self.taken.notify_waiters();
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
        let due = outbox::take_due(&mut tx, now, now + BORN_CLAIMED, DUE).await?;
        crash::point("relay.before-claim");
        tx.commit().await?;
        crash::point("relay.after-claim");
        let progress = self.publish(due).await?;
        self.look_for_missing_queues().await?;
        Ok(progress)
    }

    async fn publish(&mut self, rows: Vec<OutboxRow>) -> Result<Progress, Failure> {
        if rows.is_empty() {
            return Ok(Progress::Idle);
        }
        let (batch, unpublishable) = sorted(rows);
        // First, so that they come up at no other poll whatever becomes of the rest.
        self.set_apart(&unpublishable).await?;
        let mut published = 0;
        let mut parts = vec![batch];
        while let Some(mut part) = parts.pop() {
            match self.publish_part(&part).await {
                Ok(confirmed) => published += confirmed,
                Err(BusError::Refused(_)) if part.len() > 1 => {
                    let second = part.split_off(part.len() / 2);
                    parts.extend([second, part]);
                }
                Err(BusError::Refused(reason)) => {
                    let refused = |message| Unpublishable { message, reason: reason.clone() };
                    self.set_apart(&part.into_iter().map(refused).collect::<Vec<_>>()).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Progress::Worked(published + unpublishable.len()))
    }

    /// Gives how many of the messages were confirmed.
    async fn publish_part(&mut self, part: &[Outgoing]) -> Result<usize, BusError> {
        if part.is_empty() {
            return Ok(0);
        }
        crash::point("relay.before-publish");
        // The database deletes what went before while the broker writes what comes now.
        let owed = self.confirmed.len() >= CONFIRMED || self.confirmed_since.elapsed() >= CONFIRMED_FOR;
        let forgotten = if owed { std::mem::take(&mut self.confirmed) } else { Vec::new() };
        let (confirmed, deleted) = tokio::join!(self.bus.publish(part), delete(&self.store, &forgotten));
        if let Err(error) = deleted {
            tracing::warn!(%error, "published rows are deleted later");
            self.confirmed = forgotten;
        }
        let confirmed = confirmed?;
        crash::point("relay.after-publish");
        self.metrics.published(confirmed.len());
        if self.confirmed.is_empty() {
            self.confirmed_since = Instant::now();
        }
        let count = confirmed.len();
        if count < part.len() {
            tracing::warn!(messages = part.len() - count, "messages not confirmed, tried again later");
            let told: HashSet<&Uuid> = confirmed.iter().collect();
            let to_a_queue = |message: &&Outgoing| matches!(message.route, Destination::Queue(_));
            let unconfirmed = part.iter().filter(|message| !told.contains(&message.id));
            self.unconfirmed.extend(unconfirmed.filter(to_a_queue).cloned());
        }
        self.confirmed.extend(confirmed);
        Ok(count)
    }

    /// Sets apart what has been addressed for long to a queue that does not exist.
    async fn look_for_missing_queues(&mut self) -> Result<(), Failure> {
        let unconfirmed = std::mem::take(&mut self.unconfirmed);
        if unconfirmed.is_empty() {
            return Ok(());
        }
        let queues: HashSet<String> = self.bus.stats().await?.into_iter().map(|stats| stats.queue).collect();
        let missing = |message: &Outgoing| matches!(&message.route, Destination::Queue(queue) if !queues.contains(queue));
        let lost: Vec<Outgoing> = unconfirmed.into_iter().filter(missing).collect();
        let ids: Vec<Uuid> = lost.iter().map(|message| message.id).collect();
        let since = self.clock.now() - quarantine::MISSING_QUEUE;
        let long = outbox::owed_since(&mut self.store.read().await?, &ids, since).await?;
        let long_lost = lost.into_iter().filter(|message| long.contains(&message.id));
        let unpublishable: Vec<Unpublishable> = long_lost
            .map(|message| Unpublishable { message, reason: "its queue does not exist".to_owned() })
            .collect();
        self.set_apart(&unpublishable).await
    }

    async fn set_apart(&self, unpublishable: &[Unpublishable]) -> Result<(), Failure> {
        quarantine::set_apart(&self.store, &self.metrics, self.clock.now(), unpublishable).await
    }

    /// Deletes the rows that are published.
    async fn forget(&mut self) -> Result<(), Failure> {
        delete(&self.store, &self.confirmed).await?;
        self.confirmed.clear();
        Ok(())
    }
}

async fn delete(store: &Store, published: &[Uuid]) -> Result<(), StoreError> {
    if !published.is_empty() {
        let mut tx = store.begin().await?;
        outbox::delete(&mut tx, published).await?;
        crash::point("relay.before-delete");
        tx.commit().await?;
        crash::point("relay.after-delete");
    }
    Ok(())
}

/// All that the relay reads of an envelope.
#[derive(Deserialize)]
struct Topic<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
}

/// What can be published, and what cannot: only a hand in the database can have written the latter.
fn sorted(rows: Vec<OutboxRow>) -> (Vec<Outgoing>, Vec<Unpublishable>) {
    let (mut batch, mut unpublishable) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let topic = match row.queue {
            Some(queue) => Ok(Destination::Queue(queue)),
            None => serde_json::from_str::<Topic<'_>>(&row.envelope)
                .map(|topic| Destination::Topic(topic.kind.into_owned())),
        };
        let reason = match &topic {
            Err(_) => Some("it is not a message"),
            Ok(_) if row.envelope.len() > quarantine::LARGEST_BODY => {
                Some("it is larger than a broker takes")
            }
            Ok(_) => None,
        };
        let route = topic.unwrap_or_else(|_| Destination::Topic("?".to_owned()));
        let message = Outgoing { id: row.id, route, body: row.envelope };
        match reason {
            Some(reason) => unpublishable.push(Unpublishable { message, reason: reason.to_owned() }),
            None => batch.push(message),
        }
    }
    (batch, unpublishable)
}
