// SPDX-License-Identifier: EUPL-1.2
//! A family that applies to ARDIS.

use anyhow::Result;
use campanella_domain::{
    ardis::{
        AccountHolder, ApplicantRole, Application, Channel, Declaration, Derogation, SchoolKind, SchoolLevel,
    },
    identity::{InstanceNumber, Money, Redacted, Sex, TaxCode},
    ids,
};
use chrono::{Days, NaiveDate};
use uuid::Uuid;

use crate::{Isee, rome};

/// A family and its application, against which nothing stands but what a story adds.
#[derive(Debug, Clone)]
pub struct Family {
    /// What it transmits.
    pub application: Application,
}

impl Family {
    /// The family of a number; it applies on 10 November 2025 at noon and holds an attestation, or will.
    ///
    /// # Errors
    /// For a number no family has.
    pub fn number(number: u32) -> Result<Self> {
        let person = |first, last, year| -> Result<(TaxCode, NaiveDate)> {
            let born = NaiveDate::from_yo_opt(year, 1).unwrap_or_default() + Days::new(u64::from(number));
            Ok((TaxCode::compose(last, first, born, Sex::Female, &"L483".parse()?), born))
        };
        let (parent, _) = person("Fiammetta", "Zorzanello", 1980)?;
        let (student, born) = person("Allegra", "Zorzanello", 2012)?;
        Ok(Self {
            application: Application {
                instance_number: InstanceNumber::new(2025, u64::from(number))?,
                submitted_at: rome("2025-11-10T12:00:00")?,
                channel: Channel::Online,
                applicant: parent,
                applicant_role: ApplicantRole::Parent,
                applicant_email: format!("fiammetta.zorzanello.{number}@famiglia.example").parse()?,
                resident_in_region: true,
                resident_with_student: true,
                in_household: true,
                student,
                student_birth_date: Redacted::new(born),
                school_kind: SchoolKind::Paritaria,
                school_level: SchoolLevel::LowerSecondary,
                enrolled: true,
                attending: true,
                foreign_school_eligible: false,
                foreign_need_documented: false,
                declaration: Declaration::HasAttestation,
                derogation: Derogation::None.into(),
                minors_isee_case: false,
                declared_expenses: Money::from_cents(150_000),
                iban: "IT60X0542811101000000123456".parse()?,
                account_holder: AccountHolder::Applicant,
            },
        })
    }

    /// The same, applying at a civil time.
    ///
    /// # Errors
    /// When it is not one.
    pub fn applying_at(mut self, civil: &str) -> Result<Self> {
        self.application.submitted_at = rome(civil)?;
        Ok(self)
    }

    /// The same, having undertaken to sign the DSU in time (`ARD-009`).
    #[must_use]
    pub fn that_will_sign_the_dsu(mut self) -> Self {
        self.application.declaration = Declaration::DsuByDeadline;
        self
    }

    /// The application's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        ids::application(self.application.instance_number)
    }

    /// Where the courtesy mails go.
    #[must_use]
    pub fn mailbox(&self) -> &str {
        self.application.applicant_email.expose()
    }

    /// A DSU signed at a civil time.
    ///
    /// # Errors
    /// When it is not one.
    pub fn dsu_signed_at(&self, civil: &str) -> Result<Isee> {
        Isee::signed_at(&self.application.student, civil)
    }
}
