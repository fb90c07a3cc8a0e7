// SPDX-License-Identifier: EUPL-1.2
//! The contracts between the workers.
//!
//! A message is a *nudge*: it names what changed, the facts are in the database. It carries identifiers, a type, a
//! version and trace context, never personal data. On the wire it is a `CloudEvents` 1.0 JSON object ([`Envelope`]);
//! each topic is one struct in a file of its own, with a golden JSON test that pins its form.
//!
//! A version is readable one release before any code writes it, so that old and new processes run side by side.

mod envelope;
mod topics;

pub use envelope::{Cause, Envelope, EnvelopeError};
pub use topics::*;

use serde::{Serialize, de::DeserializeOwned};

/// What a topic's struct says about itself.
pub trait Message: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The `CloudEvents` type and the routing key, `<procedure>.<noun>.<past participle>`.
    const TYPE: &'static str;
    /// The version of the data, raised when a field changes its meaning or goes away.
    const VERSION: u16;
}
