// SPDX-License-Identifier: EUPL-1.2
//! One transaction: end what is too late, take what is due, leave out what need not be sent any more, count the rest against
//! the relay's limits.

use campanella_runtime::{Failure, crash};
use campanella_store::{
    Tx,
    notification::{self, Claimed, Claims, Settlement, Unreadable, Verdict},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Mailer;
use crate::rate::Rate;

/// The answer stored with a mail whose precondition does not hold any more.
const NO_LONGER_NEEDED: &str = "no longer needed: the precondition does not hold";

impl Mailer {
    /// Mails now in hand until `until` (machine time), and how many others came to their end.
    pub(super) async fn claim(
        &mut self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(Vec<Claimed>, usize), Failure> {
        let mut tx = self.store.begin().await?;
        let expired = notification::expire(&mut tx, now).await?;
        let (claims, used) = match self.settings.rate.is_limited() {
            false => (self.take(&mut tx, now, until, u32::MAX).await?, None),
            true => {
                let used = Rate::load(&mut tx, now).await?;
                self.closed_until = self.settings.rate.reopens(used);
                (self.take(&mut tx, now, until, self.settings.rate.left(used)).await?, Some(used))
            }
        };
        let Claims { mails: mut claimed, unreadable } = claims;
        self.refuse(&mut tx, &unreadable, now).await?;
        let ids: Vec<Uuid> = claimed.iter().map(|mail| mail.id).collect();
        let failed = notification::failed_preconditions(&mut tx, &ids).await?;
        let cancelled: Vec<Uuid> = ids.into_iter().filter(|id| failed.contains(id)).collect();
        notification::cancel(&mut tx, &cancelled, NO_LONGER_NEEDED, now).await?;
        claimed.retain(|mail| !failed.contains(&mail.id));
        if let Some(used) = used {
            used.reserve(&mut tx, u32::try_from(claimed.len()).unwrap_or(u32::MAX)).await?;
        }
        // Before the commit: if its fate is unknown, the next step gives back what it may have claimed.
        self.hand.undelivered.extend(claimed.iter().map(|mail| (mail.id, mail.attempt)));
        crash::point("mailer.before-claim");
        tx.commit().await?;
        crash::point("mailer.after-claim");
        let ended = cancelled.len() + unreadable.len();
        Ok((claimed, usize::try_from(expired).unwrap_or(usize::MAX).saturating_add(ended)))
    }

    /// Ends rows that cannot be read: a person has to look at them, and they hold up no other.
    async fn refuse(
        &self,
        tx: &mut Tx,
        unreadable: &[Unreadable],
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let settlement = |row: &Unreadable| {
            tracing::error!(mail.id = %row.id, error = %row.reason, "mail cannot be read");
            let answer = row.reason.to_string();
            Settlement { id: row.id, attempt: row.attempt, verdict: Verdict::Refused, answer }
        };
        let settlements: Vec<Settlement> = unreadable.iter().map(settlement).collect();
        notification::record(tx, self.owner, &settlements, now).await?;
        Ok(())
    }

    async fn take(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        left: u32,
    ) -> Result<Claims, Failure> {
        let limit = left.min(u32::from(self.settings.batch.get()));
        if limit == 0 {
            return Ok(Claims::default());
        }
        Ok(notification::claim(tx, self.owner, now, until, i64::from(limit)).await?)
    }
}
