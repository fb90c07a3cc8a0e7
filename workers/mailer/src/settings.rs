// SPDX-License-Identifier: EUPL-1.2
//! The section `[mail]` of the configuration.

use std::{path::Path, time::Duration};

use campanella_domain::identity::EmailAddress;
use campanella_runtime::Backoff;
use serde::Deserialize;

use crate::{
    rate::Rate,
    transport::{Folder, Smtp, Transport, TransportUrl, smtp::Timeouts},
};

/// How mails are sent. Every key has a default but the addresses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// `folder:PATH` (`.eml` files; relative paths below the data folder), `smtp://HOST[:PORT]`,
    /// `smtp+starttls://[USER:PASSWORD@]HOST[:PORT]` or `smtps://…`.
    #[serde(default = "default_transport")]
    pub transport: TransportUrl,
    /// The address mails come from. Its domain ends every `Message-ID`, so that it should stay the same.
    pub sender: EmailAddress,
    /// Where answers go when the procedure names no mailbox of its own.
    pub reply_to: EmailAddress,
    /// The name this machine says to a relay (EHLO).
    #[serde(default = "default_hello_name")]
    pub hello_name: String,
    /// Mails taken from the queue at once, 1 to 100.
    #[serde(default = "default_batch")]
    pub batch: u16,
    /// Connections to a relay; each has at most two mails in doubt when the process dies.
    #[serde(default = "default_connections")]
    pub connections: u16,
    /// Seconds for TCP, TLS, greeting and authentication together.
    #[serde(default = "default_connect_seconds")]
    pub connect_seconds: u64,
    /// Seconds for each command.
    #[serde(default = "default_command_seconds")]
    pub command_seconds: u64,
    /// Seconds for a mail itself and the answer to it.
    #[serde(default = "default_body_seconds")]
    pub body_seconds: u64,
    /// Machine seconds after which another process may take over what this one took. Longer than a batch may last.
    #[serde(default = "default_lease_seconds")]
    pub lease_seconds: u32,
    /// Limits of the relay; without them none is kept.
    #[serde(default)]
    pub rate: Rate,
    /// When a deferred mail is tried again, in business time, and how often.
    #[serde(default = "default_retry")]
    pub retry: Backoff,
}

fn default_transport() -> TransportUrl {
    TransportUrl::Folder("mail".into())
}

fn default_hello_name() -> String {
    "campanella.localdomain".to_owned()
}

const fn default_batch() -> u16 {
    100
}

const fn default_connections() -> u16 {
    2
}

const fn default_connect_seconds() -> u64 {
    20
}

const fn default_command_seconds() -> u64 {
    60
}

const fn default_body_seconds() -> u64 {
    120
}

const fn default_lease_seconds() -> u32 {
    1_800
}

/// Minutes at first, then hours, for a day or so: as relays do.
const fn default_retry() -> Backoff {
    Backoff { attempts: 8, first_seconds: 300, longest_seconds: 21_600 }
}

impl MailSettings {
    /// The transport named, with relative folders below `data`.
    #[must_use]
    pub fn open(&self, data: &Path) -> Box<dyn Transport> {
        match &self.transport {
            TransportUrl::Folder(path) => Box::new(Folder::new(data.join(path), usize::from(self.batch))),
            TransportUrl::Relay(relay) => Box::new(Smtp::new(
                relay.clone(),
                usize::from(self.connections),
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
