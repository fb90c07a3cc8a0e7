// SPDX-License-Identifier: EUPL-1.2
//! The worker that sends mails: one public step, killed anywhere without a mail lost or sent twice blindly.
//!
//! In: `mail.requested`, which only wakes it; the `notification` rows are its queue. Out: mails, no messages.
//!
//! One step: expire and claim (one transaction), render once, then group by group *mark as being sent* (committed) → deliver
//! (network, no transaction) → record (fenced by owner and attempt, in the transaction that marks the next group). What dies
//! before the mark is queued again; what dies after it is settled by the transport's proof, or else *uncertain*: never sent
//! again blindly. Twice is harmless up to the mark; after it the fence and the transport's proof decide.

mod claim;
mod prepare;
mod recovery;
mod send;

use std::sync::Arc;

use async_trait::async_trait;
use campanella_messages::{MailRequested, Message as _};
use campanella_runtime::{Beat, Failure, Outbound, Progress, clock, clock::Clock};
use campanella_store::{
    Store,
    notification::{self, Settlement},
};
use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    letterhead::Letterheads,
    settings::MailSettings,
    template::{RenderError, Renderer},
    transport::Transport,
};

/// Sends what is in the queue of mails.
#[derive(Debug)]
pub struct Mailer {
    store: Store,
    clock: Arc<dyn Clock>,
    transport: Box<dyn Transport>,
    letterheads: Letterheads,
    settings: MailSettings,
    renderer: Renderer,
    /// With the attempt, the fence: nobody else's rows are ever touched.
    owner: Uuid,
    hand: Hand,
    /// The process ends: no other group is begun.
    end: CancellationToken,
    beat: Beat,
    /// The relay's limit is reached until then, business time.
    closed_until: Option<DateTime<Utc>>,
}

/// What this process holds and the database does not know yet. It outlives a step that failed.
#[derive(Debug, Default)]
struct Hand {
    /// Results not yet recorded.
    unrecorded: Vec<Settlement>,
    /// Claimed, perhaps marked as being sent, certainly not sent (id, attempt).
    undelivered: Vec<(Uuid, i64)>,
    /// Handed to the transport, without a result yet: left over only if a step was dropped in the middle.
    in_flight: Vec<(Uuid, i64)>,
}

impl Mailer {
    /// A mailer over `store` that sends through `transport` in the name of `letterheads`.
    ///
    /// # Errors
    /// [`RenderError::Template`] if an embedded template does not parse.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        transport: Box<dyn Transport>,
        letterheads: Letterheads,
        settings: MailSettings,
    ) -> Result<Self, RenderError> {
        Ok(Self {
            store,
            clock,
            transport,
            letterheads,
            settings,
            renderer: Renderer::new()?,
            owner: clock::new_id(),
            hand: Hand::default(),
            end: CancellationToken::new(),
            beat: Beat::default(),
            closed_until: None,
        })
    }

    /// Whether another process may be sending from the same database. A SQLite file belongs to the one process that holds the
    /// lock on its folder.
    const fn shares_its_queue(&self) -> bool {
        matches!(self.store, Store::Postgres(_))
    }

    /// Looks before it locks: an idle step writes nothing.
    async fn is_due(&mut self, now: DateTime<Utc>) -> Result<bool, Failure> {
        if self.closed_until.is_some_and(|until| now < until) {
            return Ok(false);
        }
        let mut tx = self.store.read().await?;
        Ok(notification::next_due(&mut tx).await?.is_some_and(|due| due <= now))
    }
}

#[async_trait]
impl Outbound for Mailer {
    fn name(&self) -> &'static str {
        "mailer"
    }

    fn summary(&self) -> &'static str {
        "invia le e-mail in coda"
    }

    fn topics(&self) -> &'static [&'static str] {
        &[MailRequested::TYPE]
    }

    async fn recover(&mut self) -> Result<(), Failure> {
        self.recover_dead().await?;
        Ok(())
    }

    fn stop_at(&mut self, end: CancellationToken) {
        self.end = end;
    }

    fn report_to(&mut self, beat: Beat) {
        self.beat = beat;
    }

    async fn step(&mut self) -> Result<Progress, Failure> {
        self.settle_hand().await?;
        if self.shares_its_queue() {
            self.recover_dead().await?;
        }
        let now = self.clock.now();
        if !self.is_due(now).await? {
            self.transport.rest().await;
            return Ok(Progress::Idle);
        }
        self.transport.prepare().await.map_err(|error| Failure::Unavailable(error.to_string()))?;
        let until = clock::machine_now() + TimeDelta::seconds(i64::from(self.settings.lease_seconds));
        let (claimed, ended) = self.claim(now, until).await?;
        let claimed_now = claimed.len();
        let prepared = self.prepare(claimed, now);
        self.send(prepared, now, until).await?;
        match claimed_now + ended {
            0 => Ok(Progress::Idle),
            worked => Ok(Progress::Worked(worked)),
        }
    }

    async fn next_due(&mut self) -> Result<Option<DateTime<Utc>>, Failure> {
        let mut tx = self.store.read().await?;
        let due = notification::next_due(&mut tx).await?;
        Ok(due.map(|due| self.closed_until.map_or(due, |until| due.max(until))))
    }
}
