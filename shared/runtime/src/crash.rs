// SPDX-License-Identifier: EUPL-1.2
//! Named places where a test may kill the process: before and after each commit on the way of a message or a mail, each
//! publish, acknowledgement and DATA. Left out are heartbeats, on which nobody's right hangs.
//!
//! Without the feature `crash-points` a point compiles to nothing. With it, `CAMPANELLA_CRASH=<name>:<n>` aborts the
//! process the n-th time it passes the point.

/// The variable that names the point to die at.
pub const VARIABLE: &str = "CAMPANELLA_CRASH";

/// Those that every year passes, so that a test can visit each. A year that dies at one leaves behind what the next needs.
pub const OF_A_YEAR: [&str; 25] = [
    "unit.before-commit",
    "unit.after-commit",
    "runner.before-acknowledge",
    "runner.after-acknowledge",
    "relay.before-claim",
    "relay.after-claim",
    "relay.before-publish",
    "relay.after-publish",
    "relay.before-delete",
    "relay.after-delete",
    "wake.before-acknowledge",
    "wake.after-acknowledge",
    "mailer.before-claim",
    "mailer.after-claim",
    "mailer.before-sending",
    "mailer.after-sending",
    "mailer.before-data",
    "mailer.after-data",
    "mailer.before-recovery",
    "mailer.after-recovery",
    "mailer.before-resolution",
    "mailer.after-resolution",
    "mailer.before-record",
    "mailer.after-record",
    "simulation.after-arrivals",
];

/// Those that only trouble leads to: a message whose holder died, one that cannot be published, one the broker gave up on.
pub const OF_TROUBLE: [&str; 8] = [
    "suspects.before-commit",
    "suspects.after-commit",
    "quarantine.before-commit",
    "quarantine.after-commit",
    "safety-net.before-commit",
    "safety-net.after-commit",
    "safety-net.before-acknowledge",
    "safety-net.after-acknowledge",
];

/// Passes a named point.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub const fn point(_name: &'static str) {}

/// Passes a named point; aborts the process if it is the one asked for.
#[cfg(feature = "crash-points")]
pub fn point(name: &'static str) {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    };
    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var_os(VARIABLE)?.into_string().ok()?;
        let (name, times) = text.rsplit_once(':')?;
        Some((name.to_owned(), times.parse().ok()?))
    });
    if let Some((wanted, times)) = wanted
        && wanted == name
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *times
    {
        std::process::abort();
    }
}
