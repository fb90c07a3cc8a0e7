// SPDX-License-Identifier: EUPL-1.2
//! One consumer of an embedded queue.

use std::{collections::BTreeSet, pin::pin, sync::atomic::Ordering, time::Duration};

use async_trait::async_trait;
use campanella_store::queue::Leased;
use tokio::time::sleep;

use super::desk::{Desk, Leasing};
use crate::{BusError, Delivery, Handled, Subscription, in_hand::InHand};

/// One consumer of an embedded queue.
#[derive(Debug)]
pub(super) struct EmbeddedSubscription {
    desk: Desk,
    /// A lease whose `receive` was dropped before it ended.
    leasing: Option<Leasing>,
    /// What is unseen there was left behind by a dropped `receive`.
    in_hand: InHand,
}

impl EmbeddedSubscription {
    pub(super) fn new(desk: Desk, prefetch: u16) -> Self {
        desk.line.consumers.fetch_add(1, Ordering::Relaxed);
        Self { desk, leasing: None, in_hand: InHand::new(prefetch) }
    }

    /// Takes what waits, up to `enough` unseen deliveries in all. May be dropped at any moment.
    async fn lease(&mut self, enough: usize) -> Result<(), BusError> {
        let leasing = match self.leasing.take() {
            None => match enough.saturating_sub(self.in_hand.unseen().len()) {
                0 => None,
                missing => self.desk.lease(missing),
            },
            on_the_way => on_the_way,
        };
        let Some(leasing) = leasing else { return Ok(()) };
        let outcome = self.leasing.insert(leasing).await;
        self.leasing = None;
        let ended = |error| BusError::Unavailable(format!("a lease did not end: {error}"));
        self.in_hand.take(outcome.map_err(ended)??.into_iter().map(delivery));
        Ok(())
    }

    /// Waits until at least `wanted` deliveries are in hand, taking up to `enough`, or the time is up.
    async fn wait(&mut self, wanted: usize, enough: usize, time: Duration) -> Result<(), BusError> {
        if time.is_zero() {
            // A timer set to now still sleeps to the end of the millisecond: the simulation asks empty queues all year.
            return Ok(());
        }
        let mut until = pin!(sleep(time));
        while self.in_hand.unseen().len() < wanted && self.desk.news(until.as_mut()).await? {
            self.lease(enough).await?;
        }
        Ok(())
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
        let enough = self.in_hand.room(at_most);
        if enough == 0 {
            self.desk.nothing(pin!(sleep(patience))).await?;
            return Ok(Vec::new());
        }
        self.lease(enough).await?;
        self.wait(1, enough, patience).await?;
        if !self.in_hand.unseen().is_empty() && !linger.is_zero() {
            self.wait(enough, enough, linger).await?;
        }
        Ok(self.in_hand.give(enough))
    }

    async fn acknowledge(&mut self, deliveries: &[Delivery]) -> Result<(), BusError> {
        let given = self.in_hand.given(deliveries);
        self.desk.acknowledge(&positions(&given)).await?;
        self.in_hand.settle(&given);
        Ok(())
    }

    async fn release(&mut self, deliveries: &[Delivery], handled: Handled) -> Result<(), BusError> {
        let given = self.in_hand.given(deliveries);
        self.desk.release(&positions(&given), handled == Handled::Unseen).await?;
        self.in_hand.settle(&given);
        Ok(())
    }
}

impl Drop for EmbeddedSubscription {
    fn drop(&mut self) {
        self.desk.line.consumers.fetch_sub(1, Ordering::Relaxed);
        let unseen = self.in_hand.unseen().iter().map(|delivery| delivery.tag.cast_signed()).collect();
        self.desk.give_back(self.leasing.take(), unseen, positions(self.in_hand.seen()));
    }
}

fn positions(tags: &BTreeSet<u64>) -> Vec<i64> {
    tags.iter().map(|tag| tag.cast_signed()).collect()
}

/// A message's position in the file, never negative, is its tag.
fn delivery(leased: Leased) -> Delivery {
    let Leased { position, message_id, body, deliveries } = leased;
    Delivery { message_id, body, redelivered: deliveries > 1, tag: position.cast_unsigned() }
}
