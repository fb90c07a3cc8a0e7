// SPDX-License-Identifier: EUPL-1.2
//! Several consumers on one queue, and how much each may have in hand.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, ensure};
use campanella_bus::{Bus, Delivery};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    Broker,
    bench::{
        AT_ONCE, GLANCE, PATIENCE, expect_nothing, ids, ids_of, messages, publish, stats_when, take, topology,
    },
};

pub(crate) async fn no_more_than_the_prefetch_is_ever_in_hand(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages(0..20)).await?;
    let mut registry = bus.consume("registry", 5).await?;
    let first = registry.receive(3, PATIENCE, GLANCE).await?;
    ensure!(first.len() == 3);
    let second = registry.receive(100, PATIENCE, GLANCE).await?;
    ensure!(second.len() == 2, "{}", second.len());
    expect_nothing(&mut *registry).await?;
    stats_when(&*bus, "registry", |stats| (stats.waiting, stats.held) == (15, 5)).await?;

    registry.acknowledge(&first).await?;
    let third = registry.receive(100, PATIENCE, GLANCE).await?;
    ensure!(third.len() == 3, "{}", third.len());
    Ok(())
}

pub(crate) async fn subscriptions_of_one_queue_take_turns(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages(0..30)).await?;
    let mut subscriptions = Vec::new();
    for _ in 0..3 {
        subscriptions.push(bus.consume("registry", 10).await?);
    }
    // What one has no room for is for the others.
    for subscription in &mut subscriptions {
        let came = take(&mut **subscription, 10).await?;
        subscription.acknowledge(&came).await?;
    }
    // Of three who wait, none is passed over: one message each, whoever is woken first.
    let mut waiting = JoinSet::new();
    for mut subscription in subscriptions {
        waiting.spawn(async move {
            let came = take(&mut *subscription, 1).await?;
            anyhow::Ok((subscription, came))
        });
    }
    // Kept: one that is dropped would give its message back to the others.
    let mut served = Vec::new();
    for number in 30..33 {
        publish(&*bus, &messages([number])).await?;
        let (subscription, came) = waiting.join_next().await.context("nobody waits")???;
        ensure!(came.len() == 1);
        served.push(subscription);
    }
    Ok(())
}

pub(crate) async fn one_publication_wakes_all_it_has_work_for(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    let mut first = bus.consume("registry", 1).await?;
    let mut second = bus.consume("registry", 1).await?;
    let begun = std::time::Instant::now();
    let batch = messages(0..2);
    let (first_came, second_came, published) = tokio::join!(biased;
        first.receive(1, PATIENCE, AT_ONCE),
        second.receive(1, PATIENCE, AT_ONCE),
        // Yields first, so that both wait by then.
        async { stats_when(&*bus, "registry", |stats| stats.consumers == 2).await?; publish(&*bus, &batch).await }
    );
    published?;
    ensure!(ids(&[first_came?, second_came?].concat()) == ids_of(0..2));
    ensure!(begun.elapsed() < PATIENCE / 2);
    Ok(())
}

pub(crate) async fn three_consumers_get_each_of_ten_thousand_messages_once(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    const COUNT: u64 = 10_000;
    let bus = broker.open(topology()?).await?;
    let left = Arc::new(AtomicUsize::new(usize::try_from(COUNT)?));
    let mut consumers = JoinSet::new();
    for _ in 0..3 {
        consumers.spawn(consume(Arc::clone(&bus), Arc::clone(&left)));
    }
    // Published while they consume, in batches of every size.
    for range in [0..1, 1..500, 500..1000, 1000..4000, 4000..COUNT] {
        publish(&*bus, &messages(range)).await?;
    }

    let mut times: HashMap<Uuid, usize> = HashMap::new();
    while let Some(came) = tokio::time::timeout(PATIENCE, consumers.join_next()).await? {
        for delivery in came?? {
            *times.entry(delivery.message_id).or_default() += 1;
        }
    }
    ensure!(times.len() == usize::try_from(COUNT)?, "{} came", times.len());
    ensure!(ids_of(0..COUNT).iter().all(|id| times.get(id) == Some(&1)), "each once");
    stats_when(&*bus, "registry", |stats| (stats.waiting, stats.held) == (0, 0)).await?;
    Ok(())
}

/// Consumes until there are none left.
async fn consume(bus: Arc<dyn Bus>, left: Arc<AtomicUsize>) -> anyhow::Result<Vec<Delivery>> {
    let mut subscription = bus.consume("registry", 100).await?;
    let mut all = Vec::new();
    while left.load(Ordering::SeqCst) > 0 {
        let came = subscription.receive(64, Duration::from_millis(200), AT_ONCE).await?;
        subscription.acknowledge(&came).await?;
        left.fetch_sub(came.len(), Ordering::SeqCst);
        all.extend(came);
    }
    Ok(all)
}
