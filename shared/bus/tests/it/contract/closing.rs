// SPDX-License-Identifier: EUPL-1.2
//! How a bus says no, and how it ends.

use anyhow::ensure;
use campanella_bus::BusError;

use super::{
    Broker,
    bench::{AT_ONCE, PATIENCE, ids_of, messages, publish, take, topology},
};

pub(crate) async fn an_unknown_queue_and_a_prefetch_of_zero_are_refused(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    for (queue, prefetch) in [("belfry", 10), ("bell.rang", 10), ("registry", 0)] {
        let refused = bus.consume(queue, prefetch).await;
        ensure!(matches!(refused, Err(BusError::Refused(_))), "{queue} {prefetch}");
    }
    Ok(())
}

pub(crate) async fn whoever_waits_is_told_of_the_closing(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    let mut first = bus.consume("registry", 10).await?;
    let mut second = bus.consume("registry", 10).await?;
    let (first_told, second_told, ()) = tokio::join!(biased;
        first.receive(10, PATIENCE, PATIENCE),
        // No room: it waits all the same.
        second.receive(0, PATIENCE, PATIENCE),
        bus.close()
    );
    ensure!(matches!(first_told, Err(BusError::Unavailable(_))));
    ensure!(matches!(second_told, Err(BusError::Unavailable(_))));
    ensure!(matches!(first.receive(10, PATIENCE, AT_ONCE).await, Err(BusError::Unavailable(_))));
    ensure!(matches!(bus.publish(&messages([1])).await, Err(BusError::Unavailable(_))));
    ensure!(matches!(bus.consume("registry", 10).await, Err(BusError::Unavailable(_))));
    ensure!(matches!(bus.stats().await, Err(BusError::Unavailable(_))));
    Ok(())
}

pub(crate) async fn what_is_in_hand_at_the_closing_comes_again_marked(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages(0..6)).await?;
    let mut registry = bus.consume("registry", 3).await?;
    let mut in_hand = take(&mut *registry, 3).await?;
    let acknowledged = in_hand.split_off(2);
    registry.acknowledge(&acknowledged).await?;
    let mut left: Vec<_> = ids_of(0..6);
    left.retain(|id| acknowledged.iter().all(|delivery| delivery.message_id != *id));
    bus.close().await;
    let too_late = registry.acknowledge(&in_hand).await;
    ensure!(matches!(too_late, Err(BusError::Unavailable(_))));
    drop(registry);

    let bus = broker.open(topology()?).await?;
    let mut registry = bus.consume("registry", 10).await?;
    let came = take(&mut *registry, left.len()).await?;
    ensure!(super::bench::ids(&came) == left);
    for delivery in came {
        let held = in_hand.iter().any(|earlier| earlier.message_id == delivery.message_id);
        ensure!(delivery.redelivered == held, "{delivery:?}");
    }
    Ok(())
}
