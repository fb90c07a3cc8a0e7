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

use self::{
    child::{Outcome, Task},
    peers::Peers,
    servers::Servers,
    turn::{PER_MESSAGE, SET_BASED, Turn},
};
use crate::report::Report;

pub(crate) use self::child::{CHILD, work};

const LATENCIES: u32 = 500;
/// How often all that is compared is measured. What is told of a rate, and of a ratio of two rates found in one turn, is the
/// middle one.
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
        report.rate(key, name, turns.iter().map(figure).collect());
    };
    rate("raw_publish", "raw lapin: publish, a quorum queue", |turn| turn.raw.publish);
    rate("raw_consume", "raw lapin: consume", |turn| turn.raw.consume);
    rate("raw_both", "raw lapin: publish and consume at once", |turn| turn.raw.both);
    rate("exactly_once_set", "exactly once, set-based handler", |turn| turn.set.value);
    rate("exactly_once_row", "exactly once, per-message handler", |turn| turn.row.value);
    rate("embedded_set", "embedded, set-based handler", |turn| turn.embedded);
    let latency = servers.measure(Task::Latency, LATENCIES)?;
    let memory = |turn: &Turn| turn.set.resident_mib.max(turn.row.resident_mib);
    report_system(report, "", turns.iter().map(memory).fold(0.0, f64::max), &latency);
    if is_asked("--backlog") {
        report_backlog(report, &servers)?;
    }
    let mut ratio = |name, figure: fn(&Turn) -> f64| {
        report.middle(name, turns.iter().map(figure).collect(), "times");
    };
    ratio("set-based to raw both (0.6 or more)", |turn| turn.set.value / turn.raw.both);
    ratio("embedded to set-based (0.7 or more)", |turn| turn.embedded / turn.set.value);
    if with_peers {
        report_peers(report, &turns);
    }
    Ok(())
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

fn report_peers(report: &mut Report, turns: &[Turn]) {
    let found = |figure: fn(&Turn, &Peers) -> f64| {
        turns.iter().filter_map(|turn| turn.peers.as_ref().map(|peers| figure(turn, peers))).collect()
    };
    report.rate("celery", "Celery, acks late, quorum queues", found(|_, peers| peers.celery));
    report.rate("graphile_worker", "graphile_worker", found(|_, peers| peers.graphile));
    report.rate("node", "Node, amqplib and pg, prefetch 100", found(|_, peers| peers.node));
    let mut ratio = |name, figure| {
        report.middle(name, found(figure), "times");
    };
    ratio("set-based to Celery (35 or more)", |turn, peers| turn.set.value / peers.celery);
    ratio("set-based to graphile_worker (12 or more)", |turn, peers| turn.set.value / peers.graphile);
    ratio("set-based to Node (5 or more)", |turn, peers| turn.set.value / peers.node);
    ratio("per-message to Node (1.3 or more)", |turn, peers| turn.row.value / peers.node);
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
