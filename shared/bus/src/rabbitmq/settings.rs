// SPDX-License-Identifier: EUPL-1.2
//! How to talk to a broker.

use std::{path::PathBuf, time::Duration};

use super::RabbitAddress;
use crate::BusError;

/// How to talk to a broker. The times are machine time.
#[derive(Debug, Clone)]
pub struct RabbitSettings {
    /// Where it is.
    pub address: RabbitAddress,
    /// A PEM file with the authorities that sign the broker's certificate, besides those the system trusts. For `amqps`.
    pub certificate_authority: Option<PathBuf>,
    /// What this process is called in the broker's list of connections.
    pub name: String,
    /// How long a host may take to answer, from the first packet to an open connection.
    pub connect_timeout: Duration,
    /// How long a declaration, a subscription, or a look at a queue may take.
    pub call_timeout: Duration,
    /// How long the confirmations of a batch may take. A broker that raised an alarm confirms nothing, nor does a quorum
    /// queue without a majority.
    pub confirm_timeout: Duration,
    /// A broker that is silent for twice as long is lost. Whole seconds.
    pub heartbeat: Duration,
    /// How long a subscription with room may get nothing before the broker is asked whether something waits; when it
    /// does so twice, the subscription is made anew.
    pub stalled_after: Duration,
    /// How long unseen messages may take to be given back when the bus closes.
    pub close_timeout: Duration,
}

impl RabbitSettings {
    /// The address with the defaults for everything else: 10 seconds to connect, to call and to close, 20 for
    /// confirmations, heartbeats every 10, a look at silent subscriptions after 30.
    ///
    /// # Errors
    /// [`BusError::Refused`] when the address is not one; it is not quoted.
    pub fn new(address: &str) -> Result<Self, BusError> {
        Ok(Self {
            address: address.parse()?,
            certificate_authority: None,
            name: "campanella".to_owned(),
            connect_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(10),
            confirm_timeout: Duration::from_secs(20),
            heartbeat: Duration::from_secs(10),
            stalled_after: Duration::from_secs(30),
            close_timeout: Duration::from_secs(10),
        })
    }
}
