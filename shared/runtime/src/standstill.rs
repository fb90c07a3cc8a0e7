// SPDX-License-Identifier: EUPL-1.2
//! Ends the process when one of its loops stands still: it does not come back from what it called.
//!
//! A machine that vanishes without closing its connections (a power cut, a firewall that drops) leaves whoever awaits an answer
//! waiting, for a quarter of an hour or for ever, with locks, leases and hundreds of messages in hand. Nothing inside can be
//! trusted to let go of them, so the process ends at once, as the watchdog ends it for a handler that hangs ([`crate::Watchdog`]):
//! its connections are gone with it, what was in hand comes again, and its supervisor starts it anew. A loop that *waits* for
//! what is away, and says so, is in no step and does not count; neither does a long step that gets on ([`crate::Beat`]).
//!
//! Rejected: keepalive on the sockets of the database (the driver offers none), a timeout around each step (what is dropped in
//! the middle goes back to the pool, which waits for the same silent machine).

use std::{thread::JoinHandle, time::Duration};

use chrono::SubsecRound as _;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::machine_now,
    process::{StatusBoard, Still},
    watchdog,
};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// So many looks in a row must find it. A process that was itself stopped for a while (a paused container, a frozen virtual
/// machine) finds all its steps too old when it goes on, and needs a moment to end them.
const LOOKS: u32 = 5;

/// Watches a board from a thread of its own, which a blocked runtime cannot stop, until `end`: a loop that stands still for
/// `limit` ends the process with SIGABRT, after a line of the log that says which and since when.
pub fn watch(board: StatusBoard, limit: Duration, end: CancellationToken) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut looks = 0;
        while !end.is_cancelled() {
            let still = board.still(limit);
            looks = if still.is_empty() { 0 } else { looks + 1 };
            if looks >= LOOKS {
                watchdog::tell(move || say(&still));
                std::process::abort();
            }
            std::thread::sleep(LOOK);
        }
    })
}

/// The one that has stood still longest tells since when.
fn say(still: &[Still]) {
    let Some(first) = still.iter().max_by_key(|one| one.elapsed) else { return };
    let others: Vec<&str> =
        still.iter().map(|one| one.name.as_str()).filter(|name| *name != first.name).collect();
    tracing::error!(
        worker = first.name,
        others = others.join(", "),
        since = %(machine_now() - first.elapsed).trunc_subsecs(0),
        stuck_seconds = first.elapsed.as_secs(),
        "a step does not come to its end, the process ends"
    );
}
