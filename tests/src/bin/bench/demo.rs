// SPDX-License-Identifier: EUPL-1.2
//! The simulated year as a person runs it, by the released program beside the bench: seconds and memory, once with the usual
//! population and once with ten times as many people. That takes ten times as long where nothing grows faster than the data.

use std::{
    env::consts::EXE_SUFFIX,
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};

use crate::{place, report::Report};

/// How many times the usual population.
const SCALES: [u32; 2] = [1, 10];
/// How often a year's memory is looked at. What the system tells is the most it ever had, until it has ended.
const GLANCE: Duration = Duration::from_millis(20);

/// What a year took.
#[derive(Debug, Clone, Copy)]
struct Year {
    seconds: f64,
    /// The most memory its process had.
    resident_mib: f64,
}

pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let [usual, large] = SCALES.map(year);
    let (usual, large) = (usual?, large?);
    for (scale, year) in SCALES.into_iter().zip([usual, large]) {
        report.figure(format!("a year, scale {scale}"), year.seconds, "s");
        report.figure(format!("memory at most, scale {scale}"), year.resident_mib, "MiB");
    }
    report.figure("time: the large year to the usual one", large.seconds / usual.seconds, "times");
    report.figure(
        "memory: the large year to the usual one",
        large.resident_mib / usual.resident_mib,
        "times",
    );
    Ok(())
}

/// Simulates one in a folder that is removed afterwards.
fn year(scale: u32) -> anyhow::Result<Year> {
    let folder = place::folder()?;
    let program = std::env::current_exe()?.with_file_name(format!("campanella{EXE_SUFFIX}"));
    let start = Instant::now();
    let mut running = Command::new(&program)
        .args(["demo", "--scale", &scale.to_string(), "--data"])
        .arg(folder.path().join("demo"))
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("{}, which `./dev bench demo` builds", program.display()))?;
    let mut resident_mib: Option<f64> = None;
    let status = loop {
        resident_mib = resident(&running).or(resident_mib);
        if let Some(status) = running.try_wait()? {
            break status;
        }
        thread::sleep(GLANCE);
    };
    let seconds = start.elapsed().as_secs_f64();
    ensure!(status.success(), "the year of scale {scale} ended with {status}");
    Ok(Year {
        seconds,
        resident_mib: resident_mib.context("the system does not tell how much memory it had")?,
    })
}

/// The most memory a process has had so far; none when it has ended, or the system does not tell.
fn resident(process: &Child) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim_end_matches("kB").trim().parse::<f64>().ok()? / 1024.0)
}
