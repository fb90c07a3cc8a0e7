// SPDX-License-Identifier: EUPL-1.2
//! Messages as AMQP has them.

use lapin::{
    BasicProperties,
    message::Delivery as Raw,
    types::{AMQPValue, FieldTable},
};
use uuid::Uuid;

use crate::{Abandoned, Delivery, Outgoing};

/// Kept on disk by the broker.
const PERSISTENT: u8 = 2;
/// The envelope.
const CONTENT_TYPE: &str = "application/cloudevents+json";

/// The mark of a redelivered message that was published again: the broker's own goes with the copy it was on.
const REDELIVERED: &str = "campanella-redelivered";

/// What a message travels with.
pub(super) fn properties(message: &Outgoing, redelivered: bool) -> BasicProperties {
    let properties = BasicProperties::default()
        .with_message_id(message.id.to_string().into())
        .with_content_type(CONTENT_TYPE.into())
        .with_delivery_mode(PERSISTENT);
    if !redelivered {
        return properties;
    }
    let mut headers = FieldTable::default();
    headers.insert(REDELIVERED.into(), AMQPValue::Boolean(true));
    properties.with_headers(headers)
}

/// A delivery, known by a tag of ours.
pub(super) fn delivery(raw: Raw, tag: u64) -> Delivery {
    let (message_id, redelivered, body) = read(raw);
    Delivery { message_id, body, redelivered, tag }
}

/// What the broker gave up on.
pub(super) fn abandoned(raw: Raw) -> Abandoned {
    let tag = raw.delivery_tag;
    let header = |key| header(raw.properties.headers().as_ref(), key);
    let (queue, reason) = (header("x-first-death-queue"), header("x-first-death-reason"));
    let (message_id, _, body) = read(raw);
    Abandoned { message_id, body, queue, reason, tag }
}

/// Some other program may have put anything on a queue. It is not for the bus to drop it: it gets an id that follows from
/// what it says, and whoever reads the body will refuse it by name.
fn read(raw: Raw) -> (Uuid, bool, String) {
    let body = String::from_utf8(raw.data)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    let id = raw.properties.message_id().as_ref().and_then(|id| Uuid::parse_str(id.as_str()).ok());
    let id = id.unwrap_or_else(|| Uuid::new_v5(&Uuid::NAMESPACE_OID, body.as_bytes()));
    let headers = raw.properties.headers().as_ref();
    let marked = headers.is_some_and(|headers| headers.inner().contains_key(REDELIVERED));
    (id, raw.redelivered || marked, body)
}

fn header(headers: Option<&FieldTable>, key: &str) -> String {
    match headers.and_then(|headers| headers.inner().get(key)) {
        Some(AMQPValue::LongString(text)) => text.to_string(),
        Some(AMQPValue::ShortString(text)) => text.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(data: &[u8], id: Option<&str>) -> Raw {
        let mut raw = Raw::mock(7, "".into(), "registry".into(), true, data.to_vec());
        if let Some(id) = id {
            raw.properties = BasicProperties::default().with_message_id(id.into());
        }
        raw
    }

    #[test]
    fn a_message_of_some_other_program_has_an_id_that_follows_from_its_body() {
        let id = Uuid::from_u128(1);
        let known = delivery(raw(b"{}", Some(&id.to_string())), 3);
        assert_eq!((known.message_id, known.body.as_str(), known.tag), (id, "{}", 3));
        assert!(known.redelivered);
        for strange in [None, Some("one"), Some("")] {
            let first = delivery(raw(b"ding", strange), 1);
            let again = delivery(raw(b"ding", strange), 2);
            assert_eq!(first.message_id, again.message_id);
            assert_ne!(first.message_id, delivery(raw(b"dong", strange), 1).message_id);
        }
        assert_eq!(delivery(raw(&[b'a', 0xff], None), 1).body, "a\u{fffd}");
    }

    #[test]
    fn the_mark_of_a_message_that_is_published_again_goes_with_it() {
        let message = Outgoing {
            id: Uuid::from_u128(1),
            route: crate::Route::Queue("registry".to_owned()),
            body: "{}".to_owned(),
        };
        for marked in [false, true] {
            let mut raw = Raw::mock(7, "".into(), "registry".into(), false, b"{}".to_vec());
            raw.properties = properties(&message, marked);
            assert_eq!(delivery(raw, 1).redelivered, marked);
        }
    }

    #[test]
    fn what_was_abandoned_tells_its_queue_and_why() {
        let mut headers = FieldTable::default();
        for (key, value) in [("x-first-death-queue", "registry"), ("x-first-death-reason", "expired")] {
            headers.insert(key.into(), AMQPValue::LongString(value.into()));
        }
        let mut raw = raw(b"{}", None);
        assert_eq!(abandoned(Raw::mock(1, "".into(), "".into(), false, Vec::new())).queue, "");
        raw.properties = raw.properties.with_headers(headers);
        let abandoned = abandoned(raw);
        assert_eq!(
            (abandoned.queue.as_str(), abandoned.reason.as_str(), abandoned.tag),
            ("registry", "expired", 7)
        );
    }
}
