// SPDX-License-Identifier: EUPL-1.2
//! A message whose holder died may be what it died of.

use std::time::Duration;

use anyhow::ensure;
use campanella_bus::{Bus as _, Handled};
use campanella_runtime::{Failure, Progress, RunnerSettings};

use crate::{
    probe::{Deed, PROBE, Probe, Seen},
    world::{SETTINGS, World, probes, stories},
};

/// Puts messages on the queue as one leaves them who took them and died.
pub(crate) async fn left_by_a_dead_holder(world: &mut World, probes: &[Probe]) -> anyhow::Result<()> {
    world.emit(probes).await?;
    world.relay_all().await?;
    let mut dying = world.bus.consume(PROBE.name, 100).await?;
    let deliveries = dying.receive(100, Duration::ZERO, Duration::ZERO).await?;
    ensure!(deliveries.len() == probes.len());
    Ok(dying.release(&deliveries, Handled::Seen).await?)
}

stories! {
    async fn a_redelivered_message_runs_alone(world: &mut World) {
        let mut runner = world.runner(PROBE, SETTINGS).await?;
        let (suspects, fresh) = (probes(3, Deed::Apply), probes(3, Deed::Apply));
        left_by_a_dead_holder(world, &suspects).await?;
        world.emit(&fresh).await?;
        world.relay_all().await?;
        ensure!(runner.step(Duration::ZERO).await? == Progress::Worked(6));
        for (probes, batch) in [(&suspects, 1), (&fresh, 3)] {
            world.expect(PROBE.name, probes, 1).await?;
            ensure!(probes.iter().all(|probe| Seen::of(probe).batches == [batch]));
        }
    }

    async fn a_redelivered_message_that_was_handled_is_dropped(world: &mut World) {
        let mut runner = [world.runner(PROBE, RunnerSettings { suspect_attempts: 2, ..SETTINGS }).await?];
        let probe = Probe::new(Deed::Apply);
        let envelope = world.wrap(&probe);
        // Its holder dies again and again between commit and acknowledgement.
        for _ in 0..5 {
            world.put(&PROBE, &[(envelope.id, envelope.to_json())]).await?;
            let mut dying = world.bus.consume(PROBE.name, 1).await?;
            let deliveries = dying.receive(1, Duration::ZERO, Duration::ZERO).await?;
            dying.release(&deliveries, Handled::Seen).await?;
            world.run(&mut runner).await?;
        }
        world.expect(PROBE.name, &[probe], 1).await?;
        ensure!(world.dead_letters().await?.is_empty());
    }

    async fn a_message_is_counted_before_it_runs_and_ends_after_so_many_deaths(world: &mut World) {
        let probe = Probe::new(Deed::Wait);
        let gate = Seen::of(&probe).gate;
        let bystander = Probe::new(Deed::Apply);
        left_by_a_dead_holder(world, std::slice::from_ref(&probe)).await?;
        // The first holder died above; so do two more, each with the message running.
        for _ in 1..SETTINGS.suspect_attempts {
            let mut runner = world.runner(PROBE, SETTINGS).await?;
            tokio::select! {
                ended = runner.step(Duration::ZERO) => anyhow::bail!("it did not wait: {ended:?}"),
                reached = gate.reached() => reached?,
            }
            drop(runner);
            crate::world::eventually(|| async {
                Ok((world.queue(&PROBE).await? == (1, 0)).then_some(()))
            }).await?;
        }
        world.emit(std::slice::from_ref(&bystander)).await?;
        let mut runner = [world.runner(PROBE, SETTINGS).await?];
        world.run(&mut runner).await?;
        let letters = world.dead_letters().await?;
        ensure!(letters.len() == 1, "{letters:?}");
        ensure!(letters[0].error == "its holder died at each of 3 deliveries", "{letters:?}");
        ensure!(Seen::of(&probe).batches == [1, 1]);
        world.expect(PROBE.name, &[bystander], 1).await?;
        world.expect(PROBE.name, &[probe], 0).await?;
    }

    async fn a_suspect_is_not_counted_for_a_database_that_is_away(world: &mut World) {
        let mut runner = world.runner(PROBE, SETTINGS).await?;
        let (away, locked) = (Probe::new(Deed::Unavailable(6)), Probe::new(Deed::Rerun(6)));
        left_by_a_dead_holder(world, &[away.clone(), locked.clone()]).await?;
        for _ in 0..6 {
            ensure!(matches!(runner.step(Duration::ZERO).await, Err(Failure::Unavailable(_))));
        }
        world.run(&mut [runner]).await?;
        world.expect(PROBE.name, &[away, locked], 1).await?;
        ensure!(world.dead_letters().await?.is_empty());
    }

    async fn a_suspect_that_waits_for_the_database_does_not_go_from_hand_to_hand(world: &mut World) {
        // Each would count it, and after as many hands as deaths are allowed nobody would have died.
        let mut runners = Vec::new();
        for _ in 0..=SETTINGS.suspect_attempts {
            runners.push(world.runner(PROBE, SETTINGS).await?);
        }
        let suspect = Probe::new(Deed::Unavailable(4));
        left_by_a_dead_holder(world, std::slice::from_ref(&suspect)).await?;
        let others = probes(4, Deed::Apply);
        let mut away = 0;
        for other in &others {
            for runner in &mut runners {
                away += usize::from(runner.step(Duration::ZERO).await.is_err());
            }
            // What comes meanwhile is not held up.
            world.emit(std::slice::from_ref(other)).await?;
            world.relay_all().await?;
        }
        ensure!(away == 4, "{away}");
        world.run(&mut runners).await?;
        world.expect(PROBE.name, &others, 1).await?;
        world.expect(PROBE.name, &[suspect], 1).await?;
        ensure!(world.dead_letters().await?.is_empty() && world.queue(&PROBE).await? == (0, 0));
    }

    async fn what_comes_while_a_suspect_waits_for_the_database_is_handled(world: &mut World) {
        let mut runner = world.runner(PROBE, SETTINGS).await?;
        let suspect = Probe::new(Deed::Unavailable(3));
        left_by_a_dead_holder(world, std::slice::from_ref(&suspect)).await?;
        ensure!(matches!(runner.step(Duration::ZERO).await, Err(Failure::Unavailable(_))));
        let fresh = probes(3, Deed::Apply);
        world.emit(&fresh).await?;
        world.relay_all().await?;
        ensure!(matches!(runner.step(Duration::ZERO).await, Err(Failure::Unavailable(_))));
        world.expect(PROBE.name, &fresh, 1).await?;
        // It is in hand and not in the queue; whoever dies with it leaves it to the next.
        ensure!(world.queue(&PROBE).await? == (0, 1));
        drop(runner);
        crate::world::eventually(|| async {
            Ok((world.queue(&PROBE).await? == (1, 0)).then_some(()))
        }).await?;
    }
}
