// SPDX-License-Identifier: EUPL-1.2
//! The embedded bus: durable queues in a SQLite file, for one process.
//!
//! The file says who holds what, so that a message a dead process held comes again and is marked. The process itself
//! says who waits: publishing and releasing wake a waiting subscription, and nothing is polled. That suffices because
//! the folder's lock admits one process; what a dead one held is freed when the next opens the file.
//!
//! Of several waiting subscriptions the one that waited longest is woken. It takes all it has room for and wakes the
//! next when there may be more. A batch is not divided among idle subscriptions: one database stands behind them all,
//! and one transaction of ninety messages is cheaper than three of thirty.

mod desk;
mod subscription;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use campanella_store::queue::{Put, QueueFile};
use tracing::{debug, warn};
use uuid::Uuid;

use crate::{Abandoned, Bus, BusError, Outgoing, QueueStats, Route, Subscription, Topology};
use desk::{Desk, Line, Office};
use subscription::EmbeddedSubscription;

/// The embedded bus.
#[derive(Debug)]
pub struct EmbeddedBus {
    topology: Topology,
    office: Arc<Office>,
    /// One for each queue of the topology.
    lines: BTreeMap<String, Arc<Line>>,
    unrouted: AtomicU64,
    /// Tells subscriptions apart within this process; no lease of an earlier one is left in the file.
    last_holder: AtomicU64,
}

impl EmbeddedBus {
    /// Opens or creates the queue file. The caller holds the folder's lock: whatever an earlier process held is freed.
    /// Messages on a queue the topology does not have stay where they are.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when the file cannot be opened, [`BusError::Refused`] when it is of another release.
    pub async fn open(file: &Path, topology: Topology) -> Result<Self, BusError> {
        let office = Arc::new(Office::new(QueueFile::open(file).await?));
        for depth in office.file.depths().await?.iter().filter(|depth| topology.has(&depth.queue)) {
            let found = depth.waiting.cast_unsigned() + depth.leased.cast_unsigned();
            office.outstanding.add(usize::try_from(found).unwrap_or(usize::MAX));
        }
        let lines =
            topology.queues().iter().map(|binding| (binding.queue.clone(), Arc::new(Line::new()))).collect();
        Ok(Self { topology, office, lines, unrouted: AtomicU64::new(0), last_holder: AtomicU64::new(0) })
    }

    /// The random name of the queue file, given when it was made. A file put in its place has another.
    ///
    /// # Errors
    /// [`BusError::Unavailable`].
    pub async fn identity(&self) -> Result<String, BusError> {
        self.office.check_open()?;
        Ok(self.office.file.identity().await?)
    }

    /// The queues a message goes to; none at all when its queue does not exist.
    fn destinations(&self, message: &Outgoing) -> Option<Vec<&str>> {
        match &message.route {
            Route::Queue(queue) => {
                let line = self.lines.get_key_value(queue.as_str());
                if line.is_none() {
                    warn!(message.id = %message.id, queue, "not published: there is no such queue");
                }
                line.map(|(queue, _)| vec![queue.as_str()])
            }
            Route::Topic(topic) => {
                let queues: Vec<&str> = self.topology.queues_for(topic).collect();
                if queues.is_empty() {
                    self.unrouted.fetch_add(1, Ordering::Relaxed);
                    debug!(message.id = %message.id, topic, "published for nobody: no queue is bound to the topic");
                }
                Some(queues)
            }
        }
    }
}

#[async_trait]
impl Bus for EmbeddedBus {
    async fn publish(&self, batch: &[Outgoing]) -> Result<Vec<Uuid>, BusError> {
        self.office.check_open()?;
        let mut confirmed = Vec::with_capacity(batch.len());
        let mut puts = Vec::with_capacity(batch.len());
        for message in batch {
            if let Some(queues) = self.destinations(message) {
                confirmed.push(message.id);
                let put = |queue| Put { queue, message_id: message.id, body: &message.body };
                puts.extend(queues.into_iter().map(put));
            }
        }
        let booked = self.office.outstanding.book(puts.len());
        self.office.file.put(&puts).await?;
        booked.keep(puts.len());
        for (queue, line) in &self.lines {
            if puts.iter().any(|put| put.queue == queue) {
                line.fill();
            }
        }
        Ok(confirmed)
    }

    async fn consume(&self, queue: &str, prefetch: u16) -> Result<Box<dyn Subscription>, BusError> {
        let line = self.lines.get(queue).ok_or_else(|| BusError::unknown_queue(queue))?;
        if prefetch == 0 {
            return Err(BusError::no_prefetch());
        }
        self.office.check_open()?;
        let holder = Uuid::from_u64_pair(0, 1 + self.last_holder.fetch_add(1, Ordering::Relaxed));
        let desk =
            Desk { office: Arc::clone(&self.office), line: Arc::clone(line), queue: queue.into(), holder };
        Ok(Box::new(EmbeddedSubscription::new(desk, prefetch)))
    }

    async fn stats(&self) -> Result<Vec<QueueStats>, BusError> {
        self.office.check_open()?;
        let empty = |(queue, line): (&String, &Arc<Line>)| {
            let consumers = line.consumers.load(Ordering::Relaxed);
            let stats = QueueStats { queue: queue.clone(), waiting: 0, held: 0, oldest: None, consumers };
            (queue.clone(), stats)
        };
        let mut stats: BTreeMap<String, QueueStats> = self.lines.iter().map(empty).collect();
        for depth in self.office.file.depths().await? {
            let consumers = stats.get(&depth.queue).map_or(0, |stats| stats.consumers);
            let full = QueueStats {
                queue: depth.queue.clone(),
                waiting: depth.waiting.cast_unsigned(),
                held: depth.leased.cast_unsigned(),
                oldest: depth.oldest_written_at(),
                consumers,
            };
            stats.insert(depth.queue, full);
        }
        Ok(stats.into_values().collect())
    }

    fn unrouted(&self) -> u64 {
        self.unrouted.load(Ordering::Relaxed)
    }

    fn outstanding(&self) -> u64 {
        self.office.outstanding.get()
    }

    /// A file gives up on nothing.
    async fn abandoned(&self, _at_most: usize) -> Result<Vec<Abandoned>, BusError> {
        self.office.check_open()?;
        Ok(Vec::new())
    }

    async fn settle_abandoned(&self, _abandoned: &[Abandoned]) -> Result<(), BusError> {
        self.office.check_open()
    }

    async fn close(&self) {
        self.office.close().await;
    }
}
