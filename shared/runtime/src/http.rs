// SPDX-License-Identifier: EUPL-1.2
//! `/metrics` for the monitoring, `/status` for a supervisor: 200 when every loop can work, 503 with what is waited for
//! or who does not come back from a step.

use std::time::Duration;

use axum::{
    Json, Router, extract::State, http::StatusCode, http::header, response::IntoResponse, routing::get,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{metrics::Metrics, process::StatusBoard};

/// What is served.
#[derive(Debug, Clone)]
pub struct Served {
    /// The counters.
    pub metrics: Metrics,
    /// What the loops do.
    pub board: StatusBoard,
    /// How long a loop may be in one step.
    pub stuck_after: Duration,
}

/// Serves until `end`.
///
/// # Errors
/// When the address cannot be bound or the server fails.
pub async fn serve(listener: TcpListener, served: Served, end: CancellationToken) -> std::io::Result<()> {
    let routes =
        Router::new().route("/metrics", get(metrics)).route("/status", get(status)).with_state(served);
    axum::serve(listener, routes).with_graceful_shutdown(end.cancelled_owned()).await
}

async fn metrics(State(served): State<Served>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], served.metrics.render())
}

async fn status(State(served): State<Served>) -> impl IntoResponse {
    let stuck = served.board.stuck(served.stuck_after);
    let healthy = stuck.is_empty() && served.board.healthy();
    let code = if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "healthy": healthy,
        "stuck": stuck,
        "loops": served.board.loops(),
    });
    (code, Json(body))
}
