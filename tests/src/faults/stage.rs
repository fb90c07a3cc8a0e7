// SPDX-License-Identifier: EUPL-1.2
//! What a region's processes have beside the product's: business time from a file, and a worker whose messages may be poison.

use std::{path::Path, sync::LazyLock};

use campanella::cli::Stage;
use campanella_jobs::WORKERS;
use campanella_messages::{ArsPeriodClosed, Cause, Envelope};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use campanella_store::bookmark;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::clock::ShiftedClock;

/// The variable that names the file of the clock.
pub const CLOCK: &str = "CHAOS_CLOCK";
/// The queue of the worker with the poison.
pub(crate) const TASTER: &str = "taster";
/// Begins the bookmark that counts how often a good message was handled; its first id follows.
pub(crate) const EATEN: &str = "taster.eaten.";

/// Only what is meant for the taster begins like this; real closings pass by.
const MARK: u128 = 0xc4a0_5000_0000_0000_0000_0000_0000_0000;

/// What a message does to its handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taste {
    /// Nothing: handled.
    Good = 0,
    /// Its handler panics.
    Panics = 1,
    /// Its handler takes the whole process with it.
    Kills = 2,
    /// Its handler never returns.
    Hangs = 3,
}

impl Taste {
    /// Message `number` of this taste.
    pub(crate) fn envelope(self, number: u128, now: DateTime<Utc>) -> Envelope {
        let period = Uuid::from_u128(MARK | (number << 8) | self as u128);
        Envelope::wrap(campanella_runtime::clock::new_id(), now, &ArsPeriodClosed { period }, Cause::First)
    }

    /// None for a real closing.
    const fn of(period: u128) -> Option<Self> {
        match (period >> 116 == MARK >> 116, period & 0xff) {
            (true, 0) => Some(Self::Good),
            (true, 1) => Some(Self::Panics),
            (true, 2) => Some(Self::Kills),
            (true, 3) => Some(Self::Hangs),
            _ => None,
        }
    }
}

struct Taster;

impl Handler for Taster {
    type Message = ArsPeriodClosed;

    async fn handle(events: &[Event<'_, ArsPeriodClosed>], work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        for event in events {
            match Taste::of(event.period.as_u128()) {
                Some(Taste::Good) => eat(event, work).await?,
                Some(Taste::Panics) => panic!("this one takes its handler down"),
                Some(Taste::Kills) => std::process::abort(),
                Some(Taste::Hangs) => std::future::pending().await,
                None => {}
            }
        }
        Ok(())
    }
}

/// An effect that is there twice if its message is handled twice: no key holds it back.
async fn eat(event: &Event<'_, ArsPeriodClosed>, work: &mut UnitOfWork<'_>) -> Result<(), Failure> {
    if let Cause::Message(envelope) = event.cause() {
        let name = format!("{EATEN}{}", envelope.originid);
        let before = bookmark::get(work.tx(), &name).await?.and_then(|text| text.parse::<u32>().ok());
        bookmark::set(work.tx(), &name, &(before.unwrap_or_default() + 1).to_string()).await?;
    }
    Ok(())
}

const WORKER: Worker =
    Worker { name: TASTER, summary: "assaggia i messaggi", routes: &[Route::to::<Taster>()], emits: &[] };

static ALL: LazyLock<Vec<Worker>> = LazyLock::new(|| WORKERS.iter().copied().chain([WORKER]).collect());

/// What a process of a region works with, its clock reading this file.
#[must_use]
pub fn with_clock(file: &Path) -> Stage {
    Stage { clock: std::sync::Arc::new(ShiftedClock::reading(file)), workers: &ALL }
}
