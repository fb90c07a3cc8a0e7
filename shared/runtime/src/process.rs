// SPDX-License-Identifier: EUPL-1.2
//! The loops of a running process, its status, and how it ends.
//!
//! Each loop calls the single step of one part. On SIGTERM a loop finishes what is in hand; what it holds and has not
//! looked at goes back to its queue.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use campanella_bus::{BusError, Subscription};
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::{Beat, Failure, Outbound, Progress, Relay, Runner, clock::machine_now, crash};

/// The relay's loop.
pub const RELAY: &str = "relay";
/// How long a loop waits for work before it looks whether the process ends.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long the relay waits for more before it deletes what is published.
const BREATHER: Duration = Duration::from_millis(50);
/// How long a loop waits after something it needs was not there; doubled up to [`LONGEST_WAIT`].
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The state of a loop that lacks what it needs.
const WAITING: &str = "waiting";

/// What one loop is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoopStatus {
    /// `starting`, `working`, `idle` or `waiting`.
    pub state: &'static str,
    /// What it waits for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when, machine time.
    pub since: DateTime<Utc>,
    /// When the step it is in began or got on last; none between two steps.
    #[serde(skip)]
    step: Option<Instant>,
}

impl LoopStatus {
    fn new(state: &'static str, reason: Option<String>, step: Option<Instant>) -> Self {
        Self { state, reason, since: machine_now(), step }
    }
}

/// A loop that does not get on.
#[derive(Debug, Clone)]
pub(crate) struct Still {
    pub(crate) name: String,
    /// Since it got on last.
    pub(crate) elapsed: Duration,
}

/// What every loop of the process is doing; cloning it shares the board.
#[derive(Debug, Clone, Default)]
pub struct StatusBoard {
    loops: Arc<Mutex<BTreeMap<String, LoopStatus>>>,
    ending: Arc<AtomicBool>,
}

impl StatusBoard {
    /// Puts a loop on the board before its first step, as one that never comes to it is to be seen as well.
    pub fn register(&self, name: &str) {
        let starting = || LoopStatus::new("starting", None, Some(Instant::now()));
        self.lock().entry(name.to_owned()).or_insert_with(starting);
    }

    /// A step begins.
    fn begin(&self, name: &str) {
        self.register(name);
        if let Some(status) = self.lock().get_mut(name) {
            status.step = Some(Instant::now());
        }
    }

    /// A step gets on: a part of it has come to its end. Between two steps there is nothing to get on with.
    pub(crate) fn gets_on(&self, name: &str) {
        if let Some(step) = self.lock().get_mut(name).and_then(|status| status.step.as_mut()) {
            *step = Instant::now();
        }
    }

    /// The loops that have not got on with their step for longer than `limit`: they do not come back from what they called.
    #[must_use]
    pub fn stuck(&self, limit: Duration) -> Vec<String> {
        self.still(limit).into_iter().map(|one| one.name).collect()
    }

    /// [`StatusBoard::stuck`], with how long it has been.
    pub(crate) fn still(&self, limit: Duration) -> Vec<Still> {
        let loops = self.lock();
        let elapsed = |status: &LoopStatus| status.step.map(|step| step.elapsed());
        let still = loops.iter().filter_map(|(name, status)| {
            let elapsed = elapsed(status).filter(|elapsed| *elapsed > limit)?;
            Some(Still { name: name.clone(), elapsed })
        });
        still.collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, LoopStatus>> {
        self.loops.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A step has ended.
    fn set(&self, name: &str, state: &'static str, reason: Option<String>) {
        let mut loops = self.lock();
        match loops.get_mut(name) {
            Some(status) if status.state == state && status.reason == reason => status.step = None,
            _ => {
                loops.insert(name.to_owned(), LoopStatus::new(state, reason, None));
            }
        }
    }

    /// Says that `name` waits for `reason` and is in no step: the start of a process, before it has loops.
    pub fn waiting(&self, name: &str, reason: String) {
        self.set(name, WAITING, Some(reason));
    }

    /// Takes off the board what has come to its end.
    pub fn remove(&self, name: &str) {
        self.lock().remove(name);
    }

    /// Says that the process ends: it finishes what it has in hand and takes nothing new.
    pub fn end(&self) {
        self.ending.store(true, Ordering::SeqCst);
    }

    /// What there is to say at this moment; a loop in one step for longer than `limit` is stuck.
    #[must_use]
    pub fn report(&self, limit: Duration) -> Report {
        let (stuck, loops) = (self.stuck(limit), self.loops());
        let waits = loops.values().any(|status| status.state == WAITING);
        let ending = self.ending.load(Ordering::SeqCst);
        Report { healthy: stuck.is_empty() && !waits && !ending, ending, stuck, loops }
    }

    /// All loops by name.
    #[must_use]
    pub fn loops(&self) -> BTreeMap<String, LoopStatus> {
        self.lock().clone()
    }
}

/// What a process says about itself: to a supervisor (`/status`) and, with its heartbeat, to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether every loop can work, and goes on working.
    pub healthy: bool,
    /// Whether the process finishes what it has in hand, to end.
    pub ending: bool,
    /// Loops that do not come back from what they called.
    pub stuck: Vec<String>,
    /// All loops by name.
    pub loops: BTreeMap<String, LoopStatus>,
}

/// The end of a process and what its loops report to.
#[derive(Debug, Clone, Default)]
pub struct Shift {
    /// Cancelled when the process is to end.
    pub end: CancellationToken,
    /// Who does what.
    pub board: StatusBoard,
}

impl Shift {
    /// Ends the shift: every loop finishes what it has in hand. First the board: whoever sees a loop end may look there.
    pub fn close(&self) {
        self.board.end();
        self.end.cancel();
    }

    /// Runs a worker until the shift ends.
    pub async fn run_worker(self, mut runner: Runner) {
        let title = runner.title().to_owned();
        runner.report_to(Beat::of(&self.board, &title));
        let mut pace = Pace::of(&self, &title);
        while pace.goes_on() {
            runner.wait_for_relay(PATIENCE).await;
            let result = runner.step(PATIENCE).await;
            pace.rest(result, Duration::ZERO).await;
        }
    }

    /// Runs the relay until the shift ends, then publishes what is still handed over.
    pub async fn run_relay(self, mut relay: Relay, poll: Duration) {
        let mut pace = Pace::of(&self, RELAY);
        let mut polling = Polling { every: poll, last: Instant::now(), more: false };
        while pace.goes_on() {
            let result = publish(&mut relay, &mut polling).await;
            pace.rest(result, Duration::ZERO).await;
        }
        while relay.step().await.is_ok_and(Progress::worked) {}
    }

    /// Runs a worker that talks to the outside until the shift ends: woken by its messages, or after `poll`.
    pub async fn run_outbound(
        self,
        mut outbound: Box<dyn Outbound>,
        mut wake: Box<dyn Subscription>,
        poll: Duration,
    ) {
        outbound.stop_at(self.end.clone());
        outbound.report_to(Beat::of(&self.board, outbound.name()));
        let mut pace = Pace::of(&self, outbound.name());
        let mut looked = Instant::now();
        while pace.goes_on() {
            let result = self.serve(&mut *outbound, &mut *wake, &mut looked, poll).await;
            pace.rest(result, Duration::ZERO).await;
        }
    }

    /// The messages say only that there is something to do. While the bus is away nobody says so: the rows are looked at
    /// every `poll`, and the error is told when they are done.
    async fn serve(
        &self,
        outbound: &mut dyn Outbound,
        wake: &mut dyn Subscription,
        looked: &mut Instant,
        poll: Duration,
    ) -> Result<Progress, Failure> {
        let woken = woken(wake, PATIENCE.min(poll)).await;
        if !matches!(woken, Ok(true)) && looked.elapsed() < poll {
            return Ok(woken.map(|_| Progress::Idle)?);
        }
        *looked = Instant::now();
        outbound.recover().await?;
        let mut progress = Progress::Idle;
        while !self.end.is_cancelled() && outbound.step().await?.worked() {
            progress = Progress::Worked(1);
            self.board.begin(outbound.name());
        }
        Ok(woken.map(|_| progress)?)
    }

    /// Calls `step` until nothing is left to do, and again after every `pause`, until the shift ends.
    pub async fn run_every<F>(self, name: &str, pause: Duration, mut step: impl FnMut() -> F)
    where
        F: Future<Output = Result<Progress, Failure>>,
    {
        let mut pace = Pace::of(&self, name);
        while pace.goes_on() {
            let result = step().await;
            let more = result.as_ref().is_ok_and(|progress| progress.worked());
            pace.rest(result, if more { Duration::ZERO } else { pause }).await;
        }
    }
}

/// Whether messages came. The rows are the queue: the messages have said all they can say.
async fn woken(wake: &mut dyn Subscription, patience: Duration) -> Result<bool, BusError> {
    let messages = wake.receive(1_000, patience, Duration::ZERO).await?;
    crash::point("wake.before-acknowledge");
    wake.acknowledge(&messages).await?;
    crash::point("wake.after-acknowledge");
    Ok(!messages.is_empty())
}

/// When the relay looks for what is due.
struct Polling {
    every: Duration,
    last: Instant,
    /// The last look found some: there may be more.
    more: bool,
}

impl Polling {
    fn is_due(&self) -> bool {
        self.more || self.last.elapsed() >= self.every
    }
}

/// Waits for a commit of this process, publishes it, and from time to time a page of what is due. Of a long backlog each
/// page is a step of its own, so that neither a commit nor the end of the shift waits for more than one.
async fn publish(relay: &mut Relay, polling: &mut Polling) -> Result<Progress, Failure> {
    if !polling.is_due() {
        let patience = if relay.owes() { BREATHER } else { PATIENCE };
        let _ = tokio::time::timeout(patience.min(polling.every), relay.woken()).await;
    }
    let progress = relay.step().await?;
    if !polling.is_due() {
        return Ok(progress);
    }
    (polling.last, polling.more) = (Instant::now(), false);
    let polled = relay.poll().await?;
    polling.more = polled.worked();
    Ok(if polled.worked() { polled } else { progress })
}

/// The steps of one loop and the rests between them.
struct Pace<'a> {
    shift: &'a Shift,
    name: &'a str,
    /// After the next failure.
    wait: Duration,
    /// What it waits for, as the log has it.
    told: Option<String>,
}

impl<'a> Pace<'a> {
    fn of(shift: &'a Shift, name: &'a str) -> Self {
        shift.board.register(name);
        Self { shift, name, wait: FIRST_WAIT, told: None }
    }

    /// Whether there is a next step, which begins now.
    fn goes_on(&self) -> bool {
        let goes_on = !self.shift.end.is_cancelled();
        if goes_on {
            self.shift.board.begin(self.name);
        }
        goes_on
    }

    /// Tells the board about a step, and the log when it begins to wait, for whom, and when it goes on. Then rests: for `pause`,
    /// or ever longer while something is away.
    async fn rest(&mut self, result: Result<Progress, Failure>, pause: Duration) {
        let Self { shift, name, wait, told } = self;
        let rest = match result {
            Ok(progress) => {
                shift.board.set(name, if progress.worked() { "working" } else { "idle" }, None);
                if told.take().is_some() {
                    tracing::info!(worker = name, "going on");
                }
                *wait = FIRST_WAIT;
                pause
            }
            Err(failure) => {
                let reason = failure.to_string();
                if told.as_ref() != Some(&reason) {
                    tracing::warn!(worker = name, error = reason, "waiting");
                    *told = Some(reason.clone());
                }
                shift.board.waiting(name, reason);
                std::mem::replace(wait, (*wait * 2).min(LONGEST_WAIT))
            }
        };
        if !rest.is_zero() {
            let _ = tokio::time::timeout(rest, shift.end.cancelled()).await;
        }
    }
}
