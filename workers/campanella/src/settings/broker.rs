// SPDX-License-Identifier: EUPL-1.2
//! The section `[broker]`.

use std::path::PathBuf;

use campanella_runtime::config::ConfigError;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::management::ManagementAddress;

/// The queues.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerSettings {
    /// Empty: a file in the data folder. Otherwise RabbitMQ, `amqp://…` or `amqps://…`. It may hold a password.
    pub url: SecretString,
    /// The certificate authority of the broker (PEM), besides those the system trusts; empty: none.
    pub ca_file: PathBuf,
    /// Empty: policies are not looked at. Otherwise the broker's management interface, `http://…` or `https://…`, which
    /// `campanella doctor` reads. It may hold a password; without a user it is asked as the user of `url`.
    pub management: SecretString,
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

    /// The broker's management interface, if it is named.
    ///
    /// # Errors
    /// [`ConfigError::Value`] when it is no address of one.
    pub(crate) fn management(&self) -> Result<Option<ManagementAddress>, ConfigError> {
        let address = self.management.expose_secret();
        let read = (!address.is_empty()).then(|| address.parse::<ManagementAddress>()).transpose();
        read.map_err(|error| ConfigError::value("broker.management", error.to_string()))
    }
}
