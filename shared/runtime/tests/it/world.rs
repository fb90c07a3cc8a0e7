// SPDX-License-Identifier: EUPL-1.2
//! A database, a queue file, a relay and a clock that stands still.

use std::{
    future::Future,
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use campanella_bus::{Bus, EmbeddedBus, Outgoing, QueueBinding, QueueStats, Topology};
use campanella_domain::procedure::{ArdisProcedure, ArsProcedure};
use campanella_messages::{Cause, Envelope};
use campanella_runtime::{
    Backoff, Context, Procedures, Progress, Relay, Runner, RunnerSettings, UnitOfWork, Watchdog, Worker,
    clock::{Clock as _, SimulatedClock, new_id},
    metrics::Metrics,
};
use campanella_store::{
    Store, StoreSettings, bookmark,
    dead_letter::{self, DeadLetter},
    outbox::{self, OutboxStats},
};
use campanella_testkit::{PassingDatabase, PrivatePostgres};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    probe::{Deed, Gate, PROBE, Probe, Seen, WITNESS, effect},
    switch::{Faults, SwitchedBus},
};

/// Runs each story on a database of either kind.
macro_rules! stories {
    ($(async fn $name:ident($world:ident: &mut World) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn body($world: &mut World) -> anyhow::Result<()> {
                $body
                Ok(())
            }

            #[tokio::test]
            async fn sqlite() -> anyhow::Result<()> {
                body(&mut World::on_sqlite().await?).await
            }

            #[tokio::test]
            async fn postgres() -> anyhow::Result<()> {
                body(&mut World::on_postgres().await?).await
            }
        }
    )+};
}
pub(crate) use stories;

/// How long something that must happen may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Small batches and quick retries.
pub(crate) const SETTINGS: RunnerSettings = RunnerSettings {
    batch: 64,
    prefetch: 256,
    parallel: 1,
    linger_milliseconds: 0,
    handler_timeout_seconds: 60,
    suspect_attempts: 3,
    retry: Backoff { attempts: 3, first_seconds: 10, longest_seconds: 60 },
};

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) clock: Arc<SimulatedClock>,
    pub(crate) bus: Arc<SwitchedBus>,
    pub(crate) faults: Arc<Faults>,
    pub(crate) relay: Relay,
    pub(crate) context: Context,
    /// Removed with the world; none for one that is shared with another process.
    _folder: Option<TempDir>,
    _database: Option<PassingDatabase<'static>>,
}

impl World {
    pub(crate) async fn on_sqlite() -> anyhow::Result<Self> {
        Self::on_sqlite_with(StoreSettings::default()).await
    }

    pub(crate) async fn on_sqlite_with(settings: StoreSettings) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("campanella.db"), settings).await?;
        store.migrate().await?;
        Self::of(store, folder.path().join("queue.db").as_path(), Watchdog::default(), Some(folder)).await
    }

    pub(crate) async fn on_postgres() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let database = migrated_postgres()?;
        let store = Store::open(database.url(), StoreSettings::default()).await?;
        let queue = folder.path().join("queue.db");
        let world = Self::of(store, &queue, Watchdog::default(), Some(folder)).await?;
        Ok(Self { _database: Some(database), ..world })
    }

    /// On the files of another world, one of which is a process.
    pub(crate) async fn beside(folder: &Path, watchdog: Watchdog) -> anyhow::Result<Self> {
        let store = Store::open_file(&folder.join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        Self::of(store, &folder.join("queue.db"), watchdog, None).await
    }

    async fn of(
        store: Store,
        queue: &Path,
        watchdog: Watchdog,
        folder: Option<TempDir>,
    ) -> anyhow::Result<Self> {
        let bus = EmbeddedBus::open(queue, topology()?).await?;
        Ok(Self { _folder: folder, ..Self::around(store, Box::new(bus), watchdog)? })
    }

    /// Around a database and a bus that the story brings.
    pub(crate) fn around(store: Store, bus: Box<dyn Bus>, watchdog: Watchdog) -> anyhow::Result<Self> {
        let faults = Arc::<Faults>::default();
        let bus = Arc::new(SwitchedBus { bus, faults: Arc::clone(&faults) });
        let clock = Arc::new(SimulatedClock::at("2025-11-20T12:00:00Z".parse()?));
        let metrics = Metrics::default();
        let (relay, handle) =
            Relay::new(store.clone(), Arc::clone(&bus) as _, Arc::clone(&clock) as _, metrics.clone());
        let procedures =
            Arc::new(Procedures { ars: ArsProcedure::embedded()?, ardis: ArdisProcedure::embedded()? });
        let context = Context {
            store: store.clone(),
            clock: Arc::clone(&clock) as _,
            procedures,
            relay: handle,
            metrics,
            watchdog,
        };
        Ok(Self { store, clock, bus, faults, relay, context, _folder: None, _database: None })
    }

    pub(crate) async fn runner(&self, worker: Worker, settings: RunnerSettings) -> anyhow::Result<Runner> {
        let subscription = self.bus.consume(worker.name, settings.prefetch).await?;
        Ok(Runner::new(worker, subscription, self.context.clone(), settings))
    }

    /// Commits messages, and leaves their publication to the relay.
    pub(crate) async fn emit(&self, probes: &[Probe]) -> anyhow::Result<()> {
        let mut work = UnitOfWork::begin(&self.store, self.clock.now(), &self.context.procedures).await?;
        for probe in probes {
            work.emit(probe, Cause::First);
        }
        Ok(work.commit(&self.context.relay).await?)
    }

    /// A probe in its envelope.
    pub(crate) fn wrap(&self, probe: &Probe) -> Envelope {
        Envelope::wrap(new_id(), self.clock.now(), probe, Cause::First)
    }

    /// Puts bodies on a worker's queue.
    pub(crate) async fn put(&self, worker: &Worker, bodies: &[(Uuid, String)]) -> anyhow::Result<()> {
        let route = campanella_bus::Route::Queue(worker.name.to_owned());
        let outgoing =
            |(id, body): &(Uuid, String)| Outgoing { id: *id, route: route.clone(), body: body.clone() };
        let batch: Vec<Outgoing> = bodies.iter().map(outgoing).collect();
        ensure!(self.bus.publish(&batch).await?.len() == batch.len());
        Ok(())
    }

    /// Publishes what is handed over and what is due.
    pub(crate) async fn relay_all(&mut self) -> anyhow::Result<()> {
        while self.relay.step().await?.worked() || self.relay.poll().await?.worked() {}
        Ok(())
    }

    /// Puts `count` probes on their queue. The handler of the one at `waiting` waits at the gate returned.
    pub(crate) async fn queue_up(
        &mut self,
        count: usize,
        waiting: usize,
    ) -> anyhow::Result<(Vec<Probe>, Arc<Gate>)> {
        let mut probes = probes(count, Deed::Apply);
        probes[waiting].deed = Deed::Wait;
        self.emit(&probes).await?;
        self.relay_all().await?;
        let gate = Seen::of(&probes[waiting]).gate;
        Ok((probes, gate))
    }

    /// Relay and runners until there is nothing left to do at this instant.
    pub(crate) async fn run(&mut self, runners: &mut [Runner]) -> anyhow::Result<()> {
        let mut worked = true;
        while worked {
            self.relay_all().await?;
            worked = false;
            for runner in &mut *runners {
                worked |= runner.step(Duration::ZERO).await? != Progress::Idle;
            }
        }
        Ok(())
    }

    /// As [`World::run`], letting business time pass until no message waits for it.
    pub(crate) async fn run_to_the_end(&mut self, runners: &mut [Runner]) -> anyhow::Result<()> {
        self.run(runners).await?;
        while let Some(due) = self.outbox().await?.oldest_due_at {
            self.clock.advance_to(due);
            self.run(runners).await?;
        }
        Ok(())
    }

    pub(crate) fn pass(&self, time: TimeDelta) -> DateTime<Utc> {
        self.clock.advance_to(self.clock.now() + time);
        self.clock.now()
    }

    /// How often the effect of a message was applied.
    pub(crate) async fn applied(&self, worker: &str, id: Uuid) -> anyhow::Result<u32> {
        let mut tx = self.store.read().await?;
        let found = bookmark::get(&mut tx, &effect(worker, id)).await?;
        Ok(found.map(|times| times.parse()).transpose()?.unwrap_or(0))
    }

    /// Asserts that the effect of each probe was applied so often.
    pub(crate) async fn expect(&self, worker: &str, probes: &[Probe], times: u32) -> anyhow::Result<()> {
        for probe in probes {
            let found = self.applied(worker, probe.id).await?;
            ensure!(found == times, "{worker} applied {probe:?} {found} times");
        }
        Ok(())
    }

    /// Closes the files, for another process to open.
    pub(crate) async fn close(&self) {
        self.bus.close().await;
        self.store.close().await;
    }

    pub(crate) async fn dead_letters(&self) -> anyhow::Result<Vec<DeadLetter>> {
        Ok(dead_letter::list(&mut self.store.read().await?, true).await?)
    }

    pub(crate) async fn outbox(&self) -> anyhow::Result<OutboxStats> {
        Ok(outbox::stats(&mut self.store.read().await?).await?)
    }

    /// Messages waiting for a worker and messages held.
    pub(crate) async fn queue(&self, worker: &Worker) -> anyhow::Result<(u64, u64)> {
        let stats: Vec<QueueStats> = self.bus.stats().await?;
        let queue = stats.iter().find(|stats| stats.queue == worker.name).context("no such queue")?;
        Ok((queue.waiting, queue.held))
    }
}

/// A queue for each of the workers.
pub(crate) fn topology() -> anyhow::Result<Topology> {
    let binding = |worker: &Worker| QueueBinding {
        queue: worker.name.to_owned(),
        topics: worker.topics().into_iter().map(str::to_owned).collect(),
    };
    Ok(Topology::new(vec![binding(&PROBE), binding(&WITNESS)])?)
}

/// Probes that do the same.
pub(crate) fn probes(count: usize, deed: Deed) -> Vec<Probe> {
    std::iter::repeat_with(|| Probe::new(deed)).take(count).collect()
}

/// Waits until something is there.
pub(crate) async fn eventually<T, Looking>(look: impl Fn() -> Looking) -> anyhow::Result<T>
where
    Looking: Future<Output = anyhow::Result<Option<T>>>,
{
    let looking = async {
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.context("it did not come about")?
}

/// A migrated database of this test alone.
fn migrated_postgres() -> anyhow::Result<PassingDatabase<'static>> {
    static MIGRATED: OnceLock<Result<(), String>> = OnceLock::new();
    // On a thread of its own: the runtime of the test that comes first ends before the others do.
    let migrated = MIGRATED.get_or_init(|| {
        let migrating = std::thread::spawn(|| migrate_template().map_err(|error| format!("{error:#}")));
        migrating.join().unwrap_or_else(|_| Err("the migration panicked".to_owned()))
    });
    migrated.clone().map_err(anyhow::Error::msg)?;
    PrivatePostgres::shared()?.fresh_copy_of("migrated")
}

fn migrate_template() -> anyhow::Result<()> {
    let url = PrivatePostgres::shared()?.create_database("migrated")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::open(&url, StoreSettings::default()).await?;
        store.migrate().await?;
        store.close().await;
        Ok(())
    })
}
