// SPDX-License-Identifier: EUPL-1.2
//! Messages get where they belong.

use std::time::Duration;

use anyhow::ensure;
use campanella_bus::{Outgoing, Route};

use super::{
    Broker,
    bench::{
        AT_ONCE, GLANCE, PATIENCE, expect_nothing, id, ids, ids_of, message, messages, publish, stats_when,
        take, topology,
    },
};

pub(crate) async fn published_messages_are_consumed_and_acknowledged_once(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages(0..10)).await?;
    let mut registry = bus.consume("registry", 10).await?;
    let deliveries = take(&mut *registry, 10).await?;
    ensure!(ids(&deliveries) == ids_of(0..10));
    ensure!(deliveries.iter().all(|delivery| !delivery.redelivered));
    registry.acknowledge(&deliveries).await?;
    drop(registry);
    bus.close().await;

    let bus = broker.open(topology()?).await?;
    expect_nothing(&mut *bus.consume("registry", 10).await?).await
}

pub(crate) async fn a_body_comes_out_as_it_went_in(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    let long = format!("\"{}\"", "lungo ".repeat(200_000));
    let bodies = ["", "{}", "\"è già l'ora — 🔔\"", "non \\ JSON \n\t' ; DROP TABLE --", &long];
    let route = Route::Queue("registry".to_owned());
    let outgoing = |(number, body): (u64, &&str)| Outgoing {
        id: id(number),
        route: route.clone(),
        body: (*body).to_owned(),
    };
    publish(&*bus, &(0..).zip(&bodies).map(outgoing).collect::<Vec<_>>()).await?;
    let mut came = take(&mut *bus.consume("registry", 10).await?, bodies.len()).await?;
    came.sort_by_key(|delivery| delivery.message_id);
    ensure!(came.iter().map(|delivery| delivery.body.as_str()).eq(bodies));
    Ok(())
}

pub(crate) async fn a_topic_reaches_every_queue_that_is_bound_to_it(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &[message(1, Route::Topic("bell.rang".to_owned()))]).await?;
    for queue in ["registry", "mailer"] {
        let mut subscription = bus.consume(queue, 10).await?;
        let came = take(&mut *subscription, 1).await?;
        ensure!(ids(&came) == [id(1)], "{queue}");
        subscription.acknowledge(&came).await?;
        expect_nothing(&mut *subscription).await?;
    }
    Ok(())
}

pub(crate) async fn a_message_to_one_queue_reaches_no_other(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages([1])).await?;
    take(&mut *bus.consume("registry", 10).await?, 1).await?;
    expect_nothing(&mut *bus.consume("mailer", 10).await?).await
}

pub(crate) async fn a_topic_nobody_is_bound_to_is_confirmed_and_counted(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &[message(1, Route::Topic("bell.cast".to_owned()))]).await?;
    ensure!(bus.unrouted() == 1);
    publish(&*bus, &[message(2, Route::Topic("bell.rang".to_owned()))]).await?;
    ensure!(bus.unrouted() == 1);
    Ok(())
}

pub(crate) async fn a_message_to_an_unknown_queue_is_not_confirmed(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    let to = |number, queue: &str| message(number, Route::Queue(queue.to_owned()));
    let confirmed =
        bus.publish(&[to(1, "registry"), to(2, "belfry"), to(3, "bell.rang"), to(4, "mailer")]).await?;
    ensure!(confirmed == [id(1), id(4)], "{confirmed:?}");
    Ok(())
}

pub(crate) async fn the_same_id_may_be_published_twice(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages([1])).await?;
    publish(&*bus, &messages([1, 1])).await?;
    let mut registry = bus.consume("registry", 10).await?;
    let came = take(&mut *registry, 3).await?;
    ensure!(ids(&came) == [id(1); 3]);
    ensure!(came.iter().all(|delivery| !delivery.redelivered));
    Ok(())
}

pub(crate) async fn patience_ends_with_nothing(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    let mut registry = bus.consume("registry", 10).await?;
    let begun = std::time::Instant::now();
    ensure!(registry.receive(10, GLANCE, PATIENCE).await?.is_empty());
    ensure!(begun.elapsed() >= GLANCE);
    // No room is no reason to spin either.
    ensure!(registry.receive(0, GLANCE, PATIENCE).await?.is_empty());
    ensure!(begun.elapsed() >= GLANCE * 2);
    Ok(())
}

pub(crate) async fn a_waiting_subscription_is_woken_by_a_publication(
    broker: &dyn Broker,
) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    let mut registry = bus.consume("registry", 10).await?;
    for number in 0..20 {
        let begun = std::time::Instant::now();
        let batch = messages([number]);
        // The first branch is polled first: it waits when the message is published.
        let (came, published) =
            tokio::join!(biased; registry.receive(10, PATIENCE, AT_ONCE), publish(&*bus, &batch));
        published?;
        let came = came?;
        ensure!(ids(&came) == [id(number)]);
        registry.acknowledge(&came).await?;
        ensure!(begun.elapsed() < PATIENCE / 2);
    }
    Ok(())
}

pub(crate) async fn lingering_gathers_what_comes(broker: &dyn Broker) -> anyhow::Result<()> {
    let bus = broker.open(topology()?).await?;
    let mut registry = bus.consume("registry", 10).await?;
    let trickle = async {
        for number in 0..5 {
            publish(&*bus, &messages([number])).await?;
            // The next is published only when the one before is in hand, so that each comes by itself.
            stats_when(&*bus, "registry", |stats| stats.held == number + 1).await?;
        }
        anyhow::Ok(())
    };
    // Full at five: it does not linger to the end.
    let (came, published) = tokio::join!(registry.receive(5, PATIENCE, Duration::from_secs(3600)), trickle);
    published?;
    ensure!(ids(&came?) == ids_of(0..5));
    Ok(())
}
