// SPDX-License-Identifier: EUPL-1.2
//! Which broker serves a database.
//!
//! A broker has no identity of its own that would survive a change of hosts. So the installation leaves its mark in its
//! virtual host, and remembers that it did: a virtual host without the mark is another one, or was emptied, and one with
//! somebody else's mark belongs to another installation, whose messages ours would handle.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result, bail};
use campanella_bus::{
    Bus as _, BusError, Delivery, EmbeddedBus, Outgoing, Route, Topology,
    rabbitmq::{Mark, RabbitBus, RabbitSettings},
};
use campanella_jobs::WORKERS;
use campanella_runtime::clock::new_id;
use campanella_store::bookmark;
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::{
    installation::Installation,
    queue_file::{self, SERVED_BY, StrangeQueue},
    settings::BrokerSettings,
    workforce::topology,
};

/// The bookmark with what the installation is called in its virtual host.
const ID: &str = "installation.id";
/// Messages moved at once.
const PAGE: u16 = 500;

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
/// [`StrangeQueue`] when others serve the database, or the virtual host is not ours; else as [`RabbitBus::open`].
pub(crate) async fn open(installation: &Installation, topology: Topology) -> Result<RabbitBus> {
    let id = id(installation).await?;
    let bus = look(installation, topology).await?;
    bus.mark(id).await?;
    bus.unbind_given_up().await?;
    let mut tx = installation.store.begin().await?;
    let first = bookmark::set_first(&mut tx, SERVED_BY, BROKER).await?;
    tx.commit().await?;
    if first == BROKER { Ok(bus) } else { Err(queue_file::held_by_a_file(installation).await.into()) }
}

/// Opens the broker if it may serve the database, and ties nothing: for whoever only looks.
///
/// # Errors
/// As [`open`].
pub(crate) async fn look(installation: &Installation, topology: Topology) -> Result<RabbitBus> {
    let mut tx = installation.store.read().await?;
    let served_by = bookmark::get(&mut tx, SERVED_BY).await?;
    let id = bookmark::get(&mut tx, ID).await?;
    tx.rollback().await?;
    if served_by.as_ref().is_some_and(|served_by| served_by != BROKER) {
        return Err(queue_file::held_by_a_file(installation).await.into());
    }
    let bus = RabbitBus::open(&settings(&installation.settings.broker)?, topology).await?;
    // Whoever has no name yet can have left no mark.
    let id = id.map_or_else(|| Ok(new_id()), |id| read(&id))?;
    match bus.mark_of(id).await? {
        Mark::Foreign => Err(StrangeQueue::Foreign.into()),
        Mark::None if served_by.is_some() => Err(StrangeQueue::Unmarked.into()),
        Mark::Ours | Mark::None => Ok(bus),
    }
}

/// Gives the database to the broker, whoever served it: what waits in the folder's queue file goes to the broker first.
/// For an operator who knows that nobody else works on the database.
///
/// # Errors
/// When another process works on the folder, the virtual host belongs to another installation, or database or broker is
/// unavailable. It may be done again.
pub(crate) async fn adopt(installation: &Installation) -> Result<()> {
    let served_by = queue_file::served_by(installation).await?;
    let id = id(installation).await?;
    let topology = topology(WORKERS)?;
    let bus = RabbitBus::open(&settings(&installation.settings.broker)?, topology.clone()).await?;
    if bus.mark_of(id).await? == Mark::Foreign {
        return Err(StrangeQueue::Foreign.into());
    }
    if let Some(identity) = served_by.filter(|served_by| served_by != BROKER) {
        let _lock = installation.folder.lock().context("la cartella dei dati è occupata")?;
        pour(&installation.folder.queue(), &identity, topology, &bus).await?;
    }
    bus.mark(id).await?;
    let mut tx = installation.store.begin().await?;
    bookmark::set(&mut tx, SERVED_BY, BROKER).await?;
    tx.commit().await?;
    tracing::warn!("the database is given to the broker");
    bus.close().await;
    Ok(())
}

/// Publishes what a queue file holds. Ended in the middle, the rest is there the next time, and what was published twice is
/// dropped by the inbox.
async fn pour(file: &Path, identity: &str, topology: Topology, broker: &RabbitBus) -> Result<()> {
    if !file.is_file() {
        tracing::warn!("there is no queue file in this folder: what it held is lost");
        return Ok(());
    }
    let embedded = EmbeddedBus::open(file, topology.clone()).await?;
    if embedded.identity().await? != identity {
        bail!("la coda «{}» serviva un altro database: non viene toccata", file.display());
    }
    let mut moved = 0;
    for binding in topology.queues() {
        moved += pour_queue(&binding.queue, &embedded, broker).await?;
    }
    // Those of queues no worker has any more.
    let left = embedded.stats().await?.iter().map(|queue| queue.waiting + queue.held).sum::<u64>();
    tracing::warn!(messages = moved, left, "the messages of the queue file are on the broker");
    embedded.close().await;
    Ok(())
}

/// Publishes what one queue holds, page by page, and says how much.
async fn pour_queue(queue: &str, embedded: &EmbeddedBus, broker: &RabbitBus) -> Result<usize> {
    let mut waiting = embedded.consume(queue, PAGE).await?;
    let mut moved = 0;
    loop {
        let page = waiting.receive(usize::from(PAGE), Duration::ZERO, Duration::ZERO).await?;
        if page.is_empty() {
            return Ok(moved);
        }
        let outgoing = |delivery: &Delivery| Outgoing {
            id: delivery.message_id,
            route: Route::Queue(queue.to_owned()),
            body: delivery.body.clone(),
        };
        let batch: Vec<Outgoing> = page.iter().map(outgoing).collect();
        if broker.publish(&batch).await?.len() < batch.len() {
            bail!(BusError::Unavailable("the broker did not confirm every message".to_owned()));
        }
        waiting.acknowledge(&page).await?;
        moved += page.len();
    }
}

/// What the installation is called in its virtual host; drawn when nobody asked before.
async fn id(installation: &Installation) -> Result<Uuid> {
    let mut tx = installation.store.begin().await?;
    let id = bookmark::set_first(&mut tx, ID, &new_id().to_string()).await?;
    tx.commit().await?;
    read(&id)
}

fn read(id: &str) -> Result<Uuid> {
    id.parse().context("il segnalibro installation.id non è leggibile")
}

#[cfg(test)]
#[path = "broker_tests.rs"]
mod tests;
