// SPDX-License-Identifier: EUPL-1.2
//! Which broker serves a database.
//!
//! A broker has no identity of its own that would survive a change of hosts. So the installation leaves its mark in its
//! virtual host, and remembers that it did: a virtual host without the mark is another one, or was emptied, and one with
//! somebody else's mark belongs to another installation, whose messages ours would handle.

use std::time::Duration;

use anyhow::{Context as _, Error, Result};
use campanella_bus::{
    Bus as _, BusError, Topology,
    rabbitmq::{self, Claim, Mark, RabbitBus, RabbitSettings},
};
use campanella_jobs::WORKERS;
use campanella_runtime::{clock::new_id, heartbeat::VERSION};
use campanella_store::{bookmark, process};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::{
    installation::Installation,
    pouring::Pouring,
    queue_file::{self, SERVED_BY, StrangeQueue},
    settings::BrokerSettings,
    workforce::topology,
};

/// The bookmark with what the installation is called in its virtual host.
const ID: &str = "installation.id";

/// The bookmark with what it will be called once a virtual host is adopted; there while adopting is under way.
const NEXT_ID: &str = "installation.id.next";

/// The value of [`SERVED_BY`] when a broker serves the database; a queue file's is 32 hexadecimal digits.
pub(crate) const BROKER: &str = "broker";

/// How to talk to it.
///
/// # Errors
/// When the address is not one; it is not quoted.
pub(crate) fn settings(settings: &BrokerSettings) -> Result<RabbitSettings> {
    let seconds = Duration::from_secs;
    Ok(RabbitSettings {
        certificate_authority: (!settings.ca_file.as_os_str().is_empty()).then(|| settings.ca_file.clone()),
        connect_timeout: seconds(settings.connect_seconds),
        confirm_timeout: seconds(settings.confirm_seconds),
        heartbeat: seconds(settings.heartbeat_seconds),
        ..RabbitSettings::new(settings.url.expose_secret())?
    })
}

/// Opens the broker and ties it to the database, or finds it tied.
///
/// # Errors
/// [`StrangeQueue`] when others serve the database, or the virtual host is not ours; else as [`RabbitBus::claim`].
pub(crate) async fn open(installation: &Installation, topology: Topology) -> Result<RabbitBus> {
    let serves = serves(installation).await?;
    let id = drawn(installation, ID).await?;
    let bus = claim(installation, topology, if serves { Claim::Held(id) } else { Claim::New(id) }).await?;
    if !another_release_is_at_work(installation).await? {
        bus.unbind_given_up().await?;
    }
    let mut tx = installation.store.begin().await?;
    let first = bookmark::set_first(&mut tx, SERVED_BY, BROKER).await?;
    tx.commit().await?;
    if first == BROKER { Ok(bus) } else { Err(queue_file::held_by_a_file(installation).await.into()) }
}

/// The broker of the database, for whoever only looks: nothing is tied. None: the database has no queues yet, and the
/// virtual host is free; nothing is declared there.
///
/// # Errors
/// As [`open`].
pub(crate) async fn look(installation: &Installation, topology: Topology) -> Result<Option<RabbitBus>> {
    let mut tx = installation.store.read().await?;
    let id = bookmark::get(&mut tx, ID).await?;
    tx.rollback().await?;
    // Whoever has no name yet can have left no mark.
    let id = id.map_or_else(|| Ok(new_id()), |id| read(&id))?;
    if serves(installation).await? {
        return claim(installation, topology, Claim::Held(id)).await.map(Some);
    }
    match rabbitmq::whose(&settings(&installation.settings.broker)?, id).await? {
        Mark::Foreign => Err(StrangeQueue::Foreign.into()),
        Mark::Ours | Mark::None => Ok(None),
    }
}

/// Gives the database to the broker, whoever served it: what waits in the folder's queue file goes to the broker first.
/// For an operator who knows that nobody else works on the database.
///
/// # Errors
/// [`StrangeQueue::Nothing`] when the broker serves the database already, or nobody does; when another process works on the
/// folder, the virtual host belongs to another installation, the queue file is not in this folder or holds what no worker
/// takes, or database or broker is unavailable. Ended in the middle, it may be done again.
pub(crate) async fn adopt(installation: &Installation) -> Result<()> {
    let served_by = queue_file::served_by(installation).await?.ok_or(StrangeQueue::Nothing)?;
    let file = Some(served_by).filter(|served_by| served_by != BROKER);
    let topology = topology(WORKERS)?;
    let lock = file.as_ref().map(|_| installation.folder.lock()).transpose();
    let _lock = lock.context("la cartella dei dati è occupata")?;
    // What cannot be moved is refused before anything is left on the broker.
    let pouring = match &file {
        Some(identity) => {
            Some(Pouring::begin(&installation.folder.queue(), identity, topology.clone()).await?)
        }
        None => None,
    };
    let id = id_to_adopt_under(installation, file.is_none()).await?;
    let bus = claim(installation, topology, Claim::New(id)).await?;
    if let Some(pouring) = pouring {
        pouring.pour_into(&bus).await?;
    }
    let mut tx = installation.store.begin().await?;
    bookmark::set(&mut tx, ID, &id.to_string()).await?;
    bookmark::forget(&mut tx, NEXT_ID).await?;
    bookmark::set(&mut tx, SERVED_BY, BROKER).await?;
    tx.commit().await?;
    tracing::warn!("the database is given to the broker");
    bus.close().await;
    Ok(())
}

/// Opens the broker where the claim on its virtual host holds.
async fn claim(installation: &Installation, topology: Topology, claim: Claim) -> Result<RabbitBus> {
    let settings = settings(&installation.settings.broker)?;
    RabbitBus::claim(&settings, topology, claim).await.map_err(strange)
}

/// A virtual host that is not ours, in the words of whoever runs the installation.
fn strange(error: BusError) -> Error {
    match error {
        BusError::NotOurs { mark: Mark::Foreign, .. } => StrangeQueue::Foreign.into(),
        BusError::NotOurs { .. } => StrangeQueue::Unmarked.into(),
        error => error.into(),
    }
}

/// Whether a broker serves the database; nobody does as yet if not.
///
/// # Errors
/// [`StrangeQueue::File`] when a queue file does.
async fn serves(installation: &Installation) -> Result<bool> {
    match queue_file::served_by(installation).await?.as_deref() {
        None => Ok(false),
        Some(BROKER) => Ok(true),
        Some(_) => Err(queue_file::held_by_a_file(installation).await.into()),
    }
}

/// Whether there is a process of another release, or was within a day and said no goodbye. What we no longer receive may be
/// what that release has just bound, and a topic nobody is bound to is lost, while one too many is only a dead letter.
/// So a heart that does not beat any more does not count as an end: the process may be cut off from the database alone.
async fn another_release_is_at_work(installation: &Installation) -> Result<bool> {
    let mut tx = installation.store.read().await?;
    let processes = process::list(&mut tx).await?;
    tx.rollback().await?;
    Ok(processes.iter().any(|process| process.version != VERSION))
}

/// What the installation is to be called in the virtual host it adopts. Where its mark is already, as it is called; else
/// anew, so that the virtual host it leaves behind is foreign from then on. The new id is written down before it is left
/// as a mark: adopting can be repeated.
///
/// # Errors
/// [`StrangeQueue::Nothing`] when the virtual host is the one that serves; when database or broker is unavailable.
async fn id_to_adopt_under(installation: &Installation, serves: bool) -> Result<Uuid> {
    let id = drawn(installation, ID).await?;
    match rabbitmq::whose(&settings(&installation.settings.broker)?, id).await? {
        Mark::Ours if serves => Err(StrangeQueue::Nothing.into()),
        Mark::Ours => Ok(id),
        Mark::Foreign | Mark::None => drawn(installation, NEXT_ID).await,
    }
}

/// The id of this bookmark; drawn when nobody asked before.
async fn drawn(installation: &Installation, bookmark: &str) -> Result<Uuid> {
    let mut tx = installation.store.begin().await?;
    let id = bookmark::set_first(&mut tx, bookmark, &new_id().to_string()).await?;
    tx.commit().await?;
    read(&id)
}

fn read(id: &str) -> Result<Uuid> {
    id.parse().context("il segnalibro installation.id non è leggibile")
}

#[cfg(test)]
#[path = "broker_tests.rs"]
mod tests;
