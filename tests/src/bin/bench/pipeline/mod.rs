// SPDX-License-Identifier: EUPL-1.2
//! The distributed path on a private PostgreSQL and a private RabbitMQ, both durable, in one run with what the broker gives
//! at best, the embedded path, and the same work on Celery, `graphile_worker` and a hand-written Node consumer.
//!
//! Figures depend on the machine and the hour; the ratios are what is promised (docs/performance.md).

mod backlog;
mod ceiling;
mod child;
mod peers;
mod servers;

use std::path::Path;

use anyhow::Context as _;

use self::{
    child::{Outcome, Task},
    servers::Servers,
};
use crate::{embedded, report::Report};

pub(crate) use self::child::{CHILD, work};

/// Messages of each measurement: some seconds' worth.
const RAW: u32 = 100_000;
const SET_BASED: u32 = 100_000;
const PER_MESSAGE: u32 = 30_000;
const LATENCIES: u32 = 500;
/// How often the ceiling and the set-based path are measured, in turn: both move from one minute to the next, and the middle
/// one of each is told.
const TURNS: usize = 3;

/// Measures all of it, one after the other.
pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let servers = Servers::start()?;
    let (mut ceilings, mut sets) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        ceilings.push(ceiling::measure(&servers, RAW)?);
        sets.push(servers.measure(Task::SetBased, SET_BASED)?);
    }
    let raw = middle(ceilings, |ceiling| ceiling.both)?;
    report.rate("raw_publish", "raw lapin: publish, a quorum queue", raw.publish);
    report.rate("raw_consume", "raw lapin: consume", raw.consume);
    report.rate("raw_both", "raw lapin: publish and consume at once", raw.both);
    let set_memory = sets.iter().map(|set| set.resident_mib).fold(0.0, f64::max);
    let set = middle(sets, |set| set.value)?;
    report.rate("exactly_once_set", "exactly once, set-based handler", set.value);
    let row = servers.measure(Task::PerMessage, PER_MESSAGE)?;
    report.rate("exactly_once_row", "exactly once, per-message handler", row.value);
    let embedded = embedded_rate(0)?;
    report.rate("embedded_set", "embedded, set-based handler", embedded);

    let latency = servers.measure(Task::Latency, LATENCIES)?;
    report_system(report, "", set_memory.max(row.resident_mib), &latency);
    if is_asked("--backlog") {
        let behind = backlog::measure(&servers, SET_BASED, PER_MESSAGE, LATENCIES)?;
        let rate = |report: &mut Report, path: &str, value: f64| {
            report.figure(format!("{path}, behind a million messages"), value, "messages/s");
        };
        rate(report, "exactly once, set-based", behind.set.value);
        rate(report, "exactly once, per message", behind.row.value);
        rate(report, "embedded, set-based", embedded_rate(backlog::BACKLOG)?);
        let memory = behind.set.resident_mib.max(behind.row.resident_mib);
        report_system(report, ", a million messages waiting", memory, &behind.latency);
    }
    report.figure("set-based to raw both (0.6 or more)", set.value / raw.both, "times");
    report.figure("embedded to set-based (0.7 or more)", embedded / set.value, "times");
    if is_asked("--without-peers") {
        return Ok(());
    }
    let celery = peers::celery(&servers)?;
    report.rate("celery", "Celery, acks late, quorum queues", celery);
    let graphile = peers::graphile(&servers)?;
    report.rate("graphile_worker", "graphile_worker", graphile);
    let node = peers::node(&servers)?;
    report.rate("node", "Node, amqplib and pg, prefetch 100", node);

    report.figure("set-based to Celery (35 or more)", set.value / celery, "times");
    report.figure("set-based to graphile_worker (12 or more)", set.value / graphile, "times");
    report.figure("set-based to Node (5 or more)", set.value / node, "times");
    report.figure("per-message to Node (1.3 or more)", row.value / node, "times");
    Ok(())
}

/// The one with the median rate.
fn middle<T>(mut measured: Vec<T>, rate: impl Fn(&T) -> f64) -> anyhow::Result<T> {
    measured.sort_by(|one, other| rate(one).total_cmp(&rate(other)));
    let half = measured.len() / 2;
    measured.into_iter().nth(half).context("nothing was measured")
}

fn is_asked(option: &str) -> bool {
    std::env::args().any(|argument| argument == option)
}

/// `memory`: the most that any of the workers had, in MiB.
fn report_system(report: &mut Report, circumstance: &str, memory: f64, latency: &Outcome) {
    report.figure(format!("commit to start, median{circumstance}"), latency.value, "ms");
    report.figure(format!("commit to start, 99 of 100{circumstance}"), latency.p99, "ms");
    report.figure(format!("worker's memory under load{circumstance}"), memory, "MiB");
}

/// On the disk the servers are on, while so many messages wait.
fn embedded_rate(waiting: usize) -> anyhow::Result<f64> {
    let target = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target"));
    std::fs::create_dir_all(target)?;
    let folder = tempfile::tempdir_in(target)?;
    servers::runtime()?.block_on(embedded::whole_path(folder.path(), SET_BASED, waiting))
}
