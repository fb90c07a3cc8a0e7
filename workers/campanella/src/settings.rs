// SPDX-License-Identifier: EUPL-1.2
//! All settings of the product, one struct an area.

use std::path::{Path, PathBuf};

use campanella_mailer::MailSettings;
use campanella_runtime::{
    RunnerSettings,
    config::{self, ConfigError, HttpSettings, Layers, LogSettings, RelaySettings},
};
use campanella_scheduler::SchedulerSettings;
use campanella_store::StoreSettings;
use secrecy::SecretString;
use serde::Deserialize;

/// The documented defaults: the product's, then the section of each part that documents its own.
pub const DEFAULTS: &str = concat!(include_str!("defaults.toml"), include_str!("../../mailer/mail.toml"));

/// What can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The database.
    pub database: DatabaseSettings,
    /// Files that replace the embedded procedures.
    pub procedures: ProcedureFiles,
    /// How workers are fed.
    pub runner: RunnerSettings,
    /// How the relay polls.
    pub relay: RelaySettings,
    /// How the scheduler looks at the calendar.
    pub scheduler: SchedulerSettings,
    /// Where `/metrics` and `/status` are served.
    pub http: HttpSettings,
    /// How logs look.
    pub log: LogSettings,
    /// How mails are sent.
    pub mail: MailSettings,
}

/// The database.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Empty: a SQLite file in the data folder. It may hold a password.
    pub url: SecretString,
    /// Connections of this process.
    pub connections: u32,
    /// Seconds to wait for a connection or for SQLite's writer lock.
    pub busy_timeout_seconds: u64,
}

/// Files that replace the embedded procedures; empty paths: the embedded ones.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureFiles {
    /// ARS.
    pub ars: PathBuf,
    /// ARDIS.
    pub ardis: PathBuf,
}

impl Settings {
    /// Defaults < file < environment < flags.
    ///
    /// # Errors
    /// [`ConfigError`] with the key.
    pub fn load(file: Option<&Path>, flags: &[(&str, String)]) -> Result<Self, ConfigError> {
        config::load(Layers { defaults: DEFAULTS, file, flags })
    }
}

impl DatabaseSettings {
    /// As the store takes them.
    #[must_use]
    pub const fn store(&self) -> StoreSettings {
        StoreSettings {
            connections: self.connections,
            busy_timeout: std::time::Duration::from_secs(self.busy_timeout_seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_defaults_are_valid() {
        let settings = Settings::load(None, &[]).unwrap();
        assert_eq!(settings.runner, RunnerSettings::default());
        assert_eq!(settings.scheduler.late_after_seconds, 900);
    }

    #[test]
    fn a_password_in_the_database_url_does_not_print_itself() {
        let flags = [("database.url", "postgres://u:segreto@host/db".to_owned())];
        let settings = Settings::load(None, &flags).unwrap();
        assert!(!format!("{settings:?}").contains("segreto"));
    }

    #[test]
    fn a_wrong_value_is_named_by_its_key() {
        let error = Settings::load(None, &[("mail.batch", "many".to_owned())]).unwrap_err().to_string();
        assert!(error.contains("mail.batch"), "{error}");
    }
}
