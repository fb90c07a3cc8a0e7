// SPDX-License-Identifier: EUPL-1.2
//! A message that says what its handler is to do, and the workers that do it.
//!
//! An effect is a bookmark that counts: what is applied twice reads 2.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use campanella_messages::Message;
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::bookmark;
use serde::{Deserialize, Serialize};
use tokio::sync::{AcquireError, Semaphore};
use uuid::Uuid;

/// Subscribed to [`Probe`].
pub(crate) const PROBE: Worker = Worker {
    name: "probe",
    summary: "fa ciò che il messaggio chiede",
    routes: &[Route::to::<Obey>()],
    emits: &[Echo::TYPE],
};

/// Subscribed to [`Probe`] and [`Echo`]; obeys nobody.
pub(crate) const WITNESS: Worker = Worker {
    name: "witness",
    summary: "annota ciò che sente",
    routes: &[Route::to::<Witness>(), Route::to::<HearEcho>()],
    emits: &[],
};

/// What the handler of a [`Probe`] does besides its effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Deed {
    /// Nothing.
    Apply,
    /// Emits an [`Echo`].
    Emit,
    /// Emits an [`Echo`], then fails for good.
    EmitAndFail,
    /// Fails, in its first runs or always.
    Retry(u32),
    /// The database or the like is away, in its first runs.
    Unavailable(u32),
    /// A deadlock, in its first runs.
    Rerun(u32),
    /// Fails for good.
    Permanent,
    /// Panics, with a tax code in its text.
    Panic,
    /// Has the database refuse a row with a tax code in it.
    Refused,
    /// Waits for [`Gate::open`].
    Wait,
    /// Blocks its thread for ever.
    Hang,
    /// Ends the process.
    Abort,
}

pub(crate) const ALWAYS: u32 = u32::MAX;
/// What must not be found where no personal data may be.
pub(crate) const TAX_CODE: &str = "BNCLRA10A41L736R";

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Probe {
    pub(crate) id: Uuid,
    pub(crate) deed: Deed,
}

impl Probe {
    pub(crate) fn new(deed: Deed) -> Self {
        Self { id: campanella_runtime::clock::new_id(), deed }
    }
}

impl Message for Probe {
    const TYPE: &'static str = "test.probe.sent";
    const VERSION: u16 = 1;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Echo {
    pub(crate) id: Uuid,
}

impl Message for Echo {
    const TYPE: &'static str = "test.echo.heard";
    const VERSION: u16 = 1;
}

/// How far a waiting handler came.
#[derive(Debug)]
pub(crate) struct Gate {
    reached: Semaphore,
    open: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self { reached: Semaphore::new(0), open: Semaphore::new(0) }
    }
}

impl Gate {
    /// Says that somebody is there, and waits until it is opened.
    pub(crate) async fn pass(&self) -> Result<(), AcquireError> {
        self.reached.add_permits(1);
        self.open.acquire().await?.forget();
        Ok(())
    }

    pub(crate) async fn reached(&self) -> anyhow::Result<()> {
        self.reached.acquire().await?.forget();
        Ok(())
    }

    pub(crate) fn open(&self) {
        self.open.add_permits(1);
    }
}

/// What happened to a probe in this process, outside of every transaction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// The size of each batch in which it ran.
    pub(crate) batches: Vec<usize>,
    pub(crate) gate: Arc<Gate>,
}

impl Seen {
    pub(crate) fn of(probe: &Probe) -> Self {
        SEEN.lock().unwrap_or_else(PoisonError::into_inner).entry(probe.id).or_default().clone()
    }

    fn note(probe: &Probe, batch: usize) -> Self {
        let mut all = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = all.entry(probe.id).or_default();
        seen.batches.push(batch);
        seen.clone()
    }
}

static SEEN: LazyLock<Mutex<HashMap<Uuid, Seen>>> = LazyLock::new(Mutex::default);

/// The name of the bookmark that counts effects.
pub(crate) fn effect(worker: &str, id: Uuid) -> String {
    format!("{worker}:{id}")
}

async fn apply(worker: &str, id: Uuid, work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    let name = effect(worker, id);
    let times: u32 = bookmark::get(work.tx(), &name).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(bookmark::set(work.tx(), &name, &(times + 1).to_string()).await?)
}

struct Obey;

impl Handler for Obey {
    type Message = Probe;

    async fn handle(events: &[Event<'_, Probe>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        for event in events {
            let seen = Seen::note(event, events.len());
            // Before the deed, so that a failure has something to undo.
            apply(PROBE.name, event.id, work).await?;
            obey(event, &seen, work).await?;
        }
        Ok(())
    }
}

async fn obey(event: &Event<'_, Probe>, seen: &Seen, work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    // Deeds that end count runs of a probe on its own or in a batch alike.
    let runs = seen.batches.len();
    let still = |times: u32| u32::try_from(runs).is_ok_and(|runs| runs <= times);
    match event.deed {
        Deed::Retry(times) if still(times) => Err(Failure::Retry("not yet".to_owned())),
        Deed::Unavailable(times) if still(times) => Err(Failure::Unavailable("it is away".to_owned())),
        Deed::Rerun(times) if still(times) => Err(Failure::Rerun("deadlock".to_owned())),
        Deed::Apply | Deed::Retry(_) | Deed::Unavailable(_) | Deed::Rerun(_) => Ok(()),
        Deed::Emit => {
            work.emit(&Echo { id: event.id }, event.cause());
            Ok(())
        }
        Deed::EmitAndFail => {
            work.emit(&Echo { id: event.id }, event.cause());
            Err(Failure::Permanent("after all".to_owned()))
        }
        Deed::Permanent => Err(Failure::Permanent("never".to_owned())),
        Deed::Panic => panic!("{TAX_CODE}"),
        Deed::Refused => refused(event.id, work).await,
        Deed::Wait => seen.gate.pass().await.map_err(|closed| Failure::Retry(closed.to_string())),
        Deed::Hang => loop {
            std::thread::park();
        },
        Deed::Abort => std::process::abort(),
    }
}

/// The same outbox row twice.
async fn refused(id: Uuid, work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    use campanella_store::outbox::{self, OutboxRow};
    let due_at = work.now();
    let row = OutboxRow { id, due_at, queue: Some(TAX_CODE.to_owned()), envelope: TAX_CODE.to_owned() };
    Ok(outbox::insert(work.tx(), &[row.clone(), row]).await?)
}

struct Witness;

impl Handler for Witness {
    type Message = Probe;

    async fn handle(events: &[Event<'_, Probe>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        for event in events {
            apply(WITNESS.name, event.id, work).await?;
        }
        Ok(())
    }
}

struct HearEcho;

impl Handler for HearEcho {
    type Message = Echo;

    async fn handle(events: &[Event<'_, Echo>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        for event in events {
            apply("echo", event.id, work).await?;
        }
        Ok(())
    }
}
