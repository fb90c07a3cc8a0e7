// SPDX-License-Identifier: EUPL-1.2
//! The broker has no memory left and takes no messages.

use std::time::Duration;

use anyhow::ensure;
use campanella_bus::{
    Bus as _, BusError,
    rabbitmq::{RabbitBus, RabbitSettings},
};

use super::bench::{Faulty, publish_at_last};
use crate::contract::bench::{expect_nothing, ids, ids_of, messages, publish, take, topology};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_with_an_alarm_takes_nothing_and_still_gives() -> anyhow::Result<()> {
    let faulty = Faulty::start().await?;
    let mut settings = RabbitSettings::new(&faulty.with(|rabbit| Ok(rabbit.url()))?)?;
    settings.confirm_timeout = Duration::from_secs(1);
    let bus = RabbitBus::open(&settings, topology()?).await?;
    publish(&bus, &messages(0..10)).await?;
    let mut registry = bus.consume("registry", 5).await?;

    faulty.with(|rabbit| rabbit.memory_alarm(true))?;
    // The first finds out, the second knows.
    for _ in 0..2 {
        let refused = bus.publish(&messages(10..11)).await;
        ensure!(matches!(refused, Err(BusError::Unavailable(_))), "{refused:?}");
    }
    // Acknowledgements get through as well: more than the prefetch comes.
    for range in [0..5, 5..10] {
        let came = take(&mut *registry, 5).await?;
        ensure!(ids(&came) == ids_of(range));
        registry.acknowledge(&came).await?;
    }
    faulty.with(|rabbit| rabbit.memory_alarm(false))?;
    publish_at_last(&bus, &messages(11..12)).await?;
    // What was refused may be there all the same, under its id.
    let mut came = take(&mut *registry, 1).await?;
    while !ids(&came).contains(&ids_of(11..12)[0]) {
        came.extend(take(&mut *registry, 1).await?);
    }
    registry.acknowledge(&came).await?;
    expect_nothing(&mut *registry).await?;
    bus.close().await;
    Ok(())
}
