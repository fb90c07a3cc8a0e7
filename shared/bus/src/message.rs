// SPDX-License-Identifier: EUPL-1.2
//! What goes onto a bus and what comes off it.

use std::fmt;

use uuid::Uuid;

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Route {
    /// To every queue that is bound to this topic: something happened.
    Topic(String),
    /// To this queue only: a retry or a replay concerns one worker, not all who heard of it the first time.
    Queue(String),
}

/// A message to publish.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The message id: the outbox row's id, so that what is published twice is recognised.
    pub id: Uuid,
    /// Where it goes.
    pub route: Route,
    /// The body on the wire: the envelope's JSON.
    pub body: String,
}

/// A message in hand, until it is acknowledged or released with the subscription it came from.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The message id.
    pub message_id: Uuid,
    /// The body on the wire.
    pub body: String,
    /// An earlier holder saw it and did not acknowledge it: it may be what that holder died of.
    pub redelivered: bool,
    /// What the subscription knows it by.
    pub(crate) tag: u64,
}

/// Whether a delivery that is released was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// No: it is given back as it came, and its next holder need not suspect it.
    Unseen,
    /// Yes: it comes again marked as redelivered.
    Seen,
}

// Bodies stay out of logs and panics: a queue may hold what some other program published.
impl fmt::Debug for Outgoing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Outgoing")
            .field("id", &self.id)
            .field("route", &self.route)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Delivery")
            .field("message_id", &self.message_id)
            .field("redelivered", &self.redelivered)
            .field("tag", &self.tag)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged_of_a_message_tells_its_size_and_not_its_body() {
        let (id, body) = (Uuid::nil(), "BNCLRA10A41L736R".to_owned());
        let outgoing =
            Outgoing { id, route: Route::Topic("ars.student.at-risk".to_owned()), body: body.clone() };
        let delivery = Delivery { message_id: id, body: body.clone(), redelivered: false, tag: 1 };
        for shown in [format!("{outgoing:?}"), format!("{delivery:?}")] {
            assert!(!shown.contains(&body) && shown.contains("body_bytes: 16"), "{shown}");
        }
    }
}
