// SPDX-License-Identifier: EUPL-1.2
//! The connections are cut under a bus at work.

use anyhow::ensure;
use campanella_testkit::rabbitmq::PrivateRabbit;
use tokio::task::block_in_place;

use super::bench::{publish_at_last, take_all};
use crate::{
    contract::{
        Broker as _,
        bench::{expect_nothing, ids_of, messages, publish, take, topology},
    },
    rabbitmq::RabbitBroker,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_whose_connections_are_cut_comes_back_by_itself() -> anyhow::Result<()> {
    let broker = RabbitBroker::fresh()?;
    let bus = broker.open(topology()?).await?;
    publish(&*bus, &messages(0..100)).await?;
    let mut registry = bus.consume("registry", 20).await?;
    let in_hand = take(&mut *registry, 10).await?;

    let cut = ["close_all_connections", "--vhost", broker.vhost(), "a test"];
    block_in_place(|| PrivateRabbit::shared()?.rabbitmqctl(&cut))?;
    let away = take_all(&mut *registry, ids_of(0..100).into_iter().collect()).await?;
    ensure!(away > 0, "nothing was cut");
    // Known by tags of a session that is no more: nobody else's message is acknowledged for them.
    publish_at_last(&*bus, &messages(100..120)).await?;
    registry.acknowledge(&in_hand).await?;
    take_all(&mut *registry, ids_of(100..120).into_iter().collect()).await?;
    expect_nothing(&mut *registry).await
}
