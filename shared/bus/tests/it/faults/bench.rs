// SPDX-License-Identifier: EUPL-1.2
//! A broker to be mistreated, and patience with a bus that has lost its own.

use std::collections::BTreeSet;

use anyhow::ensure;
use campanella_bus::{Bus, BusError, Outgoing, Subscription};
use campanella_testkit::rabbitmq::PrivateRabbit;
use tokio::{
    sync::{Mutex, MutexGuard},
    task::block_in_place,
    time::{Instant, sleep},
};
use uuid::Uuid;

use crate::contract::bench::{AT_ONCE, GLANCE, PATIENCE};

static FAULTY: Mutex<Option<PrivateRabbit>> = Mutex::const_new(None);

/// A broker that is stopped and starved: not that of the other tests, and one test at a time.
#[derive(Debug)]
pub(crate) struct Faulty(MutexGuard<'static, Option<PrivateRabbit>>);

impl Faulty {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let mut faulty = FAULTY.lock().await;
        if faulty.is_none() {
            *faulty = Some(block_in_place(PrivateRabbit::start)?);
        }
        Ok(Self(faulty))
    }

    /// Does something to it that takes its time.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&PrivateRabbit) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let rabbit = self.0.as_ref().ok_or_else(|| anyhow::anyhow!("there is no broker"))?;
        block_in_place(|| act(rabbit))
    }
}

/// Receives and acknowledges until all of these came, whatever becomes of the session in between. Gives how often the bus
/// was away.
pub(crate) async fn take_all(
    from: &mut dyn Subscription,
    mut missing: BTreeSet<Uuid>,
) -> anyhow::Result<usize> {
    let until = Instant::now() + PATIENCE;
    let mut away = 0;
    while !missing.is_empty() {
        ensure!(Instant::now() < until, "{} did not come", missing.len());
        match from.receive(100, GLANCE, AT_ONCE).await {
            Ok(came) => match from.acknowledge(&came).await {
                Ok(()) => missing.retain(|id| came.iter().all(|delivery| delivery.message_id != *id)),
                Err(error) => away += unavailable(&error)?,
            },
            Err(error) => away += unavailable(&error)?,
        }
    }
    Ok(away)
}

/// Publishes until it is confirmed. Gives how often the bus was away.
pub(crate) async fn publish_at_last(bus: &dyn Bus, batch: &[Outgoing]) -> anyhow::Result<usize> {
    let until = Instant::now() + PATIENCE;
    let mut away = 0;
    loop {
        ensure!(Instant::now() < until, "it is not published");
        match bus.publish(batch).await {
            Ok(confirmed) => {
                ensure!(confirmed.len() == batch.len());
                return Ok(away);
            }
            Err(error) => away += unavailable(&error)?,
        }
        // As its callers do.
        sleep(GLANCE).await;
    }
}

fn unavailable(error: &BusError) -> anyhow::Result<usize> {
    ensure!(matches!(error, BusError::Unavailable(_)), "{error}");
    Ok(1)
}
