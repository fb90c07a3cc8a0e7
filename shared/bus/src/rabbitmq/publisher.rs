// SPDX-License-Identifier: EUPL-1.2
//! Puts messages on queues and knows which of them are there.
//!
//! A batch has a channel to itself: the broker tells of a message it could not route just before it confirms it, and
//! lapin hands that over with whichever confirmation is next. Within one channel and one batch ids sort it out.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::future::try_join_all;
use lapin::{
    Channel, Confirmation, PublisherConfirm,
    options::{BasicPublishOptions, ConfirmSelectOptions},
};
use tracing::{debug, warn};
use uuid::Uuid;

use super::{
    RabbitSettings,
    declaration::EXCHANGE,
    fault::{fault, within},
    link::{Link, Session},
    wire::properties,
};
use crate::{BusError, Outgoing, Route, Topology, outstanding::Outstanding};

/// How many messages are written before lapin is waited for.
const WINDOW: usize = 500;

/// Puts messages on queues.
#[derive(Debug)]
pub(super) struct Publisher {
    settings: Arc<RabbitSettings>,
    topology: Arc<Topology>,
    link: Link,
    outstanding: Arc<Outstanding>,
    /// Channels without a batch. Those of a lost session are thrown away when they turn up.
    idle: Mutex<Vec<Channel>>,
    unrouted: AtomicU64,
}

/// What the broker said of a batch.
#[derive(Debug)]
struct Answers {
    /// By position, whether the broker has it.
    acknowledged: Vec<bool>,
    /// Those that no queue wanted: the id, and whether it was a topic's.
    returned: HashSet<(String, bool)>,
}

impl Publisher {
    pub(super) fn new(
        settings: &Arc<RabbitSettings>,
        topology: &Arc<Topology>,
        link: Link,
        outstanding: &Arc<Outstanding>,
    ) -> Self {
        let (settings, topology, outstanding) =
            (Arc::clone(settings), Arc::clone(topology), Arc::clone(outstanding));
        Self { settings, topology, link, outstanding, idle: Mutex::default(), unrouted: AtomicU64::new(0) }
    }

    pub(super) fn unrouted(&self) -> u64 {
        self.unrouted.load(Ordering::Relaxed)
    }

    /// See [`Bus::publish`](crate::Bus::publish).
    pub(super) async fn publish(&self, batch: &[Outgoing]) -> Result<Vec<Uuid>, BusError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let session = self.link.session()?;
        if session.connection.status().blocked() {
            return Err(BusError::Unavailable("the broker takes no messages: it raised an alarm".to_owned()));
        }
        let booked = self.outstanding.book(batch.iter().map(|message| self.copies(message)).sum());
        let failed = |error| fault("publishing", &error);
        let send = async {
            let channel = self.channel(&session).await?;
            let answers = send(&channel, batch).await?;
            // Only now: a channel with confirmations under way would mix them up with those of the next batch.
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(channel);
            Ok(answers)
        };
        let answers = within(self.settings.confirm_timeout, send).await.map_err(failed)?;
        let mut kept = 0;
        let mut confirmed = Vec::with_capacity(batch.len());
        for (message, acknowledged) in batch.iter().zip(answers.acknowledged) {
            let topic = matches!(message.route, Route::Topic(_));
            let returned =
                !answers.returned.is_empty() && answers.returned.contains(&(message.id.to_string(), topic));
            if self.is_confirmed(message, acknowledged, returned) {
                confirmed.push(message.id);
                kept += if returned { 0 } else { self.copies(message) };
            }
        }
        booked.keep(kept);
        Ok(confirmed)
    }

    fn is_confirmed(&self, message: &Outgoing, acknowledged: bool, returned: bool) -> bool {
        let refused = match &message.route {
            _ if !acknowledged => Some("the broker would not have it"),
            Route::Queue(_) if returned => Some("there is no such queue"),
            Route::Topic(_) if returned => {
                self.unrouted.fetch_add(1, Ordering::Relaxed);
                debug!(message.id = %message.id, "published for nobody: no queue is bound to the topic");
                None
            }
            _ => None,
        };
        if let Some(reason) = refused {
            warn!(message.id = %message.id, route = ?message.route, reason, "not published");
        }
        refused.is_none()
    }

    /// On how many queues the message will be.
    fn copies(&self, message: &Outgoing) -> usize {
        match &message.route {
            Route::Queue(_) => 1,
            Route::Topic(topic) => self.topology.queues_for(topic).count(),
        }
    }

    /// A channel that confirms and has nothing to confirm.
    async fn channel(&self, session: &Session) -> lapin::Result<Channel> {
        while let Some(channel) = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop() {
            if channel.status().connected() {
                return Ok(channel);
            }
        }
        let channel = session.connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(channel)
    }
}

async fn send(channel: &Channel, batch: &[Outgoing]) -> lapin::Result<Answers> {
    let mut confirms: Vec<PublisherConfirm> = Vec::with_capacity(batch.len());
    for window in batch.chunks(WINDOW) {
        confirms.extend(try_join_all(window.iter().map(|message| write(channel, message))).await?);
    }
    let mut answers = Answers { acknowledged: Vec::with_capacity(batch.len()), returned: HashSet::new() };
    for confirm in confirms {
        let confirmation = confirm.await?;
        answers.acknowledged.push(matches!(confirmation, Confirmation::Ack(_)));
        if let Some(message) = confirmation.take_message() {
            let id = message.properties.message_id().as_ref().map(ToString::to_string);
            answers.returned.insert((id.unwrap_or_default(), message.exchange.as_str() == EXCHANGE));
        }
    }
    Ok(answers)
}

async fn write(channel: &Channel, message: &Outgoing) -> lapin::Result<PublisherConfirm> {
    // The nameless exchange routes to the queue of that name.
    let (exchange, key) = match &message.route {
        Route::Topic(topic) => (EXCHANGE, topic),
        Route::Queue(queue) => ("", queue),
    };
    let options = BasicPublishOptions { mandatory: true, immediate: false };
    let (body, properties) = (message.body.as_bytes(), properties(message));
    channel.basic_publish(exchange.into(), key.as_str().into(), options, body, properties).await
}
