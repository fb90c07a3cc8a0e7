// SPDX-License-Identifier: EUPL-1.2
//! A broker to be mistreated, and patience with a bus that has lost its own.

use std::{collections::BTreeSet, fmt::Write as _, fs::Permissions, os::unix::fs::PermissionsExt as _};

use anyhow::{Context as _, ensure};
use campanella_bus::{Bus, BusError, Outgoing, Subscription};
use campanella_testkit::{certificates, free_ports, rabbitmq::PrivateRabbit};
use tempfile::TempDir;
use tokio::{
    sync::{Mutex, MutexGuard},
    task::block_in_place,
    time::{Instant, sleep},
};
use uuid::Uuid;

use crate::contract::bench::{AT_ONCE, GLANCE, PATIENCE};

static FAULTY: Mutex<Option<Broker>> = Mutex::const_new(None);

/// A broker that also speaks TLS.
#[derive(Debug)]
struct Broker {
    rabbit: PrivateRabbit,
    tls: u16,
    /// Its certificate.
    _folder: TempDir,
}

impl Broker {
    fn start() -> anyhow::Result<Self> {
        let tls = *free_ports(1)?.first().context("no free port")?;
        // It runs under an account of its own, which may not be let into this folder.
        let folder = tempfile::tempdir()?;
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let mut lines = format!("listeners.ssl.1 = 127.0.0.1:{tls}\n");
        for (option, file) in [
            ("certfile", certificates::server()),
            ("keyfile", certificates::server_key()),
            ("cacertfile", certificates::authority()),
        ] {
            let copy = folder.path().join(option);
            std::fs::copy(file, &copy)?;
            std::fs::set_permissions(&copy, Permissions::from_mode(0o644))?;
            writeln!(lines, "ssl_options.{option} = {}", copy.display())?;
        }
        Ok(Self { rabbit: PrivateRabbit::start_configured(&lines)?, tls, _folder: folder })
    }
}

/// A broker that is stopped and starved: not that of the other tests, and one test at a time.
#[derive(Debug)]
pub(crate) struct Faulty(MutexGuard<'static, Option<Broker>>);

impl Faulty {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let mut faulty = FAULTY.lock().await;
        if faulty.is_none() {
            *faulty = Some(block_in_place(Broker::start)?);
        }
        Ok(Self(faulty))
    }

    /// Does something to it that takes its time.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&PrivateRabbit) -> anyhow::Result<T>) -> anyhow::Result<T> {
        let broker = self.0.as_ref().context("there is no broker")?;
        block_in_place(|| act(&broker.rabbit))
    }

    /// Its address over TLS.
    pub(crate) fn tls(&self) -> anyhow::Result<String> {
        let broker = self.0.as_ref().context("there is no broker")?;
        let url = broker.rabbit.url();
        let (user, _) = url.split_once('@').context("no user")?;
        Ok(format!("{}@127.0.0.1:{}/%2f", user.replace("amqp:", "amqps:"), broker.tls))
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
