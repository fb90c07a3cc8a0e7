// SPDX-License-Identifier: EUPL-1.2
//! Every test that needs more than one crate, in one binary: linking once is half of the time.

mod add_a_worker;
mod any_history;
mod any_order;
mod boundaries;
mod calendar;
mod canaries;
mod canary;
mod compose;
mod docs;
mod drop_out;
mod faults;
mod fuzzing;
mod gossip;
mod import;
mod installing;
mod invariants;
mod killed;
mod listings;
mod moving;
mod poison;
mod preview;
mod publishing;
mod reminders;
mod restored;
mod revisions;
mod round_trip;
mod tampered;
mod up;
mod upgrade;
mod year;
