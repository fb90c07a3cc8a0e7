// SPDX-License-Identifier: EUPL-1.2
//! What operations staff see.

use anyhow::ensure;
use campanella_bus::Handled;

use super::{
    Broker,
    bench::{messages, publish, stats_when, take, topology},
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
