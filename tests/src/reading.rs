// SPDX-License-Identifier: EUPL-1.2
//! What there is to see.

use anyhow::{Context as _, Result};
use campanella_store::{
    Tx,
    ardis::decision::{self, Decision},
    ars::period::{self, Period},
    dead_letter::{self, DeadLetter},
    notification::{self, NotificationRow},
    occurrence::{self, OccurrenceRow},
    outbox,
};

use crate::{Family, Mail, Pupil, World};

/// More notifications than any story writes.
const ALL: i64 = 100_000;

impl World {
    /// A transaction that only reads.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn read(&self) -> Result<Tx> {
        Ok(self.installation.store.read().await?)
    }

    /// The newest decision on a family's application.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn decision(&self, family: &Family) -> Result<Option<Decision>> {
        Ok(decision::newest(&mut self.read().await?, &[family.id()]).await?.remove(&family.id()))
    }

    /// What was decided of a family's application, as `excluded E01 E09`.
    ///
    /// # Errors
    /// When nothing was, or the database is unavailable.
    pub async fn verdict(&self, family: &Family) -> Result<String> {
        let decision = self.decision(family).await?.context("nothing was decided")?;
        let causes = decision.causes.iter().map(|cause| format!(" {}", cause.code()));
        Ok(std::iter::once(decision.outcome.as_str().to_owned()).chain(causes).collect())
    }

    /// The rules the newest decision on a family's application was made under.
    ///
    /// # Errors
    /// When nothing was decided, or the database is unavailable.
    pub async fn rules(&self, family: &Family) -> Result<Vec<String>> {
        let decision = self.decision(family).await?.context("nothing was decided")?;
        Ok(decision.evaluation.rules.iter().map(ToString::to_string).collect())
    }

    /// Every notification of a template, in the order in which they were written; those of one moment by key.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn notifications(&self, template: &str) -> Result<Vec<NotificationRow>> {
        let mut all = notification::list(&mut self.read().await?, None, ALL).await?;
        all.retain(|row| row.template == template);
        all.sort_by(|one, other| {
            (one.created_at, &one.dedupe_key).cmp(&(other.created_at, &other.dedupe_key))
        });
        Ok(all)
    }

    /// The states of the notifications of a template, in the order in which they were written.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn states(&self, template: &str) -> Result<Vec<String>> {
        Ok(self.notifications(template).await?.into_iter().map(|row| row.state).collect())
    }

    /// The drop-out periods of a student.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn periods(&self, pupil: &Pupil) -> Result<Vec<Period>> {
        let student = pupil.student.id;
        let mut found = period::of_students(&mut self.read().await?, &[student]).await?;
        Ok(found.remove(&student).unwrap_or_default())
    }

    /// What the scheduler decided of each occurrence.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn occurrences(&self) -> Result<Vec<OccurrenceRow>> {
        Ok(occurrence::list(&mut self.read().await?).await?)
    }

    /// The open dead letters.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>> {
        Ok(dead_letter::list(&mut self.read().await?, false).await?)
    }

    /// How many messages are written and not yet on the bus.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn messages_in_the_outbox(&self) -> Result<i64> {
        Ok(outbox::stats(&mut self.read().await?).await?.rows)
    }

    /// Whom mails about the provisional list reached.
    ///
    /// # Errors
    /// When a mail cannot be read.
    pub fn told_of_the_list(&self) -> Result<Vec<String>> {
        let mut mails = self.mails()?;
        mails.retain(|mail| mail.subject.starts_with("Elenchi provvisori"));
        Ok(mails.into_iter().map(|mail| mail.to).collect())
    }

    /// The mails that left, by recipient and subject.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn mails(&self) -> Result<Vec<Mail>> {
        Mail::all_in(&self.installation.folder.path().join("mail"))
    }
}
