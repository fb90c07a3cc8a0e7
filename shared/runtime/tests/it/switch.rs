// SPDX-License-Identifier: EUPL-1.2
//! A bus that can be switched off.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use campanella_bus::{Abandoned, Bus, BusError, Delivery, Handled, Outgoing, QueueStats, Subscription};
use uuid::Uuid;

use crate::probe::Gate;

/// What does not work at the moment.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// Nothing is published.
    pub(crate) publishing: AtomicBool,
    /// What is published arrives, and nobody hears that it did: as for a relay that dies before it forgets its rows.
    pub(crate) confirming: AtomicBool,
    /// Nothing is acknowledged or released.
    pub(crate) settling: AtomicBool,
    /// Whoever publishes waits here.
    held: Mutex<Option<Arc<Gate>>>,
    /// A batch that holds this message is refused, however often it comes.
    refused: Mutex<Option<Uuid>>,
}

impl Faults {
    /// Where whoever publishes waits.
    pub(crate) fn held(&self) -> MutexGuard<'_, Option<Arc<Gate>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The message that is refused.
    pub(crate) fn refused(&self) -> MutexGuard<'_, Option<Uuid>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A bus with faults.
#[derive(Debug)]
pub(crate) struct SwitchedBus {
    pub(crate) bus: Box<dyn Bus>,
    pub(crate) faults: Arc<Faults>,
}

fn check(fault: &AtomicBool) -> Result<(), BusError> {
    if fault.load(Ordering::SeqCst) {
        return Err(BusError::Unavailable("switched off".to_owned()));
    }
    Ok(())
}

#[async_trait]
impl Bus for SwitchedBus {
    async fn publish(&self, batch: &[Outgoing]) -> Result<Vec<Uuid>, BusError> {
        check(&self.faults.publishing)?;
        let gate = self.faults.held().clone();
        if let Some(gate) = gate {
            gate.pass().await.map_err(|closed| BusError::Unavailable(closed.to_string()))?;
        }
        let refused = *self.faults.refused();
        if batch.iter().any(|message| Some(message.id) == refused) {
            return Err(BusError::Refused("not this one".to_owned()));
        }
        let confirmed = self.bus.publish(batch).await?;
        check(&self.faults.confirming)?;
        Ok(confirmed)
    }

    async fn consume(&self, queue: &str, prefetch: u16) -> Result<Box<dyn Subscription>, BusError> {
        let subscription = self.bus.consume(queue, prefetch).await?;
        Ok(Box::new(SwitchedSubscription { subscription, faults: Arc::clone(&self.faults) }))
    }

    async fn stats(&self) -> Result<Vec<QueueStats>, BusError> {
        self.bus.stats().await
    }

    fn unrouted(&self) -> u64 {
        self.bus.unrouted()
    }

    fn outstanding(&self) -> u64 {
        self.bus.outstanding()
    }

    async fn abandoned(&self, at_most: usize) -> Result<Vec<Abandoned>, BusError> {
        self.bus.abandoned(at_most).await
    }

    async fn settle_abandoned(&self, abandoned: &[Abandoned]) -> Result<(), BusError> {
        self.bus.settle_abandoned(abandoned).await
    }

    async fn close(&self) {
        self.bus.close().await;
    }
}

#[derive(Debug)]
struct SwitchedSubscription {
    subscription: Box<dyn Subscription>,
    faults: Arc<Faults>,
}

#[async_trait]
impl Subscription for SwitchedSubscription {
    async fn receive(
        &mut self,
        at_most: usize,
        patience: Duration,
        linger: Duration,
    ) -> Result<Vec<Delivery>, BusError> {
        self.subscription.receive(at_most, patience, linger).await
    }

    async fn acknowledge(&mut self, deliveries: &[Delivery]) -> Result<(), BusError> {
        check(&self.faults.settling)?;
        self.subscription.acknowledge(deliveries).await
    }

    async fn release(&mut self, deliveries: &[Delivery], handled: Handled) -> Result<(), BusError> {
        check(&self.faults.settling)?;
        self.subscription.release(deliveries, handled).await
    }
}
