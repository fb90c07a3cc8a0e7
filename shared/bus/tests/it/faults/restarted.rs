// SPDX-License-Identifier: EUPL-1.2
//! The broker goes and comes back.

use anyhow::ensure;
use campanella_bus::{
    Bus as _,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_testkit::rabbitmq::PrivateRabbit;

use super::bench::{Faulty, publish_at_last, take_all};
use crate::contract::bench::{expect_nothing, ids_of, messages, publish, take, topology};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_killed_in_the_middle_loses_nothing_that_was_confirmed() -> anyhow::Result<()> {
    let faulty = Faulty::start().await?;
    let settings = RabbitSettings::new(&faulty.with(|rabbit| Ok(rabbit.url()))?)?;
    let bus = RabbitBus::open(&settings, topology()?).await?;
    publish(&bus, &messages(0..100)).await?;
    let mut registry = bus.consume("registry", 20).await?;
    let in_hand = take(&mut *registry, 10).await?;

    faulty.with(PrivateRabbit::kill9)?;
    ensure!(registry.acknowledge(&in_hand).await.is_err(), "the broker is dead");
    // They are nobody's now, and come again.
    registry.acknowledge(&in_hand).await?;
    faulty.with(PrivateRabbit::start_again)?;

    publish_at_last(&bus, &messages(100..110)).await?;
    take_all(&mut *registry, ids_of(0..110).into_iter().collect()).await?;
    expect_nothing(&mut *registry).await?;
    bus.close().await;
    Ok(())
}
