// SPDX-License-Identifier: EUPL-1.2
//! Processes of a crew start, end and start again, and none outlives its owner.

use std::path::Path;

use campanella_testkit::Crew;

fn exists(pid: u32) -> bool {
    // A process that has ended and that nobody has asked about yet does no harm.
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    state.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

fn start(crew: &Crew, name: &str, script: &str) -> anyhow::Result<u32> {
    crew.start(name, Path::new("/bin/sh"), &["-c", script], &[("BELL".to_owned(), "la'si".to_owned())])
}

#[test]
fn a_process_starts_ends_and_starts_again() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let crew = Crew::in_folder(folder.path())?;
    for end in [Crew::stop, Crew::kill9] {
        let pid = start(&crew, "ringer", "exec sleep 600")?;
        assert!(crew.is_running("ringer")? && exists(pid));
        assert!(start(&crew, "ringer", "exec sleep 600").is_err(), "it is at work");
        end(&crew, "ringer")?;
        assert!(!crew.is_running("ringer")? && !exists(pid));
        end(&crew, "ringer")?;
    }
    assert!(start(&crew, "../ringer", "true").is_err());
    Ok(())
}

#[test]
fn what_a_process_prints_is_in_its_log() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let crew = Crew::in_folder(folder.path())?;
    start(&crew, "ringer", "echo $BELL; echo two >&2")?;
    while crew.is_running("ringer")? {
        std::thread::yield_now();
    }
    assert_eq!(std::fs::read_to_string(crew.log("ringer"))?, "la'si\ntwo\n");
    Ok(())
}

#[test]
fn nobody_outlives_a_crew_and_everybody_may_finish() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let crew = Crew::in_folder(folder.path())?;
    let pid =
        start(&crew, "ringer", "trap 'echo finished; exit' TERM; echo ready; while :; do sleep 0.05; done")?;
    while !std::fs::read_to_string(crew.log("ringer"))?.contains("ready") {
        std::thread::yield_now();
    }
    let log = crew.log("ringer");
    drop(crew);
    assert!(!exists(pid));
    assert_eq!(std::fs::read_to_string(log)?, "ready\nfinished\n");
    Ok(())
}

#[test]
fn a_crew_begins_when_the_one_before_it_in_its_folder_has_ended() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let first = Crew::in_folder(folder.path())?;
    let pid =
        start(&first, "ringer", "trap 'sleep 0.3; exit' TERM; echo ready; while :; do sleep 0.05; done")?;
    while !std::fs::read_to_string(first.log("ringer"))?.contains("ready") {
        std::thread::yield_now();
    }
    let second = std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            let second = Crew::in_folder(folder.path())?;
            anyhow::ensure!(!exists(pid), "the first is still at work");
            Ok(second)
        });
        drop(first);
        second.join().map_err(|_| anyhow::anyhow!("the second panicked"))?
    })?;
    assert!(!second.is_running("ringer")?);
    Ok(())
}
