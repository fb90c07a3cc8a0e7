// SPDX-License-Identifier: EUPL-1.2
//! What can be told of families and students, to be recorded with others at once.

use anyhow::Result;
use campanella_domain::{
    ardis::{Attestation, SelfCertification},
    ids,
};
use campanella_messages::{ArdisApplicationRecorded, ArdisIseeRecorded, ArsCommunicationRecorded, Cause};
use campanella_store::{
    ardis::{
        application::{self, NewApplication},
        attestation::{self, NewAttestation},
        self_certification::{self, NewSelfCertification},
    },
    ars::{
        communication::{self, NewCommunication},
        student,
    },
};

use crate::{Family, Pupil, World};

/// A fact about a family.
#[derive(Debug, Clone)]
pub enum Fact {
    /// Its application.
    Application(Family),
    /// A DSU or an attestation, known since it says so itself.
    Isee(Family, Attestation),
    /// A self-certification, as checked.
    SelfCertification(Family, SelfCertification),
}

impl Fact {
    /// Whose it is.
    #[must_use]
    pub const fn family(&self) -> &Family {
        match self {
            Self::Application(family) | Self::Isee(family, _) | Self::SelfCertification(family, _) => family,
        }
    }
}

impl World {
    /// Facts are recorded in one transaction with their messages; nobody works.
    ///
    /// # Errors
    /// When the database is unavailable, or a form comes before its application.
    pub async fn tell(&mut self, facts: &[Fact]) -> Result<()> {
        let mut work = self.unit().await?;
        for fact in facts {
            let application = fact.family().id();
            match fact {
                Fact::Application(family) => {
                    let new = NewApplication {
                        id: application,
                        application: family.application.clone(),
                        recorded_at: family.application.submitted_at,
                    };
                    application::insert(work.tx(), &[new]).await?;
                    work.emit(&ArdisApplicationRecorded { application }, Cause::First);
                    continue;
                }
                Fact::Isee(family, attestation) => {
                    let student = family.application.student.clone();
                    let new = NewAttestation { protocol: None, student, attestation: attestation.clone() };
                    attestation::insert(work.tx(), &[new]).await?;
                }
                Fact::SelfCertification(_, form) => {
                    let new = NewSelfCertification {
                        id: ids::self_certification(application, form.received_at),
                        application,
                        self_certification: form.clone(),
                    };
                    self_certification::insert(work.tx(), &[new]).await?;
                }
            }
            work.emit(&ArdisIseeRecorded { application }, Cause::First);
        }
        work.commit(&self.workforce.handle).await?;
        Ok(())
    }

    /// Students are entered in the register; nobody works.
    ///
    /// # Errors
    /// When the database is unavailable.
    pub async fn enter(&mut self, pupils: &[Pupil]) -> Result<()> {
        let mut work = self.unit().await?;
        let students: Vec<_> = pupils.iter().map(|pupil| pupil.student.clone()).collect();
        student::upsert(work.tx(), &students).await?;
        work.commit(&self.workforce.handle).await?;
        Ok(())
    }

    /// Communications are recorded in one transaction with their messages; nobody works.
    ///
    /// # Errors
    /// When the database is unavailable, or a student is not entered.
    pub async fn tell_of_students(&mut self, communications: &[NewCommunication]) -> Result<()> {
        let mut work = self.unit().await?;
        communication::insert(work.tx(), communications).await?;
        for told in communications {
            work.emit(&ArsCommunicationRecorded { student: told.student }, Cause::First);
        }
        work.commit(&self.workforce.handle).await?;
        Ok(())
    }
}
