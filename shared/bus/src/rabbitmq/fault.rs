// SPDX-License-Identifier: EUPL-1.2
//! What the broker's errors mean to the caller of a bus.

use std::time::Duration;

use lapin::{
    ErrorKind,
    protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError},
};
use tokio::time::timeout;

use crate::BusError;

/// What is done is tried again by whoever called, unless the broker says that it never will do it: name or password
/// wrong, no such virtual host, a queue of the same name and another kind. A limit of connections or channels that is reached
/// passes: after a crash the broker counts the dead as well, until it misses their heartbeats.
pub(super) fn fault(doing: &str, error: &lapin::Error) -> BusError {
    let text = format!("{doing}: {error}");
    match kind(error) {
        Some(AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED)) if speaks_of_a_limit(&text) => {
            BusError::Unavailable(text)
        }
        Some(
            AMQPErrorKind::Soft(
                AMQPSoftError::ACCESSREFUSED
                | AMQPSoftError::PRECONDITIONFAILED
                | AMQPSoftError::CONTENTTOOLARGE,
            )
            | AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED),
        ) => BusError::Refused(text),
        _ => BusError::Unavailable(text),
    }
}

/// Whether a refusal is that of a limit: `connection limit (10) is reached`, `the maximum allowed limit of (2047)`. The number
/// belongs to it, as a virtual host may be called anything.
fn speaks_of_a_limit(text: &str) -> bool {
    ["limit (", "limit of ("].iter().any(|words| {
        text.split(words).skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
    })
}

/// Whether the broker does not know the queue.
pub(super) fn is_not_found(error: &lapin::Error) -> bool {
    matches!(kind(error), Some(AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND)))
}

/// Whether what is there is not what was to be declared.
pub(super) fn is_precondition_failed(error: &lapin::Error) -> bool {
    matches!(kind(error), Some(AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED)))
}

/// Whether the message is at fault: the broker takes none of its size.
pub(super) fn is_too_much(error: &lapin::Error) -> bool {
    matches!(
        kind(error),
        Some(AMQPErrorKind::Soft(AMQPSoftError::PRECONDITIONFAILED | AMQPSoftError::CONTENTTOOLARGE))
    )
}

fn kind(error: &lapin::Error) -> Option<&AMQPErrorKind> {
    match error.kind() {
        ErrorKind::ProtocolError(error) => Some(error.kind()),
        _ => None,
    }
}

/// A call that must end in time.
pub(super) async fn within<T>(
    limit: Duration,
    call: impl Future<Output = lapin::Result<T>>,
) -> lapin::Result<T> {
    timeout(limit, call).await.unwrap_or_else(|_| {
        let text = format!("no answer within {limit:?}");
        Err(ErrorKind::IOError(std::sync::Arc::new(std::io::Error::new(std::io::ErrorKind::TimedOut, text)))
            .into())
    })
}
