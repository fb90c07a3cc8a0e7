// SPDX-License-Identifier: EUPL-1.2
//! What the ARDIS workers do with messages, on a database, without bus and processes.
#![expect(clippy::unwrap_used, reason = "a constant of a test that cannot be read ends the test")]

mod applicants;
mod correcting;
mod deciding;
mod family;
mod lists;
mod observing;
mod publishing;
mod reminding;
mod restored;
mod sweep;
mod telling;
mod world;
