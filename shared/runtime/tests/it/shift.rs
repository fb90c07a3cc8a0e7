// SPDX-License-Identifier: EUPL-1.2
//! The loops of a process: how they end, and what they say about themselves.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use campanella_bus::Bus as _;
use campanella_runtime::{
    Relay, RunnerSettings,
    heartbeat::Identity,
    http::{self, Served},
    process::Shift,
};
use campanella_store::StoreSettings;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    probe::{Deed, Gate, PROBE, Probe, WITNESS},
    unpublishable::leave_behind,
    world::{PATIENCE, SETTINGS, World, eventually, probes},
};

/// Rows of a dead process: two pages of the relay's poll and a half.
const LEFT_BEHIND: usize = 1_250;

#[tokio::test]
async fn at_the_end_what_is_in_hand_is_committed_and_the_rest_is_left_unmarked() -> anyhow::Result<()> {
    let mut world = World::on_sqlite().await?;
    let (probes, gate) = world.queue_up(30, 4).await?;
    let shift = Shift::default();
    let settings = RunnerSettings { batch: 10, ..SETTINGS };
    let worker = tokio::spawn(shift.clone().run_worker(world.runner(PROBE, settings).await?));
    timeout(PATIENCE, gate.reached()).await??;
    shift.end.cancel();
    gate.open();
    timeout(PATIENCE, worker).await??;

    world.expect(PROBE.name, &probes[..10], 1).await?;
    world.expect(PROBE.name, &probes[10..], 0).await?;
    let waiting = || async { Ok((world.queue(&PROBE).await? == (20, 0)).then_some(())) };
    eventually(waiting).await?;
    let mut next = world.bus.consume(PROBE.name, 100).await?;
    let deliveries = next.receive(100, Duration::ZERO, Duration::ZERO).await?;
    ensure!(deliveries.len() == 20 && deliveries.iter().all(|delivery| !delivery.redelivered));
    Ok(())
}

#[tokio::test]
async fn idle_loops_end_when_they_are_told() -> anyhow::Result<()> {
    let world = World::on_sqlite().await?;
    let shift = Shift::default();
    let runner = world.runner(PROBE, SETTINGS).await?;
    let worker = tokio::spawn(shift.clone().run_worker(runner));
    let relay = tokio::spawn(shift.clone().run_relay(world.relay, PATIENCE));
    eventually(|| async { Ok((shift.board.loops().len() == 2).then_some(())) }).await?;
    shift.end.cancel();
    timeout(Duration::from_secs(10), worker).await??;
    timeout(Duration::from_secs(10), relay).await??;
    Ok(())
}

#[tokio::test]
async fn the_relay_publishes_what_was_handed_over_before_it_ends() -> anyhow::Result<()> {
    let world = World::on_sqlite().await?;
    world.emit(&probes(3, Deed::Apply)).await?;
    let shift = Shift::default();
    shift.end.cancel();
    let World { relay, bus, .. } = world;
    timeout(PATIENCE, shift.run_relay(relay, PATIENCE)).await?;
    let stats = bus.stats().await?;
    ensure!(stats.iter().any(|queue| queue.queue == PROBE.name && queue.waiting == 3), "{stats:?}");
    Ok(())
}

/// Three pages of the relay's poll, the first of which is being published.
async fn at_the_first_page() -> anyhow::Result<(World, Shift, Arc<Gate>, JoinHandle<()>)> {
    let mut world = World::on_sqlite().await?;
    leave_behind(&world, LEFT_BEHIND).await?;
    let gate = Arc::<Gate>::default();
    *world.faults.held() = Some(Arc::clone(&gate));
    let (spare, _) = Relay::new(
        world.store.clone(),
        world.bus.clone() as _,
        world.clock.clone() as _,
        world.context.metrics.clone(),
    );
    let relay = std::mem::replace(&mut world.relay, spare);
    let shift = Shift::default();
    let publishing = tokio::spawn(shift.clone().run_relay(relay, Duration::from_millis(1)));
    timeout(PATIENCE, gate.reached()).await??;
    Ok((world, shift, gate, publishing))
}

#[tokio::test]
async fn the_relay_ends_after_the_page_in_hand_however_much_is_due() -> anyhow::Result<()> {
    let (world, shift, gate, publishing) = at_the_first_page().await?;
    shift.end.cancel();
    for _ in 0..LEFT_BEHIND {
        gate.open();
    }
    timeout(PATIENCE, publishing).await??;
    ensure!(world.queue(&PROBE).await? == (500, 0), "{:?}", world.queue(&PROBE).await?);
    ensure!(
        world.outbox().await?.rows == i64::try_from(LEFT_BEHIND)? - 500,
        "the rest is for the next start"
    );
    Ok(())
}

#[tokio::test]
async fn a_commit_waits_for_one_page_of_what_is_due_and_not_for_all() -> anyhow::Result<()> {
    let (world, shift, gate, publishing) = at_the_first_page().await?;
    world.emit(&probes(1, Deed::Apply)).await?;
    for _ in 0..LEFT_BEHIND {
        gate.open();
    }
    let all = u64::try_from(LEFT_BEHIND)? + 1;
    eventually(|| async { Ok((world.queue(&PROBE).await? == (all, 0)).then_some(())) }).await?;
    shift.end.cancel();
    timeout(PATIENCE, publishing).await??;
    // Whoever hears of the topic besides got the commit alone.
    let mut witness = world.bus.consume(WITNESS.name, 10).await?;
    let commit = witness.receive(10, Duration::ZERO, Duration::ZERO).await?;
    let mut queue = world.bus.consume(PROBE.name, u16::MAX).await?;
    let order = queue.receive(usize::from(u16::MAX), Duration::ZERO, Duration::ZERO).await?;
    let place = order.iter().position(|delivery| delivery.message_id == commit[0].message_id);
    ensure!(commit.len() == 1 && place == Some(500), "{place:?}");
    Ok(())
}

#[tokio::test]
async fn the_status_is_503_with_the_reason_while_the_database_is_away() -> anyhow::Result<()> {
    let impatient = StoreSettings { busy_timeout: Duration::from_millis(50), ..StoreSettings::default() };
    let mut world = World::on_sqlite_with(impatient).await?;
    let shift = Shift::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let served = served(&world, &shift, PATIENCE);
    let server = tokio::spawn(http::serve(listener, served, shift.end.clone()));
    let probe = Probe::new(Deed::Apply);
    world.emit(std::slice::from_ref(&probe)).await?;
    world.relay_all().await?;

    // Whoever holds SQLite's one writer for good is a database that does not answer.
    let blocking = world.store.begin().await?;
    let worker = tokio::spawn(shift.clone().run_worker(world.runner(PROBE, SETTINGS).await?));
    let away = answer(address, "/status", |answer| answer.starts_with("HTTP/1.1 503")).await?;
    ensure!(away.contains("\"healthy\":false") && away.contains("the database is unavailable"), "{away}");
    let alive = answer(address, "/live", |answer| answer.starts_with("HTTP/1.1 200")).await?;
    ensure!(alive.contains("\"alive\":true"), "no restart would bring the database back: {alive}");
    blocking.rollback().await?;
    let there = answer(address, "/status", |answer| answer.starts_with("HTTP/1.1 200")).await?;
    ensure!(there.contains("\"healthy\":true") && there.contains("\"probe\""), "{there}");

    let counted = r#"campanella_messages_handled_total{worker="probe",outcome="done"} 1"#;
    let metrics = answer(address, "/metrics", |answer| answer.contains(counted)).await?;
    ensure!(metrics.contains("application/openmetrics-text") && metrics.ends_with("# EOF\n"), "{metrics}");
    world.expect(PROBE.name, &[probe], 1).await?;
    shift.end.cancel();
    timeout(PATIENCE, worker).await??;
    timeout(PATIENCE, server).await???;
    Ok(())
}

#[tokio::test]
async fn the_status_is_503_with_the_name_of_a_loop_that_does_not_come_back() -> anyhow::Result<()> {
    let mut world = World::on_sqlite().await?;
    let shift = Shift::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    // Longer than a loop waits for work.
    let stuck_after = Duration::from_secs(2);
    let served = served(&world, &shift, stuck_after);
    let server = tokio::spawn(http::serve(listener, served, shift.end.clone()));
    let (_, gate) = world.queue_up(1, 0).await?;
    shift.board.register(PROBE.name);
    let registered = answer(address, "/status", |answer| answer.starts_with("HTTP/1.1 200")).await?;
    ensure!(registered.contains("\"starting\"") && registered.contains("\"stuck\":[]"), "{registered}");
    let worker = tokio::spawn(shift.clone().run_worker(world.runner(PROBE, SETTINGS).await?));
    timeout(PATIENCE, gate.reached()).await??;
    let stuck = answer(address, "/status", |answer| answer.starts_with("HTTP/1.1 503")).await?;
    ensure!(stuck.contains("\"stuck\":[\"probe\"]") && stuck.contains("\"healthy\":false"), "{stuck}");
    let dead = answer(address, "/live", |answer| answer.starts_with("HTTP/1.1 503")).await?;
    ensure!(dead.contains("\"alive\":false"), "starting it anew is what helps: {dead}");
    gate.open();
    answer(address, "/status", |answer| answer.starts_with("HTTP/1.1 200")).await?;
    shift.end.cancel();
    timeout(PATIENCE, worker).await??;
    timeout(PATIENCE, server).await???;
    Ok(())
}

#[tokio::test]
async fn the_status_is_503_while_the_process_finishes_what_it_has_in_hand() -> anyhow::Result<()> {
    let mut world = World::on_sqlite().await?;
    let shift = Shift::default();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let served_to_the_end = CancellationToken::new();
    let served = served(&world, &shift, PATIENCE);
    let server = tokio::spawn(http::serve(listener, served, served_to_the_end.clone()));
    let (probes, gate) = world.queue_up(1, 0).await?;
    let worker = tokio::spawn(shift.clone().run_worker(world.runner(PROBE, SETTINGS).await?));
    timeout(PATIENCE, gate.reached()).await??;
    answer(address, "/status", |answer| answer.starts_with("HTTP/1.1 200")).await?;

    shift.close();
    let ending = answer(address, "/status", |answer| answer.starts_with("HTTP/1.1 503")).await?;
    ensure!(ending.contains("\"ending\":true") && ending.contains("\"healthy\":false"), "{ending}");
    ensure!(ending.contains("\"stuck\":[]"), "{ending}");
    answer(address, "/live", |answer| answer.starts_with("HTTP/1.1 200")).await?;
    gate.open();
    timeout(PATIENCE, worker).await??;
    world.expect(PROBE.name, &probes, 1).await?;
    served_to_the_end.cancel();
    timeout(PATIENCE, server).await???;
    Ok(())
}

#[tokio::test]
async fn the_relay_waits_for_a_bus_that_is_away_and_says_so() -> anyhow::Result<()> {
    let world = World::on_sqlite().await?;
    world.faults.publishing.store(true, Ordering::SeqCst);
    world.emit(&probes(1, Deed::Apply)).await?;
    let shift = Shift::default();
    let relay = tokio::spawn(shift.clone().run_relay(world.relay, PATIENCE));
    let reason =
        eventually(|| async { Ok(shift.board.loops().get("relay").and_then(|relay| relay.reason.clone())) });
    ensure!(reason.await?.contains("switched off") && !shift.board.report(PATIENCE).healthy);
    world.faults.publishing.store(false, Ordering::SeqCst);
    eventually(|| async { Ok(shift.board.report(PATIENCE).healthy.then_some(())) }).await?;
    shift.end.cancel();
    timeout(PATIENCE, relay).await??;
    Ok(())
}

fn served(world: &World, shift: &Shift, stuck_after: Duration) -> Served {
    let (metrics, board) = (world.context.metrics.clone(), shift.board.clone());
    Served { identity: Identity::of_this_process(), metrics, board, stuck_after }
}

/// Asks until the answer is as expected.
async fn answer(
    address: std::net::SocketAddr,
    path: &str,
    expected: impl Fn(&str) -> bool,
) -> anyhow::Result<String> {
    let asked = eventually(|| async {
        let mut connection = TcpStream::connect(address).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        Ok(expected(&answer).then_some(answer))
    });
    asked.await.with_context(|| format!("GET {path}"))
}
