// SPDX-License-Identifier: EUPL-1.2
//! The whole embedded path: a message is consumed, deduplicated, has its effect (a case gets its CPI) and one message that
//! follows, which the relay publishes; the first is acknowledged. Durable: `synchronous=FULL`, database and queue in a file
//! each. Beside it the rate of plain inserts into SQLite in the same run, for what the machine gives differs by the hour.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use campanella_bus::{Bus, EmbeddedBus, Outgoing, QueueBinding, Route as Destination, Topology};
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
    Store, StoreSettings,
    ars::{
        period::{self, Assignment, Period, PeriodState},
        student::{self, NewStudent},
    },
    outbox::{self, OutboxRow},
};
use chrono::NaiveDate;
use tokio::{runtime::Runtime, time::sleep};
use uuid::Uuid;

use crate::report::Report;

const MESSAGES: u32 = 100_000;
const BATCH: usize = 500;

const ASSIGN: Worker = Worker {
    name: "assign",
    summary: "assegna ogni caso",
    routes: &[Route::to::<Assign>()],
    emits: &[ArsPeriodClosed::TYPE],
};

struct Assign;

impl Handler for Assign {
    type Message = ArsStudentAtRisk;

    async fn handle(
        events: &[Event<'_, ArsStudentAtRisk>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let assign = |event: &Event<'_, ArsStudentAtRisk>| Assignment {
            id: event.period,
            cpi: None,
            competence: "no-catchment".to_owned(),
        };
        let assignments: Vec<Assignment> = events.iter().map(assign).collect();
        let now = work.now();
        period::assign(work.tx(), &assignments, now).await?;
        for event in events {
            work.emit(&ArsPeriodClosed { period: event.period }, event.cause());
        }
        Ok(())
    }
}

/// Two threads, as in the product on the smallest machine it is made for.
pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let target = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target"));
    std::fs::create_dir_all(target)?;
    let folder = tempfile::tempdir_in(target)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let plain = runtime.block_on(plain_inserts(&folder.path().join("plain.db")))?;
    let whole = whole_path(&runtime, folder.path())?;
    report.figure(format!("plain inserts into SQLite, batches of {BATCH}"), plain, "rows/s");
    report.figure("the whole embedded path", whole, "messages/s");
    report.figure("plain inserts to whole path", plain / whole, "times");
    Ok(())
}

/// Rows a second into a table with an index, the size of a message each.
async fn plain_inserts(file: &Path) -> anyhow::Result<f64> {
    let store = Store::open_file(file, StoreSettings::default()).await?;
    store.migrate().await?;
    let rows: Vec<OutboxRow> = (0..MESSAGES).map(|_| plain_row()).collect();
    let start = Instant::now();
    for batch in rows.chunks(BATCH) {
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, batch).await?;
        tx.commit().await?;
    }
    let rate = f64::from(MESSAGES) / start.elapsed().as_secs_f64();
    store.close().await;
    Ok(rate)
}

fn plain_row() -> OutboxRow {
    let envelope = at_risk(new_id());
    OutboxRow { id: envelope.id, due_at: envelope.time, queue: None, envelope: envelope.to_json() }
}

fn at_risk(period: Uuid) -> Envelope {
    Envelope::wrap(new_id(), machine_now(), &ArsStudentAtRisk { period }, Cause::First)
}

fn whole_path(runtime: &Runtime, folder: &Path) -> anyhow::Result<f64> {
    runtime.block_on(async {
        let store = Store::open_file(&folder.join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let periods = periods(&store).await?;
        let queue = |name: &str, topic: &str| QueueBinding { queue: name.into(), topics: vec![topic.into()] };
        let topology = Topology::new(vec![
            queue(ASSIGN.name, ArsStudentAtRisk::TYPE),
            // Nobody serves it: what follows ends here, on the disk.
            queue("following", ArsPeriodClosed::TYPE),
        ])?;
        let bus: Arc<dyn Bus> = Arc::new(EmbeddedBus::open(&folder.join("queue.db"), topology).await?);
        publish(&*bus, &periods).await?;
        let elapsed = timed(&store, &bus).await?;

        let counts = period::counts(&mut store.read().await?).await?;
        ensure!(counts == [(PeriodState::Unassigned, i64::from(MESSAGES))], "{counts:?}");
        let waiting = bus.stats().await?.into_iter().map(|queue| queue.waiting).collect::<Vec<_>>();
        ensure!(waiting == [0, u64::from(MESSAGES)], "{waiting:?}");
        bus.close().await;
        store.close().await;
        Ok(f64::from(MESSAGES) / elapsed.as_secs_f64())
    })
}

/// From the first message taken to the last that follows it published and forgotten.
async fn timed(store: &Store, bus: &Arc<dyn Bus>) -> anyhow::Result<Duration> {
    let metrics = Metrics::default();
    let clock = Arc::new(SystemClock);
    let (relay, handle) =
        Relay::new(store.clone(), Arc::clone(bus), Arc::clone(&clock) as _, metrics.clone());
    let procedures =
        Arc::new(Procedures { ars: ArsProcedure::embedded()?, ardis: ArdisProcedure::embedded()? });
    let context = Context {
        store: store.clone(),
        clock,
        procedures,
        relay: handle,
        metrics: metrics.clone(),
        watchdog: Watchdog::default(),
    };
    let settings = RunnerSettings::default();
    let runner = Runner::new(ASSIGN, bus.consume(ASSIGN.name, settings.prefetch).await?, context, settings);
    let shift = Shift::default();
    let start = Instant::now();
    let relay = tokio::spawn(shift.clone().run_relay(relay, Duration::from_secs(5)));
    let worker = tokio::spawn(shift.clone().run_worker(runner));
    let published = format!("campanella_messages_published_total {MESSAGES}\n");
    // The relay deletes what it has published a little later: that belongs to the path.
    while !metrics.render().contains(&published) || outbox::stats(&mut store.read().await?).await?.rows > 0 {
        ensure!(!relay.is_finished() && !worker.is_finished(), "a loop ended by itself");
        sleep(Duration::from_millis(5)).await;
    }
    let elapsed = start.elapsed();
    shift.end.cancel();
    worker.await?;
    relay.await?;
    Ok(elapsed)
}

/// Open cases to assign, of one student.
async fn periods(store: &Store) -> anyhow::Result<Vec<Uuid>> {
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
    let cases: Vec<Period> = (1..=MESSAGES).map(case).collect::<anyhow::Result<_>>()?;
    let mut tx = store.begin().await?;
    student::upsert(&mut tx, std::slice::from_ref(&someone)).await?;
    for page in cases.chunks(BATCH) {
        period::upsert(&mut tx, page).await?;
    }
    tx.commit().await?;
    Ok(cases.into_iter().map(|case| case.id).collect())
}

async fn publish(bus: &dyn Bus, periods: &[Uuid]) -> anyhow::Result<()> {
    for page in periods.chunks(BATCH) {
        let outgoing = |envelope: Envelope| Outgoing {
            id: envelope.id,
            route: Destination::Topic(ArsStudentAtRisk::TYPE.to_owned()),
            body: envelope.to_json(),
        };
        let batch: Vec<Outgoing> = page.iter().map(|period| outgoing(at_risk(*period))).collect();
        ensure!(bus.publish(&batch).await?.len() == batch.len());
    }
    Ok(())
}
