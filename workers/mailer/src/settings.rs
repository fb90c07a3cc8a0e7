// SPDX-License-Identifier: EUPL-1.2
//! The section `[mail]` of the configuration.

use std::{num::NonZeroU16, path::Path, time::Duration};

use campanella_domain::identity::EmailAddress;
use campanella_runtime::Backoff;
use serde::Deserialize;

use crate::{
    rate::Rate,
    transport::{Folder, Smtp, Transport, TransportUrl, smtp::Timeouts},
};

/// How mails are sent. [`MailSettings::DEFAULTS`] documents every key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// `folder:PATH` (`.eml` files; relative paths below the data folder), `smtp://HOST[:PORT]`,
    /// `smtp+starttls://[USER:PASSWORD@]HOST[:PORT]` or `smtps://…`.
    pub transport: TransportUrl,
    /// The address mails come from. Its domain ends every `Message-ID`, so that it should stay the same.
    pub sender: EmailAddress,
    /// Where answers go when the procedure names no mailbox of its own.
    pub reply_to: EmailAddress,
    /// The name this machine says to a relay (EHLO).
    pub hello_name: String,
    /// Mails taken from the queue at once; also files made durable at once.
    pub batch: NonZeroU16,
    /// Connections to a relay; each has at most two mails in doubt when the process dies.
    pub connections: NonZeroU16,
    /// Seconds for TCP, TLS, greeting and authentication together.
    pub connect_seconds: u64,
    /// Seconds for each command.
    pub command_seconds: u64,
    /// Seconds for a mail itself and the answer to it.
    pub body_seconds: u64,
    /// Machine seconds after which another process may take over what this one took. No group is begun in its second half.
    pub lease_seconds: u32,
    /// Limits of the relay.
    pub rate: Rate,
    /// When a deferred mail is tried again, in business time, and how often.
    pub retry: Backoff,
}

impl MailSettings {
    /// The section with every key, its default and what it means (TOML): part of the embedded defaults file.
    pub const DEFAULTS: &str = include_str!("../mail.toml");

    /// The transport named, with relative folders below `data`.
    #[must_use]
    pub fn open(&self, data: &Path) -> Box<dyn Transport> {
        match &self.transport {
            TransportUrl::Folder(path) => {
                Box::new(Folder::new(data.join(path), usize::from(self.batch.get())))
            }
            TransportUrl::Relay(relay) => Box::new(Smtp::new(
                relay.clone(),
                usize::from(self.connections.get()),
                self.hello_name.clone(),
                Timeouts {
                    connect: Duration::from_secs(self.connect_seconds),
                    command: Duration::from_secs(self.command_seconds),
                    body: Duration::from_secs(self.body_seconds),
                },
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::RelayUrl;

    #[derive(Debug, Deserialize)]
    struct Defaults {
        mail: MailSettings,
    }

    fn read(text: &str) -> Result<MailSettings, String> {
        toml::from_str::<Defaults>(text).map(|defaults| defaults.mail).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_whole_and_write_into_a_folder() {
        let mail = read(MailSettings::DEFAULTS).unwrap();
        assert!(matches!(&mail.transport, TransportUrl::Folder(path) if path == Path::new("mail")));
        assert!(!mail.rate.is_limited());
        assert_eq!(mail.open(Path::new("/data")).group(), usize::from(mail.batch.get()));
    }

    #[test]
    fn a_relay_has_at_most_two_mails_in_doubt_on_each_connection() {
        let text = MailSettings::DEFAULTS.replace("folder:mail", "smtp://relay.example");
        let mail = read(&text).unwrap();
        assert!(matches!(&mail.transport, TransportUrl::Relay(RelayUrl { port: 25, .. })));
        assert_eq!(mail.open(Path::new("/data")).group(), 4);
    }

    #[test]
    fn a_wrong_key_or_value_is_named_at_start() {
        let error = read(&MailSettings::DEFAULTS.replace("batch =", "bunch =")).unwrap_err();
        assert!(error.contains("bunch"), "{error}");
        let error = read(&MailSettings::DEFAULTS.replace("connections = 2", "connections = 0")).unwrap_err();
        assert!(error.contains("connections"), "{error}");
    }
}
