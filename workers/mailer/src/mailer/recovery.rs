// SPDX-License-Identifier: EUPL-1.2
//! What dead processes left in hand, and what a failed step of this one did.

use campanella_runtime::{Failure, clock, crash};
use campanella_store::notification::{self, Doubtful, Resolution};

use super::{Hand, Mailer};
use crate::transport::Proof;

impl Mailer {
    /// Queues again what died before it was being sent; asks the transport about what died after.
    pub(super) async fn recover_dead(&mut self) -> Result<(), Failure> {
        let mut tx = self.store.begin().await?;
        let recovered = if self.shares_its_queue() {
            notification::recover(&mut tx, clock::machine_now()).await?
        } else {
            notification::recover_others(&mut tx, self.owner).await?
        };
        crash::point("mailer.before-recovery");
        tx.commit().await?;
        crash::point("mailer.after-recovery");
        self.resolve(recovered.doubtful).await
    }

    /// Asks the transport what became of mails that were being sent.
    async fn resolve(&mut self, doubtful: Vec<Doubtful>) -> Result<(), Failure> {
        if doubtful.is_empty() {
            return Ok(());
        }
        let mut resolutions = Vec::with_capacity(doubtful.len());
        for doubtful in doubtful {
            let resolution = match self.transport.proof(doubtful.id).await {
                Proof::Delivered => Resolution::Accepted,
                Proof::NotDelivered => Resolution::Queued,
                Proof::Unknown => Resolution::Uncertain,
            };
            tracing::warn!(mail.id = %doubtful.id, ?resolution, "mail was being sent when its sender stopped");
            resolutions.push((doubtful, resolution));
        }
        let mut tx = self.store.begin().await?;
        notification::resolve_doubtful(&mut tx, &resolutions, self.clock.now()).await?;
        crash::point("mailer.before-resolution");
        tx.commit().await?;
        crash::point("mailer.after-resolution");
        Ok(())
    }

    /// Records what is known, queues again what certainly did not leave, settles what a dropped step left in doubt.
    pub(super) async fn settle_hand(&mut self) -> Result<(), Failure> {
        if !self.hand.in_flight.is_empty() {
            let owner = self.owner;
            let doubtful =
                self.hand.in_flight.iter().map(|&(id, attempt)| Doubtful { id, attempt, owner }).collect();
            self.resolve(doubtful).await?;
            self.hand.in_flight.clear();
        }
        if self.hand.unrecorded.is_empty() && self.hand.undelivered.is_empty() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        notification::record(&mut tx, self.owner, &self.hand.unrecorded, self.clock.now()).await?;
        notification::release(&mut tx, self.owner, &self.hand.undelivered).await?;
        crash::point("mailer.before-record");
        tx.commit().await?;
        crash::point("mailer.after-record");
        self.hand = Hand::default();
        Ok(())
    }
}
