// SPDX-License-Identifier: EUPL-1.2
//! What is kept for a while only.

use std::time::Duration;

use campanella_domain::civil::term::Term;
use campanella_runtime::{Failure, Progress, clock::Clock};
use campanella_store::{Store, ardis::draft, inbox};
use chrono::TimeDelta;

/// Once a day, and at the start.
pub(super) const PAUSE: Duration = Duration::from_secs(24 * 3_600);
/// How long the inbox is kept: far longer than any message can be redelivered.
const INBOX: TimeDelta = TimeDelta::days(90);

/// Rows deleted in one transaction: the workers wait for it.
const PAGE: u64 = 1_000;

/// Deletes the drafts once the window has closed (ARD-040): nobody is reminded of them any more. Deletes a page of the
/// inbox rows older than [`INBOX`]. [`Progress::Idle`]: there are no more.
pub(super) async fn forget(store: &Store, clock: &dyn Clock, closes: Term) -> Result<Progress, Failure> {
    let mut tx = store.begin().await?;
    if closes.has_passed(clock.now()) {
        draft::forget(&mut tx).await?;
    }
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
    use campanella_store::ardis::draft::Draft;
    use campanella_store::{
        StoreSettings,
        inbox::{InboxRow, Outcome},
    };
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    use super::*;

    /// When a window closes.
    fn closes() -> Term {
        serde_json::from_str("\"2025-11-20T16:00:00\"").unwrap()
    }

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
    async fn ard_040_drafts_are_kept_until_the_window_closes_and_not_an_instant_longer() -> anyhow::Result<()>
    {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let closes = closes();
        let draft = Draft {
            id: Uuid::from_u128(1),
            instance_number: "2025-000001".parse()?,
            mailbox: "famiglia@posta.example".parse()?,
            started_at: closes.instant() - TimeDelta::days(1),
        };
        let mut tx = store.begin().await?;
        draft::upsert(&mut tx, &[draft]).await?;
        tx.commit().await?;
        let clock = SimulatedClock::at(closes.instant());
        for left in [1, 0] {
            forget(&store, &clock, closes).await?;
            let mut tx = store.read().await?;
            assert_eq!(draft::not_transmitted(&mut tx, None, 10).await?.len(), left);
            tx.rollback().await?;
            clock.advance_to(closes.instant() + TimeDelta::microseconds(1));
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_inbox_is_kept_ninety_days_and_not_a_second_longer() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let handled: DateTime<Utc> = "2025-11-20T12:00:00Z".parse()?;
        record(&store, handled).await?;
        let clock = SimulatedClock::at(handled + INBOX);
        forget(&store, &clock, closes()).await?;
        assert!(record(&store, handled).await?.is_empty(), "still known");
        clock.advance_to(handled + INBOX + TimeDelta::seconds(1));
        forget(&store, &clock, closes()).await?;
        assert_eq!(record(&store, handled).await?.len(), 1, "forgotten");
        Ok(())
    }
}
