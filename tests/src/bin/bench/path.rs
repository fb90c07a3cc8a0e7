// SPDX-License-Identifier: EUPL-1.2
//! The path every figure is about: a message is consumed, deduplicated, has its effect (a case gets its CPI) and one message
//! that follows, which the relay publishes; the first is acknowledged. The real `Runner` and `Relay` with the settings the
//! product has by default, on whatever database and bus they are given.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use campanella_bus::{Bus, Outgoing, QueueBinding, Route as Destination, Topology};
use campanella_domain::ars::Student;
use campanella_domain::procedure::{ArdisProcedure, ArsProcedure};
use campanella_messages::{ArsPeriodClosed, ArsStudentAtRisk, Cause, Envelope, Message as _};
use campanella_runtime::{
    Context, Event, Failure, Handler, Procedures, Relay, Route, Runner, RunnerSettings, UnitOfWork, Watchdog,
    Worker,
    clock::{SystemClock, machine_now, new_id},
    metrics::Metrics,
    process::Shift,
};
use campanella_store::{
    Store,
    ars::{
        period::{self, Assignment, Period, PeriodState},
        student::{self, NewStudent},
    },
    outbox,
};
use chrono::NaiveDate;
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

/// Rows in one statement, messages in one publication.
pub(crate) const BATCH: usize = 500;
/// The queue of both workers.
pub(crate) const QUEUE: &str = "assign";
/// Nobody serves it: what follows ends here, on the disk.
pub(crate) const FOLLOWING: &str = "following";
/// Between two looks at how far it is.
const GLANCE: Duration = Duration::from_millis(10);
/// As in the product.
pub(crate) const POLL: Duration = Duration::from_secs(5);

/// One statement for a batch.
pub(crate) const SET_BASED: Worker = Worker {
    name: QUEUE,
    summary: "assegna ogni caso",
    routes: &[Route::to::<AssignAll>()],
    emits: &[ArsPeriodClosed::TYPE],
};

/// One statement for a message.
pub(crate) const PER_MESSAGE: Worker = Worker { routes: &[Route::to::<AssignEach>()], ..SET_BASED };

struct AssignAll;

impl Handler for AssignAll {
    type Message = ArsStudentAtRisk;

    async fn handle(
        events: &[Event<'_, ArsStudentAtRisk>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let assignments: Vec<Assignment> = events.iter().map(assignment).collect();
        let now = work.now();
        period::assign(work.tx(), &assignments, now).await?;
        for event in events {
            work.emit(&ArsPeriodClosed { period: event.period }, event.cause());
        }
        Ok(())
    }
}

struct AssignEach;

impl Handler for AssignEach {
    type Message = ArsStudentAtRisk;

    async fn handle(
        events: &[Event<'_, ArsStudentAtRisk>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        for event in events {
            let now = work.now();
            period::assign(work.tx(), &[assignment(event)], now).await?;
            work.emit(&ArsPeriodClosed { period: event.period }, event.cause());
        }
        Ok(())
    }
}

fn assignment(event: &Event<'_, ArsStudentAtRisk>) -> Assignment {
    Assignment { id: event.period, cpi: None, competence: "no-catchment".to_owned() }
}

/// Both queues.
pub(crate) fn topology() -> anyhow::Result<Topology> {
    let queue = |name: &str, topic: &str| QueueBinding { queue: name.into(), topics: vec![topic.into()] };
    Ok(Topology::new(vec![queue(QUEUE, ArsStudentAtRisk::TYPE), queue(FOLLOWING, ArsPeriodClosed::TYPE)])?)
}

/// A message about a case.
pub(crate) fn at_risk(period: Uuid) -> Envelope {
    Envelope::wrap(new_id(), machine_now(), &ArsStudentAtRisk { period }, Cause::First)
}

/// What runners share, and the relay they hand their messages to.
pub(crate) fn context(store: &Store, bus: &Arc<dyn Bus>) -> anyhow::Result<(Context, Relay)> {
    let (metrics, clock) = (Metrics::default(), Arc::new(SystemClock));
    let (relay, handle) =
        Relay::new(store.clone(), Arc::clone(bus), Arc::clone(&clock) as _, metrics.clone());
    let procedures =
        Arc::new(Procedures { ars: ArsProcedure::embedded()?, ardis: ArdisProcedure::embedded()? });
    let store = store.clone();
    let context = Context { store, clock, procedures, relay: handle, metrics, watchdog: Watchdog::default() };
    Ok((context, relay))
}

/// How much of what waits on the queue is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All: from the first message taken to the last that follows it published and forgotten.
    Whole(u32),
    /// The first of many: until so many have followed.
    Beginning(u32),
}

/// Messages a second from queue to queue.
pub(crate) async fn rate(
    store: &Store,
    bus: &Arc<dyn Bus>,
    worker: Worker,
    extent: Extent,
) -> anyhow::Result<f64> {
    let (context, relay) = context(store, bus)?;
    let metrics = context.metrics.clone();
    let settings = RunnerSettings::default();
    let mut subscriptions = Vec::new();
    for _ in 0..settings.runners(store) {
        subscriptions.push(bus.consume(worker.name, settings.prefetch).await?);
    }
    let runners = Runner::for_each(worker, subscriptions, &context, settings);
    let shift = Shift::default();
    let start = Instant::now();
    let relay = tokio::spawn(shift.clone().run_relay(relay, POLL));
    let mut workers: JoinSet<()> =
        runners.into_iter().map(|runner| shift.clone().run_worker(runner)).collect();
    let (Extent::Whole(messages) | Extent::Beginning(messages)) = extent;
    let mut count = 0;
    while count < messages || extent == Extent::Whole(messages) && waits_to_be_forgotten(store).await? {
        ensure!(!relay.is_finished() && workers.try_join_next().is_none(), "a loop ended by itself");
        sleep(GLANCE).await;
        count = published(&metrics);
    }
    let elapsed = start.elapsed();
    shift.end.cancel();
    while let Some(ended) = workers.join_next().await {
        ended?;
    }
    relay.await?;
    Ok(f64::from(count) / elapsed.as_secs_f64())
}

/// The relay deletes what it has published a little later: that belongs to the path.
async fn waits_to_be_forgotten(store: &Store) -> anyhow::Result<bool> {
    Ok(outbox::stats(&mut store.read().await?).await?.rows > 0)
}

/// How many messages the relay has published.
fn published(metrics: &Metrics) -> u32 {
    let text = metrics.render();
    let line = text.lines().find_map(|line| line.strip_prefix("campanella_messages_published_total "));
    line.and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// Open cases to assign, of one student.
pub(crate) async fn periods(store: &Store, count: u32) -> anyhow::Result<Vec<Uuid>> {
    let now = machine_now();
    let day = NaiveDate::from_ymd_opt(2026, 1, 7).context("no such day")?;
    let someone = Student {
        tax_code: "RSSMRA10A01H501B".parse()?,
        first_name: "Mario".to_owned().into(),
        last_name: "Rossi".to_owned().into(),
        birth_date: day.into(),
        residence: "027042".parse()?,
        domicile: None,
        address: None,
        phone: None,
    };
    let someone = NewStudent { id: Uuid::nil(), student: someone, recorded_at: now };
    let case = |ordinal: u32| {
        Ok(Period {
            // In no order, like the ids of real cases.
            id: Uuid::new_v5(&Uuid::NAMESPACE_OID, &ordinal.to_be_bytes()),
            student: someone.id,
            ordinal,
            case_number: format!("2026-{ordinal:06}"),
            opened_by: Uuid::nil(),
            opened_on: day,
            kind: "drop-out".to_owned(),
            school: "VEIS00100A".parse()?,
            state: PeriodState::Reported,
            cpi: None,
            openings: 1,
            ending: None,
            closed_by: None,
            closed_on: None,
            agreed: None,
            taken_at: None,
            recorded_at: now,
        })
    };
    let cases: Vec<Period> = (1..=count).map(case).collect::<anyhow::Result<_>>()?;
    let mut tx = store.begin().await?;
    student::upsert(&mut tx, std::slice::from_ref(&someone)).await?;
    for page in cases.chunks(BATCH) {
        period::upsert(&mut tx, page).await?;
    }
    tx.commit().await?;
    Ok(cases.into_iter().map(|case| case.id).collect())
}

/// Puts so many messages on the queue: one about each case, then another about each.
pub(crate) async fn publish(bus: &dyn Bus, periods: &[Uuid], messages: usize) -> anyhow::Result<()> {
    let outgoing = |period: &Uuid| {
        let envelope = at_risk(*period);
        let route = Destination::Topic(ArsStudentAtRisk::TYPE.to_owned());
        Outgoing { id: envelope.id, route, body: envelope.to_json() }
    };
    let mut following = periods.iter().cycle().take(messages).map(outgoing);
    loop {
        let batch: Vec<Outgoing> = following.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        ensure!(bus.publish(&batch).await?.len() == batch.len());
    }
}
