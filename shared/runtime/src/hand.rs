// SPDX-License-Identifier: EUPL-1.2
//! What a runner has in hand. A bus that is away when something is to be acknowledged or given back is told later:
//! otherwise the messages would stay in hand for as long as the process lives, and fill its prefetch.

use std::time::Duration;

use campanella_bus::{BusError, Delivery, Handled, Subscription};

/// A subscription and what is still to be told to its bus.
#[derive(Debug)]
pub(crate) struct Hand {
    subscription: Box<dyn Subscription>,
    /// Brought to their end in the database.
    done: Vec<Delivery>,
    /// Not begun, or nothing of it happened.
    unseen: Vec<Delivery>,
    /// Nothing of it happened, and yet it is not for others to try: see [`Hand::keep`].
    kept: Vec<Delivery>,
}

impl Hand {
    pub(crate) const fn new(subscription: Box<dyn Subscription>) -> Self {
        Self { subscription, done: Vec::new(), unseen: Vec::new(), kept: Vec::new() }
    }

    /// Settles what is owed, then receives, after what was kept: nobody waits for more while there is something to try
    /// again, and what comes is not held up by it.
    pub(crate) async fn receive(
        &mut self,
        at_most: usize,
        patience: Duration,
        linger: Duration,
    ) -> Result<Vec<Delivery>, BusError> {
        self.settle().await?;
        let patience = if self.kept.is_empty() { patience } else { Duration::ZERO };
        let came = self.subscription.receive(at_most, patience, linger).await?;
        Ok(self.kept.drain(..).chain(came).collect())
    }

    /// Ends deliveries, now or, on an error, later.
    pub(crate) async fn acknowledge(&mut self, deliveries: Vec<Delivery>) -> Result<(), BusError> {
        self.done.extend(deliveries);
        self.settle().await
    }

    /// Gives deliveries back as they came, now or, on an error, later.
    pub(crate) async fn give_back(
        &mut self,
        deliveries: impl IntoIterator<Item = Delivery>,
    ) -> Result<(), BusError> {
        self.unseen.extend(deliveries);
        self.settle().await
    }

    /// Keeps deliveries for the next time. A suspect whose delivery was counted stays with whoever counted it: the next
    /// holder would count it again, although nobody died.
    pub(crate) fn keep(&mut self, deliveries: impl IntoIterator<Item = Delivery>) {
        self.kept.extend(deliveries);
    }

    async fn settle(&mut self) -> Result<(), BusError> {
        if !self.done.is_empty() {
            self.subscription.acknowledge(&self.done).await?;
            self.done.clear();
        }
        if !self.unseen.is_empty() {
            self.subscription.release(&self.unseen, Handled::Unseen).await?;
            self.unseen.clear();
        }
        Ok(())
    }
}
