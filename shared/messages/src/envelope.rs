// SPDX-License-Identifier: EUPL-1.2
//! The envelope: `CloudEvents` 1.0 structured JSON with our extension attributes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

/// One message on its way, with what is needed to route, deduplicate and trace it.
///
/// Attribute names follow `CloudEvents` 1.0 (lower case, no separators).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    specversion: SpecVersion,
    /// Unique id (UUID v7). It is also the id of the outbox row, so that a row published twice is dropped by the inbox.
    pub id: Uuid,
    /// The logical sender: always `/campanella`, as the outbox makes no difference between the processes.
    source: String,
    /// The topic, see [`Message::TYPE`].
    #[serde(rename = "type")]
    pub kind: String,
    /// When the message was written, in business time.
    pub time: DateTime<Utc>,
    datacontenttype: String,
    /// See [`Message::VERSION`].
    pub dataversion: u16,
    /// Shared by all messages that follow from one first cause.
    pub correlationid: Uuid,
    /// The message whose handling emitted this one; absent on first causes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causationid: Option<Uuid>,
    /// The first message of a chain of retries; equals [`Envelope::id`] on a first attempt.
    pub originid: Uuid,
    /// 1 on the first attempt.
    pub attempt: u16,
    /// W3C trace context: the trace is that of the first cause, the parent this message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The topic's struct.
    pub data: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum SpecVersion {
    #[serde(rename = "1.0")]
    V1,
}

/// Where a new message comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cause<'a> {
    /// A person, a file, the calendar: the chain begins here.
    First,
    /// The handling of another message.
    Message(&'a Envelope),
}

/// Why bytes or an envelope cannot be read. Names fields and positions, never values.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not the JSON of an envelope.
    #[error("not a message envelope (line {line}, column {column})")]
    Malformed {
        /// 1-based line in the body.
        line: usize,
        /// 1-based column in the body.
        column: usize,
    },
    /// A version this release does not know; replay it after the upgrade.
    #[error("{kind}: version {found} is unknown here, this release reads {known}")]
    UnknownVersion {
        /// The message type.
        kind: &'static str,
        /// The version on the wire.
        found: u16,
        /// The version this release reads.
        known: u16,
    },
    /// The data is not that of its type.
    #[error("{kind}: the data is not of this type (line {line}, column {column})")]
    Data {
        /// The message type.
        kind: &'static str,
        /// 1-based line in the data.
        line: usize,
        /// 1-based column in the data.
        column: usize,
    },
}

impl Envelope {
    /// Wraps a message. `id` is a fresh UUID v7, `time` the business time of the transaction.
    pub fn wrap<M: Message>(id: Uuid, time: DateTime<Utc>, message: &M, cause: Cause<'_>) -> Self {
        let (correlationid, causationid) = match cause {
            Cause::First => (id, None),
            Cause::Message(parent) => (parent.correlationid, Some(parent.id)),
        };
        Self {
            specversion: SpecVersion::V1,
            id,
            source: "/campanella".to_owned(),
            kind: M::TYPE.to_owned(),
            time,
            datacontenttype: "application/json".to_owned(),
            dataversion: M::VERSION,
            correlationid,
            causationid,
            originid: id,
            attempt: 1,
            traceparent: Some(traceparent(correlationid, id)),
            // A topic's struct holds identifiers only: its serialisation cannot fail.
            data: serde_json::to_value(message).unwrap_or_default(),
        }
    }

    /// The same message as a new attempt under a new id.
    #[must_use]
    pub fn next_attempt(&self, id: Uuid) -> Self {
        Self { attempt: self.attempt.saturating_add(1), ..self.replay(id) }
    }

    /// The same message sent again by an operator: attempts are counted anew.
    #[must_use]
    pub fn replay(&self, id: Uuid) -> Self {
        Self {
            id,
            attempt: 1,
            causationid: Some(self.id),
            traceparent: Some(traceparent(self.correlationid, id)),
            ..self.clone()
        }
    }

    /// The topic's struct.
    ///
    /// # Errors
    /// [`EnvelopeError::UnknownVersion`] and [`EnvelopeError::Data`]; neither is mended by trying again.
    pub fn decode<M: Message>(&self) -> Result<M, EnvelopeError> {
        if self.dataversion != M::VERSION {
            return Err(EnvelopeError::UnknownVersion {
                kind: M::TYPE,
                found: self.dataversion,
                known: M::VERSION,
            });
        }
        M::deserialize(&self.data).map_err(|error| EnvelopeError::Data {
            kind: M::TYPE,
            line: error.line(),
            column: error.column(),
        })
    }

    /// The body on the wire.
    #[must_use]
    pub fn to_json(&self) -> String {
        // No map with keys other than strings and no fallible serialiser inside: cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a body from the wire.
    ///
    /// # Errors
    /// [`EnvelopeError::Malformed`], with the position and without the text.
    pub fn from_json(body: &str) -> Result<Self, EnvelopeError> {
        serde_json::from_str(body)
            .map_err(|error| EnvelopeError::Malformed { line: error.line(), column: error.column() })
    }
}

/// The trace of a correlation, continued at a message (W3C Trace Context, version 00, sampled).
fn traceparent(correlation: Uuid, id: Uuid) -> String {
    let (_, parent) = id.as_u64_pair();
    format!("00-{}-{parent:016x}-01", correlation.simple())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MailRequested;

    fn at() -> DateTime<Utc> {
        "2025-11-20T23:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_wire_form_is_pinned() {
        let envelope = Envelope::wrap(Uuid::nil(), at(), &MailRequested {}, Cause::First);
        assert_eq!(
            envelope.to_json(),
            r#"{"specversion":"1.0","id":"00000000-0000-0000-0000-000000000000","source":"/campanella","type":"mail.requested","time":"2025-11-20T23:00:00Z","datacontenttype":"application/json","dataversion":1,"correlationid":"00000000-0000-0000-0000-000000000000","originid":"00000000-0000-0000-0000-000000000000","attempt":1,"traceparent":"00-00000000000000000000000000000000-0000000000000000-01","data":{}}"#
        );
        assert_eq!(Envelope::from_json(&envelope.to_json()).unwrap(), envelope);
    }

    #[test]
    fn a_retry_keeps_its_origin_and_counts() {
        let first = Envelope::wrap(Uuid::from_u128(1), at(), &MailRequested {}, Cause::First);
        let third = first.next_attempt(Uuid::from_u128(2)).next_attempt(Uuid::from_u128(3));
        assert_eq!((third.id, third.originid, third.attempt), (Uuid::from_u128(3), Uuid::from_u128(1), 3));
        assert_eq!(third.correlationid, first.id);
        assert_eq!(third.replay(Uuid::from_u128(4)).attempt, 1);
    }

    #[test]
    fn a_following_message_names_its_cause() {
        let first = Envelope::wrap(Uuid::from_u128(1), at(), &MailRequested {}, Cause::First);
        let second = Envelope::wrap(Uuid::from_u128(2), at(), &MailRequested {}, Cause::Message(&first));
        assert_eq!((second.causationid, second.correlationid), (Some(first.id), first.id));
        let trace = second.traceparent.unwrap();
        assert_eq!(
            trace,
            format!("00-{}-{:016x}-01", first.id.simple(), 2),
            "one trace from the first cause on"
        );
    }

    #[test]
    fn an_unknown_version_says_which_is_known() {
        let mut envelope = Envelope::wrap(Uuid::nil(), at(), &MailRequested {}, Cause::First);
        envelope.dataversion = 2;
        let error = envelope.decode::<MailRequested>().unwrap_err();
        assert_eq!(error.to_string(), "mail.requested: version 2 is unknown here, this release reads 1");
    }

    #[test]
    fn an_unreadable_body_is_not_quoted() {
        let error = Envelope::from_json("RSSMRA80A01H501U").unwrap_err();
        assert_eq!(error.to_string(), "not a message envelope (line 1, column 1)");
    }
}
