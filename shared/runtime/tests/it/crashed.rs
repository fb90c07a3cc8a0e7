// SPDX-License-Identifier: EUPL-1.2
//! A process that dies where only trouble leads: while it counts a suspect, sets apart what cannot be published, writes down
//! what the broker gave up on. Whoever comes after it ends as if it had not died.

use std::{collections::BTreeSet, path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, ensure};
use campanella_bus::{
    Bus as _, Handled, Outgoing, Route,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_runtime::{Progress, Watchdog, clock::new_id, crash, safety_net::SafetyNet};
use campanella_testkit::rabbitmq::PrivateRabbit;
use tokio::task::block_in_place;
use uuid::Uuid;

use crate::{
    probe::{Deed, PROBE, Probe},
    unpublishable::put_in_the_outbox,
    victim::{is_aborted, ordered, victim},
    world::{PATIENCE, SETTINGS, World, probes, topology},
};

/// The broker whose net the victim empties.
const BROKER: &str = "CAMPANELLA_RUNTIME_CRASHED_WITH";
/// Where a broker keeps what it gave up on.
const NET: &str = "campanella.abandoned";

/// What lies before the process that is to die.
struct Trouble {
    /// Applied once in the end.
    sound: Vec<Probe>,
    /// Dead letters in the end, one each.
    dead: BTreeSet<Uuid>,
}

impl Trouble {
    /// A message whose holder died among others that are new, a row that is no message, and one message in the net.
    async fn made(folder: &Path, broker: &RabbitBus) -> anyhow::Result<Self> {
        let mut world = World::beside(folder, Watchdog::default()).await?;
        let sound = probes(5, Deed::Apply);
        world.emit(&sound[..1]).await?;
        world.relay_all().await?;
        let mut dying = world.bus.consume(PROBE.name, 1).await?;
        let held = dying.receive(1, Duration::ZERO, Duration::ZERO).await?;
        dying.release(&held, Handled::Seen).await?;
        world.emit(&sound[1..]).await?;
        let (row, given_up) = (new_id(), new_id());
        put_in_the_outbox(&world, row.as_u128(), None, "no message".to_owned()).await?;
        let route = Route::Queue(NET.to_owned());
        let message = Outgoing { id: given_up, route, body: "no message either".to_owned() };
        ensure!(broker.publish(&[message]).await? == [given_up]);
        world.close().await;
        Ok(Self { sound, dead: [row, given_up].into() })
    }
}

/// Starts the process to die at a point.
fn dies_at(point: &str, folder: &Path, broker: &str) -> anyhow::Result<()> {
    let ended = victim("crashed::works_until_it_dies", folder)?
        .env(BROKER, broker)
        .env(crash::VARIABLE, format!("{point}:1"))
        .output()?;
    let told = String::from_utf8_lossy(&ended.stderr);
    ensure!(is_aborted(&ended), "{point} (`./dev test` turns crash points on): {told}");
    Ok(())
}

/// Relay and worker until nothing is left, then the net, as often as it takes to find so much in it.
async fn work_off(world: &mut World, net: &mut SafetyNet, expected: usize) -> anyhow::Result<()> {
    let mut runner = [world.runner(PROBE, SETTINGS).await?];
    world.run_to_the_end(&mut runner).await?;
    let draining = async {
        let mut found = 0;
        // What was in the hands of a dead process comes back when the broker sees that it is gone.
        while found < expected {
            if let Progress::Worked(count) = net.step().await? {
                found += count;
            }
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, draining).await.context("the net stays empty")?
}

fn net(world: &World, broker: RabbitBus) -> SafetyNet {
    SafetyNet::new(world.store.clone(), Arc::new(broker), world.clock.clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_dies_at_any_point_of_trouble_leaves_all_of_it_to_the_next() -> anyhow::Result<()> {
    let vhost = block_in_place(|| PrivateRabbit::shared()?.vhost())?;
    let open =
        || async { anyhow::Ok(RabbitBus::open(&RabbitSettings::new(vhost.url())?, topology()?).await?) };
    for point in crash::OF_TROUBLE {
        let folder = tempfile::tempdir()?;
        let trouble = Trouble::made(folder.path(), &open().await?).await?;
        block_in_place(|| dies_at(point, folder.path(), vhost.url()))?;

        let mut world = World::beside(folder.path(), Watchdog::default()).await?;
        let mut net = net(&world, open().await?);
        // Whether a broker hears the last word of a dead process nobody knows: it is the last point that is visited.
        let in_the_net = usize::from(point != "safety-net.after-acknowledge");
        work_off(&mut world, &mut net, in_the_net).await.context(point)?;
        world.expect(PROBE.name, &trouble.sound, 1).await.context(point)?;
        let letters = world.dead_letters().await?;
        let dead: BTreeSet<Uuid> = letters.iter().map(|letter| letter.message_id).collect();
        ensure!(letters.len() == dead.len() && dead == trouble.dead, "{point}: {letters:#?}");
        ensure!(world.queue(&PROBE).await? == (0, 0) && world.outbox().await?.rows == 0, "{point}");
    }
    Ok(())
}

/// The other process's side; nothing in a run of the tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_until_it_dies() -> anyhow::Result<()> {
    let (Some(folder), Some(broker)) = (ordered(), std::env::var_os(BROKER)) else {
        return Ok(());
    };
    let broker = broker.to_str().context("a broker's address is text")?;
    let broker = RabbitBus::open(&RabbitSettings::new(broker)?, topology()?).await?;
    let mut world = World::beside(Path::new(&folder), Watchdog::default()).await?;
    let mut net = net(&world, broker);
    work_off(&mut world, &mut net, 1).await
}
