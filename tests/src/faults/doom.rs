// SPDX-License-Identifier: EUPL-1.2
//! A process that dies twice where its relay has messages in hand.
//!
//! From outside nobody sees what a relay holds: a row of the outbox is born claimed, and stays there for a while after it was
//! published. So the process itself dies at a crash point of the relay: in its first life before it publishes what it holds, in
//! its second when that is published and its rows are still there. What stands in the outbox then is observed.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{Context as _, Result, ensure};
use campanella_runtime::crash;

use super::hands::DOOMED;

/// The process and its lives.
#[derive(Debug)]
pub(crate) struct Doom {
    name: &'static str,
    /// Where each life ends, and the how many-th time it comes there; the next one is its last.
    points: Vec<String>,
    lives: Mutex<Lives>,
    expected: AtomicUsize,
}

#[derive(Debug, Default)]
struct Lives {
    begun: usize,
    /// Rows in the outbox, at each death.
    left: Vec<u64>,
}

impl Doom {
    /// `draw` chooses the process, of those that handle all of their messages alone, and the moments.
    pub(crate) fn drawn(draw: usize) -> Self {
        let name = DOOMED[draw % DOOMED.len()];
        let points = vec![
            format!("relay.before-publish:{}", 1 + draw / 2 % 2),
            format!("relay.after-publish:{}", 1 + draw / 4 % 2),
        ];
        Self { name, points, lives: Mutex::default(), expected: AtomicUsize::new(0) }
    }

    /// Whether `name` is the doomed one and has died at a point: it is not at work, and has been.
    pub(crate) fn has_ended(&self, name: &str) -> bool {
        let lives = self.lives();
        name == self.name && lives.begun > lives.left.len() && lives.begun <= self.points.len()
    }

    /// It has died, and this is in the outbox.
    pub(crate) fn leaves(&self, rows: u64) {
        self.lives().left.push(rows);
    }

    /// What a process is started with besides.
    pub(crate) fn begins(&self, name: &str) -> Option<(String, String)> {
        if name != self.name {
            return None;
        }
        let mut lives = self.lives();
        lives.begun += 1;
        self.points.get(lives.begun - 1).map(|point| (crash::VARIABLE.to_owned(), point.clone()))
    }

    /// The next death is waited for.
    pub(crate) fn expect_one_more(&self) {
        self.expected.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether it has died as often as was waited for.
    ///
    /// # Errors
    /// When nothing was in the outbox.
    pub(crate) fn has_come(&self) -> Result<bool> {
        let expected = self.expected.load(Ordering::SeqCst);
        let lives = self.lives();
        if lives.left.len() < expected {
            return Ok(false);
        }
        let left =
            expected.checked_sub(1).and_then(|last| lives.left.get(last)).context("nothing is waited for")?;
        ensure!(*left > 0, "{} died, and its relay had nothing in hand", self.name);
        Ok(true)
    }

    fn lives(&self) -> MutexGuard<'_, Lives> {
        self.lives.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
