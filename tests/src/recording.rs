// SPDX-License-Identifier: EUPL-1.2
//! What portals and officers do: facts and their messages in one transaction, after which everybody works.

use anyhow::{Result, ensure};
use campanella_domain::{
    ars::{CommunicationKind, DropOutKind},
    identity::Redacted,
};
use campanella_jobs::{
    Deciding, ListOrder, OfficerVerdict, OfficerWord, Publishing, decide_by_officer, publish_list,
};
use campanella_messages::{
    ArdisApplicationRecorded, ArdisIseeRecorded, ArdisListPublished, ArsCommunicationRecorded, Cause, Message,
};
use campanella_runtime::UnitOfWork;
use campanella_store::{
    ardis::{
        application::{self, NewApplication},
        attestation::{self, NewAttestation},
        decision,
    },
    ars::{communication, student},
};
use chrono::NaiveDate;
use uuid::Uuid;

use crate::{Family, Isee, Pupil, World, veneto};

/// The one list of a world.
const LIST: Uuid = Uuid::from_u128(0xca);

impl World {
    pub(crate) async fn unit(&self) -> Result<UnitOfWork<'_>> {
        let Self { installation, .. } = self;
        Ok(UnitOfWork::begin(&installation.store, self.now(), &installation.procedures).await?)
    }

    /// Messages are sent, and handled by whoever wants them.
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn send(&mut self, messages: &[impl Message]) -> Result<()> {
        let mut work = self.unit().await?;
        for message in messages {
            work.emit(message, Cause::First);
        }
        work.commit(&self.workforce.handle).await?;
        self.work_off().await
    }

    /// The portal transmits a family's application.
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn receive_application(&mut self, family: &Family) -> Result<()> {
        let mut work = self.unit().await?;
        let new = NewApplication {
            id: family.id(),
            application: family.application.clone(),
            recorded_at: self.now(),
        };
        application::insert(work.tx(), &[new]).await?;
        work.emit(&ArdisApplicationRecorded { application: family.id() }, Cause::First);
        work.commit(&self.workforce.handle).await?;
        self.work_off().await
    }

    /// INPS tells now of a DSU or an attestation, whenever it was signed and issued.
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn learn(&mut self, family: &Family, isee: Isee) -> Result<()> {
        let mut work = self.unit().await?;
        let mut attestation = isee.attestation;
        attestation.available_at = self.now();
        let new = NewAttestation { protocol: None, student: isee.student, attestation };
        attestation::insert(work.tx(), &[new]).await?;
        work.emit(&ArdisIseeRecorded { application: family.id() }, Cause::First);
        work.commit(&self.workforce.handle).await?;
        self.work_off().await
    }

    /// An officer admits, whatever was proposed, having looked at the newest revision.
    ///
    /// # Errors
    /// Before the first term, or when the database is unavailable.
    pub async fn officer_admits(&mut self, family: &Family) -> Result<()> {
        let mut work = self.unit().await?;
        let seen = decision::newest(work.tx(), &[family.id()]).await?.remove(&family.id());
        let word = OfficerWord {
            application: family.id(),
            revision: seen.map_or(0, |newest| newest.revision),
            verdict: OfficerVerdict::Admitted,
            officer: Redacted::new("addetta".to_owned()),
            motivation: Redacted::new("documenti visti allo sportello".to_owned()),
        };
        let deciding = decide_by_officer(&word, &mut work).await?;
        ensure!(matches!(deciding, Deciding::Recorded { .. }), "{deciding:?}");
        work.commit(&self.workforce.handle).await?;
        self.work_off().await
    }

    /// An officer publishes the provisional list, or is told why not.
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn publish(&mut self) -> Result<Publishing> {
        let mut work = self.unit().await?;
        let order = ListOrder::provisional(LIST, Redacted::new("addetta".to_owned()));
        let publishing = publish_list(&order, &mut work).await?;
        work.commit(&self.workforce.handle).await?;
        self.work_off().await?;
        Ok(publishing)
    }

    /// The message that tells of the list.
    #[must_use]
    pub const fn list_published() -> ArdisListPublished {
        ArdisListPublished { list: LIST, after: None }
    }

    /// The places and schools the students of Veneto live in and go to.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn settle_veneto(&mut self) -> Result<()> {
        let mut tx = self.installation.store.begin().await?;
        veneto::settle(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    /// The school enters a student and reports that they stopped attending on a day.
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn report_drop_out(&mut self, pupil: &Pupil, on: NaiveDate) -> Result<()> {
        self.settle_veneto().await?;
        let mut work = self.unit().await?;
        student::upsert(work.tx(), std::slice::from_ref(&pupil.student)).await?;
        communication::insert(work.tx(), &[pupil.entry()?]).await?;
        work.commit(&self.workforce.handle).await?;
        self.communicate(pupil, CommunicationKind::DropOut(DropOutKind::InformalAbandonment), on).await
    }

    /// The school tells of the student's return on a day (`ARS-025`).
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn report_return(&mut self, pupil: &Pupil, on: NaiveDate) -> Result<()> {
        self.communicate(pupil, CommunicationKind::ReturnBySchool, on).await
    }

    async fn communicate(&mut self, pupil: &Pupil, kind: CommunicationKind, on: NaiveDate) -> Result<()> {
        let mut work = self.unit().await?;
        let communication = pupil.communication(kind, on, self.now());
        communication::insert(work.tx(), &[communication]).await?;
        work.emit(&ArsCommunicationRecorded { student: pupil.student.id }, Cause::First);
        work.commit(&self.workforce.handle).await?;
        self.work_off().await
    }
}
