// SPDX-License-Identifier: EUPL-1.2
//! How full a queue is: what operations staff watch.

use chrono::{DateTime, Utc};
use serde::Serialize;

/// How full a queue is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueStats {
    /// The queue. The embedded bus also tells of one that no worker of this release has, as long as it holds messages.
    pub queue: String,
    /// Messages nobody holds.
    pub waiting: u64,
    /// Messages handed out and neither acknowledged nor released. On a broker: those this process has in hand.
    pub held: u64,
    /// When the oldest message was written (machine time, to the millisecond); none when there is no message or its id
    /// does not tell. A broker never tells.
    pub oldest: Option<DateTime<Utc>>,
    /// Subscriptions; on a broker those of all processes.
    pub consumers: u32,
}
