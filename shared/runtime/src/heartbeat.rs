// SPDX-License-Identifier: EUPL-1.2
//! The heartbeat: every process says in the database who it is and what each of its loops is doing.
//!
//! For people and alarms only. No lease, message or decision hangs on it: that a process is thought dead frees nothing.
//! All of it is machine time.

use std::{fs, time::Duration};

use campanella_store::{
    Store,
    process::{self, ProcessRow},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Failure, Progress,
    clock::{machine_now, new_id},
    process::StatusBoard,
};

/// The release a process runs, as its heart tells.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The heart's loop.
pub const HEARTBEAT: &str = "heartbeat";
/// Between two beats.
pub const PERIOD: Duration = Duration::from_secs(10);
/// From then on a process that does not beat is taken to be dead, or cut off from the database. Longer than a restart of
/// the database takes, and than the clocks of two machines should differ.
pub const STALE_AFTER: TimeDelta = TimeDelta::seconds(60);
/// From then on nobody is told of it any more.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(1);

/// Who a process is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// Drawn at its start.
    pub id: Uuid,
    /// The name of its machine or container.
    pub host: String,
    /// Its number there.
    pub pid: u32,
    /// The release it runs.
    pub version: &'static str,
    /// When it started.
    pub started_at: DateTime<Utc>,
}

impl Identity {
    /// This process, as it starts. Called once.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self {
            id: new_id(),
            host: host(),
            pid: std::process::id(),
            version: VERSION,
            started_at: machine_now(),
        }
    }
}

/// The machine's name as the kernel has it; a container has its own.
fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "localhost".to_owned() } else { name.to_owned() }
}

/// The heart of a process.
#[derive(Debug, Clone)]
pub struct Heartbeat {
    identity: Identity,
    store: Store,
    board: StatusBoard,
    stuck_after: Duration,
}

impl Heartbeat {
    /// A heart that tells what is on `board`; a loop in one step for longer than `stuck_after` is stuck.
    #[must_use]
    pub const fn new(identity: Identity, store: Store, board: StatusBoard, stuck_after: Duration) -> Self {
        Self { identity, store, board, stuck_after }
    }

    /// Beats once, and forgets the processes nobody has heard of for a day.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database is.
    pub async fn beat(&self) -> Result<Progress, Failure> {
        let now = machine_now();
        let mut tx = self.store.begin().await?;
        process::beat(&mut tx, &self.row(now)).await?;
        process::forget_before(&mut tx, now - FORGOTTEN_AFTER).await?;
        tx.commit().await?;
        Ok(Progress::Idle)
    }

    /// Says goodbye: a process that ends by itself, in good order or not, is not missed. One that its watchdog aborts, as a
    /// handler hangs, does not come to it: it is missed like one that was killed.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when the database is: it is missed for a day, then.
    pub async fn stop(&self) -> Result<(), Failure> {
        let mut tx = self.store.begin().await?;
        process::forget(&mut tx, self.identity.id).await?;
        tx.commit().await?;
        Ok(())
    }

    fn row(&self, beat_at: DateTime<Utc>) -> ProcessRow {
        let Identity { id, host, pid, version, started_at } = &self.identity;
        let report = self.board.report(self.stuck_after);
        ProcessRow {
            id: *id,
            host: host.clone(),
            pid: i64::from(*pid),
            version: (*version).to_owned(),
            started_at: *started_at,
            beat_at,
            // Names, states and times: writing them cannot fail.
            loops: serde_json::to_string(&report).unwrap_or_default(),
        }
    }
}
