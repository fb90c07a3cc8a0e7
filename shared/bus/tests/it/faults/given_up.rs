// SPDX-License-Identifier: EUPL-1.2
//! The broker gives up on messages.

use anyhow::ensure;
use campanella_bus::Handled;
use campanella_testkit::rabbitmq::PrivateRabbit;
use tokio::{
    task::block_in_place,
    time::{Instant, sleep},
};

use crate::{
    contract::{
        Broker as _,
        bench::{
            GLANCE, PATIENCE, expect_nothing, ids, ids_of, messages, publish, stats_when, take, topology,
        },
    },
    rabbitmq::RabbitBroker,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_broker_gives_up_on_is_in_the_net_until_it_is_settled() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let bus = broker.open(topology()?).await?;
    ensure!(bus.abandoned(10).await?.is_empty());
    let policy = ["set_policy", "--vhost", broker.vhost(), "hasty", "^registry$", r#"{"message-ttl": 1}"#];
    block_in_place(|| PrivateRabbit::shared()?.rabbitmqctl(&policy))?;
    publish(&*bus, &messages(0..3)).await?;

    let until = Instant::now() + PATIENCE;
    let found = loop {
        ensure!(Instant::now() < until, "the broker did not give up");
        // What was found and not settled comes again.
        let found = bus.abandoned(10).await?;
        if found.len() == 3 {
            break found;
        }
        sleep(GLANCE).await;
    };
    let mut ids: Vec<_> = found.iter().map(|abandoned| abandoned.message_id).collect();
    ids.sort_unstable();
    ensure!(ids == ids_of(0..3));
    for abandoned in &found {
        ensure!(
            (abandoned.queue.as_str(), abandoned.reason.as_str()) == ("registry", "expired"),
            "{abandoned:?}"
        );
        ensure!(abandoned.body.starts_with("{\"number\""));
    }
    bus.settle_abandoned(found.get(..2).unwrap_or_default()).await?;
    let rest = bus.abandoned(10).await?;
    ensure!(rest.iter().map(|abandoned| abandoned.message_id).eq(found.get(2).map(|last| last.message_id)));
    bus.settle_abandoned(&rest).await?;
    bus.settle_abandoned(&rest).await?;
    ensure!(bus.abandoned(10).await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_goes_back_unseen_does_not_count_towards_the_brokers_limit() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let bus = broker.open(topology()?).await?;
    let policy = ["set_policy", "--vhost", broker.vhost(), "hasty", "^registry$", r#"{"delivery-limit": 3}"#];
    block_in_place(|| PrivateRabbit::shared()?.rabbitmqctl(&policy))?;
    publish(&*bus, &messages(0..2)).await?;
    let mut registry = bus.consume("registry", 10).await?;
    let came = take(&mut *registry, 2).await?;
    registry.release(&came, Handled::Seen).await?;
    // Marked from now on, and given back by those who cannot look at it.
    for _ in 0..8 {
        let came = take(&mut *registry, 2).await?;
        ensure!(came.iter().all(|delivery| delivery.redelivered), "{came:?}");
        registry.release(&came, Handled::Unseen).await?;
    }
    drop(registry);
    // Nor does what is prefetched by one process after the other.
    for _ in 0..4 {
        stats_when(&*bus, "registry", |stats| (stats.waiting, stats.consumers) == (2, 0)).await?;
        let passing = bus.consume("registry", 10).await?;
        stats_when(&*bus, "registry", |stats| (stats.waiting, stats.consumers) == (0, 1)).await?;
        drop(passing);
    }
    let mut registry = bus.consume("registry", 10).await?;
    let came = take(&mut *registry, 2).await?;
    ensure!(ids(&came) == ids_of(0..2) && came.iter().all(|delivery| delivery.redelivered), "{came:?}");
    registry.acknowledge(&came).await?;
    expect_nothing(&mut *registry).await?;
    ensure!(bus.abandoned(10).await?.is_empty());
    Ok(())
}
