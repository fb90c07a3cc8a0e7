// SPDX-License-Identifier: EUPL-1.2
//! The database is away for longer than a broker has patience: nobody loses a message for it.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use campanella_bus::{
    Abandoned, Bus as _, Delivery, Handled, Outgoing, Route,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_runtime::{Failure, Progress, Runner, Watchdog, safety_net::SafetyNet};
use campanella_store::{Store, StoreSettings};
use campanella_testkit::{
    PrivatePostgres,
    rabbitmq::{PassingVhost, PrivateRabbit},
};
use tokio::task::block_in_place;
use uuid::Uuid;

use crate::{
    probe::{Deed, PROBE, Probe},
    world::{PATIENCE, SETTINGS, World, eventually, probes, topology},
};

/// How often the broker delivers a message before it gives up.
const LIMIT: usize = 3;
/// How long a worker waits for messages.
const GLANCE: Duration = Duration::from_millis(50);

/// A database that is stopped and started, and a broker with little patience.
struct Site {
    postgres: PrivatePostgres,
    vhost: PassingVhost<'static>,
    world: World,
}

impl Site {
    async fn new() -> anyhow::Result<Self> {
        let postgres = block_in_place(PrivatePostgres::start)?;
        let url = block_in_place(|| postgres.fresh_database())?;
        // Nobody waits half a minute for a database that is away.
        let impatient = StoreSettings { busy_timeout: Duration::from_secs(1), ..StoreSettings::default() };
        let store = Store::open(&url, impatient).await?;
        store.migrate().await?;
        let vhost = block_in_place(|| PrivateRabbit::shared()?.vhost())?;
        let bus = RabbitBus::open(&RabbitSettings::new(vhost.url())?, topology()?).await?;
        let world = World::around(store, Box::new(bus), Watchdog::default())?;
        Ok(Self { postgres, vhost, world })
    }

    /// Has the broker keep to a policy for the queues of this name.
    fn policy(&self, name: &str, queues: &str, policy: &str) -> anyhow::Result<()> {
        let set = ["set_policy", "--vhost", self.vhost.name(), name, queues, policy];
        block_in_place(|| PrivateRabbit::shared()?.rabbitmqctl(&set))?;
        Ok(())
    }

    /// Puts messages on the queue as one leaves them who took them and died.
    async fn left_by_a_dead_holder(&self, probes: &[Probe]) -> anyhow::Result<()> {
        let wrap = |probe| {
            let envelope = self.world.wrap(probe);
            (envelope.id, envelope.to_json())
        };
        self.world.put(&PROBE, &probes.iter().map(wrap).collect::<Vec<_>>()).await?;
        let mut dying = self.world.bus.consume(PROBE.name, 100).await?;
        let mut taken: Vec<Delivery> = Vec::new();
        while taken.len() < probes.len() {
            let more = dying.receive(100, PATIENCE, Duration::ZERO).await?;
            ensure!(!more.is_empty(), "they do not come");
            taken.extend(more);
        }
        dying.release(&taken, Handled::Seen).await?;
        drop(dying);
        // Whatever it were sent now would be marked as well.
        let gone = || async {
            let stats = self.world.bus.stats().await?;
            let of_probe = stats.into_iter().find(|stats| stats.queue == PROBE.name);
            Ok(of_probe.filter(|stats| (stats.consumers, stats.waiting) == (0, probes.len() as u64)))
        };
        eventually(gone).await.map(drop)
    }

    /// What the broker gave up on.
    async fn abandoned(&self) -> anyhow::Result<Vec<Abandoned>> {
        Ok(self.world.bus.abandoned(100).await?)
    }
}

/// Steps until all of these had their effect, whatever is away in between.
async fn until_applied(world: &World, runner: &mut Runner, probes: &[Probe]) -> anyhow::Result<()> {
    let working = async {
        for probe in probes {
            while world.applied(PROBE.name, probe.id).await? == 0 {
                if let Err(failure) = runner.step(GLANCE).await {
                    ensure!(matches!(failure, Failure::Unavailable(_)), "{failure}");
                }
            }
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, working).await.context("some are not handled")?
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_for_long_costs_no_message_its_life() -> anyhow::Result<()> {
    let site = Site::new().await?;
    let world = &site.world;
    site.policy("hasty", "^probe$", &format!(r#"{{"delivery-limit": {LIMIT}}}"#))?;
    let (suspects, fresh) = (probes(5, Deed::Apply), probes(20, Deed::Apply));
    site.left_by_a_dead_holder(&suspects).await?;
    let wrap = |probe| {
        let envelope = world.wrap(probe);
        (envelope.id, envelope.to_json())
    };
    world.put(&PROBE, &fresh.iter().map(wrap).collect::<Vec<_>>()).await?;

    block_in_place(|| site.postgres.stop())?;
    let mut runner = world.runner(PROBE, SETTINGS).await?;
    for _ in 0..4 * LIMIT {
        let away = runner.step(PATIENCE).await;
        ensure!(matches!(away, Err(Failure::Unavailable(_))), "{away:?}");
    }
    // Also what was prefetched by a process that ends is not counted against a message.
    drop(runner);
    let mut runner = world.runner(PROBE, SETTINGS).await?;
    block_in_place(|| site.postgres.start_again())?;

    until_applied(world, &mut runner, &[suspects.clone(), fresh.clone()].concat()).await?;
    while runner.step(GLANCE).await? != Progress::Idle {}
    world.expect(PROBE.name, &suspects, 1).await?;
    world.expect(PROBE.name, &fresh, 1).await?;
    ensure!(world.dead_letters().await?.is_empty() && site.abandoned().await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_broker_gave_up_on_is_in_hand_until_the_database_has_it() -> anyhow::Result<()> {
    let site = Site::new().await?;
    let world = &site.world;
    site.policy("net", r"^campanella\.abandoned$", &format!(r#"{{"delivery-limit": {LIMIT}}}"#))?;
    site.policy("hasty", "^probe$", r#"{"message-ttl": 0}"#)?;
    let route = || Route::Queue(PROBE.name.to_owned());
    let message = |number| Outgoing { id: Uuid::from_u128(number), route: route(), body: "ding".to_owned() };
    ensure!(world.bus.publish(&[message(1), message(2)]).await?.len() == 2);

    block_in_place(|| site.postgres.stop())?;
    let (bus, clock) = (world.bus.clone() as _, world.clock.clone() as _);
    let mut net = SafetyNet::new(world.store.clone(), bus, clock);
    let mut away = 0;
    let failing = async {
        while away < 3 * LIMIT {
            away += usize::from(net.step().await.is_err());
        }
    };
    tokio::time::timeout(PATIENCE, failing).await.context("the broker did not give up")?;
    block_in_place(|| site.postgres.start_again())?;
    let written = async {
        let mut written = 0;
        while written < 2 {
            if let Ok(Progress::Worked(count)) = net.step().await {
                written += count;
            }
        }
    };
    tokio::time::timeout(PATIENCE, written).await.context("it is not written down")?;

    let mut dead: Vec<_> = world.dead_letters().await?.into_iter().map(|letter| letter.message_id).collect();
    dead.sort_unstable();
    ensure!(dead == [Uuid::from_u128(1), Uuid::from_u128(2)], "{dead:?}");
    ensure!(net.step().await? == Progress::Idle, "it is settled");
    eventually(|| async { Ok(site.abandoned().await?.is_empty().then_some(())) }).await
}
