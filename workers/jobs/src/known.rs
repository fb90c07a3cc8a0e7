// SPDX-License-Identifier: EUPL-1.2
//! What a message says by being there: its fact was known to whoever wrote it, whatever the clock of this host says. Hosts
//! differ, and a fact that becomes known in the future would be read by nobody: its message does not come again.

use campanella_messages::{Cause, Message};
use campanella_runtime::Event;
use chrono::{DateTime, Utc};

/// When the last of these messages was written, by its writer's clock.
pub(crate) fn known_at<M: Message>(events: &[Event<'_, M>]) -> Option<DateTime<Utc>> {
    let written = events.iter().filter_map(|event| match event.cause() {
        Cause::Message(envelope) => Some(envelope.time),
        Cause::First => None,
    });
    written.max()
}
