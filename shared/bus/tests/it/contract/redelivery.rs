// SPDX-License-Identifier: EUPL-1.2
//! What is not acknowledged comes again, and is marked when it may be what its holder died of.

use std::time::Duration;

use anyhow::ensure;
use campanella_bus::Handled;

use super::{
    Broker,
    bench::{
        AT_ONCE, PATIENCE, expect_nothing, hand_over, id, ids, ids_of, messages, publish, stats_when, take,
        topology,
    },
};

pub(crate) async fn what_is_released_seen_comes_again_marked(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages(0..4)).await?;
    let mut registry = bus.consume("registry", 4).await?;
    let first = take(&mut *registry, 4).await?;
    let (given_back, kept): (Vec<_>, Vec<_>) =
        first.into_iter().partition(|delivery| delivery.message_id <= id(1));
    registry.release(&given_back, Handled::Seen).await?;

    let mut other = bus.consume("registry", 4).await?;
    let again = hand_over(&mut *registry, &mut *other, 2).await?;
    ensure!(ids(&again) == ids_of(0..2));
    ensure!(again.iter().all(|delivery| delivery.redelivered));
    registry.acknowledge(&kept).await?;
    other.acknowledge(&again).await?;
    expect_nothing(&mut *other).await
}

pub(crate) async fn what_is_released_unseen_comes_again_unmarked(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages([1])).await?;
    let mut registry = bus.consume("registry", 4).await?;
    for _ in 0..3 {
        let came = take(&mut *registry, 1).await?;
        ensure!(came.iter().all(|delivery| !delivery.redelivered));
        registry.release(&came, Handled::Unseen).await?;
    }
    let came = take(&mut *registry, 1).await?;
    registry.release(&came, Handled::Seen).await?;
    // The mark of one who saw it does not go away with one who did not.
    let came = take(&mut *registry, 1).await?;
    registry.release(&came, Handled::Unseen).await?;
    ensure!(take(&mut *registry, 1).await?.iter().all(|delivery| delivery.redelivered));
    Ok(())
}

pub(crate) async fn a_dropped_subscription_gives_back_what_it_held(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages(0..6)).await?;
    let mut dying = bus.consume("registry", 4).await?;
    let in_hand = take(&mut *dying, 4).await?;
    dying.acknowledge(in_hand.get(..1).unwrap_or_default()).await?;
    let mut heir = bus.consume("registry", 10).await?;
    // It waits while the other dies, and is woken by it.
    let (came, ()) = tokio::join!(biased; take(&mut *heir, 5), async { drop(dying) });
    let came = came?;
    let held = ids(in_hand.get(1..).unwrap_or_default());
    for delivery in &came {
        let expected = held.contains(&delivery.message_id);
        ensure!(delivery.redelivered == expected, "{delivery:?}");
    }
    ensure!(ids(&came).windows(2).all(|pair| pair.first() != pair.last()));
    heir.acknowledge(&came).await?;
    expect_nothing(&mut *heir).await
}

pub(crate) async fn a_dropped_receive_loses_nothing(broker: &dyn Broker) -> anyhow::Result<()> {
    const COUNT: u8 = 40;
    let bus = broker.open(topology()?).await?;
    let mut registry = bus.consume("registry", 100).await?;
    for number in 0..COUNT {
        publish(&*bus, &messages([number.into()])).await?;
        // Dropped after ever more of its way: before the lease, during it, while it lingers.
        let patience = Duration::from_micros(u64::from(number) * 100);
        let receive = registry.receive(100, PATIENCE, PATIENCE);
        ensure!(tokio::time::timeout(patience, receive).await.is_err(), "it has reason to linger");
    }
    // Ten to this one, and what it leaves in hand unseen to the next, all of them as they were published.
    let came = registry.receive(10, PATIENCE, AT_ONCE).await?;
    registry.acknowledge(&came).await?;
    drop(registry);
    let mut other = bus.consume("registry", 100).await?;
    let rest = take(&mut *other, usize::from(COUNT) - came.len()).await?;
    ensure!(ids(&[came, rest].concat()) == ids_of(0..COUNT.into()));
    Ok(())
}

pub(crate) async fn settling_twice_is_harmless(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages([1])).await?;
    let mut late = bus.consume("registry", 4).await?;
    let came = take(&mut *late, 1).await?;
    late.release(&came, Handled::Seen).await?;
    let mut current = bus.consume("registry", 4).await?;
    let again = hand_over(&mut *late, &mut *current, 1).await?;
    late.acknowledge(&came).await?;
    late.release(&came, Handled::Seen).await?;
    drop(late);
    // It is held, and by the current holder.
    stats_when(&*bus, "registry", |stats| (stats.waiting, stats.held, stats.consumers) == (0, 1, 1)).await?;
    current.acknowledge(&again).await?;
    current.acknowledge(&again).await?;
    expect_nothing(&mut *current).await
}
