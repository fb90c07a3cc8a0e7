// SPDX-License-Identifier: EUPL-1.2
//! One worker with its relay in a process of its own: this binary again, so that its memory is its own.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use campanella_messages::{ArsStudentAtRisk, Cause};
use campanella_runtime::{
    Event, Failure, Handler, Route, Runner, RunnerSettings, UnitOfWork, Worker, process::Shift,
};
use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use super::servers;
use crate::{
    path::{self, Extent},
    place,
};

/// The argument that makes a process such a worker.
pub(crate) const CHILD: &str = "pipeline-worker";
/// Between two messages of an idle system.
const REST: Duration = Duration::from_millis(20);
/// How long one message may take there.
const PATIENCE: Duration = Duration::from_secs(10);

/// What it measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Messages a second, one statement for a batch.
    SetBased,
    /// The same on the first messages of many.
    SetBasedBeginning,
    /// Messages a second, one statement for a message.
    PerMessage,
    /// The same on the first messages of many.
    PerMessageBeginning,
    /// Milliseconds from the commit of one message to the start of the worker that takes it, nothing else going on.
    Latency,
}

const TASKS: [(Task, &str); 5] = [
    (Task::SetBased, "set"),
    (Task::SetBasedBeginning, "set-beginning"),
    (Task::PerMessage, "row"),
    (Task::PerMessageBeginning, "row-beginning"),
    (Task::Latency, "latency"),
];

/// What it found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    /// Messages a second, or the median of the latencies in milliseconds.
    pub(super) value: f64,
    /// Of the latencies, what 99 of 100 do not exceed.
    pub(super) p99: f64,
    /// The most memory the process had.
    pub(super) resident_mib: f64,
}

/// Runs it and reads what it found.
pub(super) fn run(task: Task, database: &str, broker: &str, count: u32) -> anyhow::Result<Outcome> {
    let name = TASKS.iter().find_map(|(one, name)| (*one == task).then_some(*name)).unwrap_or_default();
    let output = Command::new(std::env::current_exe()?)
        .args([CHILD, name, database, broker, &count.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "the worker of the bench failed");
    let found: Value = serde_json::from_slice(&output.stdout)?;
    let figure = |key: &str| found.get(key).and_then(Value::as_f64).with_context(|| format!("no {key}"));
    Ok(Outcome { value: figure("value")?, p99: figure("p99")?, resident_mib: figure("resident_mib")? })
}

/// The worker's side.
pub(crate) fn work() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [task, database, broker, count] = arguments.as_slice() else { bail!("{CHILD} is run by the bench") };
    let task = TASKS.iter().find(|(_, name)| name == task).context("no such task")?.0;
    let count = count.parse()?;
    let (value, p99) = place::runtime()?.block_on(async {
        let (store, bus) = servers::open(database, broker).await?;
        let rate = |worker, extent| path::rate(&store, &bus, worker, extent);
        let found = match task {
            Task::SetBased => (rate(path::SET_BASED, Extent::Whole(count)).await?, 0.0),
            Task::SetBasedBeginning => (rate(path::SET_BASED, Extent::Beginning(count)).await?, 0.0),
            Task::PerMessage => (rate(path::PER_MESSAGE, Extent::Whole(count)).await?, 0.0),
            Task::PerMessageBeginning => (rate(path::PER_MESSAGE, Extent::Beginning(count)).await?, 0.0),
            Task::Latency => latency(database, broker, count).await?,
        };
        bus.close().await;
        store.close().await;
        anyhow::Ok(found)
    })?;
    let found = json!({ "value": value, "p99": p99, "resident_mib": resident_mib()? });
    Ok(writeln!(std::io::stdout(), "{found}")?)
}

/// The most memory this process had.
fn resident_mib() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kibibytes: f64 = line.split_whitespace().next().context("no size")?.parse()?;
    Ok(kibibytes / 1024.0)
}

/// Microseconds after [`EPOCH`] at which the handler started last.
static STARTED: AtomicU64 = AtomicU64::new(0);
static EPOCH: OnceLock<Instant> = OnceLock::new();

fn now() -> u64 {
    u64::try_from(EPOCH.get_or_init(Instant::now).elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Takes note of its start.
const NOTE: Worker = Worker { routes: &[Route::to::<Note>()], emits: &[], ..path::SET_BASED };

struct Note;

impl Handler for Note {
    type Message = ArsStudentAtRisk;

    async fn handle(_: &[Event<'_, ArsStudentAtRisk>], _: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        STARTED.store(now(), Ordering::SeqCst);
        Ok(())
    }
}

/// Median and 99th percentile in milliseconds.
async fn latency(database: &str, broker: &str, count: u32) -> anyhow::Result<(f64, f64)> {
    let (store, bus) = servers::open(database, broker).await?;
    let (context, relay) = path::context(&store, &bus)?;
    let settings = RunnerSettings::default();
    let subscription = bus.consume(NOTE.name, settings.prefetch).await?;
    let runner = Runner::new(NOTE, subscription, context.clone(), settings);
    let shift = Shift::default();
    let relay = tokio::spawn(shift.clone().run_relay(relay, path::POLL));
    let worker = tokio::spawn(shift.clone().run_worker(runner));
    let mut latencies = Vec::new();
    for _ in 0..count {
        sleep(REST).await;
        let mut work = UnitOfWork::begin(&store, context.clock.now(), &context.procedures).await?;
        work.emit(&ArsStudentAtRisk { period: Uuid::nil() }, Cause::First);
        let before = now();
        work.commit(&context.relay).await?;
        let committed = now();
        while STARTED.load(Ordering::SeqCst) < before {
            ensure!(now() - committed < PATIENCE.as_micros() as u64, "a message did not arrive");
            sleep(Duration::from_millis(1)).await;
        }
        latencies.push(STARTED.load(Ordering::SeqCst).saturating_sub(committed) as f64 / 1000.0);
    }
    shift.end.cancel();
    worker.await?;
    relay.await?;
    latencies.sort_by(f64::total_cmp);
    let at = |hundredth: usize| latencies.get(latencies.len() * hundredth / 100).copied().unwrap_or(f64::NAN);
    Ok((at(50), at(99)))
}
