// SPDX-License-Identifier: EUPL-1.2
//! What a broker gave up on by itself.

use std::fmt;

use uuid::Uuid;

/// A message the broker took off a queue on its own account: because it was delivered more often than a limit of the
/// broker allows, grew too old, or had no room. It belongs among the dead letters, where a person sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Abandoned {
    /// The message id.
    pub message_id: Uuid,
    /// The body on the wire.
    pub body: String,
    /// The queue it was taken off: a worker's name. Empty when the broker does not tell.
    pub queue: String,
    /// Why, in the broker's words: `delivery_limit`, `expired`, `maxlen`, `rejected`. Empty when it does not tell.
    pub reason: String,
    /// What the broker knows it by.
    pub(crate) tag: u64,
}

// Bodies stay out of logs: see `Delivery`.
impl fmt::Debug for Abandoned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Abandoned")
            .field("message_id", &self.message_id)
            .field("queue", &self.queue)
            .field("reason", &self.reason)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
