// SPDX-License-Identifier: EUPL-1.2
//! The section `[broker]`.

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// The queues.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Empty: a file in the data folder. Otherwise RabbitMQ, `amqp://…` or `amqps://…`. It may hold a password.
    pub url: SecretString,
    /// The certificate authority of the broker (PEM), besides those the system trusts; empty: none.
    pub ca_file: PathBuf,
    /// Seconds a host may take to answer.
    pub connect_seconds: u64,
    /// Seconds the confirmations of a batch may take.
    pub confirm_seconds: u64,
    /// Seconds between two heartbeats.
    pub heartbeat_seconds: u64,
}

impl BrokerSettings {
    /// Whether the queues are a file in the data folder, on which one process works.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.url.expose_secret().is_empty()
    }
}
