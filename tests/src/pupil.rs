// SPDX-License-Identifier: EUPL-1.2
//! A student of a school in Veneto.

use anyhow::Result;
use campanella_domain::{
    ars::{Communication, CommunicationKind, CourseRegime, Student},
    identity::{Redacted, SchoolCode, Sex, TaxCode},
    ids,
};
use campanella_store::ars::{communication::NewCommunication, student::NewStudent};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use crate::{KEY, rome, veneto};

/// A minor and the school that communicates about them.
#[derive(Debug, Clone)]
pub struct Pupil {
    /// As the register keeps them.
    pub student: NewStudent,
    /// The institute.
    pub school: SchoolCode,
}

impl Pupil {
    /// The student of a number, born in 2010, resident where a CPI is competent.
    ///
    /// # Errors
    /// For a number no student has.
    pub fn number(number: u32) -> Result<Self> {
        let born = NaiveDate::from_yo_opt(2010, 1).unwrap_or_default() + Days::new(u64::from(number));
        let tax_code = TaxCode::compose("Quagliarotti", "Gedeone", born, Sex::Male, &"L736".parse()?);
        let id = KEY.student(&tax_code);
        let student = Student {
            tax_code,
            first_name: Redacted::new("Gedeone".to_owned()),
            last_name: Redacted::new("Quagliarotti".to_owned()),
            birth_date: Redacted::new(born),
            residence: veneto::COVERED.parse()?,
            domicile: None,
            address: Some(Redacted::new(format!("Fondamenta degli Incurabili {number}"))),
            phone: Some(Redacted::new(format!("000 {number:07}"))),
        };
        let recorded_at = rome("2025-09-01T00:00:00")?;
        Ok(Self { student: NewStudent { id, student, recorded_at }, school: veneto::SCHOOL.parse()? })
    }

    /// The same, resident in a municipality no office has assigned to a CPI.
    ///
    /// # Errors
    /// Never.
    pub fn living_where_no_cpi_is_competent(mut self) -> Result<Self> {
        self.student.student.residence = veneto::UNCOVERED.parse()?;
        Ok(self)
    }

    /// A complete communication about the student: what, on which day, received when.
    #[must_use]
    pub fn communication(
        &self,
        kind: CommunicationKind,
        on: NaiveDate,
        received_at: DateTime<Utc>,
    ) -> NewCommunication {
        let said = Communication {
            id: Uuid::nil(),
            kind,
            school: self.school.clone(),
            course: CourseRegime::UpperSecondary,
            event_date: on,
            received_at,
            receipts: [received_at].into(),
            class: Some("2".to_owned()),
            section: Some("B".to_owned()),
            address_given: true,
            phone_given: true,
            notes_given: false,
            receiving_school: None,
            cpi: None,
            agreement: true,
        };
        NewCommunication {
            student: self.student.id,
            communication: Communication { id: ids::communication(self.student.id, &said, None), ..said },
            notes: None,
        }
    }

    /// The school's entry on the first day of lessons (`ARS-011`).
    ///
    /// # Errors
    /// Never.
    pub fn entry(&self) -> Result<NewCommunication> {
        let first_day: NaiveDate = "2025-09-10".parse()?;
        let received_at = first_day.and_time(NaiveTime::MIN).and_utc();
        Ok(self.communication(CommunicationKind::EnrolmentConfirmation, first_day, received_at))
    }
}
