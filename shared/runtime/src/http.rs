// SPDX-License-Identifier: EUPL-1.2
//! `/metrics` for the monitoring; `/status` and `/live` for a supervisor, which are two questions.
//!
//! `/status`: can it work? 200 when every loop can, 503 with what is waited for, who does not come back from a step, or that it
//! finishes what it has in hand and takes nothing new.
//! `/live`: would starting it anew help? 503 only when a loop does not come back. A process that waits for its database
//! answers 503 to the first and 200 to the second: killing it would bring the database back no sooner.

use std::time::Duration;

use axum::{
    Json, Router, extract::State, http::StatusCode, http::header, response::IntoResponse, routing::get,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{heartbeat::Identity, metrics::Metrics, process::StatusBoard};

/// What is served.
#[derive(Debug, Clone)]
pub struct Served {
    /// Who answers.
    pub identity: Identity,
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
    let routes = Router::new()
        .route("/metrics", get(metrics))
        .route("/status", get(status))
        .route("/live", get(live))
        .with_state(served);
    axum::serve(listener, routes).with_graceful_shutdown(end.cancelled_owned()).await
}

async fn metrics(State(served): State<Served>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], served.metrics.render())
}

async fn status(State(served): State<Served>) -> impl IntoResponse {
    let report = served.board.report(served.stuck_after);
    let Identity { id, host, pid, version, started_at } = &served.identity;
    let body = serde_json::json!({
        "process": id,
        "host": host,
        "pid": pid,
        "version": version,
        "started_at": started_at,
        "healthy": report.healthy,
        "ending": report.ending,
        "stuck": report.stuck,
        "loops": report.loops,
    });
    (code(report.healthy), Json(body))
}

async fn live(State(served): State<Served>) -> impl IntoResponse {
    let stuck = served.board.stuck(served.stuck_after);
    (code(stuck.is_empty()), Json(serde_json::json!({ "alive": stuck.is_empty(), "stuck": stuck })))
}

const fn code(well: bool) -> StatusCode {
    if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}
