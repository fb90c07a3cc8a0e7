// SPDX-License-Identifier: EUPL-1.2
//! Acknowledges what an applicant sent after the application (M-ARD-07): a self-certification (ARD-018), observations
//! (ARD-080), a change of data (ARD-090).
//!
//! In: `ardis.isee.recorded`, `ardis.observation.recorded`, `ardis.data.changed`. Out: `mail.requested`. Twice is harmless:
//! one mail for each thing that came. What came long ago, and is loaded only now, is acknowledged to nobody.

mod change;
mod observation;
mod self_certification;

use campanella_messages::{
    ArdisDataChanged, ArdisIseeRecorded, ArdisObservationRecorded, MailRequested, Message as _,
};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use uuid::Uuid;

use crate::notify;

pub(crate) const WORKER: Worker = Worker {
    name: "receipts",
    summary: "dà ricevuta di autocertificazioni, osservazioni e variazioni",
    routes: &[Route::to::<OnIsee>(), Route::to::<OnObservation>(), Route::to::<OnChange>()],
    emits: &[MailRequested::TYPE],
};

struct OnIsee;

impl Handler for OnIsee {
    type Message = ArdisIseeRecorded;

    async fn handle(
        events: &[Event<'_, ArdisIseeRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        let applications: Vec<Uuid> = events.iter().map(|event| event.application).collect();
        let receipts = self_certification::receipts(&applications, work).await?;
        notify::queue(&receipts, events.first().map(Event::cause), work).await
    }
}

struct OnObservation;

impl Handler for OnObservation {
    type Message = ArdisObservationRecorded;

    async fn handle(
        events: &[Event<'_, ArdisObservationRecorded>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        for event in events {
            let receipt = observation::receipt(event.observation, work).await?;
            notify::queue(receipt.as_slice(), Some(event.cause()), work).await?;
        }
        Ok(())
    }
}

struct OnChange;

impl Handler for OnChange {
    type Message = ArdisDataChanged;

    async fn handle(
        events: &[Event<'_, ArdisDataChanged>],
        work: &mut UnitOfWork<'_>,
    ) -> Result<(), Failure> {
        for event in events {
            let receipts = change::receipts(event.application, work).await?;
            notify::queue(&receipts, Some(event.cause()), work).await?;
        }
        Ok(())
    }
}
