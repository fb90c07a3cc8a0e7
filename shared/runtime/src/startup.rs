// SPDX-License-Identifier: EUPL-1.2
//! A start that waits for what is not there yet.
//!
//! After a power cut everything starts at once, and a database takes longer than its clients. A process that gave up would
//! be started again and again by its supervisor, ever more slowly; one that waits starts when it can, and says meanwhile
//! what it waits for: in the log and on its `/status`.

use std::{future::Future, time::Duration};

use backon::{ExponentialBuilder, Retryable as _};

use crate::process::StatusBoard;

/// The name of the start among the loops.
pub const STARTUP: &str = "startup";
/// The first pause, doubled each time.
const FIRST: Duration = Duration::from_millis(500);
/// No pause is longer, jitter aside.
const LONGEST: Duration = Duration::from_secs(15);

/// The pauses between attempts: ever longer, without end, each with up to the same again as jitter.
const PAUSES: ExponentialBuilder =
    ExponentialBuilder::new().with_min_delay(FIRST).with_max_delay(LONGEST).without_max_times().with_jitter();

/// Attempts until it succeeds or fails for a reason that waiting does not cure. `awaited` says of an error what it is that
/// is waited for, none if waiting is no use; `told` is told it each time. The board has [`STARTUP`] as waiting; the caller
/// puts it there before anybody can look and takes it off once its loops are there, so that at no moment an empty board passes
/// for a healthy process.
///
/// # Errors
/// Those of which `awaited` knows nothing.
pub async fn patiently<T, E, F>(
    board: &StatusBoard,
    attempt: impl FnMut() -> F,
    awaited: impl Fn(&E) -> Option<String>,
    mut told: impl FnMut(&str),
) -> Result<T, E>
where
    F: Future<Output = Result<T, E>>,
{
    attempt
        .retry(PAUSES)
        .sleep(tokio::time::sleep)
        .when(|error| awaited(error).is_some())
        .notify(|error, pause| {
            let reason = awaited(error).unwrap_or_default();
            tracing::warn!(worker = STARTUP, error = reason, wait_seconds = pause.as_secs_f32(), "waiting");
            // First the board: whoever is told may look there.
            board.waiting(STARTUP, reason.clone());
            told(&reason);
        })
        .await
}

#[cfg(test)]
mod tests {
    use backon::BackoffBuilder as _;

    use super::*;

    #[test]
    fn the_pauses_between_attempts_grow_up_to_a_longest_and_never_end() {
        let mut least = FIRST;
        for (number, pause) in PAUSES.build().take(1_000).enumerate() {
            assert!((least..=2 * least).contains(&pause), "pause {number}: {pause:?}, not from {least:?}");
            least = (2 * least).min(LONGEST);
        }
        assert_eq!(least, LONGEST);
        assert_eq!(PAUSES.build().take(1_000).count(), 1_000);
    }
}
