// SPDX-License-Identifier: EUPL-1.2
//! Everybody who works on an installation: relay, workers, scheduler, mailer, around one bus.
//!
//! `campanella run` gives each a task of its own; the simulation and the tests serve them one after the other, in a fixed
//! order, by their single steps.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use campanella_bus::{Bus, QueueBinding, Subscription, Topology};
use campanella_jobs::WORKERS;
use campanella_mailer::{Letterheads, Mailer};
use campanella_messages::{MailRequested, Message as _};
use campanella_runtime::{
    Context, Failure, Outbound, Progress, Relay, RelayHandle, Runner, Watchdog, Worker, clock::Clock, crash,
    folder::FolderLock, metrics::Metrics,
};
use campanella_scheduler::Scheduler;
use chrono::{DateTime, Utc};

use crate::{bus, installation::Installation};

/// Names of those who are not in [`WORKERS`].
pub const MAILER: &str = "mailer";
/// See [`MAILER`].
pub const SCHEDULER: &str = "scheduler";

/// Deliveries a mailer takes at once: they only wake it.
const WAKE: usize = 1_000;

/// How long each waits in turn while a broker has messages for somebody.
const GLANCE: Duration = Duration::from_millis(1);
/// A broker that has messages and delivers none for so long does not deliver them.
const KEPT_BACK: Duration = Duration::from_secs(60);

/// Who works.
#[derive(Debug)]
pub struct Workforce {
    /// From the outbox to the bus.
    pub relay: Relay,
    /// As many for each worker as were called.
    pub runners: Vec<Runner>,
    /// The calendar.
    pub scheduler: Option<Scheduler>,
    /// The mails, and the messages that wake them.
    pub mailer: Option<(Box<dyn Outbound>, Box<dyn Subscription>)>,
    /// The queues.
    pub bus: Arc<dyn Bus>,
    /// What they count.
    pub metrics: Metrics,
    /// What intake and simulation commit through.
    pub handle: RelayHandle,
    /// On a broker what was published arrives in its own time.
    arrives_later: bool,
    _lock: Option<FolderLock>,
}

/// Who is called to work, and what they count with.
#[derive(Debug, Clone)]
pub struct Calling<'a> {
    /// Names; none: everybody.
    pub only: &'a [String],
    /// Who handles messages.
    pub workers: &'a [Worker],
    /// Runners of each. Where they take turns one is enough.
    pub runners: u16,
    /// What they count.
    pub metrics: Metrics,
}

impl<'a> Calling<'a> {
    /// The product's workers of these names, or all if there are none.
    #[must_use]
    pub fn of(only: &'a [String]) -> Self {
        Self { only, workers: WORKERS, runners: 1, metrics: Metrics::default() }
    }
}

/// Every name `--only` understands.
#[must_use]
pub fn names() -> Vec<&'static str> {
    WORKERS.iter().map(|worker| worker.name).chain([MAILER, SCHEDULER]).collect()
}

/// The queues and the topics each receives, from the list of workers.
///
/// # Errors
/// When two workers have one name.
pub fn topology(workers: &[Worker]) -> Result<Topology> {
    let bindings = workers
        .iter()
        .map(|worker| (worker.name, worker.topics()))
        .chain([(MAILER, vec![MailRequested::TYPE])])
        .map(|(queue, topics)| QueueBinding {
            queue: queue.to_owned(),
            topics: topics.into_iter().map(str::to_owned).collect(),
        });
    // What nobody takes any more is still published.
    let emitted = workers.iter().flat_map(|worker| worker.emits).map(|&topic| topic.to_owned());
    Ok(Topology::new(bindings.collect())?.with_topics(emitted)?)
}

impl Workforce {
    /// Calls everybody in `only` to work, or all if it is empty.
    ///
    /// # Errors
    /// As [`Workforce::call`].
    pub async fn assemble(
        installation: &Installation,
        clock: Arc<dyn Clock>,
        only: &[String],
    ) -> Result<Self> {
        Self::call(installation, clock, Calling::of(only)).await
    }

    /// [`Workforce::assemble`] with other workers than the product's: how a test adds one.
    ///
    /// # Errors
    /// As [`Workforce::call`].
    pub async fn assemble_with(
        installation: &Installation,
        clock: Arc<dyn Clock>,
        only: &[String],
        workers: &[Worker],
    ) -> Result<Self> {
        Self::call(installation, clock, Calling { workers, ..Calling::of(only) }).await
    }

    /// Calls people to work. Takes the folder's lock where one process works on an installation.
    ///
    /// # Errors
    /// When another process works on the folder, the queues cannot be opened, or the database is served by others.
    pub async fn call(
        installation: &Installation,
        clock: Arc<dyn Clock>,
        calling: Calling<'_>,
    ) -> Result<Self> {
        let Calling { only, workers, runners: each, metrics } = calling;
        let known =
            |name: &String| name == MAILER || name == SCHEDULER || workers.iter().any(|w| w.name == name);
        if let Some(stranger) = only.iter().find(|name| !known(name)) {
            bail!("«{stranger}» non è un worker: scegliere fra {}", names().join(", "));
        }
        let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
        let lock = bus::lock(installation)?;
        let bus = bus::open(installation, topology(workers)?).await?;
        let (relay, handle) =
            Relay::new(installation.store.clone(), Arc::clone(&bus), Arc::clone(&clock), metrics.clone());
        let context = Context {
            store: installation.store.clone(),
            clock: Arc::clone(&clock),
            procedures: Arc::clone(&installation.procedures),
            relay: handle.clone(),
            metrics: metrics.clone(),
            watchdog: Watchdog::start(),
        };
        let settings = &installation.settings;
        let mut runners = Vec::new();
        for worker in workers.iter().filter(|worker| wanted(worker.name)) {
            let mut subscriptions = Vec::new();
            for _ in 0..each {
                subscriptions.push(bus.consume(worker.name, settings.runner.prefetch).await?);
            }
            runners.extend(Runner::for_each(*worker, subscriptions, &context, settings.runner));
        }
        let scheduler = wanted(SCHEDULER).then(|| {
            let procedures = Arc::clone(&installation.procedures);
            let store = installation.store.clone();
            Scheduler::new(store, Arc::clone(&clock), procedures, handle.clone(), settings.scheduler)
        });
        let mailer = if wanted(MAILER) { Some(mailer(installation, clock, &*bus).await?) } else { None };
        let arrives_later = !settings.broker.is_embedded();
        Ok(Self { relay, runners, scheduler, mailer, bus, metrics, handle, arrives_later, _lock: lock })
    }

    /// Takes back what an earlier process of this folder left in hand.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn recover(&mut self) -> Result<(), Failure> {
        match &mut self.mailer {
            Some((mailer, _)) => mailer.recover().await,
            None => Ok(()),
        }
    }

    /// Serves everybody in a fixed order until nobody has anything to do at the present instant. On a broker everybody must
    /// have been called, and nobody else may be at work: what waits for others would be waited for.
    ///
    /// # Errors
    /// When database or bus is unavailable, or a broker keeps messages back.
    pub async fn work_off(&mut self) -> Result<(), Failure> {
        if let Some(scheduler) = &mut self.scheduler {
            scheduler.step().await?;
        }
        while self.relay.poll().await?.worked() {}
        let mut busy = Instant::now();
        let mut patience = Duration::ZERO;
        loop {
            if self.round(patience).await?.worked() {
                (busy, patience) = (Instant::now(), Duration::ZERO);
            } else if !self.arrives_later || self.bus.outstanding() == 0 {
                return Ok(());
            } else if busy.elapsed() > KEPT_BACK {
                return Err(Failure::Unavailable("the broker keeps messages back".to_owned()));
            } else {
                patience = GLANCE;
            }
        }
    }

    /// One step of everybody but the scheduler, each waiting for messages for up to `patience`.
    async fn round(&mut self, patience: Duration) -> Result<Progress, Failure> {
        let mut worked = self.relay.step().await?.worked();
        for runner in &mut self.runners {
            worked |= runner.step(patience).await?.worked();
        }
        if let Some((mailer, wake)) = &mut self.mailer {
            let messages = wake.receive(WAKE, patience, Duration::ZERO).await?;
            crash::point("wake.before-acknowledge");
            wake.acknowledge(&messages).await?;
            crash::point("wake.after-acknowledge");
            worked |= !messages.is_empty();
            worked |= mailer.step().await?.worked();
        }
        Ok(if worked { Progress::Worked(1) } else { Progress::Idle })
    }

    /// The next instant at which the calendar or a mail has something to do.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn next_due(&mut self) -> Result<Option<DateTime<Utc>>, Failure> {
        let calendar = self.scheduler.as_ref().and_then(Scheduler::next_due);
        let mail = match &mut self.mailer {
            Some((mailer, _)) => mailer.next_due().await?,
            None => None,
        };
        Ok(calendar.into_iter().chain(mail).min())
    }
}

async fn mailer(
    installation: &Installation,
    clock: Arc<dyn Clock>,
    bus: &dyn Bus,
) -> Result<(Box<dyn Outbound>, Box<dyn Subscription>)> {
    let settings = &installation.settings.mail;
    let mailer = Mailer::new(
        installation.store.clone(),
        clock,
        settings.open(installation.folder.path()),
        Letterheads::of(&installation.procedures.ardis, &installation.procedures.ars),
        settings.clone(),
    )?;
    Ok((Box::new(mailer), bus.consume(MAILER, u16::MAX).await?))
}
