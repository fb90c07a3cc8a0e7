// SPDX-License-Identifier: EUPL-1.2
//! What a region's processes have beside the product's: business time from a file, and a worker whose messages may be poison.

use std::{path::Path, sync::LazyLock};

use campanella::cli::Stage;
use campanella_jobs::WORKERS;
use campanella_messages::{ArsPeriodClosed, Cause, Envelope};
use campanella_runtime::{Event, Failure, Handler, Route, UnitOfWork, Worker};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::clock::ShiftedClock;

/// The variable that names the file of the clock.
pub const CLOCK: &str = "CHAOS_CLOCK";
/// The queue of the worker with the poison.
pub(crate) const TASTER: &str = "taster";

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

    const fn of(period: u128) -> Self {
        match (period >> 116 == MARK >> 116, period & 0xff) {
            (true, 1) => Self::Panics,
            (true, 2) => Self::Kills,
            (true, 3) => Self::Hangs,
            _ => Self::Good,
        }
    }
}

struct Taster;

impl Handler for Taster {
    type Message = ArsPeriodClosed;

    async fn handle(events: &[Event<'_, ArsPeriodClosed>], _: &mut UnitOfWork<'_>) -> Result<(), Failure> {
        for event in events {
            match Taste::of(event.period.as_u128()) {
                Taste::Good => {}
                Taste::Panics => panic!("this one takes its handler down"),
                Taste::Kills => std::process::abort(),
                Taste::Hangs => std::future::pending().await,
            }
        }
        Ok(())
    }
}

const WORKER: Worker =
    Worker { name: TASTER, summary: "assaggia i messaggi", routes: &[Route::to::<Taster>()], emits: &[] };

static ALL: LazyLock<Vec<Worker>> = LazyLock::new(|| WORKERS.iter().copied().chain([WORKER]).collect());

/// What a process of a region works with, its clock reading this file.
#[must_use]
pub fn with_clock(file: &Path) -> Stage {
    Stage { clock: std::sync::Arc::new(ShiftedClock::reading(file)), workers: &ALL }
}
