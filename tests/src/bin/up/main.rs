// SPDX-License-Identifier: EUPL-1.2
//! `./dev up`: a distributed installation on this machine, wired as in `compose/`, until it is interrupted.
//!
//! A private PostgreSQL and a private RabbitMQ on free ports of the loopback address, and a process for each worker. Their
//! data stay in `target/up`, or the folder that is the one argument, and are taken up again by the next call; only the database and
//! the queues of a demonstration are empty each time. Nothing that was started survives this process, however it ends.

mod place;
mod servers;
mod told;
mod workers;

use std::io::Write as _;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use self::place::Place;
use self::servers::Servers;
use self::workers::Workers;

fn main() -> anyhow::Result<()> {
    let place = Place::take(std::env::args_os().nth(1).map(Into::into))?;
    say("starting PostgreSQL and RabbitMQ")?;
    let servers = Servers::start(&place)?;
    say("bringing the schema up to date, starting the workers")?;
    let workers = Workers::start(&place, &servers)?;
    write!(std::io::stdout(), "{}", told::text(&place, &servers, &workers))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(until_interrupted(&workers))?;
    say("stopping; what is in hand is finished or given back")?;
    // Workers before what they work with.
    drop(workers);
    drop(servers);
    Ok(())
}

/// Like the supervisor of a real installation: who ends without being asked is started again.
async fn until_interrupted(workers: &Workers) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut look = tokio::time::interval(std::time::Duration::from_secs(2));
    loop {
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => return Ok(interrupted?),
            _ = terminate.recv() => return Ok(()),
            _ = look.tick() => {
                for name in workers.start_again_who_ended()? {
                    say(&format!("{name} had ended and was started again: see {}", workers.log(name).display()))?;
                }
            }
        }
    }
}

fn say(what: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stderr(), "== {what}")?)
}
