// SPDX-License-Identifier: EUPL-1.2
//! Named places where a test may kill the process: before and after each commit, publish, acknowledgement and DATA.
//!
//! Without the feature `crash-points` a point compiles to nothing. With it, `CAMPANELLA_CRASH=<name>:<n>` aborts the
//! process the n-th time it passes the point.

/// The variable that names the point to die at.
pub const VARIABLE: &str = "CAMPANELLA_CRASH";

/// Every point, so that a test can visit each.
pub const POINTS: [&str; 13] = [
    "unit.before-commit",
    "unit.after-commit",
    "runner.before-acknowledge",
    "runner.after-acknowledge",
    "relay.before-publish",
    "relay.after-publish",
    "relay.after-delete",
    "mailer.after-claim",
    "mailer.after-sending",
    "mailer.before-data",
    "mailer.after-data",
    "mailer.after-record",
    "simulation.after-arrivals",
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
