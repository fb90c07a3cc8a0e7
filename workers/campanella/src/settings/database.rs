// SPDX-License-Identifier: EUPL-1.2
//! The section `[database]`.

use std::{path::PathBuf, time::Duration};

use campanella_store::StoreSettings;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// The database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Empty: a SQLite file in the data folder. It may hold a password.
    pub url: SecretString,
    /// Connections of this process.
    pub connections: u32,
    /// Seconds to wait for a connection, for a lock of PostgreSQL or for SQLite's writer lock.
    pub busy_timeout_seconds: u64,
    /// Seconds a statement may run on PostgreSQL; 0: as long as it takes.
    pub statement_timeout_seconds: u64,
    /// Seconds a transaction may stand idle on PostgreSQL; 0: for ever.
    pub idle_in_transaction_seconds: u64,
    /// Seconds after which an unused connection to PostgreSQL is closed; 0: never.
    pub idle_seconds: u64,
    /// The certificate authority of PostgreSQL (PEM); empty: as the URL says.
    pub root_certificate: PathBuf,
}

impl DatabaseSettings {
    /// Whether it is a SQLite file in the data folder, which belongs to this program alone.
    #[must_use]
    pub fn is_embedded(&self) -> bool {
        self.url.expose_secret().is_empty()
    }

    /// Whether it is PostgreSQL, which several processes share. A SQLite file, wherever it is, has one process at work.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.url.expose_secret().starts_with("postgres")
    }

    /// As the store takes them.
    #[must_use]
    pub fn store(&self) -> StoreSettings {
        let seconds = Duration::from_secs;
        StoreSettings {
            connections: self.connections,
            busy_timeout: seconds(self.busy_timeout_seconds),
            statement_timeout: seconds(self.statement_timeout_seconds),
            idle_in_transaction_timeout: seconds(self.idle_in_transaction_seconds),
            idle_timeout: seconds(self.idle_seconds),
            root_certificate: (!self.root_certificate.as_os_str().is_empty())
                .then(|| self.root_certificate.clone()),
        }
    }
}
