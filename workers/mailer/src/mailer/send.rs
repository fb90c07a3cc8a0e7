// SPDX-License-Identifier: EUPL-1.2
//! Group by group: mark as being sent, deliver, record.

use campanella_runtime::{Failure, clock, crash};
use campanella_store::notification::{self, Rendering, Settlement, Verdict};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    Mailer,
    prepare::{Attempt, Prepared},
};
use crate::{mail::OutgoingMail, transport::Delivery};

impl Mailer {
    /// Sends what was prepared. When the transport goes away in the middle, the process is asked to end, or half of the time
    /// until `until` (machine time, when others may take over) is used up, what did not leave is queued again.
    pub(super) async fn send(
        &mut self,
        prepared: Prepared,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let latest_start = until - TimeDelta::seconds(i64::from(self.settings.lease_seconds / 2));
        let Prepared { mails, mut renderings } = prepared;
        let mut down = None;
        for group in mails.chunks(self.transport.group().max(1)) {
            if self.end.is_cancelled() {
                break;
            }
            let group = self.start(group, std::mem::take(&mut renderings), now).await?;
            down = self.deliver(group, now).await;
            if down.is_some() || clock::machine_now() > latest_start {
                break;
            }
        }
        self.settle_hand().await?;
        match down {
            Some(reason) => Err(Failure::Unavailable(reason)),
            None => Ok(()),
        }
    }

    /// One transaction: keep the texts, record the group before, mark this one. Returns the mails that are still ours.
    async fn start(
        &mut self,
        group: &[(Attempt, OutgoingMail)],
        renderings: Vec<Rendering>,
        now: DateTime<Utc>,
    ) -> Result<Vec<(Attempt, OutgoingMail)>, Failure> {
        let fences: Vec<(Uuid, i64)> =
            group.iter().map(|(attempt, mail)| (mail.id(), attempt.number)).collect();
        let mut tx = self.store.begin().await?;
        notification::render_once(&mut tx, &renderings).await?;
        notification::record(&mut tx, self.owner, &self.hand.unrecorded, now).await?;
        let ours = notification::start_sending(&mut tx, self.owner, &fences).await?;
        crash::point("mailer.before-sending");
        tx.commit().await?;
        crash::point("mailer.after-sending");
        self.hand.unrecorded.clear();
        // From here on they may have left, whatever becomes of this step. Those no longer ours are somebody else's.
        self.hand.undelivered.retain(|held| !fences.contains(held));
        Ok(group.iter().filter(|(_, mail)| ours.contains(&mail.id())).cloned().collect())
    }

    /// Network, no transaction. Returns why the transport is down, if it is.
    async fn deliver(&mut self, group: Vec<(Attempt, OutgoingMail)>, now: DateTime<Utc>) -> Option<String> {
        let (attempts, mails): (Vec<Attempt>, Vec<OutgoingMail>) = group.into_iter().unzip();
        if mails.is_empty() {
            return None;
        }
        let numbers = attempts.iter().map(|attempt| attempt.number);
        self.hand.in_flight = mails.iter().map(OutgoingMail::id).zip(numbers).collect();
        // However slow the relay: each step of a delivery has a timeout of its own.
        let deliveries = self.beat.throughout(self.transport.deliver(&mails)).await;
        self.hand.in_flight.clear();
        let mut down = None;
        for ((mail, attempt), delivery) in mails.iter().zip(attempts).zip(deliveries) {
            if let Delivery::Unavailable { reason } = delivery {
                self.hand.undelivered.push((mail.id(), attempt.number));
                down.get_or_insert(reason);
            } else {
                self.hand.unrecorded.push(self.settlement(mail.id(), attempt, delivery, now));
            }
        }
        down
    }

    pub(super) fn settlement(
        &self,
        id: Uuid,
        attempt: Attempt,
        delivery: Delivery,
        now: DateTime<Utc>,
    ) -> Settlement {
        let (verdict, answer) = match delivery {
            Delivery::Accepted { answer } => (Verdict::Accepted, answer),
            Delivery::Refused { answer } => (Verdict::Refused, answer),
            Delivery::Uncertain { stage } => {
                tracing::warn!(mail.id = %id, mail.stage = ?stage, "nobody knows whether this mail left");
                (Verdict::Uncertain, format!("no answer at {stage:?}"))
            }
            Delivery::Deferred { answer } | Delivery::Unavailable { reason: answer } => {
                let counted = u16::try_from(attempt.counted).unwrap_or(u16::MAX);
                match self.settings.retry.after(counted, id) {
                    Some(delay) => (Verdict::Deferred(now + delay), answer),
                    None => (Verdict::Refused, format!("given up after {counted} attempts: {answer}")),
                }
            }
        };
        Settlement { id, attempt: attempt.number, verdict, answer }
    }
}
