// SPDX-License-Identifier: EUPL-1.2
//! The workers that handle messages, one file each.
//!
//! A new worker is one file and one line in [`WORKERS`]; queue topology, `campanella workers` and the docs' table are
//! derived from that list.

mod amounts;
mod annotation_courtesy;
mod changes;
mod confirmation;
mod courtesy_mail;
mod cpi_assignment;
mod draft;
mod isee_exclusions;
mod known;
mod newly_excluded;
mod notify;
mod observations;
mod obstacle;
mod officer;
mod preview;
mod publication;
mod receipts;
mod registry;
mod reminders;
mod school_notices;
mod standing;

use campanella_runtime::Worker;

pub use amounts::{Amounts, spending};
pub use changes::{Changing, ReceivedChange, record_change};
pub use draft::{Draft, Waiting, draft};
pub use isee_exclusions::bring_up_to_date;
pub use observations::{ReceivedObservation, answer_observation, record_observation};
pub use obstacle::Obstacle;
pub use officer::{Deciding, OfficerVerdict, OfficerWord, decide_by_officer};
pub use preview::{Forecast, forecast};
pub use publication::{ListOrder, Publishing, publish_list};

/// Every worker, in the order in which a simulation serves them.
pub const WORKERS: &[Worker] = &[
    registry::WORKER,
    cpi_assignment::WORKER,
    school_notices::WORKER,
    isee_exclusions::WORKER,
    confirmation::WORKER,
    annotation_courtesy::WORKER,
    receipts::WORKER,
    reminders::WORKER,
    courtesy_mail::WORKER,
];

/// Rows of one page of a sweep: no transaction is long, and a crash costs a page.
const PAGE: i64 = 500;
