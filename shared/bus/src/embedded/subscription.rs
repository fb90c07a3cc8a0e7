// SPDX-License-Identifier: EUPL-1.2
//! One consumer of an embedded queue.

use std::{
    collections::{HashSet, VecDeque},
    pin::pin,
    sync::atomic::Ordering,
    time::Duration,
};

use async_trait::async_trait;
use campanella_store::queue::Leased;
use tokio::time::sleep;

use super::desk::{Desk, Leasing};
use crate::{BusError, Delivery, Handled, Subscription};

/// One consumer of an embedded queue.
#[derive(Debug)]
pub(super) struct EmbeddedSubscription {
    desk: Desk,
    prefetch: usize,
    /// A lease whose `receive` was dropped before it ended.
    leasing: Option<Leasing>,
    /// Leased and not yet given to anybody: what a dropped `receive` leaves behind.
    unseen: VecDeque<Delivery>,
    /// Tags of what was given out and not yet settled.
    seen: HashSet<u64>,
}

impl EmbeddedSubscription {
    pub(super) fn new(desk: Desk, prefetch: u16) -> Self {
        desk.line.consumers.fetch_add(1, Ordering::Relaxed);
        let (unseen, seen) = (VecDeque::new(), HashSet::new());
        Self { desk, prefetch: prefetch.into(), leasing: None, unseen, seen }
    }

    /// Takes what waits, up to `enough` unseen deliveries in all. May be dropped at any moment.
    async fn lease(&mut self, enough: usize) -> Result<(), BusError> {
        let leasing = match self.leasing.take() {
            None if self.unseen.len() < enough => self.desk.lease(enough - self.unseen.len()),
            on_the_way => on_the_way,
        };
        let Some(leasing) = leasing else { return Ok(()) };
        let outcome = self.leasing.insert(leasing).await;
        self.leasing = None;
        let ended = |error| BusError::Unavailable(format!("a lease did not end: {error}"));
        self.unseen.extend(outcome.map_err(ended)??.into_iter().map(delivery));
        Ok(())
    }

    /// Waits until at least `wanted` deliveries are in hand, taking up to `enough`, or the time is up.
    async fn wait(&mut self, wanted: usize, enough: usize, time: Duration) -> Result<(), BusError> {
        if time.is_zero() {
            // A timer set to now still sleeps to the end of the millisecond: the simulation asks empty queues all year.
            return Ok(());
        }
        let mut until = pin!(sleep(time));
        while self.unseen.len() < wanted && self.desk.news(until.as_mut()).await? {
            self.lease(enough).await?;
        }
        Ok(())
    }

    /// The positions of those deliveries that are in hand.
    fn positions(&self, deliveries: &[Delivery]) -> Vec<i64> {
        let in_hand = deliveries.iter().filter(|delivery| self.seen.contains(&delivery.tag));
        in_hand.map(|delivery| delivery.tag.cast_signed()).collect()
    }

    fn forget(&mut self, deliveries: &[Delivery]) {
        for delivery in deliveries {
            self.seen.remove(&delivery.tag);
        }
    }
}

#[async_trait]
impl Subscription for EmbeddedSubscription {
    async fn receive(
        &mut self,
        at_most: usize,
        patience: Duration,
        linger: Duration,
    ) -> Result<Vec<Delivery>, BusError> {
        self.desk.office.check_open()?;
        let enough = at_most.min(self.prefetch - self.seen.len());
        if enough == 0 {
            self.desk.nothing(pin!(sleep(patience))).await?;
            return Ok(Vec::new());
        }
        self.lease(enough).await?;
        self.wait(1, enough, patience).await?;
        if !self.unseen.is_empty() && !linger.is_zero() {
            self.wait(enough, enough, linger).await?;
        }
        let given: Vec<Delivery> = self.unseen.drain(..enough.min(self.unseen.len())).collect();
        self.seen.extend(given.iter().map(|delivery| delivery.tag));
        Ok(given)
    }

    async fn acknowledge(&mut self, deliveries: &[Delivery]) -> Result<(), BusError> {
        self.desk.acknowledge(&self.positions(deliveries)).await?;
        self.forget(deliveries);
        Ok(())
    }

    async fn release(&mut self, deliveries: &[Delivery], handled: Handled) -> Result<(), BusError> {
        self.desk.release(&self.positions(deliveries), handled == Handled::Unseen).await?;
        self.forget(deliveries);
        Ok(())
    }
}

impl Drop for EmbeddedSubscription {
    fn drop(&mut self) {
        self.desk.line.consumers.fetch_sub(1, Ordering::Relaxed);
        let unseen = self.unseen.iter().map(|delivery| delivery.tag.cast_signed()).collect();
        let seen = self.seen.iter().map(|tag| tag.cast_signed()).collect();
        self.desk.give_back(self.leasing.take(), unseen, seen);
    }
}

/// A message's position in the file, never negative, is its tag.
fn delivery(leased: Leased) -> Delivery {
    let Leased { position, message_id, body, deliveries } = leased;
    Delivery { message_id, body, redelivered: deliveries > 1, tag: position.cast_unsigned() }
}
