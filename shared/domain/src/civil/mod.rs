// SPDX-License-Identifier: EUPL-1.2
//! Civil time in Italy: what a calendar on the wall says, and which instant that is.
//!
//! The texts speak in civil time («entro le ore 16:00 del 20 novembre»), facts arrive as instants. [`zone`] maps one
//! to the other by a single rule; everything else stands on it and asks no clock.
//!
//! - [`zone`]: Europe/Rome, the one rule for hours that do not exist or exist twice.
//! - [`term`]: a term (*termine*) and the computation in days.
//! - [`holidays`]: public holidays (*festività*).
//! - [`cron`]: schedules on the civil timeline.
//! - [`age`]: birthdays and anniversaries.
//! - [`wall_clock`]: which times there are.
//! - [`italian`]: dates and times as people read them.

pub mod age;
pub mod cron;
pub mod holidays;
pub mod italian;
pub mod term;
mod term_record;
#[cfg(test)]
mod transitions;
pub mod wall_clock;
pub mod zone;
