// SPDX-License-Identifier: EUPL-1.2
//! Where a subscription gets its messages, from one consumer after the other.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};
use tracing::{debug, warn};
use uuid::Uuid;

use super::{
    consumer::{Consumer, Lost, Settling},
    fault::{fault, is_not_found, within},
    office::Office,
    watchdog::Watchdog,
};
use crate::{BusError, Delivery, Handled, Outgoing, Route};

/// How long messages may be under way from the broker.
const UNDER_WAY: Duration = Duration::from_millis(300);

/// One subscription's way to its queue. Shared with the bus, which has it give everything back when it closes.
#[derive(Debug)]
pub(super) struct Desk {
    queue: String,
    prefetch: u16,
    held: Arc<AtomicU64>,
    place: Mutex<Place>,
}

/// Who is at the desk.
#[derive(Debug)]
struct Place {
    /// None after it was lost, until the next call; none for ever after everything was given back.
    consumer: Option<Consumer>,
    /// The greatest tag of those who were there.
    last_tag: u64,
    watchdog: Watchdog,
}

impl Place {
    /// Forgets the consumer. What it had in hand comes again; its tags are nobody's.
    fn lose(&mut self, queue: &str, Lost(reason): Lost) -> BusError {
        if let Some(consumer) = self.consumer.take() {
            self.last_tag = consumer.last_tag();
            warn!(queue, reason, "a subscription is lost, and made anew");
        }
        BusError::Unavailable(reason)
    }
}

impl Desk {
    /// A desk with a consumer at it.
    pub(super) async fn open(
        office: &Office,
        queue: &str,
        prefetch: u16,
        held: &Arc<AtomicU64>,
    ) -> Result<Self, BusError> {
        let watchdog = Watchdog::new(office.settings.stalled_after);
        let place = Mutex::new(Place { consumer: None, last_tag: 0, watchdog });
        let desk = Self { queue: queue.to_owned(), prefetch, held: Arc::clone(held), place };
        let mut place = desk.place.lock().await;
        desk.consumer(&mut place, office, Duration::ZERO).await?;
        drop(place);
        Ok(desk)
    }

    /// The consumer at the desk; a new one when the last was lost.
    async fn consumer<'a>(
        &self,
        place: &'a mut Place,
        office: &Office,
        patience: Duration,
    ) -> Result<&'a mut Consumer, BusError> {
        if place.consumer.is_none() {
            let session = office.consuming.session_within(patience).await?;
            let begin = || {
                let begin = Consumer::begin(&session, &self.queue, self.prefetch, place.last_tag, &self.held);
                within(office.settings.call_timeout, begin)
            };
            let failed = |error| fault("subscribing", &error);
            let consumer = match begin().await {
                Err(error) if is_not_found(&error) => {
                    office.redeclare(&session.connection).await.map_err(failed)?;
                    begin().await
                }
                begun => begun,
            };
            place.watchdog.begin();
            place.consumer = Some(consumer.map_err(failed)?);
        }
        place.consumer.as_mut().ok_or_else(BusError::closed)
    }

    /// See [`Subscription::receive`](crate::Subscription::receive).
    pub(super) async fn receive(
        &self,
        office: &Office,
        at_most: usize,
        patience: Duration,
        linger: Duration,
    ) -> Result<Vec<Delivery>, BusError> {
        let mut place = self.place.lock().await;
        let none = at_most.min(self.prefetch.into());
        let enough = place.consumer.as_ref().map_or(none, |consumer| consumer.in_hand().room(at_most));
        if enough == 0 {
            sleep(patience).await;
            return Ok(Vec::new());
        }
        let consumer = self.consumer(&mut place, office, patience).await?;
        match consumer.receive(enough, patience, linger).await {
            Ok(came) if came.is_empty() => {
                self.look_for_a_stall(&mut place, office).await?;
                Ok(came)
            }
            Ok(came) => {
                place.watchdog.begin();
                Ok(came)
            }
            Err(lost) => Err(place.lose(&self.queue, lost)),
        }
    }

    /// A consumer that is forgotten by its broker is made anew.
    async fn look_for_a_stall(&self, place: &mut Place, office: &Office) -> Result<(), BusError> {
        if place.watchdog.is_due() {
            let waiting = office.waiting(&self.queue).await?;
            if place.watchdog.is_stalled(waiting) {
                let reason = format!("nothing comes although {waiting} messages wait");
                return Err(place.lose(&self.queue, Lost(reason)));
            }
        }
        Ok(())
    }

    /// See [`Subscription::acknowledge`](crate::Subscription::acknowledge).
    pub(super) async fn acknowledge(&self, office: &Office, deliveries: &[Delivery]) -> Result<(), BusError> {
        let mut place = self.place.lock().await;
        let tags = given(&place, deliveries);
        self.settle(&mut place, office, &tags, Settling::Acknowledge).await
    }

    /// See [`Subscription::release`](crate::Subscription::release).
    ///
    /// AMQP marks everything that goes back, and the broker counts it: after so many times it gives up on the message. What
    /// its holder did not look at is published again instead, as it came, and then acknowledged; dying in between doubles
    /// it, and the inbox drops one.
    pub(super) async fn release(
        &self,
        office: &Office,
        deliveries: &[Delivery],
        handled: Handled,
    ) -> Result<(), BusError> {
        let mut place = self.place.lock().await;
        let in_hand = given(&place, deliveries);
        let published = match handled {
            Handled::Seen => BTreeSet::new(),
            Handled::Unseen => {
                let unseen = deliveries.iter().filter(|delivery| in_hand.contains(&delivery.tag));
                self.publish_again(office, &unseen.collect::<Vec<_>>()).await?
            }
        };
        self.settle(&mut place, office, &published, Settling::Acknowledge).await?;
        let rest = in_hand.difference(&published).copied().collect();
        self.settle(&mut place, office, &rest, Settling::Requeue).await
    }

    /// Publishes deliveries to this queue as they came, marked or not; the tags of those that are on it.
    async fn publish_again(
        &self,
        office: &Office,
        deliveries: &[&Delivery],
    ) -> Result<BTreeSet<u64>, BusError> {
        let again = |delivery: &&Delivery| Outgoing {
            id: delivery.message_id,
            route: Route::Queue(self.queue.clone()),
            body: delivery.body.clone(),
        };
        let batch: Vec<Outgoing> = deliveries.iter().map(again).collect();
        let marked = deliveries.iter().filter(|delivery| delivery.redelivered);
        let marked: HashSet<Uuid> = marked.map(|delivery| delivery.message_id).collect();
        let confirmed = office.publisher.publish_again(&batch, &marked).await?;
        let confirmed: HashSet<Uuid> = confirmed.into_iter().collect();
        let confirmed = deliveries.iter().filter(|delivery| confirmed.contains(&delivery.message_id));
        Ok(confirmed.map(|delivery| delivery.tag).collect())
    }

    async fn settle(
        &self,
        place: &mut Place,
        office: &Office,
        tags: &BTreeSet<u64>,
        how: Settling,
    ) -> Result<(), BusError> {
        let Some(consumer) = place.consumer.as_mut().filter(|_| !tags.is_empty()) else {
            // All are of a consumer that was lost: they come again.
            return Ok(());
        };
        match within(office.settings.call_timeout, consumer.settle(tags, how)).await {
            Ok(()) => {
                if how == Settling::Acknowledge {
                    office.outstanding.subtract(tags.len());
                }
                Ok(())
            }
            Err(error) => Err(place.lose(&self.queue, error.into())),
        }
    }

    /// Gives everything back, for good: what was seen marked, the rest as it came.
    pub(super) async fn give_back(&self, office: &Office) {
        let mut place = self.place.lock().await;
        if let Err(error) = self.give_back_from(&mut place, office).await {
            // With the channel, all of it marked.
            debug!(queue = self.queue, %error, "the broker gives the rest back");
        }
        if let Some(consumer) = place.consumer.take() {
            drop(within(office.settings.call_timeout, consumer.end()).await);
        }
    }

    /// Waits for what the broker is about to send. What it sent and we did not get by the end of the subscription would be
    /// marked, as if we had seen it. Something is under way while messages wait and there is room for them.
    async fn let_arrive(&self, consumer: &mut Consumer, office: &Office) -> Result<(), BusError> {
        let until = Instant::now() + UNDER_WAY;
        while !consumer.in_hand().is_full()
            && Instant::now() < until
            && office.waiting(&self.queue).await? > 0
        {
            let Ok(()) = consumer.one_more(UNDER_WAY / 10).await else { break };
        }
        Ok(())
    }

    async fn give_back_from(&self, place: &mut Place, office: &Office) -> Result<(), BusError> {
        let Some(consumer) = place.consumer.as_mut() else { return Ok(()) };
        self.let_arrive(consumer, office).await?;
        let stopped = within(office.settings.call_timeout, async { Ok(consumer.stop().await) }).await;
        let unseen = match stopped {
            Ok(Ok(unseen)) => unseen,
            Ok(Err(lost)) => return Err(place.lose(&self.queue, lost)),
            Err(error) => return Err(fault("unsubscribing", &error)),
        };
        let again: BTreeSet<u64> = unseen.iter().map(|delivery| delivery.tag).collect();
        let seen = consumer.in_hand().seen().difference(&again).copied().collect();
        // First those for which nobody has to be asked.
        self.settle(place, office, &seen, Settling::Requeue).await?;
        let published = self.publish_again(office, &unseen.iter().collect::<Vec<_>>()).await?;
        self.settle(place, office, &published, Settling::Acknowledge).await
    }
}

/// Tags of those deliveries that are in hand.
fn given(place: &Place, deliveries: &[Delivery]) -> BTreeSet<u64> {
    place.consumer.as_ref().map(|consumer| consumer.in_hand().given(deliveries)).unwrap_or_default()
}
