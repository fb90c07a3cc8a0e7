// SPDX-License-Identifier: EUPL-1.2
//! Makes connections, to one host after the other.

use std::sync::Arc;

use lapin::{
    Connection, ConnectionProperties, ErrorKind,
    tcp::{AMQPUriTcpExt as _, OwnedTLSConfig},
    uri::AMQPUri,
};

use super::{
    RabbitSettings,
    address::name_of,
    declaration::declare,
    fault::{fault, within},
};
use crate::{BusError, Topology};

/// Makes connections for one purpose.
#[derive(Debug)]
pub(super) struct Dialer {
    settings: Arc<RabbitSettings>,
    topology: Arc<Topology>,
    /// What the connections are for, as the broker's list of connections shows it.
    purpose: &'static str,
    /// Whose turn it is: after a loss the host that comes next.
    turn: usize,
}

impl Dialer {
    pub(super) fn new(
        settings: &Arc<RabbitSettings>,
        topology: &Arc<Topology>,
        purpose: &'static str,
    ) -> Self {
        Self { settings: Arc::clone(settings), topology: Arc::clone(topology), purpose, turn: 0 }
    }

    pub(super) const fn purpose(&self) -> &'static str {
        self.purpose
    }

    /// A connection to the first host that gives one, with everything declared.
    ///
    /// # Errors
    /// What every host said. [`BusError::Refused`] only if all refused.
    pub(super) async fn dial(&mut self) -> Result<Connection, BusError> {
        let settings = Arc::clone(&self.settings);
        let hosts = settings.address.hosts();
        let (mut told, mut refused) = (Vec::new(), true);
        for _ in hosts {
            let host = &hosts[self.turn % hosts.len()];
            self.turn = (self.turn + 1) % hosts.len();
            match self.dial_host(host).await {
                Ok(connection) => return Ok(connection),
                Err(error) => {
                    let error = fault(&name_of(host), &error);
                    refused &= matches!(error, BusError::Refused(_));
                    let (BusError::Refused(text) | BusError::Unavailable(text)) = error;
                    told.push(text);
                }
            }
        }
        let told = told.join("; ");
        Err(if refused { BusError::Refused(told) } else { BusError::Unavailable(told) })
    }

    async fn dial_host(&self, host: &AMQPUri) -> lapin::Result<Connection> {
        let connection = within(self.settings.connect_timeout, self.connect(host)).await?;
        within(self.settings.call_timeout, declare(&connection, &self.topology)).await?;
        Ok(connection)
    }

    async fn connect(&self, host: &AMQPUri) -> lapin::Result<Connection> {
        let mut host = host.clone();
        // Seconds on the wire.
        host.query.heartbeat = Some(u16::try_from(self.settings.heartbeat.as_secs()).unwrap_or(u16::MAX));
        let authorities = match &self.settings.certificate_authority {
            Some(file) => Some(tokio::fs::read_to_string(file).await.map_err(|error| {
                std::io::Error::new(error.kind(), format!("{}: {error}", file.display()))
            })?),
            None => None,
        };
        let name = format!("{} ({})", self.settings.name, self.purpose);
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let limit = self.settings.connect_timeout;
        let tls = OwnedTLSConfig { identity: None, cert_chain: authorities };
        // The connection is made on a thread of lapin's, which our own timeout would not end.
        let open = async move |host: AMQPUri, runtime| {
            let opening = host.connect_with_config_async(tls.as_ref(), &runtime);
            within(limit, async { opening.await.map_err(|error| ErrorKind::IOError(Arc::new(error)).into()) })
                .await
        };
        Connection::connector(host, lapin::runtime::default_runtime()?, open, properties).await
    }
}
