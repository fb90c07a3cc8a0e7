// SPDX-License-Identifier: EUPL-1.2
//! What a queue file holds, on its way to a broker.

use std::{collections::BTreeSet, path::Path, time::Duration};

use anyhow::{Result, bail};
use campanella_bus::{
    Bus as _, BusError, Delivery, EmbeddedBus, Outgoing, Route, Topology, rabbitmq::RabbitBus,
};

use crate::queue_file::StrangeQueue;

/// Messages moved at once.
const PAGE: u16 = 500;

/// A queue file all of whose messages a broker can take.
#[derive(Debug)]
pub(crate) struct Pouring {
    embedded: EmbeddedBus,
    topology: Topology,
}

impl Pouring {
    /// Opens the queue file of this identity. The caller holds the folder's lock.
    ///
    /// # Errors
    /// [`StrangeQueue::Elsewhere`] when it is not there or served another database, [`StrangeQueue::Orphans`] when it holds
    /// messages of queues that the broker will not have.
    pub(crate) async fn begin(file: &Path, identity: &str, topology: Topology) -> Result<Self> {
        let elsewhere = || StrangeQueue::Elsewhere(file.to_owned());
        if !file.is_file() {
            return Err(elsewhere().into());
        }
        let embedded = EmbeddedBus::open(file, topology.clone()).await?;
        if embedded.identity().await? != identity {
            return Err(elsewhere().into());
        }
        let known: BTreeSet<&str> = topology.queues().iter().map(|binding| binding.queue.as_str()).collect();
        let stats = embedded.stats().await?;
        let held = stats.iter().map(|queue| (queue.queue.as_str(), queue.waiting + queue.held));
        let orphans: Vec<String> = held
            .filter(|(queue, messages)| *messages > 0 && !known.contains(queue))
            .map(|(queue, messages)| format!("{queue} ({messages})"))
            .collect();
        if !orphans.is_empty() {
            return Err(StrangeQueue::Orphans(orphans.join(", ")).into());
        }
        Ok(Self { embedded, topology })
    }

    /// Publishes all of it. Ended in the middle, the rest is there the next time, and what was published twice is dropped by
    /// the inbox.
    ///
    /// # Errors
    /// When file or broker is unavailable.
    pub(crate) async fn pour_into(self, broker: &RabbitBus) -> Result<()> {
        let mut moved = 0;
        for binding in self.topology.queues() {
            moved += pour_queue(&binding.queue, &self.embedded, broker).await?;
        }
        tracing::warn!(messages = moved, "the messages of the queue file are on the broker");
        self.embedded.close().await;
        Ok(())
    }
}

/// Publishes what one queue holds, page by page, and says how much.
async fn pour_queue(queue: &str, embedded: &EmbeddedBus, broker: &RabbitBus) -> Result<usize> {
    let mut waiting = embedded.consume(queue, PAGE).await?;
    let mut moved = 0;
    loop {
        let page = waiting.receive(usize::from(PAGE), Duration::ZERO, Duration::ZERO).await?;
        if page.is_empty() {
            return Ok(moved);
        }
        let outgoing = |delivery: &Delivery| Outgoing {
            id: delivery.message_id,
            route: Route::Queue(queue.to_owned()),
            body: delivery.body.clone(),
        };
        let batch: Vec<Outgoing> = page.iter().map(outgoing).collect();
        if broker.publish(&batch).await?.len() < batch.len() {
            bail!(BusError::Unavailable("the broker did not confirm every message".to_owned()));
        }
        waiting.acknowledge(&page).await?;
        moved += page.len();
    }
}
