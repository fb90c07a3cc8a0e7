// SPDX-License-Identifier: EUPL-1.2
//! A process to kill: this test binary again, told by an environment variable to be one.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdout, Command, Stdio},
    str::FromStr as _,
};

use anyhow::{Context as _, bail};
use campanella_bus::Bus;
use uuid::Uuid;

use super::{
    Broker,
    bench::{messages, publish, take, topology},
};
use crate::{
    embedded::{self, EmbeddedBroker},
    rabbitmq::{self, RabbitBroker},
};

/// Holds the broker's address.
const ADDRESS: &str = "CAMPANELLA_BUS_VICTIM_OF";
/// What one line of a victim begins with: `confirmed <id>`.
const MARK: &str = "victim:";

/// The most a victim has unsettled, and what it acknowledges and then holds.
pub(crate) const IN_HAND: u16 = 20;
/// How many messages a victim publishes at a time, with numbers from 0.
pub(crate) const BATCH: u64 = 50;

/// What a victim did, told after it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    Confirmed(Uuid),
    Acknowledged(Uuid),
    Held(Uuid),
}

/// The broker another process uses.
fn broker_at(address: &str) -> anyhow::Result<Box<dyn Broker>> {
    if let Some(file) = address.strip_prefix(embedded::SCHEME) {
        Ok(Box::new(EmbeddedBroker::at(file)))
    } else if address.starts_with(rabbitmq::SCHEME) {
        Ok(Box::new(RabbitBroker::at(address)))
    } else {
        bail!("no broker at {address}")
    }
}

/// A victim at work.
#[derive(Debug)]
pub(crate) struct Victim {
    process: Child,
    told: BufReader<ChildStdout>,
}

impl Victim {
    pub(crate) fn start(broker: &dyn Broker) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--exact", "contract::victim::works_until_it_is_killed", "--nocapture"])
            .env(ADDRESS, broker.address())
            .stdout(Stdio::piped())
            .spawn()?;
        let told = BufReader::new(process.stdout.take().context("no stdout")?);
        Ok(Self { process, told })
    }

    /// What it did next; none after its end.
    pub(crate) fn next_deed(&mut self) -> anyhow::Result<Option<Deed>> {
        let mut line = String::new();
        // The last line may be cut off by the kill.
        while self.told.read_line(&mut line)? > 0 && line.ends_with('\n') {
            if let Some((_, told)) = line.trim_end().split_once(MARK) {
                let (deed, id) = told.trim_start().split_once(' ').context("no id")?;
                let id = Uuid::from_str(id)?;
                return Ok(Some(match deed {
                    "confirmed" => Deed::Confirmed(id),
                    "acknowledged" => Deed::Acknowledged(id),
                    "held" => Deed::Held(id),
                    _ => bail!("an unknown deed: {deed}"),
                }));
            }
            line.clear();
        }
        Ok(None)
    }

    /// Kills it with SIGKILL, in the middle of whatever it does.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // A failed test leaves no process behind; one that is dead already cannot be killed, which is as well.
        self.kill().unwrap_or_default();
    }
}

fn tell(deed: &str, ids: impl IntoIterator<Item = Uuid>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for id in ids {
        writeln!(out, "{MARK} {deed} {id}")?;
    }
    Ok(out.flush()?)
}

/// Acknowledges [`IN_HAND`] messages, holds as many, and publishes until it is killed.
async fn work(bus: &dyn Bus) -> anyhow::Result<()> {
    let mut registry = bus.consume("registry", IN_HAND).await?;
    let mut held = Vec::new();
    for batch in 0.. {
        let batch = messages(batch * BATCH..(batch + 1) * BATCH);
        publish(bus, &batch).await?;
        tell("confirmed", batch.iter().map(|message| message.id))?;
        if held.is_empty() {
            let done = take(&mut *registry, IN_HAND.into()).await?;
            registry.acknowledge(&done).await?;
            tell("acknowledged", done.iter().map(|delivery| delivery.message_id))?;
            held = take(&mut *registry, IN_HAND.into()).await?;
            tell("held", held.iter().map(|delivery| delivery.message_id))?;
        }
    }
    Ok(())
}

/// The victim's side; nothing in a run of the tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn works_until_it_is_killed() -> anyhow::Result<()> {
    let Some(address) = std::env::var_os(ADDRESS) else {
        return Ok(());
    };
    let broker = broker_at(address.to_str().context("an address in no known encoding")?)?;
    work(&*broker.open(topology()?).await?).await
}
