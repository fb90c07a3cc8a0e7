// SPDX-License-Identifier: EUPL-1.2
//! What is kept for a while only.

use std::time::Duration;

use campanella_runtime::{Failure, Progress, clock::Clock};
use campanella_store::{Store, inbox};
use chrono::TimeDelta;

/// Once a day, and at the start.
pub(super) const PAUSE: Duration = Duration::from_secs(24 * 3_600);
/// How long the inbox is kept: far longer than any message can be redelivered.
const INBOX: TimeDelta = TimeDelta::days(90);

/// Rows deleted in one transaction: the workers wait for it.
const PAGE: u64 = 1_000;

/// Deletes a page of the inbox rows older than [`INBOX`]. [`Progress::Idle`]: there are no more.
pub(super) async fn forget(store: &Store, clock: &dyn Clock) -> Result<Progress, Failure> {
    let mut tx = store.begin().await?;
    let forgotten = inbox::forget_before(&mut tx, clock.now() - INBOX, PAGE.cast_signed()).await?;
    tx.commit().await?;
    if forgotten > 0 {
        tracing::info!(rows = forgotten, "inbox rows older than 90 days forgotten");
    }
    Ok(match usize::try_from(forgotten) {
        Ok(rows) if forgotten == PAGE => Progress::Worked(rows),
        _ => Progress::Idle,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use campanella_runtime::clock::SimulatedClock;
    use campanella_store::{
        StoreSettings,
        inbox::{InboxRow, Outcome},
    };
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    use super::*;

    async fn record(store: &Store, at: DateTime<Utc>) -> anyhow::Result<HashSet<Uuid>> {
        let row = InboxRow {
            message_id: Uuid::from_u128(1),
            kind: "mail.requested".to_owned(),
            correlation_id: None,
            causation_id: None,
            written_at: None,
        };
        let mut tx = store.begin().await?;
        let new = inbox::record(&mut tx, "registry", Outcome::Done, at, &[row]).await?;
        tx.commit().await?;
        Ok(new)
    }

    #[tokio::test]
    async fn the_inbox_is_kept_ninety_days_and_not_a_second_longer() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let handled: DateTime<Utc> = "2025-11-20T12:00:00Z".parse()?;
        record(&store, handled).await?;
        let clock = SimulatedClock::at(handled + INBOX);
        forget(&store, &clock).await?;
        assert!(record(&store, handled).await?.is_empty(), "still known");
        clock.advance_to(handled + INBOX + TimeDelta::seconds(1));
        forget(&store, &clock).await?;
        assert_eq!(record(&store, handled).await?.len(), 1, "forgotten");
        Ok(())
    }
}
