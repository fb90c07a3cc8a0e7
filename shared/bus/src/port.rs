// SPDX-License-Identifier: EUPL-1.2
//! The port: what a bus does, whatever keeps its queues.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;
use uuid::Uuid;

use crate::{Abandoned, BusError, Delivery, Handled, Outgoing, QueueStats};

/// A bus, opened with its topology. Shared as `Arc<dyn Bus>`.
#[async_trait]
pub trait Bus: Send + Sync + Debug {
    /// Publishes messages and gives the ids of those that are confirmed: on the disk of every queue they go to.
    ///
    /// A message for a topic no queue is bound to is confirmed, for nobody wants it, and counted
    /// ([`unrouted`](Self::unrouted)). One for a queue that does not exist is not confirmed. Publishing an id again is
    /// allowed and delivers it again.
    ///
    /// # Errors
    /// [`BusError`]; any of the messages may have been published then.
    async fn publish(&self, batch: &[Outgoing]) -> Result<Vec<Uuid>, BusError>;

    /// Begins to consume a queue, with at most `prefetch` (one or more) deliveries unsettled at any time. Any number of
    /// subscriptions share a queue: they take turns.
    ///
    /// # Errors
    /// [`BusError::Refused`] for an unknown queue or a prefetch of zero; [`BusError::Unavailable`].
    async fn consume(&self, queue: &str, prefetch: u16) -> Result<Box<dyn Subscription>, BusError>;

    /// How full the queues are, by name.
    ///
    /// # Errors
    /// [`BusError::Unavailable`].
    async fn stats(&self) -> Result<Vec<QueueStats>, BusError>;

    /// How many messages for a topic without a queue were published since the bus was opened.
    fn unrouted(&self) -> u64;

    /// How many copies of messages are still to be handled: those this bus put on queues of its topology, or found there
    /// when it was opened, and that were not acknowledged through it. Exact while it is the only bus on its queues and
    /// none of its calls has failed: what a simulation waits for.
    fn outstanding(&self) -> u64;

    /// What the broker itself gave up on, at most so many: to be written down among the dead letters and then
    /// [settled](Self::settle_abandoned). What was not settled comes again with a later call, here or in another process; a
    /// broker may count that and drop what came too often, so whoever cannot write it down keeps it and does not call again.
    ///
    /// # Errors
    /// [`BusError::Unavailable`].
    async fn abandoned(&self, at_most: usize) -> Result<Vec<Abandoned>, BusError>;

    /// Ends what the last [`abandoned`](Self::abandoned) told of: it never comes again.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]; it comes again then.
    async fn settle_abandoned(&self, abandoned: &[Abandoned]) -> Result<(), BusError>;

    /// Ends the bus: whoever waits is told [`BusError::Unavailable`], and so is every later call. Deliveries still in
    /// hand come again, marked, when it is opened the next time.
    async fn close(&self);
}

/// One consumer of one queue. Dropping it gives back what it has in hand: marked what it has seen, as if it had died.
#[async_trait]
pub trait Subscription: Send + Sync + Debug {
    /// Waits at most `patience` for a first delivery, then takes what comes within `linger`, up to `at_most` and never
    /// more than the prefetch allows. Nothing when nothing came, or when there is no room for it.
    ///
    /// May be dropped while it waits: what it had taken by then is the beginning of what the next call gives.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]; nothing is lost.
    async fn receive(
        &mut self,
        at_most: usize,
        patience: Duration,
        linger: Duration,
    ) -> Result<Vec<Delivery>, BusError>;

    /// Ends deliveries that were handled: they never come again. Those not in hand (any more) are passed over.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]; the deliveries stay in hand and can be acknowledged again.
    async fn acknowledge(&mut self, deliveries: &[Delivery]) -> Result<(), BusError>;

    /// Gives deliveries back: any subscription of the queue may receive them. However often that is done unseen, no broker
    /// gives up on them for it. Those not in hand are passed over.
    ///
    /// # Errors
    /// [`BusError::Unavailable`]; the deliveries stay in hand and can be released again.
    async fn release(&mut self, deliveries: &[Delivery], handled: Handled) -> Result<(), BusError>;
}
