// SPDX-License-Identifier: EUPL-1.2
//! How full a queue is: what operations staff watch.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// How full a queue is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueStats {
    /// The queue. One that holds messages is told even when no worker of this release has it.
    pub queue: String,
    /// Messages nobody holds.
    pub waiting: u64,
    /// Messages handed out and neither acknowledged nor released.
    pub held: u64,
    /// When the oldest message was written (machine time, to the millisecond); none when there is no message or its id
    /// does not tell.
    pub oldest: Option<DateTime<Utc>>,
    /// Subscriptions.
    pub consumers: u32,
}
