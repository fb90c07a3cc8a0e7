// SPDX-License-Identifier: EUPL-1.2
//! `./dev chaos [NAME...]`: every fault on real servers, one region each, and a table. Ends with 1 if one does not hold.
//!
//! A number among the arguments is the seed of the moments at which faults strike; it is printed, so that a run can be told again.

mod table;

use std::{io::Write as _, process::ExitCode};

use anyhow::{Result, bail, ensure};
use campanella_tests::faults::{Effects, Fault, Servers, story};

/// The seed when nobody names one.
const SEED: u64 = 4;

fn main() -> Result<ExitCode> {
    let (seed, faults) = asked(std::env::args().skip(1))?;
    let program = std::env::current_exe()?.with_file_name("hand");
    ensure!(program.is_file(), "{} is not built: use ./dev chaos", program.display());
    say(&format!("seed {seed}; starting PostgreSQL and RabbitMQ, then a region nobody disturbs"))?;
    let servers = Servers::start()?;
    let expected = story::undisturbed(&servers, &program)?;
    say(&format!("{} effects of {} messages", expected.lines.len(), expected.messages))?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", table::HEAD)?;
    let mut all_held = true;
    for (name, fault) in faults {
        let told = if fault.of_a_cluster() {
            on_a_cluster(&program, fault, &expected, seed)
        } else {
            story::tell(&servers, &program, Some(fault), Some(&expected), seed)
        };
        all_held &= told.as_ref().is_ok_and(story::Outcome::survived);
        writeln!(out, "{}", table::line(name, &told))?;
        out.flush()?;
    }
    Ok(if all_held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn on_a_cluster(
    program: &std::path::Path,
    fault: Fault,
    expected: &Effects,
    seed: u64,
) -> Result<story::Outcome> {
    story::tell(&Servers::with_a_cluster()?, program, Some(fault), Some(expected), seed)
}

/// The seed, and the faults named, or all.
fn asked(arguments: impl Iterator<Item = String>) -> Result<(u64, Vec<(&'static str, Fault)>)> {
    let (mut seed, mut faults) = (SEED, Vec::new());
    for argument in arguments {
        if let Ok(number) = argument.parse() {
            seed = number;
            continue;
        }
        let found = Fault::ALL.iter().find(|(name, _)| *name == argument);
        let Some(fault) = found else {
            let names: Vec<_> = Fault::ALL.iter().map(|(name, _)| *name).collect();
            bail!("there is no fault {argument:?}; there are {}", names.join(", "));
        };
        faults.push(*fault);
    }
    if faults.is_empty() {
        faults = Fault::ALL.to_vec();
    }
    Ok((seed, faults))
}

fn say(what: &str) -> Result<()> {
    Ok(writeln!(std::io::stderr(), "== {what}")?)
}
