// SPDX-License-Identifier: EUPL-1.2
//! A virtual host that was ours and is not any more.

use anyhow::{Context as _, ensure};
use campanella_bus::{
    Bus, BusError,
    rabbitmq::{Claim, Mark, RabbitBus, RabbitSettings, whose},
};
use campanella_testkit::rabbitmq::PrivateRabbit;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::bench::Faulty;
use crate::contract::bench::{GLANCE, PATIENCE, messages, topology};

const OURS: Uuid = Uuid::from_u128(1);
const THEIRS: Uuid = Uuid::from_u128(2);
const VHOST: &str = "strange";
const OF_TWO_HOSTS: &str = "of-two-hosts";

/// Waits until the bus says so of its queues.
async fn is_told(bus: &RabbitBus, expected: &str) -> anyhow::Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        let told = bus.stats().await.err().map(|error| error.to_string());
        if told.as_ref().is_some_and(|told| told.contains(expected)) {
            return Ok(());
        }
        ensure!(Instant::now() < until, "{told:?}");
        sleep(GLANCE).await;
    }
}

/// The virtual host is emptied, as by an administrator who restores a broker without its data.
fn emptied(rabbit: &PrivateRabbit) -> anyhow::Result<()> {
    rabbit.rabbitmqctl(&["delete_vhost", VHOST])?;
    rabbit.lasting_vhost(VHOST).map(drop)
}

/// Exchanges and queues of ours, by name.
fn ours(rabbit: &PrivateRabbit) -> anyhow::Result<Vec<String>> {
    let list = |what| rabbit.rabbitmqctl(&[what, "--vhost", VHOST, "--no-table-headers", "name"]);
    let named = format!("{}\n{}", list("list_queues")?, list("list_exchanges")?);
    let names = named.lines().map(str::trim);
    Ok(names.filter(|name| !name.is_empty() && !name.starts_with("amq.")).map(str::to_owned).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_reconnect_nothing_is_declared_or_published_in_a_virtual_host_that_is_not_ours()
-> anyhow::Result<()> {
    let rabbit = PrivateRabbit::shared()?;
    let settings = RabbitSettings::new(&rabbit.lasting_vhost(VHOST)?)?;
    ensure!(whose(&settings, OURS).await? == Mark::None);
    ensure!(ours(rabbit)?.is_empty(), "looking leaves nothing behind");
    let unmarked = RabbitBus::claim(&settings, topology()?, Claim::Held(OURS)).await.err();
    ensure!(matches!(unmarked, Some(BusError::NotOurs { mark: Mark::None, .. })), "{unmarked:?}");
    ensure!(ours(rabbit)?.is_empty(), "{:?}", ours(rabbit)?);

    let bus = RabbitBus::claim(&settings, topology()?, Claim::New(OURS)).await?;
    ensure!(whose(&settings, OURS).await? == Mark::Ours);
    emptied(rabbit)?;
    is_told(&bus, "bears no mark").await?;
    ensure!(ours(rabbit)?.is_empty(), "{:?}", ours(rabbit)?);

    let stranger = RabbitBus::claim(&settings, topology()?, Claim::New(THEIRS)).await?;
    is_told(&bus, "the mark of another installation").await?;
    ensure!(bus.publish(&messages(0..1)).await.is_err());
    ensure!(stranger.stats().await?.iter().all(|queue| queue.waiting == 0));
    let foreign = RabbitBus::claim(&settings, topology()?, Claim::New(OURS)).await.err();
    ensure!(matches!(foreign, Some(BusError::NotOurs { mark: Mark::Foreign, .. })), "{foreign:?}");
    stranger.close().await;
    bus.close().await;
    rabbit.rabbitmqctl(&["delete_vhost", VHOST])?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hosts_that_are_no_cluster_one_becomes_ours_and_in_the_other_nothing_is_declared()
-> anyhow::Result<()> {
    let (rabbit, another) = (PrivateRabbit::shared()?, Faulty::start().await?);
    let first = rabbit.lasting_vhost(OF_TWO_HOSTS)?;
    let second = another.with(|another| another.lasting_vhost(OF_TWO_HOSTS))?;
    let (user_and_host, _) = first.rsplit_once('/').context("no virtual host")?;
    let (_, other_host) = second.split_once('@').context("no user")?;
    let both = RabbitSettings::new(&format!("{user_and_host},{other_host}"))?;

    // It lets in the first connection; the second goes on to the next host, as if the first had gone away in between.
    rabbit.rabbitmqctl(&["set_vhost_limits", "--vhost", OF_TWO_HOSTS, r#"{"max-connections": 1}"#])?;
    let refused = RabbitBus::claim(&both, topology()?, Claim::New(OURS)).await.err();
    // The first may let in more of us later: it is waited for, and nobody settles for the other.
    let waits = |told: &BusError| matches!(told, BusError::Unavailable(why) if why.contains("bears no mark"));
    ensure!(refused.as_ref().is_some_and(waits), "{refused:?}");
    rabbit.rabbitmqctl(&["clear_vhost_limits", "--vhost", OF_TWO_HOSTS])?;
    ensure!(whose(&RabbitSettings::new(&first)?, OURS).await? == Mark::Ours);
    ensure!(whose(&RabbitSettings::new(&second)?, OURS).await? == Mark::None);
    let queues = ["list_queues", "--vhost", OF_TWO_HOSTS, "--no-table-headers", "name"];
    let declared = another.with(|another| another.rabbitmqctl(&queues))?;
    ensure!(declared.is_empty(), "{declared}");

    rabbit.rabbitmqctl(&["delete_vhost", OF_TWO_HOSTS])?;
    another.with(|another| another.rabbitmqctl(&["delete_vhost", OF_TWO_HOSTS])).map(drop)
}
