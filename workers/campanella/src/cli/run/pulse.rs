// SPDX-License-Identifier: EUPL-1.2
//! The heart of a process, from the moment its database is open to the moment it ends: it beats while the process waits for
//! the broker and while it finishes what it has in hand, and says goodbye however the end came about.
//!
//! Whoever is missed was killed, or cannot reach the database. What ended by itself told so in its log and its exit code; only
//! what its watchdog aborted, as a handler hung, has no time for a goodbye and is missed as well.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use campanella_runtime::{
    Failure, Progress,
    heartbeat::{HEARTBEAT, Heartbeat, PERIOD},
    process::Shift,
};
use campanella_store::Store;
use tokio::{
    sync::{Mutex, Notify},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::watch::Watch;

/// How long the goodbye to the database may take: if it is away, the heart is missed for a day.
const GOODBYE: Duration = Duration::from_secs(5);

/// How long a step looks whether somebody has something to tell: as long as those of the other loops last.
const GLANCE: Duration = Duration::from_millis(500);

/// A beating heart.
#[derive(Debug)]
pub(super) struct Pulse {
    heart: Heartbeat,
    end: CancellationToken,
    at_once: Arc<Notify>,
    task: JoinHandle<()>,
    store: Store,
}

impl Pulse {
    /// Beats from now on.
    pub(super) fn start(watch: &Watch, store: &Store) -> Self {
        let heart =
            Heartbeat::new(watch.identity.clone(), store.clone(), watch.board.clone(), watch.stuck_after);
        let (end, at_once) = (CancellationToken::new(), Arc::new(Notify::new()));
        at_once.notify_one();
        let own = Shift { end: end.clone(), board: watch.board.clone() };
        let task = tokio::spawn(beat(own, heart.clone(), Arc::clone(&at_once)));
        Self { heart, end, at_once, task, store: store.clone() }
    }

    /// Beats once, and returns when others can read it.
    ///
    /// # Errors
    /// As [`Heartbeat::beat`].
    pub(super) async fn beat(&self) -> Result<(), Failure> {
        self.heart.beat().await.map(drop)
    }

    /// Beats now: there is something new to tell.
    pub(super) fn tell(&self) {
        self.at_once.notify_one();
    }

    /// Ends it with a goodbye, and hands back the database it was told to.
    pub(super) async fn stop(mut self) -> Store {
        self.end.cancel();
        self.at_once.notify_one();
        let goodbye = async {
            // A beat after the goodbye would take it back. A panic of the heart was told when it happened.
            let _ = (&mut self.task).await;
            self.heart.stop().await
        };
        if !matches!(timeout(GOODBYE, goodbye).await, Ok(Ok(()))) {
            self.task.abort();
            tracing::warn!("the process ends without a goodbye: it will be missed for a day");
        }
        self.store
    }
}

async fn beat(shift: Shift, heart: Heartbeat, at_once: Arc<Notify>) {
    let due = Mutex::new(Instant::now());
    let step = || async {
        let asked = timeout(GLANCE, at_once.notified()).await.is_ok();
        if !asked && Instant::now() < *due.lock().await {
            return Ok(Progress::Idle);
        }
        *due.lock().await = Instant::now() + PERIOD;
        heart.beat().await
    };
    shift.run_every(HEARTBEAT, Duration::ZERO, step).await;
}
