// SPDX-License-Identifier: EUPL-1.2
//! One consumer of a queue on a broker.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use super::{desk::Desk, office::Office};
use crate::{BusError, Delivery, Handled, Subscription};

/// One consumer of a queue on a broker. When its session is lost, the call that notices it fails, and the next one that
/// receives waits for the session and goes on.
#[derive(Debug)]
pub(super) struct RabbitSubscription {
    pub(super) office: Arc<Office>,
    pub(super) desk: Arc<Desk>,
}

impl RabbitSubscription {
    /// Does it, unless the bus closes first.
    async fn unless_closed<T>(&self, call: impl Future<Output = Result<T, BusError>>) -> Result<T, BusError> {
        tokio::select! {
            biased;
            () = self.office.closing.cancelled() => Err(BusError::closed()),
            done = call => done,
        }
    }
}

#[async_trait]
impl Subscription for RabbitSubscription {
    async fn receive(
        &mut self,
        at_most: usize,
        patience: Duration,
        linger: Duration,
    ) -> Result<Vec<Delivery>, BusError> {
        self.unless_closed(self.desk.receive(&self.office, at_most, patience, linger)).await
    }

    async fn acknowledge(&mut self, deliveries: &[Delivery]) -> Result<(), BusError> {
        self.unless_closed(self.desk.acknowledge(&self.office, deliveries)).await
    }

    async fn release(&mut self, deliveries: &[Delivery], handled: Handled) -> Result<(), BusError> {
        self.unless_closed(self.desk.release(&self.office, deliveries, handled)).await
    }
}

impl Drop for RabbitSubscription {
    fn drop(&mut self) {
        let (office, desk) = (Arc::clone(&self.office), Arc::clone(&self.desk));
        let giving = async move { desk.give_back(&office).await };
        self.office.givers.spawn_on(giving, &self.office.runtime);
    }
}
