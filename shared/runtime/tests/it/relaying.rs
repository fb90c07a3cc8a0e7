// SPDX-License-Identifier: EUPL-1.2
//! From the outbox to the bus: nothing is lost, and what is published twice is dropped.

use std::sync::atomic::Ordering;

use anyhow::ensure;
use campanella_messages::Cause;
use campanella_runtime::{BORN_CLAIMED, Progress, Relay, UnitOfWork, clock::Clock as _};
use chrono::TimeDelta;

use crate::{
    probe::{Deed, PROBE, Probe},
    world::{SETTINGS, World, probes, stories},
};

stories! {
    async fn a_committed_message_is_published_from_memory_at_once(world: &mut World) {
        world.emit(&probes(3, Deed::Apply)).await?;
        ensure!(world.relay.poll().await? == Progress::Idle, "born claimed");
        ensure!(world.relay.step().await? == Progress::Worked(3));
        ensure!(world.relay.step().await? == Progress::Idle);
        ensure!(world.queue(&PROBE).await? == (3, 0) && world.outbox().await?.rows == 0);
    }

    async fn what_a_dead_process_left_behind_is_published_after_thirty_seconds_and_not_before(world: &mut World) {
        // The handle's relay is gone: so it is for a process that dies right after its commit.
        let (relay, handle) = Relay::new(
            world.store.clone(), world.bus.clone() as _, world.clock.clone() as _, world.context.metrics.clone());
        drop(relay);
        let mut work = UnitOfWork::begin(&world.store, world.clock.now(), &world.context.procedures).await?;
        work.emit(&Probe::new(Deed::Apply), Cause::First);
        work.commit(&handle).await?;

        world.pass(BORN_CLAIMED - TimeDelta::microseconds(1));
        world.relay_all().await?;
        ensure!(world.queue(&PROBE).await? == (0, 0) && world.outbox().await?.rows == 1);
        world.pass(TimeDelta::microseconds(1));
        world.relay_all().await?;
        ensure!(world.queue(&PROBE).await? == (1, 0) && world.outbox().await?.rows == 0);
    }

    async fn a_relay_killed_between_publishing_and_forgetting_has_its_second_copy_dropped(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?];
        let probes = probes(4, Deed::Apply);
        world.faults.confirming.store(true, Ordering::SeqCst);
        world.emit(&probes).await?;
        ensure!(world.relay.step().await.is_err());
        world.faults.confirming.store(false, Ordering::SeqCst);
        world.run(&mut runners).await?;
        world.expect(PROBE.name, &probes, 1).await?;
        ensure!(world.outbox().await?.rows == 4);

        world.pass(BORN_CLAIMED);
        ensure!(world.relay.poll().await? == Progress::Worked(4));
        ensure!(world.relay.step().await? == Progress::Idle);
        ensure!(world.queue(&PROBE).await? == (4, 0) && world.outbox().await?.rows == 0);
        world.run(&mut runners).await?;
        world.expect(PROBE.name, &probes, 1).await?;
    }

    async fn while_the_bus_is_away_the_outbox_grows_and_is_published_later(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?];
        let probes = probes(6, Deed::Apply);
        world.faults.publishing.store(true, Ordering::SeqCst);
        for (committed, pair) in probes.chunks(2).enumerate() {
            world.emit(pair).await?;
            ensure!(world.relay.step().await.is_err());
            ensure!(world.outbox().await?.rows == 2 * (i64::try_from(committed)? + 1));
        }
        world.faults.publishing.store(false, Ordering::SeqCst);
        world.run_to_the_end(&mut runners).await?;
        world.expect(PROBE.name, &probes, 1).await?;
    }
}
