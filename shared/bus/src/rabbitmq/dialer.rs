// SPDX-License-Identifier: EUPL-1.2
//! Makes connections, to one host after the other, and lets none be used in a virtual host that is not ours.

use std::sync::Arc;

use lapin::{
    Connection, ConnectionProperties, ErrorKind,
    tcp::{AMQPUriTcpExt as _, OwnedTLSConfig},
    uri::AMQPUri,
};

use super::{
    Claim, Mark, RabbitSettings,
    address::name_of,
    declaration::declare,
    fault::{fault, within},
};
use crate::{BusError, Topology};

/// Makes connections for one purpose.
#[derive(Debug)]
pub(super) struct Dialer {
    settings: Arc<RabbitSettings>,
    /// What is declared; none for whoever only looks.
    topology: Option<Arc<Topology>>,
    /// What the virtual host must be; none: any will do.
    claim: Option<Claim>,
    /// What the connections are for, as the broker's list of connections shows it.
    purpose: &'static str,
    /// Whose turn it is: after a loss the host that comes next.
    turn: usize,
}

impl Dialer {
    pub(super) fn new(
        settings: &Arc<RabbitSettings>,
        topology: &Arc<Topology>,
        claim: Option<Claim>,
        purpose: &'static str,
    ) -> Self {
        let (settings, topology) = (Arc::clone(settings), Some(Arc::clone(topology)));
        Self { settings, topology, claim, purpose, turn: 0 }
    }

    /// For whoever looks at a virtual host, declares nothing there and asks nobody whose it is.
    pub(super) fn looking(settings: &RabbitSettings) -> Self {
        Self {
            settings: Arc::new(settings.clone()),
            topology: None,
            claim: None,
            purpose: "looking",
            turn: 0,
        }
    }

    pub(super) const fn purpose(&self) -> &'static str {
        self.purpose
    }

    /// A connection to the first host that gives one, with everything declared. Once the virtual host was found to be ours
    /// it has to be so every time.
    ///
    /// # Errors
    /// What every host said: [`BusError::Unavailable`] if one of them may come to say something else;
    /// [`BusError::NotOurs`] if one refused because of that, else [`BusError::Refused`].
    pub(super) async fn dial(&mut self) -> Result<Connection, BusError> {
        let settings = Arc::clone(&self.settings);
        let hosts = settings.address.hosts();
        let mut told = Vec::new();
        for _ in hosts {
            let host = &hosts[self.turn % hosts.len()];
            self.turn = (self.turn + 1) % hosts.len();
            match self.dial_host(host).await {
                Ok(connection) => return Ok(connection),
                Err(error) => told.push(error),
            }
        }
        Err(all_in_one(told))
    }

    async fn dial_host(&mut self, host: &AMQPUri) -> Result<Connection, BusError> {
        let name = name_of(host);
        let failed = |error: lapin::Error| fault(&name, &error);
        let connection = within(self.settings.connect_timeout, self.connect(host)).await.map_err(failed)?;
        let limit = self.settings.call_timeout;
        if let Some(claim) = self.claim {
            let mark = within(limit, claim.settle(&connection)).await.map_err(failed)?;
            if mark != Mark::Ours {
                drop(within(limit, connection.close(200, "OK".into())).await);
                return Err(BusError::NotOurs { mark, host: name });
            }
            self.claim = Some(claim.held());
        }
        if let Some(topology) = &self.topology {
            within(limit, declare(&connection, topology)).await.map_err(failed)?;
        }
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

/// What all hosts said, as one answer.
fn all_in_one(mut told: Vec<BusError>) -> BusError {
    let text = |told: &[BusError]| told.iter().map(BusError::detail).collect::<Vec<_>>().join("; ");
    if told.iter().any(|error| matches!(error, BusError::Unavailable(_))) {
        return BusError::Unavailable(text(&told));
    }
    match told.iter().position(|error| matches!(error, BusError::NotOurs { .. })) {
        Some(position) => told.swap_remove(position),
        None => BusError::Refused(text(&told)),
    }
}
