// SPDX-License-Identifier: EUPL-1.2
//! Feeds one worker from its queue: exactly one committed effect per message.
//!
//! One [`Runner::step`] takes up to a batch of deliveries, opens one transaction, records them in the inbox, drops those
//! that were there, runs the handler on the rest, commits, and acknowledges all at once. If the handler fails, the
//! transaction is rolled back and the batch split in halves until the faulty message stands alone ([`crate::verdict`]).
//! A redelivered message is suspect, as its first holder died: it runs alone, after its attempt was counted and committed.

use std::{collections::HashSet, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use campanella_bus::{Delivery, Subscription};
use campanella_messages::Envelope;
use campanella_store::{
    Store,
    inbox::{self, InboxRow, Outcome},
    suspicion,
};
use futures_util::FutureExt as _;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    Backoff, Beat, Failure, Procedures, Progress, RelayHandle, UnitOfWork, Worker,
    clock::Clock,
    crash,
    hand::Hand,
    metrics::Metrics,
    suspects::Suspects,
    verdict::{self, Received},
    watchdog::Watchdog,
};

/// How a worker is fed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunnerSettings {
    /// Messages in one transaction, at most.
    pub batch: usize,
    /// Messages held and not yet acknowledged, at most.
    pub prefetch: u16,
    /// Batches of one worker in hand at once in a process, each with a runner of its own: while one waits for its commit the
    /// other goes on. See [`RunnerSettings::runners`].
    pub parallel: u16,
    /// How long a batch waits to become full, in milliseconds.
    pub linger_milliseconds: u64,
    /// A handler that takes longer kills its process, in seconds.
    pub handler_timeout_seconds: u64,
    /// Deliveries of a message whose holder died each time; then a dead letter. Two or more: a message that was merely in
    /// the hand of one that died must have its chance.
    pub suspect_attempts: u16,
    /// When a failed message is tried again.
    pub retry: Backoff,
}

impl Default for RunnerSettings {
    fn default() -> Self {
        Self {
            batch: 500,
            prefetch: 2_000,
            parallel: 2,
            linger_milliseconds: 5,
            handler_timeout_seconds: 120,
            suspect_attempts: 3,
            retry: Backoff::default(),
        }
    }
}

impl RunnerSettings {
    /// How many runners a worker has on this database. SQLite has one writer: a second would wait for the first.
    #[must_use]
    pub const fn runners(&self, store: &Store) -> u16 {
        match store {
            Store::Sqlite { .. } => 1,
            Store::Postgres(_) => self.parallel,
        }
    }
}

/// Deadlocks in a row after which the database is taken to be in trouble.
const RERUNS: u32 = 10;

/// What every runner of a process shares.
#[derive(Debug, Clone)]
pub struct Context {
    /// The database.
    pub store: Store,
    /// Business time.
    pub clock: Arc<dyn Clock>,
    /// The procedures.
    pub procedures: Arc<Procedures>,
    /// Where committed messages go.
    pub relay: RelayHandle,
    /// Counters.
    pub metrics: Metrics,
    /// Kills the process when a handler hangs.
    pub watchdog: Watchdog,
}

/// One worker and its queue.
#[derive(Debug)]
pub struct Runner {
    pub(crate) worker: Worker,
    /// The worker's name, with a number if it is not the worker's first.
    title: String,
    hand: Hand,
    pub(crate) context: Context,
    pub(crate) settings: RunnerSettings,
    suspects: Suspects,
    beat: Beat,
}

impl Runner {
    /// A runner that takes the worker's messages from its subscription.
    #[must_use]
    pub fn new(
        worker: Worker,
        subscription: Box<dyn Subscription>,
        context: Context,
        settings: RunnerSettings,
    ) -> Self {
        Self {
            worker,
            title: worker.name.to_owned(),
            hand: Hand::new(subscription),
            context,
            settings,
            suspects: Suspects::new(worker.name),
            beat: Beat::default(),
        }
    }

    /// A runner for each subscription of a worker in one process.
    #[must_use]
    pub fn for_each(
        worker: Worker,
        subscriptions: Vec<Box<dyn Subscription>>,
        context: &Context,
        settings: RunnerSettings,
    ) -> Vec<Self> {
        // A message may come back to another of them, and its holder has not died for that.
        let suspects = Suspects::new(worker.name);
        let titles = (1..).map(|number| match number {
            1 => worker.name.to_owned(),
            _ => format!("{} {number}", worker.name),
        });
        let runner = |(subscription, title)| {
            let first = Self::new(worker, subscription, context.clone(), settings);
            Self { title, suspects: suspects.clone(), ..first }
        };
        subscriptions.into_iter().zip(titles).map(runner).collect()
    }

    /// What its loop is called: `registry`, `registry 2`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where its steps show that they get on.
    pub(crate) fn report_to(&mut self, beat: Beat) {
        self.beat = beat;
    }

    /// Waits while the relay of its process is far behind, up to `patience`: in a loop, before each step.
    pub async fn wait_for_relay(&self, patience: Duration) {
        self.context.relay.catches_up(patience).await;
    }

    /// Waits up to `patience` for messages and settles one batch.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when database or bus is: what was in hand is given back or kept, nothing is counted.
    pub async fn step(&mut self, patience: Duration) -> Result<Progress, Failure> {
        let linger = Duration::from_millis(self.settings.linger_milliseconds).min(patience);
        let deliveries = self.hand.receive(self.settings.batch, patience, linger).await?;
        if deliveries.is_empty() {
            return Ok(Progress::Idle);
        }
        let count = deliveries.len();
        let (suspects, fresh): (Vec<_>, Vec<_>) =
            deliveries.into_iter().partition(|delivery| delivery.redelivered);
        let mut parts: Vec<Vec<Delivery>> = suspects.into_iter().map(|suspect| vec![suspect]).collect();
        if !fresh.is_empty() {
            parts.push(fresh);
        }
        if let Err(failure) = self.settle(&mut parts).await {
            self.put_down(parts).await;
            return Err(Failure::Unavailable(failure.to_string()));
        }
        Ok(Progress::Worked(count))
    }

    /// Keeps the suspects that were counted, and gives the rest back as it came.
    async fn put_down(&mut self, parts: Vec<Vec<Delivery>>) {
        let (counted, rest): (Vec<_>, Vec<_>) = parts
            .into_iter()
            .flatten()
            .partition(|delivery| delivery.redelivered && self.suspects.has_counted(delivery.message_id));
        self.hand.keep(counted);
        if let Err(error) = self.hand.give_back(rest).await {
            tracing::debug!(worker = self.worker.name, %error, "deliveries are given back later");
        }
    }

    /// Settles every part, the last first, splitting those that fail. What is left in `parts` after an error was not touched.
    async fn settle(&mut self, parts: &mut Vec<Vec<Delivery>>) -> Result<(), Failure> {
        let mut reruns = 0;
        while let Some(mut part) = parts.pop() {
            // However many parts a batch falls into: each that came back, well or not, is no standstill.
            self.beat.gets_on();
            match self.settle_part(&part).await {
                Ok(()) => {
                    reruns = 0;
                    crash::point("runner.before-acknowledge");
                    self.hand.acknowledge(part).await?;
                    crash::point("runner.after-acknowledge");
                }
                Err(Failure::Rerun(reason)) if reruns < RERUNS => {
                    reruns += 1;
                    tracing::debug!(worker = self.worker.name, reason, "transaction run again");
                    parts.push(part);
                }
                Err(Failure::Retry(_) | Failure::Permanent(_)) if part.len() > 1 => {
                    let second = part.split_off(part.len() / 2);
                    parts.extend([second, part]);
                }
                Err(failure) => {
                    parts.push(part);
                    return Err(failure);
                }
            }
        }
        Ok(())
    }

    /// Brings one part to its end: effects, a retry or a dead letter. An error means that nothing happened.
    async fn settle_part(&mut self, part: &[Delivery]) -> Result<(), Failure> {
        let received: Vec<Received<'_>> = part.iter().map(Received::read).collect();
        let suspect = part.first().filter(|first| first.redelivered).map(|first| first.message_id);
        let deaths = match suspect {
            Some(suspect) => self.suspects.count(&self.context.store, suspect).await?,
            None => 0,
        };
        let result = if deaths >= i64::from(self.settings.suspect_attempts) {
            Err(Failure::Permanent(format!("its holder died at each of {deaths} deliveries")))
        } else {
            self.handle(&received, suspect).await
        };
        match (result, received.as_slice()) {
            (Err(failure @ (Failure::Retry(_) | Failure::Permanent(_))), [one]) => {
                self.beat.gets_on();
                verdict::pronounce(self, one, &failure).await?;
            }
            (result, _) => result?,
        }
        if let Some(suspect) = suspect {
            self.suspects.settled(suspect);
        }
        Ok(())
    }

    /// Inbox, effects and outbox of messages in one transaction.
    async fn handle(&self, received: &[Received<'_>], suspect: Option<Uuid>) -> Result<(), Failure> {
        let Context { store, clock, procedures, relay, metrics, watchdog } = &self.context;
        let started = std::time::Instant::now();
        let mut work = UnitOfWork::begin(store, clock.now(), procedures).await?;
        let rows: Vec<InboxRow> = received.iter().map(Received::inbox_row).collect();
        let now = work.now();
        let new = inbox::record(work.tx(), self.worker.name, Outcome::Done, now, &rows).await?;
        // The same message twice in one batch is handled once as well.
        let mut seen = HashSet::new();
        let envelopes = received
            .iter()
            .filter(|one| new.contains(&one.message_id) && seen.insert(one.message_id))
            .map(Received::envelope)
            .collect::<Result<Vec<&Envelope>, Failure>>()?;
        let deadline = Duration::from_secs(self.settings.handler_timeout_seconds);
        let guard = watchdog.guard(self.worker.name, deadline);
        AssertUnwindSafe(self.dispatch(&envelopes, &mut work))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| Err(Failure::Retry("the handler panicked".to_owned())))?;
        drop(guard);
        // What comes now waits for the database alone, as what came before: `standstill` has an eye on it.
        self.beat.gets_on();
        if let Some(suspect) = suspect {
            suspicion::forget(work.tx(), self.worker.name, suspect).await?;
        }
        work.commit(relay).await?;
        metrics.handled(self.worker.name, "done", envelopes.len());
        metrics.dropped(self.worker.name, received.len() - envelopes.len());
        metrics.batch_seconds(self.worker.name, started.elapsed());
        Ok(())
    }

    /// Hands the envelopes to the handlers of their topics.
    async fn dispatch(&self, envelopes: &[&Envelope], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        for route in self.worker.routes {
            let own: Vec<&Envelope> =
                envelopes.iter().copied().filter(|envelope| envelope.kind == route.topic).collect();
            if !own.is_empty() {
                route.handle(&own, work).await?;
            }
        }
        match envelopes.iter().find(|envelope| self.worker.route(&envelope.kind).is_none()) {
            Some(stranger) => {
                Err(Failure::Permanent(format!("{} does not take {}", self.worker.name, stranger.kind)))
            }
            None => Ok(()),
        }
    }
}
