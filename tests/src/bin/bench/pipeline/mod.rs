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
mod turn;

use std::io::Write as _;

use anyhow::Context as _;

use self::{
    child::{Outcome, Task},
    peers::Peers,
    servers::Servers,
    turn::{PER_MESSAGE, SET_BASED, Turn},
};
use crate::report::Report;

pub(crate) use self::child::{CHILD, work};

const LATENCIES: u32 = 500;
/// How often all of it is measured. What is told of each figure is the middle one, and of two figures the ratio of those.
const TURNS: usize = 3;

/// Measures all of it.
pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let servers = Servers::start()?;
    let with_peers = !is_asked("--without-peers");
    let mut turns = Vec::with_capacity(TURNS);
    for number in 1..=TURNS {
        let turn = Turn::take(&servers, with_peers)?;
        writeln!(std::io::stderr(), "turn {number} of {TURNS}: {turn}")?;
        turns.push(turn);
    }
    let mut rate = |key, name, figure: fn(&Turn) -> f64| {
        let value = middle(turns.iter().map(figure))?;
        report.rate(key, name, value);
        anyhow::Ok(value)
    };
    rate("raw_publish", "raw lapin: publish, a quorum queue", |turn| turn.raw.publish)?;
    rate("raw_consume", "raw lapin: consume", |turn| turn.raw.consume)?;
    let raw = rate("raw_both", "raw lapin: publish and consume at once", |turn| turn.raw.both)?;
    let set = rate("exactly_once_set", "exactly once, set-based handler", |turn| turn.set.value)?;
    let row = rate("exactly_once_row", "exactly once, per-message handler", |turn| turn.row.value)?;
    let embedded = rate("embedded_set", "embedded, set-based handler", |turn| turn.embedded)?;
    let latency = servers.measure(Task::Latency, LATENCIES)?;
    let memory = |turn: &Turn| turn.set.resident_mib.max(turn.row.resident_mib);
    report_system(report, "", turns.iter().map(memory).fold(0.0, f64::max), &latency);
    if is_asked("--backlog") {
        report_backlog(report, &servers)?;
    }
    report.figure("set-based to raw both (0.6 or more)", set / raw, "times");
    report.figure("embedded to set-based (0.7 or more)", embedded / set, "times");
    if with_peers { report_peers(report, &turns, set, row) } else { Ok(()) }
}

fn report_backlog(report: &mut Report, servers: &Servers) -> anyhow::Result<()> {
    let behind = backlog::measure(servers, SET_BASED, PER_MESSAGE, LATENCIES)?;
    let mut rate = |path: &str, value: f64| {
        report.figure(format!("{path}, behind a million messages"), value, "messages/s");
    };
    rate("exactly once, set-based", behind.set.value);
    rate("exactly once, per message", behind.row.value);
    rate("embedded, set-based", turn::embedded_rate(backlog::BACKLOG)?);
    let memory = behind.set.resident_mib.max(behind.row.resident_mib);
    report_system(report, ", a million messages waiting", memory, &behind.latency);
    Ok(())
}

/// `set` and `row`: our own rates, in messages a second.
fn report_peers(report: &mut Report, turns: &[Turn], set: f64, row: f64) -> anyhow::Result<()> {
    let mut rate = |key, name, figure: fn(&Peers) -> f64| {
        let value = middle(turns.iter().filter_map(|turn| turn.peers.as_ref()).map(figure))?;
        report.rate(key, name, value);
        anyhow::Ok(value)
    };
    let celery = rate("celery", "Celery, acks late, quorum queues", |peers| peers.celery)?;
    let graphile = rate("graphile_worker", "graphile_worker", |peers| peers.graphile)?;
    let node = rate("node", "Node, amqplib and pg, prefetch 100", |peers| peers.node)?;
    report.figure("set-based to Celery (35 or more)", set / celery, "times");
    report.figure("set-based to graphile_worker (12 or more)", set / graphile, "times");
    report.figure("set-based to Node (5 or more)", set / node, "times");
    report.figure("per-message to Node (1.3 or more)", row / node, "times");
    Ok(())
}

fn middle(values: impl Iterator<Item = f64>) -> anyhow::Result<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().context("nothing was measured")
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
