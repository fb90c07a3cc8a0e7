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
use tokio::time::{Instant, timeout_at};
use tracing::{debug, warn};
use uuid::Uuid;

use super::{
    RabbitSettings,
    declaration::{EXCHANGE, declare},
    fault::{fault, is_not_found, is_too_much, within},
    link::{Link, Session},
    wire::properties,
};
use crate::{BusError, Outgoing, Route, Topology, outstanding::Outstanding};

/// How many messages are written before lapin is waited for.
const WINDOW: usize = 500;

/// The bytes of an AMQP short string.
const LONGEST_NAME: usize = 255;

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
    /// By position, whether the broker has it; not told in time for some.
    acknowledged: Vec<Option<bool>>,
    /// Those that no queue wanted: the id, and whether it was a topic's.
    returned: HashSet<(String, bool)>,
}

impl Answers {
    fn are_complete(&self) -> bool {
        self.acknowledged.iter().all(Option::is_some)
    }

    /// Whether something can be said of the messages. While answers are missing a returned message may hide among those
    /// that are acknowledged, unless none was returned at all.
    fn are_of_use(&self) -> bool {
        self.are_complete() || (self.returned.is_empty() && self.acknowledged.iter().any(Option::is_some))
    }
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
        self.publish_again(batch, &HashSet::new()).await
    }

    /// As [`publish`](Self::publish) what was delivered and not looked at; those in `marked` come marked as redelivered.
    pub(super) async fn publish_again(
        &self,
        batch: &[Outgoing],
        marked: &HashSet<Uuid>,
    ) -> Result<Vec<Uuid>, BusError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        for Outgoing { id, route: Route::Topic(name) | Route::Queue(name), .. } in batch {
            if name.len() > LONGEST_NAME {
                return Err(BusError::Refused(format!(
                    "the message {id} is for a name of {} bytes",
                    name.len()
                )));
            }
        }
        let session = self.link.session()?;
        if session.connection.status().blocked() {
            return Err(BusError::Unavailable("the broker takes no messages: it raised an alarm".to_owned()));
        }
        let booked = self.outstanding.book(batch.iter().map(|message| self.copies(message)).sum());
        let answers = match self.ask(&session, batch, marked).await {
            Ok(answers) if answers.are_of_use() => answers,
            Ok(_) => return Err(BusError::Unavailable("the broker confirmed nothing in time".to_owned())),
            Err(error) => return Err(self.failed(&session, error).await),
        };
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

    /// Publishes on a channel of its own and gathers what the broker says until the time is up.
    async fn ask(
        &self,
        session: &Session,
        batch: &[Outgoing],
        marked: &HashSet<Uuid>,
    ) -> lapin::Result<Answers> {
        let until = Instant::now() + self.settings.confirm_timeout;
        let channel = within(self.settings.call_timeout, self.channel(session)).await?;
        let answers = send(&channel, batch, marked, until).await?;
        if answers.are_complete() {
            // Otherwise it would mix them up with those of the next batch.
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(channel);
        }
        Ok(answers)
    }

    /// What an error means: as a rule the broker's trouble, whatever the broker calls it. Only what is too large for it is
    /// the message's own.
    async fn failed(&self, session: &Session, error: lapin::Error) -> BusError {
        if is_not_found(&error) {
            // Somebody deleted the exchange. What is wrong with that is told with the next message.
            drop(within(self.settings.call_timeout, declare(&session.connection, &self.topology)).await);
        }
        match fault("publishing", &error) {
            BusError::Refused(text) if is_too_much(&error) => BusError::Refused(text),
            told => BusError::Unavailable(told.detail()),
        }
    }

    fn is_confirmed(&self, message: &Outgoing, acknowledged: Option<bool>, returned: bool) -> bool {
        let refused = match &message.route {
            // Its caller counts those.
            _ if acknowledged.is_none() => return false,
            _ if acknowledged == Some(false) => Some("the broker would not have it"),
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

async fn send(
    channel: &Channel,
    batch: &[Outgoing],
    marked: &HashSet<Uuid>,
    until: Instant,
) -> lapin::Result<Answers> {
    let mut confirms: Vec<PublisherConfirm> = Vec::with_capacity(batch.len());
    for window in batch.chunks(WINDOW) {
        let writing = try_join_all(window.iter().map(|message| write(channel, message, marked)));
        // A broker that raised an alarm does not even read.
        let Ok(written) = timeout_at(until, writing).await else { break };
        confirms.extend(written?);
    }
    let mut answers = Answers { acknowledged: Vec::with_capacity(batch.len()), returned: HashSet::new() };
    for confirm in confirms {
        // When the time is up, those that have come already still count.
        let Ok(confirmation) = timeout_at(until, confirm).await else {
            answers.acknowledged.push(None);
            continue;
        };
        let confirmation = confirmation?;
        answers.acknowledged.push(Some(matches!(confirmation, Confirmation::Ack(_))));
        if let Some(message) = confirmation.take_message() {
            let id = message.properties.message_id().as_ref().map(ToString::to_string);
            answers.returned.insert((id.unwrap_or_default(), message.exchange.as_str() == EXCHANGE));
        }
    }
    answers.acknowledged.resize(batch.len(), None);
    Ok(answers)
}

async fn write(
    channel: &Channel,
    message: &Outgoing,
    marked: &HashSet<Uuid>,
) -> lapin::Result<PublisherConfirm> {
    // The nameless exchange routes to the queue of that name.
    let (exchange, key) = match &message.route {
        Route::Topic(topic) => (EXCHANGE, topic),
        Route::Queue(queue) => ("", queue),
    };
    let options = BasicPublishOptions { mandatory: true, immediate: false };
    let (body, properties) = (message.body.as_bytes(), properties(message, marked.contains(&message.id)));
    channel.basic_publish(exchange.into(), key.as_str().into(), options, body, properties).await
}
