// SPDX-License-Identifier: EUPL-1.2
//! Workers that talk to the outside.
//!
//! No network in a transaction: such a worker *claims* rows (transaction), *calls* (network), *records* (transaction,
//! fenced by owner and attempt). Its message only wakes it; its rows are its queue, so that throttled work never sits
//! unacknowledged in the broker.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;

use crate::{Beat, Failure, Progress};

/// A worker that claims, calls and records.
#[async_trait]
pub trait Outbound: Send + std::fmt::Debug {
    /// The name, also of its queue.
    fn name(&self) -> &'static str;
    /// One line for people, in Italian.
    fn summary(&self) -> &'static str;
    /// The topics that wake it.
    fn topics(&self) -> &'static [&'static str];
    /// Takes back what an earlier process of this installation left in hand. Called once, with the folder's lock held or
    /// when claims expire.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database is.
    async fn recover(&mut self) -> Result<(), Failure>;
    /// Names what ends the process, so that a step can stop early: it finishes the call in hand, records it, and gives the
    /// rest back.
    fn stop_at(&mut self, end: CancellationToken);
    /// Names where a long step shows that it gets on: at least once within the time a loop may stand still, while it calls
    /// the outside as while it records.
    fn report_to(&mut self, beat: Beat);
    /// One round of claim, call and record. [`Progress::Idle`]: no row was due.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database or the remote service is; the rows stay.
    async fn step(&mut self) -> Result<Progress, Failure>;
    /// Business time of the next row that is not yet due.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database is.
    async fn next_due(&mut self) -> Result<Option<DateTime<Utc>>, Failure>;
}
