// SPDX-License-Identifier: EUPL-1.2
//! All settings of the product, one struct an area.

mod broker;
mod database;
pub(crate) mod example_address;

use std::path::{Path, PathBuf};

use campanella_mailer::MailSettings;
use campanella_runtime::{
    BORN_CLAIMED, RunnerSettings,
    config::{self, ConfigError, HttpSettings, Layers, LogSettings, RelaySettings},
};
use campanella_scheduler::SchedulerSettings;
use serde::Deserialize;

pub use self::{broker::BrokerSettings, database::DatabaseSettings};

/// The documented defaults: the product's, then the section of each part that documents its own.
pub const DEFAULTS: &str = concat!(include_str!("defaults.toml"), include_str!("../../mailer/mail.toml"));

/// What can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The database.
    pub database: DatabaseSettings,
    /// The queues.
    pub broker: BrokerSettings,
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
        let settings: Self = config::load(Layers { defaults: DEFAULTS, file, flags })?;
        settings.checked()
    }

    /// Values with which the product would stand still, spin, give up what it should try or do it twice.
    fn checked(self) -> Result<Self, ConfigError> {
        let least = [
            ("database.connections", u64::from(self.database.connections), 1),
            ("database.busy_timeout_seconds", self.database.busy_timeout_seconds, 1),
            ("broker.connect_seconds", self.broker.connect_seconds, 1),
            ("broker.confirm_seconds", self.broker.confirm_seconds, 1),
            ("broker.heartbeat_seconds", self.broker.heartbeat_seconds, 1),
            ("runner.batch", self.runner.batch as u64, 1),
            ("runner.prefetch", u64::from(self.runner.prefetch), 1),
            ("runner.parallel", u64::from(self.runner.parallel), 1),
            ("runner.handler_timeout_seconds", self.runner.handler_timeout_seconds, 1),
            // One death may be the machine's: at two a message has killed its holder again.
            ("runner.suspect_attempts", u64::from(self.runner.suspect_attempts), 2),
            ("runner.retry.attempts", u64::from(self.runner.retry.attempts), 1),
            ("relay.poll_seconds", self.relay.poll_seconds, 1),
            ("scheduler.poll_seconds", self.scheduler.poll_seconds, 1),
        ];
        if let Some((key, value, least)) = least.into_iter().find(|(_, value, least)| value < least) {
            return Err(ConfigError::value(key, format!("{value} è troppo poco, il minimo è {least}")));
        }
        // Later another process would publish what is still waiting for its confirmation.
        let (confirm, claimed) = (self.broker.confirm_seconds, BORN_CLAIMED.num_seconds().unsigned_abs());
        if confirm >= claimed {
            let problem = format!("{confirm} è troppo, deve essere meno di {claimed}");
            return Err(ConfigError::value("broker.confirm_seconds", problem));
        }
        // What is within its own time is no standstill: a handler, a statement, waiting for a connection.
        let within = [
            ("runner.handler_timeout_seconds", self.runner.handler_timeout_seconds),
            ("database.busy_timeout_seconds", self.database.busy_timeout_seconds),
            ("database.statement_timeout_seconds", self.database.statement_timeout_seconds),
        ];
        let stuck = self.http.stuck_after_seconds;
        if let Some((key, seconds)) = within.into_iter().find(|(_, seconds)| stuck <= *seconds) {
            let problem = format!("{stuck} è troppo poco, deve essere più di {key} ({seconds})");
            return Err(ConfigError::value("http.stuck_after_seconds", problem));
        }
        self.broker.management()?;
        let listen = self.http.listen.as_str();
        if !listen.is_empty() && !is_address(listen) {
            let problem = format!("«{listen}» non è un indirizzo con la porta, come 127.0.0.1:9464");
            return Err(ConfigError::value("http.listen", problem));
        }
        Ok(self)
    }
}

/// `HOST:PORT`; whether there is such a host, only who listens there can tell.
fn is_address(text: &str) -> bool {
    let parts = text.rsplit_once(':');
    parts.is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
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
    fn a_password_in_an_address_does_not_print_itself() {
        let flags = [
            ("database.url", "postgres://u:segreto@host/db".to_owned()),
            ("broker.url", "amqp://u:segreto@host".to_owned()),
            ("broker.management", "http://u:segreto@host:15672".to_owned()),
        ];
        let settings = Settings::load(None, &flags).unwrap();
        assert!(!format!("{settings:?}").contains("segreto"));
    }

    #[test]
    fn a_value_the_product_cannot_work_with_is_refused_by_its_key() {
        for (key, value) in [
            ("runner.batch", "0"),
            ("runner.suspect_attempts", "1"),
            ("relay.poll_seconds", "0"),
            // As long as a row belongs to the relay that awaits the confirmation.
            ("broker.confirm_seconds", "30"),
            // A handler may take as long.
            ("http.stuck_after_seconds", "120"),
            ("broker.management", "mq.example:15672"),
            ("http.listen", "banana"),
            ("http.listen", ":9464"),
            ("http.listen", "127.0.0.1:99999"),
        ] {
            let error = Settings::load(None, &[(key, value.to_owned())]).unwrap_err().to_string();
            assert!(error.starts_with(key), "{error}");
        }
        for key in ["busy", "statement"] {
            let flag = (format!("database.{key}_timeout_seconds"), "300".to_owned());
            let error = Settings::load(None, &[(flag.0.as_str(), flag.1)]).unwrap_err().to_string();
            assert!(error.starts_with("http.stuck_after_seconds") && error.contains(&flag.0), "{error}");
        }
        for listen in ["", "127.0.0.1:0", "[::1]:9464", "campanella.example:9464"] {
            assert!(Settings::load(None, &[("http.listen", listen.to_owned())]).is_ok(), "{listen}");
        }
    }

    #[test]
    fn a_wrong_value_is_named_by_its_key() {
        let error = Settings::load(None, &[("mail.batch", "many".to_owned())]).unwrap_err().to_string();
        assert!(error.contains("mail.batch"), "{error}");
    }
}
