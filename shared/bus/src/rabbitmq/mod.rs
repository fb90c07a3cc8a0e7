// SPDX-License-Identifier: EUPL-1.2
//! The bus on RabbitMQ 3.10 or later: quorum queues, for any number of processes.
//!
//! A durable direct exchange `campanella.topics` and a quorum queue for each worker, of the worker's name, in a virtual
//! host of the installation's own. One queue is reached through the nameless exchange. What the broker itself gives up on goes to
//! `campanella.abandoned` and is drained from there ([`Bus::abandoned`]).
//!
//! Publishing and consuming have a connection each ([`link`]), which is made anew when it is lost, on the next host. A
//! batch is published on a channel of its own, written at a stretch, and each confirmation awaited ([`publisher`]). A
//! [`consumer`] lives on a session and dies with it; a [`desk`] puts the next one in its place.
//!
//! Deliberately absent: lapin's recovery, which can end without a word; delays, priorities and retries in the broker; any
//! argument of a queue that a policy can set.

mod address;
mod consumer;
mod declaration;
mod desk;
mod dialer;
mod fault;
mod link;
mod mark;
mod net;
mod office;
mod publisher;
mod settings;
mod subscription;
mod watchdog;
mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use crate::{Abandoned, Bus, BusError, Outgoing, QueueStats, Subscription, Topology};
pub use address::RabbitAddress;
pub use declaration::ABANDONED;
use declaration::unbind;
use desk::Desk;
use fault::{fault, within};
pub use mark::{Claim, Mark, whose};
use net::Net;
use office::Office;
pub use settings::RabbitSettings;
use subscription::RabbitSubscription;

/// The bus on RabbitMQ.
#[derive(Debug)]
pub struct RabbitBus {
    office: Arc<Office>,
    net: Net,
}

impl RabbitBus {
    /// Connects and declares what is not there, whosever the virtual host is: for tests, benches and a look at one that
    /// nobody claims. An installation has a claim.
    ///
    /// # Errors
    /// As [`RabbitBus::claim`], but [`BusError::NotOurs`].
    pub async fn open(settings: &RabbitSettings, topology: Topology) -> Result<Self, BusError> {
        Self::begin(settings, topology, None).await
    }

    /// Connects, sees to it that the claim on the virtual host holds, and declares what is not there. Tries every host once;
    /// whoever wants to wait for a broker calls again. From then on lost connections are made anew without end, each only
    /// where the claim holds.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when no host can be reached, saying what each said; [`BusError::NotOurs`] when the claim does
    /// not hold; [`BusError::Refused`] when all refuse (name, password, virtual host, or a queue that is there and of another
    /// kind).
    pub async fn claim(
        settings: &RabbitSettings,
        topology: Topology,
        claim: Claim,
    ) -> Result<Self, BusError> {
        Self::begin(settings, topology, Some(claim)).await
    }

    async fn begin(
        settings: &RabbitSettings,
        topology: Topology,
        claim: Option<Claim>,
    ) -> Result<Self, BusError> {
        let office = Arc::new(Office::open(settings, topology, claim).await?);
        let waiting: u64 = office.depths().await?.iter().map(|queue| queue.waiting).sum();
        office.outstanding.add(usize::try_from(waiting).unwrap_or(usize::MAX));
        Ok(Self { office, net: Net::default() })
    }

    /// Takes topics away from queues that received them in an earlier release and do not any more; nothing on a queue is
    /// lost. For a process that begins to work on a virtual host it knows to be its own: not done on every connection, or a
    /// process of the release before that reconnects in the middle of an upgrade would take away what the new one has bound.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]; [`BusError::Refused`] when we may not unbind.
    pub async fn unbind_given_up(&self) -> Result<(), BusError> {
        let connection = self.office.consuming.session()?.connection;
        let unbinding = unbind(&connection, &self.office.topology);
        let unbound = within(self.office.settings.call_timeout, unbinding).await;
        unbound.map_err(|error| fault("taking away what queues do not receive any more", &error))
    }
}

#[async_trait]
impl Bus for RabbitBus {
    async fn publish(&self, batch: &[Outgoing]) -> Result<Vec<Uuid>, BusError> {
        self.office.check_open()?;
        self.office.publisher.publish(batch).await
    }

    async fn consume(&self, queue: &str, prefetch: u16) -> Result<Box<dyn Subscription>, BusError> {
        let held = self.office.held(queue).ok_or_else(|| BusError::unknown_queue(queue))?;
        if prefetch == 0 {
            return Err(BusError::no_prefetch());
        }
        self.office.check_open()?;
        let desk = Arc::new(Desk::open(&self.office, queue, prefetch, held).await?);
        self.office.register(&desk);
        Ok(Box::new(RabbitSubscription { office: Arc::clone(&self.office), desk }))
    }

    async fn stats(&self) -> Result<Vec<QueueStats>, BusError> {
        self.office.check_open()?;
        self.office.depths().await
    }

    fn unrouted(&self) -> u64 {
        self.office.publisher.unrouted()
    }

    fn outstanding(&self) -> u64 {
        self.office.outstanding.get()
    }

    async fn abandoned(&self, at_most: usize) -> Result<Vec<Abandoned>, BusError> {
        self.office.check_open()?;
        self.net.take(&self.office, at_most).await
    }

    async fn settle_abandoned(&self, abandoned: &[Abandoned]) -> Result<(), BusError> {
        self.office.check_open()?;
        self.net.settle(&self.office, abandoned).await
    }

    async fn close(&self) {
        self.office.close().await;
    }
}
