// SPDX-License-Identifier: EUPL-1.2
//! What is nobody's fault is counted against nobody.

use std::{sync::atomic::Ordering, time::Duration};

use anyhow::ensure;
use campanella_bus::Bus as _;
use campanella_runtime::{Failure, Progress, RunnerSettings};

use crate::{
    probe::{Deed, PROBE, Probe, Seen},
    world::{SETTINGS, World, probes, stories},
};

stories! {
    async fn what_cannot_be_handled_now_is_given_back_unseen_and_uncounted(world: &mut World) {
        let mut runner = world.runner(PROBE, SETTINGS).await?;
        let mut probes = probes(5, Deed::Apply);
        probes[2].deed = Deed::Unavailable(2);
        world.emit(&probes).await?;
        world.relay_all().await?;
        for _ in 0..2 {
            let failed = runner.step(Duration::ZERO).await;
            ensure!(matches!(&failed, Err(Failure::Unavailable(reason)) if reason == "it is away"), "{failed:?}");
            ensure!(world.queue(&PROBE).await? == (5, 0));
            world.expect(PROBE.name, &probes, 0).await?;
        }
        let mut looking = world.bus.consume(PROBE.name, 10).await?;
        let deliveries = looking.receive(10, Duration::ZERO, Duration::ZERO).await?;
        ensure!(deliveries.len() == 5 && deliveries.iter().all(|delivery| !delivery.redelivered));
        looking.release(&deliveries, campanella_bus::Handled::Unseen).await?;

        ensure!(runner.step(Duration::ZERO).await? == Progress::Worked(5));
        world.expect(PROBE.name, &probes, 1).await?;
        ensure!(world.dead_letters().await?.is_empty() && world.outbox().await?.rows == 0);
    }

    async fn a_deadlock_runs_the_batch_again_at_once_and_counts_nothing(world: &mut World) {
        // One attempt: whatever were counted would be a dead letter.
        let retry = campanella_runtime::Backoff { attempts: 1, ..SETTINGS.retry };
        let mut runner = world.runner(PROBE, RunnerSettings { retry, ..SETTINGS }).await?;
        let mut probes = probes(3, Deed::Apply);
        probes[1].deed = Deed::Rerun(9);
        world.emit(&probes).await?;
        world.relay_all().await?;
        ensure!(runner.step(Duration::ZERO).await? == Progress::Worked(3));
        world.expect(PROBE.name, &probes, 1).await?;
        ensure!(Seen::of(&probes[1]).batches == [3; 10]);
        ensure!(world.dead_letters().await?.is_empty());
    }

    async fn a_database_that_only_deadlocks_is_waited_for(world: &mut World) {
        let mut runner = world.runner(PROBE, SETTINGS).await?;
        let probe = Probe::new(Deed::Rerun(15));
        world.emit(std::slice::from_ref(&probe)).await?;
        world.relay_all().await?;
        ensure!(matches!(runner.step(Duration::ZERO).await, Err(Failure::Unavailable(_))));
        ensure!(runner.step(Duration::ZERO).await? == Progress::Worked(1));
        world.expect(PROBE.name, &[probe], 1).await?;
    }

    async fn what_the_bus_could_not_be_told_is_told_later(world: &mut World) {
        let settings = RunnerSettings { batch: 2, prefetch: 2, ..SETTINGS };
        let mut runner = world.runner(PROBE, settings).await?;
        let mut probes = probes(4, Deed::Apply);
        // The third is given back, so that an acknowledgement as well as a release is owed.
        probes[2].deed = Deed::Unavailable(1);
        world.emit(&probes).await?;
        world.relay_all().await?;
        world.faults.settling.store(true, Ordering::SeqCst);
        for _ in 0..3 {
            ensure!(matches!(runner.step(Duration::ZERO).await, Err(Failure::Unavailable(_))));
        }
        ensure!(world.queue(&PROBE).await? == (2, 2), "{:?}", world.queue(&PROBE).await?);
        world.faults.settling.store(false, Ordering::SeqCst);
        ensure!(matches!(runner.step(Duration::ZERO).await, Err(Failure::Unavailable(_))));
        ensure!(world.queue(&PROBE).await? == (2, 0));
        world.run(&mut [runner]).await?;
        world.expect(PROBE.name, &probes, 1).await?;
        ensure!(world.queue(&PROBE).await? == (0, 0));
    }
}
