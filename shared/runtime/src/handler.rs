// SPDX-License-Identifier: EUPL-1.2
//! What a worker is.

use std::{future::Future, ops::Deref};

use campanella_messages::{Cause, Envelope, Message};
use futures_util::future::BoxFuture;

use crate::{Failure, UnitOfWork};

/// A message as its handler sees it: the topic's struct, with the envelope behind it.
#[derive(Debug)]
pub struct Event<'a, M> {
    message: M,
    envelope: &'a Envelope,
}

impl<'a, M> Event<'a, M> {
    /// What a message emitted because of this one names as its cause.
    pub const fn cause(&self) -> Cause<'a> {
        Cause::Message(self.envelope)
    }
}

impl<M> Deref for Event<'_, M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.message
    }
}

/// Handles one topic.
///
/// One method over a slice: a handler that works set-based does, one that does not loops. The transaction is open; what
/// the handler writes and emits commits together with the inbox rows of the events, or not at all. No network inside.
pub trait Handler: Send + Sync + 'static {
    /// The topic.
    type Message: Message;

    /// Handles up to a batch of events, none of which was handled before.
    ///
    /// # Errors
    /// [`Failure`]; `?` on a store error is a retry, a permanent failure is always spelled out. On an error the batch is
    /// rolled back and split until the faulty message stands alone.
    fn handle(
        events: &[Event<'_, Self::Message>],
        work: &mut UnitOfWork<'_>,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

type Run = for<'r> fn(&'r [&'r Envelope], &'r mut UnitOfWork<'_>) -> BoxFuture<'r, Result<(), Failure>>;

/// A topic and the handler that takes it.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The topic, see [`Message::TYPE`].
    pub topic: &'static str,
    run: Run,
}

impl Route {
    /// Sends the handler's topic to it.
    #[must_use]
    pub const fn to<H: Handler>() -> Self {
        Self { topic: H::Message::TYPE, run: run::<H> }
    }

    /// Decodes and handles envelopes of this topic.
    ///
    /// # Errors
    /// As the handler; [`Failure::Permanent`] when the data cannot be decoded.
    pub async fn handle(&self, envelopes: &[&Envelope], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        (self.run)(envelopes, work).await
    }
}

fn run<'r, H: Handler>(
    envelopes: &'r [&'r Envelope],
    work: &'r mut UnitOfWork<'_>,
) -> BoxFuture<'r, Result<(), Failure>> {
    Box::pin(async move {
        let events = envelopes
            .iter()
            .map(|envelope| Ok(Event { message: envelope.decode()?, envelope }))
            .collect::<Result<Vec<_>, Failure>>()?;
        H::handle(&events, work).await
    })
}

/// A worker: its name is its queue's, its routes are its subscriptions.
///
/// Queue topology, `campanella workers`, the compose check and the docs' table are derived from the list of workers.
#[derive(Debug, Clone, Copy)]
pub struct Worker {
    /// The name, also of its queue.
    pub name: &'static str,
    /// One line for people, in Italian.
    pub summary: &'static str,
    /// The topics it takes.
    pub routes: &'static [Route],
    /// The topics it emits.
    pub emits: &'static [&'static str],
}

impl Worker {
    /// The route that takes `topic`.
    #[must_use]
    pub fn route(&self, topic: &str) -> Option<&'static Route> {
        self.routes.iter().find(|route| route.topic == topic)
    }

    /// The topics bound to this worker's queue.
    #[must_use]
    pub fn topics(&self) -> Vec<&'static str> {
        self.routes.iter().map(|route| route.topic).collect()
    }
}
