// SPDX-License-Identifier: EUPL-1.2
//! What others can see of the process: `/status`, `/live` and `/metrics`. Served from before the start to after the end of
//! the work, so that a supervisor can tell a process that waits from one that is not there. For as long somebody sees to it that
//! no part stands still, whether anybody asks or not ([`standstill`]).

use std::{io, net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result};
use campanella_runtime::{
    heartbeat::Identity,
    http::{self, Served},
    metrics::Metrics,
    process::StatusBoard,
    standstill,
    startup::STARTUP,
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{Exit, Refusal};
use crate::settings::Settings;

/// What others can see.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) identity: Identity,
    pub(super) board: StatusBoard,
    pub(super) metrics: Metrics,
    /// How long a loop may be in one step.
    pub(super) stuck_after: Duration,
    /// Where it is served; none: nowhere.
    pub(super) address: Option<SocketAddr>,
    server: Option<JoinHandle<()>>,
    end: CancellationToken,
}

impl Watch {
    /// Serves from now on, if there is an address to serve at.
    pub(super) async fn begin(settings: &Settings) -> Result<Self> {
        let listener = listener(settings).await?;
        let address = listener.as_ref().map(TcpListener::local_addr).transpose();
        let mut watch = Self {
            identity: Identity::of_this_process(),
            board: StatusBoard::default(),
            metrics: Metrics::default(),
            stuck_after: Duration::from_secs(settings.http.stuck_after_seconds),
            address: address.context("l'indirizzo del server non è leggibile")?,
            server: None,
            end: CancellationToken::new(),
        };
        // Nobody is to find an empty board and take it for a process that can work.
        watch.board.waiting(STARTUP, "il primo tentativo".to_owned());
        // Ends with the process, or with `end`.
        drop(standstill::watch(watch.board.clone(), watch.stuck_after, watch.end.clone()));
        watch.server = listener.map(|listener| tokio::spawn(watch.serve(listener)));
        Ok(watch)
    }

    fn serve(&self, listener: TcpListener) -> impl Future<Output = ()> + use<> {
        let served = Served {
            identity: self.identity.clone(),
            metrics: self.metrics.clone(),
            board: self.board.clone(),
            stuck_after: self.stuck_after,
        };
        let end = self.end.clone();
        async move {
            if let Err(error) = http::serve(listener, served, end).await {
                // The workers go on: only the watching ended.
                tracing::error!(%error, "metrics and status are no longer served");
            }
        }
    }

    /// Answers nobody any more.
    pub(super) async fn end(self) {
        self.end.cancel();
        if let Some(server) = self.server {
            // It ends with the connections it has, or with the process.
            let _ = tokio::time::timeout(Duration::from_secs(1), server).await;
        }
    }
}

async fn listener(settings: &Settings) -> Result<Option<TcpListener>> {
    let address = settings.http.listen.as_str();
    if address.is_empty() {
        return Ok(None);
    }
    let bound = TcpListener::bind(address).await;
    bound.map(Some).map_err(|error| {
        // Whoever holds the port, or brings the network up, may do so later; what is forbidden stays so.
        let forbidden = error.kind() == io::ErrorKind::PermissionDenied;
        Refusal::new(
            if forbidden { Exit::Usage } else { Exit::Unavailable },
            format!("l'indirizzo {address} (http.listen) non è disponibile: {error}"),
            "scegliere un'altra porta nella configurazione o con CAMPANELLA_HTTP__LISTEN; vuoto: nessuna",
        )
        .into()
    })
}
