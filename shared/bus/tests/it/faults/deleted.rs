// SPDX-License-Identifier: EUPL-1.2
//! Somebody deletes a queue.

use anyhow::ensure;
use lapin::{Connection, ConnectionProperties, options::QueueDeleteOptions};

use super::bench::{publish_at_last, take_all};
use crate::{
    contract::{
        Broker as _,
        bench::{AT_ONCE, PATIENCE, ids_of, messages, topology},
    },
    rabbitmq::RabbitBroker,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_is_deleted_is_made_anew() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let bus = broker.open(topology()?).await?;
    let mut registry = bus.consume("registry", 20).await?;
    let connection = Connection::connect(&broker.address(), ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;

    channel.queue_delete("registry".into(), QueueDeleteOptions::default()).await?;
    let told = registry.receive(1, PATIENCE, AT_ONCE).await;
    ensure!(told.is_err(), "the broker cancels the subscription: {told:?}");
    ensure!(bus.publish(&messages(0..1)).await?.is_empty(), "there is no such queue");
    let patiently =
        tokio::spawn(async move { take_all(&mut *registry, ids_of(1..2).into_iter().collect()).await });
    // Subscribing again makes it; nobody else would, as long as the connection lasts.
    while bus.publish(&messages(1..2)).await?.is_empty() {
        tokio::task::yield_now().await;
    }
    patiently.await??;

    channel.queue_delete("mailer".into(), QueueDeleteOptions::default()).await?;
    ensure!(bus.stats().await?.len() == 2, "looking at it makes it too");
    publish_at_last(&*bus, &messages(2..3)).await?;
    Ok(())
}
