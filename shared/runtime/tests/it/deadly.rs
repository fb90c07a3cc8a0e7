// SPDX-License-Identifier: EUPL-1.2
//! Messages that hang or end the process: it is started again until nothing is left, as a supervisor would.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::ensure;
use campanella_runtime::{RunnerSettings, Watchdog, clock::new_id, telemetry};
use uuid::Uuid;

use crate::{
    poison::origin,
    probe::{Deed, PROBE, Probe, TAX_CODE},
    victim::{is_aborted, ordered, victim},
    world::{SETTINGS, World, probes},
};

/// Starts the process until it ends by itself; gives how often it died.
fn deaths(folder: &Path) -> anyhow::Result<u32> {
    for deaths in 0..20 {
        let ended = victim("deadly::works_until_nothing_is_left", folder)?.output()?;
        ensure!(!String::from_utf8_lossy(&ended.stderr).contains(TAX_CODE));
        if ended.status.success() {
            return Ok(deaths);
        }
        ensure!(is_aborted(&ended), "{ended:?}");
    }
    anyhow::bail!("it dies for ever")
}

async fn ends_as_one_dead_letter(deadly: Deed) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let sound = probes(40, Deed::Apply);
    let deadly = Probe::new(deadly);
    let mut world = World::beside(folder.path(), Watchdog::default()).await?;
    world.emit(&sound[..20]).await?;
    world.emit(std::slice::from_ref(&deadly)).await?;
    world.emit(&sound[20..]).await?;
    world.relay_all().await?;
    world.close().await;
    drop(world);

    let path = folder.path().to_owned();
    let deaths = tokio::task::spawn_blocking(move || deaths(&path)).await??;
    ensure!(deaths == u32::from(SETTINGS.suspect_attempts), "{deaths} deaths");

    let world = World::beside(folder.path(), Watchdog::default()).await?;
    world.expect(PROBE.name, &sound, 1).await?;
    world.expect(PROBE.name, &[deadly], 0).await?;
    let letters = world.dead_letters().await?;
    ensure!(
        letters.len() == 1 && letters[0].error == "its holder died at each of 3 deliveries",
        "{letters:?}"
    );
    ensure!(world.queue(&PROBE).await? == (0, 0));
    Ok(())
}

#[tokio::test]
async fn a_message_that_ends_the_process_is_one_dead_letter_and_spoils_no_other() -> anyhow::Result<()> {
    ends_as_one_dead_letter(Deed::Abort).await
}

#[tokio::test]
async fn a_message_that_hangs_is_one_dead_letter_and_spoils_no_other() -> anyhow::Result<()> {
    ends_as_one_dead_letter(Deed::Hang).await
}

/// What kills a process, what fails and what nobody can read, and how the error of its dead letter begins.
const POISON: [(Option<Deed>, &str); 5] = [
    (Some(Deed::Abort), "its holder died at each of 3 deliveries"),
    (Some(Deed::Hang), "its holder died at each of 3 deliveries"),
    (Some(Deed::Panic), "the handler panicked"),
    (Some(Deed::Permanent), "never"),
    (None, "not a message envelope"),
];

#[tokio::test]
async fn two_of_every_kind_of_poison_among_forty_at_once_are_ten_dead_letters_and_spoil_no_other()
-> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let world = World::beside(folder.path(), Watchdog::default()).await?;
    let sound = probes(40, Deed::Apply);
    let mut bodies: Vec<(Uuid, String)> = Vec::new();
    let mut expected = BTreeMap::new();
    for (number, probe) in sound.iter().enumerate() {
        let envelope = world.wrap(probe);
        bodies.push((envelope.id, envelope.to_json()));
        // After every fourth one of the next kind.
        if number % 4 == 3 {
            let (deed, error) = POISON[number / 4 % POISON.len()];
            let body = deed.map_or_else(String::new, |deed| world.wrap(&Probe::new(deed)).to_json());
            let id = match deed {
                Some(_) => origin(Uuid::nil(), &body),
                None => new_id(),
            };
            expected.insert(id, error);
            bodies.push((id, body));
        }
    }
    world.put(&PROBE, &bodies).await?;
    world.close().await;
    drop(world);

    let path = folder.path().to_owned();
    let deaths = tokio::task::spawn_blocking(move || deaths(&path)).await??;
    // All of them die with the first; then each of the four that kill twice more, alone.
    ensure!((8..=12).contains(&deaths), "{deaths} deaths");

    let world = World::beside(folder.path(), Watchdog::default()).await?;
    world.expect(PROBE.name, &sound, 1).await?;
    let letters = world.dead_letters().await?;
    let found: BTreeMap<Uuid, &str> = letters
        .iter()
        .map(|letter| (origin(letter.message_id, &letter.body), letter.error.as_str()))
        .collect();
    ensure!(letters.len() == found.len() && found.keys().eq(expected.keys()), "{letters:#?}");
    ensure!(found.iter().all(|(id, error)| error.starts_with(expected[id])), "{letters:#?}");
    ensure!(world.queue(&PROBE).await? == (0, 0) && world.outbox().await?.rows == 0);
    Ok(())
}

/// The other process's side; nothing in a run of the tests.
#[tokio::test]
async fn works_until_nothing_is_left() -> anyhow::Result<()> {
    let Some(folder) = ordered() else {
        return Ok(());
    };
    telemetry::conceal_panics();
    let mut world = World::beside(Path::new(&folder), Watchdog::start()).await?;
    let settings = RunnerSettings { handler_timeout_seconds: 1, ..SETTINGS };
    let mut runner = [world.runner(PROBE, settings).await?];
    world.run_to_the_end(&mut runner).await?;
    ensure!(runner[0].step(Duration::ZERO).await? == campanella_runtime::Progress::Idle);
    Ok(())
}
