// SPDX-License-Identifier: EUPL-1.2
//! How a process is asked to end: SIGTERM by a supervisor, Ctrl-C by a person.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The requests to end. Listened to from the start on: one that comes between two questions is not missed.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on; the process does not end by itself any more when it is asked to.
    ///
    /// # Errors
    /// When the system refuses the signal handlers.
    pub fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Returns when the process is asked to end, or has been since the last answer. Cancel-safe.
    pub async fn asked_to_end(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
