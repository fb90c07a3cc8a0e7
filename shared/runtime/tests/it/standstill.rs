// SPDX-License-Identifier: EUPL-1.2
//! A loop that does not come back ends its process and says so; one that takes its time, or waits, does not.

use std::time::Duration;

use anyhow::ensure;
use campanella_runtime::{
    config::{LogFormat, LogSettings},
    process::{Shift, StatusBoard},
    standstill, telemetry,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{
    probe::{Deed, PROBE, Probe, Seen},
    suspect::left_by_a_dead_holder,
    victim::{is_aborted, ordered, victim},
    world::{PATIENCE, SETTINGS, World, eventually},
};

/// Longer than a loop waits for work, and than a busy machine lets a thread wait.
const LIMIT: Duration = Duration::from_secs(5);

#[test]
fn a_loop_that_stands_still_ends_its_process_and_is_named_in_the_log() -> anyhow::Result<()> {
    let ended = victim("standstill::stands_still", "relay")?.output()?;
    let told = String::from_utf8(ended.stderr.clone())?;
    ensure!(is_aborted(&ended), "{ended:?}");
    let lines: Vec<&str> = told.lines().filter(|line| line.contains("the process ends")).collect();
    let named = |line: &&str| {
        ["relay", "others", "mailer", "since", "stuck_seconds"].iter().all(|word| line.contains(word))
    };
    ensure!(lines.len() == 1 && lines.iter().all(named), "{told}");
    ensure!(!lines[0].contains("registry"), "who waits, and says for what, does not stand still: {told}");
    Ok(())
}

/// The other process's side; nothing in a run of the tests.
#[test]
fn stands_still() -> anyhow::Result<()> {
    let Some(name) = ordered() else {
        return Ok(());
    };
    telemetry::start(&LogSettings { format: LogFormat::Human, filter: "info".to_owned() })?;
    let board = StatusBoard::default();
    board.waiting("registry", "the database is away".to_owned());
    // On the board, and never at the end of its first step.
    board.register(&name.to_string_lossy());
    board.register("mailer");
    let watched = standstill::watch(board, Duration::ZERO, CancellationToken::new());
    ensure!(watched.join().is_ok(), "it goes on");
    Ok(())
}

#[test]
fn nobody_is_watched_any_more_when_the_process_ends_by_itself() -> anyhow::Result<()> {
    let (board, end) = (StatusBoard::default(), CancellationToken::new());
    board.register("relay");
    end.cancel();
    ensure!(standstill::watch(board, Duration::ZERO, end).join().is_ok());
    Ok(())
}

#[tokio::test]
async fn a_step_of_many_parts_is_not_stuck_while_each_of_them_comes_to_its_end() -> anyhow::Result<()> {
    let mut world = World::on_sqlite().await?;
    let suspects = [Probe::new(Deed::Wait), Probe::new(Deed::Wait)];
    left_by_a_dead_holder(&mut world, &suspects).await?;
    let [last, first] = suspects.each_ref().map(|suspect| Seen::of(suspect).gate);
    let shift = Shift::default();
    let worker = tokio::spawn(shift.clone().run_worker(world.runner(PROBE, SETTINGS).await?));
    timeout(PATIENCE, first.reached()).await??;
    let stuck = || async { Ok((shift.board.stuck(LIMIT) == [PROBE.name]).then_some(())) };
    eventually(stuck).await?;
    first.open();
    timeout(PATIENCE, last.reached()).await??;
    ensure!(shift.board.stuck(LIMIT).is_empty(), "the second has only begun");
    last.open();
    shift.close();
    timeout(PATIENCE, worker).await??;
    world.expect(PROBE.name, &suspects, 1).await
}
