// SPDX-License-Identifier: EUPL-1.2
//! What operations staff see.

use anyhow::ensure;
use campanella_bus::{Handled, Route};

use super::{
    Broker,
    bench::{message, messages, publish, stats_when, take, topology},
};

pub(crate) async fn stats_tell_what_waits_and_what_is_held(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    let empty = bus.stats().await?;
    ensure!(empty.iter().map(|stats| stats.queue.as_str()).eq(["mailer", "registry"]), "{empty:?}");
    ensure!(empty.iter().all(|stats| (stats.waiting, stats.held, stats.consumers) == (0, 0, 0)));

    publish(&*bus, &messages(0..8)).await?;
    stats_when(&*bus, "registry", |stats| (stats.waiting, stats.held, stats.consumers) == (8, 0, 0)).await?;
    let mut registry = bus.consume("registry", 3).await?;
    let mut in_hand = take(&mut *registry, 3).await?;
    stats_when(&*bus, "registry", |stats| (stats.waiting, stats.held, stats.consumers) == (5, 3, 1)).await?;
    registry.acknowledge(&in_hand.split_off(1)).await?;
    registry.release(&in_hand, Handled::Seen).await?;
    drop(registry);
    stats_when(&*bus, "registry", |stats| (stats.waiting, stats.held, stats.consumers) == (6, 0, 0)).await?;
    stats_when(&*bus, "mailer", |stats| (stats.waiting, stats.held) == (0, 0)).await?;
    Ok(())
}

pub(crate) async fn what_is_outstanding_is_counted_until_it_is_acknowledged(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    ensure!(bus.outstanding() == 0);
    let to = |number, queue: &str| message(number, Route::Queue(queue.to_owned()));
    let about = |number, topic: &str| message(number, Route::Topic(topic.to_owned()));
    // One copy, two, none, none.
    bus.publish(&[to(1, "mailer"), about(2, "bell.rang"), to(3, "belfry"), about(4, "bell.cast")]).await?;
    ensure!(bus.outstanding() == 3, "{}", bus.outstanding());
    let mut mailer = bus.consume("mailer", 10).await?;
    let came = take(&mut *mailer, 2).await?;
    mailer.release(came.get(..1).unwrap_or_default(), Handled::Unseen).await?;
    mailer.release(came.get(1..).unwrap_or_default(), Handled::Seen).await?;
    ensure!(bus.outstanding() == 3, "{}", bus.outstanding());
    let came = take(&mut *mailer, 2).await?;
    mailer.acknowledge(&came).await?;
    mailer.acknowledge(&came).await?;
    ensure!(bus.outstanding() == 1, "{}", bus.outstanding());
    drop(mailer);
    bus.close().await;
    // What is found there counts as well.
    let bus = broker.open(topology()?).await?;
    ensure!(bus.outstanding() == 1, "{}", bus.outstanding());
    Ok(())
}

/// Only where the queues can be looked into.
pub(crate) async fn the_oldest_message_tells_its_age(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    stats_when(&*bus, "registry", |stats| stats.oldest.is_none()).await?;
    publish(&*bus, &messages([1500, 250, 700])).await?;
    // The start of the school year and 250 ms, whatever the order of publication.
    let oldest = |stats: &campanella_bus::QueueStats| {
        stats.oldest.is_some_and(|oldest| oldest.timestamp_millis() == 1_756_677_600_250)
    };
    stats_when(&*bus, "registry", oldest).await?;
    Ok(())
}
