// SPDX-License-Identifier: EUPL-1.2
//! A worker that fails on the people of a whole year and tells all it can print of them: dead letters and metrics name nobody.

use std::{collections::BTreeSet, fmt::Debug};

use anyhow::{Result, ensure};
use campanella_messages::{ArdisApplicationRecorded, ArsCommunicationRecorded, Message};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker, metrics::Backlog};
use campanella_store::{
    ardis::application,
    ars::{period, student},
    outbox::{self, OutboxRow},
};
use campanella_tests::{Beginning, World};
use uuid::Uuid;

use crate::{canaries::Canaries, year::undisturbed};

const GOSSIP: Worker = Worker {
    name: "gossip",
    summary: "racconta tutto di tutti",
    routes: &[Route::to::<OfStudents>(), Route::to::<OfApplicants>()],
    emits: &[],
};
/// Messages of either kind.
const MESSAGES: usize = 30;

struct OfStudents;

impl Handler for OfStudents {
    type Message = ArsCommunicationRecorded;

    async fn handle(
        events: &[Event<'_, ArsCommunicationRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        for event in events {
            let known = student::known(work.tx(), &[event.student]).await?;
            let home = student::homes(work.tx(), &[event.student]).await?;
            let Some(student) = known.get(&event.student) else {
                return Err(Failure::Permanent("nobody".to_owned()));
            };
            if event.student.as_u128() % 3 == 0 {
                // The same row twice: the database refuses, and may quote what it refused.
                let envelope = [student.tax_code.expose(), student.last_name.expose().as_str()].concat();
                let row = OutboxRow { id: event.student, due_at: work.now(), queue: None, envelope };
                outbox::insert(work.tx(), &[row.clone(), row]).await?;
            }
            fails_on(event.student, &(student, home))?;
        }
        Ok(())
    }
}

struct OfApplicants;

impl Handler for OfApplicants {
    type Message = ArdisApplicationRecorded;

    async fn handle(
        events: &[Event<'_, ArdisApplicationRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        for event in events {
            let recipient = application::recipients(work.tx(), &[event.application]).await?;
            fails_on(event.application, &recipient)?;
        }
        Ok(())
    }
}

/// With an error, or a panic, that says all there is to say.
fn fails_on(id: Uuid, about: &impl Debug) -> Result<(), Failure> {
    match id.as_u128() % 2 {
        0 => Err(Failure::Permanent(format!("{about:?}"))),
        _ => panic!("{about:?}"),
    }
}

/// A message about each of the first of them.
fn about<M: Message>(ids: impl IntoIterator<Item = Uuid>, message: impl Fn(Uuid) -> M) -> Vec<M> {
    ids.into_iter().take(MESSAGES).map(message).collect()
}

#[tokio::test]
async fn ard_109_what_dies_of_the_people_of_a_year_leaves_dead_letters_and_metrics_that_name_nobody()
-> Result<()> {
    let beginning = Beginning {
        at: "2026-07-01T00:00:00".to_owned(),
        workers: vec![GOSSIP],
        copy_of: Some(undisturbed()?.year.data()),
        ..Beginning::default()
    };
    let mut world = World::begin(beginning).await?.without(&["mailer", "scheduler"]).await?;
    let mut tx = world.installation.store.read().await?;
    let students: BTreeSet<Uuid> =
        period::states(&mut tx).await?.into_iter().map(|(student, ..)| student).collect();
    let applications = application::by_number(&mut tx).await?;
    tx.rollback().await?;
    world.send(&about(students, |student| ArsCommunicationRecorded { student })).await?;
    let applications = applications.into_iter().map(|(_, application)| application);
    world.send(&about(applications, |application| ArdisApplicationRecorded { application })).await?;
    // Everything that is tried again is tried to its end.
    world.advance_to("2026-07-03T00:00:00").await?;

    let letters = world.dead_letters().await?;
    assert_eq!(letters.len(), 2 * MESSAGES);
    for told in ["Student {", "Recipient {", "the handler panicked", "the database refused a statement"] {
        ensure!(letters.iter().any(|letter| letter.error.contains(told)), "nobody told: {told}");
    }
    let canaries = Canaries::of_the_year()?;
    canaries.assert_none_in("the dead letters", serde_json::to_string(&letters)?.as_bytes());

    let queues = world.workforce.bus.stats().await?;
    let queues: Vec<_> = queues.into_iter().map(|queue| (queue.queue, 0, Some(0))).collect();
    let metrics = &world.workforce.metrics;
    metrics.set_backlog(Some(Backlog::default()));
    metrics.set_queues(&queues);
    let metrics = metrics.render();
    ensure!(metrics.contains("gossip"), "{metrics}");
    canaries.assert_none_in("the metrics", metrics.as_bytes());
    Ok(())
}
