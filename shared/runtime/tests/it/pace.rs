// SPDX-License-Identifier: EUPL-1.2
//! Those who are quick wait for nobody who is slow, but for the relay, and not for long.

use std::time::Duration;

use anyhow::ensure;
use campanella_bus::Bus as _;
use campanella_runtime::{Runner, RunnerSettings, process::Shift};
use campanella_store::outbox::OutboxRow;
use tokio::{task::JoinSet, time::timeout};

use crate::{
    probe::PROBE,
    world::{PATIENCE, SETTINGS, World, eventually},
};

#[tokio::test]
async fn on_postgres_a_batch_goes_on_while_another_of_its_worker_waits() -> anyhow::Result<()> {
    let mut world = World::on_postgres().await?;
    let (probes, gate) = world.queue_up(20, 0).await?;
    let settings = RunnerSettings { batch: 5, prefetch: 5, parallel: 2, ..SETTINGS };
    ensure!(settings.runners(&world.store) == 2);
    let shift = Shift::default();
    let mut loops = JoinSet::new();
    let subscriptions =
        vec![world.bus.consume(PROBE.name, 5).await?, world.bus.consume(PROBE.name, 5).await?];
    for runner in Runner::for_each(PROBE, subscriptions, &world.context, settings) {
        loops.spawn(shift.clone().run_worker(runner));
    }
    timeout(PATIENCE, gate.reached()).await??;
    eventually(|| async { Ok((world.queue(&PROBE).await? == (0, 5)).then_some(())) }).await?;
    let names: Vec<String> = shift.board.loops().into_keys().collect();
    ensure!(names == [PROBE.name.to_owned(), format!("{} 2", PROBE.name)], "{names:?}");
    gate.open();
    eventually(|| async { Ok((world.queue(&PROBE).await? == (0, 0)).then_some(())) }).await?;
    shift.end.cancel();
    timeout(PATIENCE, loops.join_all()).await?;
    world.expect(PROBE.name, &probes, 1).await
}

#[tokio::test]
async fn sqlite_has_one_writer_and_a_worker_one_batch_in_hand() -> anyhow::Result<()> {
    let world = World::on_sqlite().await?;
    ensure!(RunnerSettings { parallel: 8, ..SETTINGS }.runners(&world.store) == 1);
    Ok(())
}

#[tokio::test]
async fn workers_wait_for_a_relay_that_is_far_behind_until_it_has_caught_up() -> anyhow::Result<()> {
    let mut world = World::on_sqlite().await?;
    let runner = world.runner(PROBE, SETTINGS).await?;
    let row = || OutboxRow {
        id: campanella_runtime::clock::new_id(),
        due_at: chrono::DateTime::UNIX_EPOCH,
        queue: Some(PROBE.name.to_owned()),
        envelope: "{}".to_owned(),
    };
    world.context.relay.hand_over(std::iter::repeat_with(row).take(10_001).collect());
    let behind = timeout(Duration::from_millis(50), runner.wait_for_relay(PATIENCE)).await;
    ensure!(behind.is_err(), "it is behind, and nobody waits");
    // Nor for ever: it may have no broker to publish to.
    runner.wait_for_relay(Duration::from_millis(1)).await;
    ensure!(world.relay.step().await?.worked());
    timeout(PATIENCE, runner.wait_for_relay(2 * PATIENCE)).await?;
    Ok(())
}
