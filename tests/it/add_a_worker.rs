// SPDX-License-Identifier: EUPL-1.2
//! The worker of CONTRIBUTING.md: one file, and one line in the list of workers. Queue, subscription and deduplication
//! come with it.

use anyhow::{Context as _, Result};
use campanella::workforce;
use campanella_bus::{Outgoing, Route as Destination};
use campanella_jobs::WORKERS;
use campanella_messages::{ArsPeriodClosed, Cause, Envelope, Message as _};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker, clock};
use campanella_store::bookmark;
use campanella_tests::{Beginning, Pupil, World};

// --- the file ---------------------------------------------------------------------------------

const WORKER: Worker = Worker {
    name: "closed-cases",
    summary: "conta i casi chiusi",
    routes: &[Route::to::<CountClosed>()],
    emits: &[],
};

struct CountClosed;

impl Handler for CountClosed {
    type Message = ArsPeriodClosed;

    async fn handle(events: &[Event<'_, ArsPeriodClosed>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        let before = bookmark::get(work.tx(), COUNT).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
        bookmark::set(work.tx(), COUNT, &(before + events.len()).to_string()).await?;
        Ok(())
    }
}

const COUNT: &str = "closed-cases";

// --- the line ---------------------------------------------------------------------------------

fn workers() -> Vec<Worker> {
    WORKERS.iter().copied().chain([WORKER]).collect()
}

// --- what comes with it -----------------------------------------------------------------------

async fn count(world: &World) -> Result<String> {
    bookmark::get(&mut world.read().await?, COUNT).await?.context("nothing was counted")
}

#[tokio::test]
async fn a_new_worker_has_its_queue_beside_the_others() -> Result<()> {
    let topology = workforce::topology(&workers())?;
    assert!(topology.has("closed-cases"));
    let queues: Vec<&str> = topology.queues_for(ArsPeriodClosed::TYPE).collect();
    assert_eq!(queues, ["cpi-assignment", "school-notices", "closed-cases"]);
    Ok(())
}

#[tokio::test]
async fn a_new_worker_handles_its_topic_and_takes_nothing_from_the_others() -> Result<()> {
    let at = "2025-11-03T09:00:00".to_owned();
    let mut world = World::begin(Beginning { at, workers: workers(), ..Beginning::default() }).await?;
    for number in [1, 2] {
        let pupil = Pupil::number(number)?;
        world.report_drop_out(&pupil, "2025-10-20".parse()?).await?;
        world.report_return(&pupil, "2025-10-27".parse()?).await?;
    }
    assert_eq!(count(&world).await?, "2");
    assert_eq!(world.states("ars-case-closed").await?, ["accepted", "accepted"]);
    Ok(())
}

#[tokio::test]
async fn a_new_worker_handles_a_message_delivered_twice_once() -> Result<()> {
    let mut world = World::begin(Beginning { workers: workers(), ..Beginning::default() }).await?;
    let message = ArsPeriodClosed { period: clock::new_id() };
    let envelope = Envelope::wrap(clock::new_id(), world.now(), &message, Cause::First);
    let outgoing = Outgoing {
        id: envelope.id,
        route: Destination::Queue(WORKER.name.to_owned()),
        body: envelope.to_json(),
    };
    for _ in 0..2 {
        world.workforce.bus.publish(&[outgoing.clone(), outgoing.clone()]).await?;
        world.work_off().await?;
    }
    assert_eq!(count(&world).await?, "1");
    Ok(())
}
