// SPDX-License-Identifier: EUPL-1.2
//! One effect a message, committed with what follows from it, and a path to follow.

use std::time::Duration;

use anyhow::ensure;
use campanella_messages::{Cause, Message as _};
use campanella_runtime::{UnitOfWork, clock::Clock as _};
use campanella_store::{bookmark, inbox};

use crate::{
    probe::{Deed, Echo, PROBE, Probe, WITNESS},
    world::{SETTINGS, World, probes, stories},
};

stories! {
    async fn a_message_published_twice_has_one_effect(world: &mut World) {
        let mut runner = [world.runner(PROBE, SETTINGS).await?];
        let probe = Probe::new(Deed::Apply);
        let envelope = world.wrap(&probe);
        for _ in 0..2 {
            world.put(&PROBE, &[(envelope.id, envelope.to_json())]).await?;
            world.run(&mut runner).await?;
        }
        world.expect(PROBE.name, &[probe], 1).await?;
        ensure!(world.queue(&PROBE).await? == (0, 0));
    }

    async fn two_copies_in_one_batch_have_one_effect(world: &mut World) {
        let mut runner = world.runner(PROBE, SETTINGS).await?;
        let probes = probes(3, Deed::Apply);
        let mut bodies = Vec::new();
        for probe in &probes {
            let envelope = world.wrap(probe);
            bodies.extend([(envelope.id, envelope.to_json()), (envelope.id, envelope.to_json())]);
        }
        world.put(&PROBE, &bodies).await?;
        ensure!(runner.step(Duration::ZERO).await? == campanella_runtime::Progress::Worked(6));
        world.expect(PROBE.name, &probes, 1).await?;
    }

    async fn two_copies_of_a_faulty_message_are_one_dead_letter(world: &mut World) {
        let mut runner = [world.runner(PROBE, SETTINGS).await?];
        let envelope = world.wrap(&Probe::new(Deed::Permanent));
        world.put(&PROBE, &[(envelope.id, envelope.to_json()), (envelope.id, envelope.to_json())]).await?;
        world.run(&mut runner).await?;
        ensure!(world.dead_letters().await?.len() == 1);
        ensure!(world.queue(&PROBE).await? == (0, 0));
    }

    async fn an_effect_and_its_message_commit_together_or_not_at_all(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?, world.runner(WITNESS, SETTINGS).await?];
        let (sound, faulty) = (Probe::new(Deed::Emit), Probe::new(Deed::EmitAndFail));
        world.emit(&[sound.clone(), faulty.clone()]).await?;
        world.run_to_the_end(&mut runners).await?;
        for (probe, times) in [(&sound, 1), (&faulty, 0)] {
            ensure!(world.applied(PROBE.name, probe.id).await? == times);
            ensure!(world.applied("echo", probe.id).await? == times);
        }
    }

    async fn what_a_process_did_not_commit_did_not_happen(world: &mut World) {
        let mut work = UnitOfWork::begin(&world.store, world.clock.now(), &world.context.procedures).await?;
        bookmark::set(work.tx(), "effect", "1").await?;
        work.emit(&Probe::new(Deed::Apply), Cause::First);
        drop(work);
        world.relay_all().await?;
        ensure!(bookmark::get(&mut world.store.begin().await?, "effect").await?.is_none());
        ensure!(world.outbox().await?.rows == 0);
        ensure!(world.queue(&PROBE).await? == (0, 0));
    }

    async fn the_inbox_shows_the_path_of_a_message(world: &mut World) {
        let mut runners = [world.runner(PROBE, SETTINGS).await?, world.runner(WITNESS, SETTINGS).await?];
        let envelope = world.wrap(&Probe::new(Deed::Emit));
        world.put(&PROBE, &[(envelope.id, envelope.to_json())]).await?;
        let written = world.clock.now();
        let handled = world.pass(chrono::TimeDelta::seconds(5));
        world.run(&mut runners).await?;

        let path = inbox::path(&mut world.store.read().await?, envelope.correlationid).await?;
        let told: Vec<_> =
            path.iter().map(|step| (step.worker.as_str(), step.kind.as_str(), step.outcome.as_str())).collect();
        ensure!(told == [("probe", Probe::TYPE, "done"), ("witness", Echo::TYPE, "done")], "{path:?}");
        ensure!(path[0].message_id == envelope.id && path[0].causation_id.is_none());
        ensure!(path[0].written_at == Some(written) && path[0].handled_at == handled);
        ensure!(path[1].causation_id == Some(envelope.id));
    }
}
