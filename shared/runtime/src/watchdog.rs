// SPDX-License-Identifier: EUPL-1.2
//! Kills the process when a handler hangs.
//!
//! A handler that blocks cannot be cancelled from inside: only the end of the process frees its transaction. The message
//! is then redelivered as a suspect, and ends as a dead letter if it does it again. The supervisor (systemd, compose)
//! starts the process anew.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(100);
/// How long the end of the process waits for its log line.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Watches what is running; cloning it shares the watch.
#[derive(Debug, Clone, Default)]
pub struct Watchdog {
    running: Arc<Mutex<HashMap<u64, Running>>>,
    next: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Running {
    name: &'static str,
    until: Instant,
}

/// Something is running until this is dropped.
#[derive(Debug)]
pub struct Guard {
    watchdog: Watchdog,
    key: u64,
}

impl Watchdog {
    /// A watchdog whose thread looks ten times a second, which a blocked runtime cannot stop. The thread ends soon after
    /// the last clone is gone: a start that is tried again and again leaves none behind.
    #[must_use]
    pub fn start() -> Self {
        let watchdog = Self::default();
        watchdog.watch();
        watchdog
    }

    fn watch(&self) -> JoinHandle<()> {
        let running = Arc::downgrade(&self.running);
        std::thread::spawn(move || {
            while let Some(running) = running.upgrade() {
                if let Some(name) = overdue(&running, Instant::now()) {
                    tell(move || {
                        tracing::error!(worker = name, "handler exceeded its timeout, the process ends");
                    });
                    std::process::abort();
                }
                drop(running);
                std::thread::sleep(LOOK);
            }
        })
    }

    /// Says that `name` runs now and must be done within `limit`.
    #[must_use]
    pub fn guard(&self, name: &'static str, limit: Duration) -> Guard {
        let key = self.next.fetch_add(1, Ordering::Relaxed);
        self.lock().insert(key, Running { name, until: Instant::now() + limit });
        Guard { watchdog: self.clone(), key }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Running>> {
        lock(&self.running)
    }
}

fn overdue(running: &Mutex<HashMap<u64, Running>>, now: Instant) -> Option<&'static str> {
    lock(running).values().find(|running| running.until < now).map(|running| running.name)
}

fn lock(running: &Mutex<HashMap<u64, Running>>) -> MutexGuard<'_, HashMap<u64, Running>> {
    // A map of names and times is whole after any panic.
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.watchdog.lock().remove(&self.key);
    }
}

/// Logs the last words of a process from a thread of its own, and waits no longer than [`LAST_WORDS`]: whatever hangs may hold the lock the log needs,
/// or nobody may read what is written.
pub(crate) fn tell(words: impl FnOnce() + Send + 'static) {
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        words();
        // Nobody hears it if it came too late; the process ends then.
        let _ = told.send(());
    });
    let _ = heard.recv_timeout(LAST_WORDS);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_still_runs_can_be_overdue() {
        let watchdog = Watchdog::default();
        let guard = watchdog.guard("registry", Duration::from_secs(1));
        let later = Instant::now() + Duration::from_secs(2);
        assert_eq!(overdue(&watchdog.running, Instant::now()), None);
        assert_eq!(overdue(&watchdog.running, later), Some("registry"));
        drop(guard);
        assert_eq!(overdue(&watchdog.running, later), None);
    }

    #[test]
    fn its_thread_ends_with_those_it_watches() {
        let watchdog = Watchdog::default();
        let thread = watchdog.watch();
        let guard = watchdog.guard("registry", Duration::from_secs(3600));
        drop(watchdog);
        assert!(!thread.is_finished(), "something is running still");
        drop(guard);
        thread.join().unwrap();
    }
}
