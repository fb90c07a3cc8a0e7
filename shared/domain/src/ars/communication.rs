// SPDX-License-Identifier: EUPL-1.2
//! One communication about one student, as received and never changed but for when it was received.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CommunicationKind, EntryField};
use crate::identity::{CpiCode, SchoolCode};

/// The regime of a course: it belongs to the course, not to the institute (ARS-009).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CourseRegime {
    /// Lower secondary (*I grado*).
    LowerSecondary,
    /// Four or five years of upper secondary (*II grado*).
    UpperSecondary,
    /// Three-year vocational course (*percorso triennale di IeFP*), at an SFP or a state institute (IPS).
    ThreeYearIefp,
}

/// The text names no course regime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a course is lower-secondary, upper-secondary or three-year-iefp")]
pub struct UnknownCourseRegime;

/// What a school, or a CPI in its default, told the register about one student.
///
/// The notes stay in the store: they reach the CPI's work list and nothing else (ARS-033).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Communication {
    /// Its identifier; the last criterion of the order.
    pub id: Uuid,
    /// What it says.
    pub kind: CommunicationKind,
    /// The institute that sends it. Of a return entered by a CPI: the receiving school, or whatever the
    /// store holds, where `receiving_school` names it.
    pub school: SchoolCode,
    /// The regime of the course it is about.
    pub course: CourseRegime,
    /// Civil date of what happened; the first criterion of the order.
    pub event_date: NaiveDate,
    /// Instant at which the register received it for the first time; the second criterion of the order.
    pub received_at: DateTime<Utc>,
    /// Every receipt that was stated, the first among them if it was. Where none was, the first is the moment
    /// of an import, which says nothing of when it was sent. The store keeps those of drop-out reports alone: of
    /// everything else only the first receipt counts.
    pub receipts: BTreeSet<DateTime<Utc>>,
    /// Class attended (ARS-013, ARS-026).
    pub class: Option<String>,
    /// Section of the class.
    pub section: Option<String>,
    /// Whether it carries an address (ARS-012).
    pub address_given: bool,
    /// Whether it carries a telephone number (ARS-012).
    pub phone_given: bool,
    /// Whether it carries notes (ARS-033).
    pub notes_given: bool,
    /// The school the student goes to: of a transfer, a choice in class 0, a return entered by a CPI.
    pub receiving_school: Option<SchoolCode>,
    /// The CPI that entered a return (ARS-028).
    pub cpi: Option<CpiCode>,
    /// Whether the agreement with the CPI on a return is recorded (ARS-027).
    pub agreement: bool,
}

impl Communication {
    /// The order of the fold: time of the event, time received, id.
    pub(super) fn event_key(&self) -> (NaiveDate, DateTime<Utc>, Uuid) {
        self.event_key_at(self.received_at)
    }

    /// The same as if it had been received at `receipt` alone.
    pub(super) fn event_key_at(&self, receipt: DateTime<Utc>) -> (NaiveDate, DateTime<Utc>, Uuid) {
        (self.event_date, receipt, self.id)
    }

    /// The order of the register: time received, id.
    pub(super) fn receipt_key(&self) -> (DateTime<Utc>, Uuid) {
        (self.received_at, self.id)
    }

    /// The receipts at which it is looked at, the earliest first. A drop-out report is looked at whenever it was
    /// received, until it counts: that is how a school that was rejected, and has done its entry since, reports
    /// the same drop-out again (ARS-010). Everything else says once what it says: a class list that comes
    /// again, word for word, takes no student back from the school they went to since.
    pub(super) fn occasions(&self) -> BTreeSet<DateTime<Utc>> {
        let mut occasions = BTreeSet::from([self.received_at]);
        if self.kind.can_open_period() {
            occasions.extend(&self.receipts);
        }
        occasions
    }

    /// The latest receipt, if it was sent again and that is known.
    #[must_use]
    pub fn received_again_at(&self) -> Option<DateTime<Utc>> {
        self.receipts.last().copied().filter(|last| *last > self.received_at)
    }

    /// Takes in that the same communication was received at other times too. The order does not matter.
    pub fn was_also_received(&mut self, other: &Self) {
        self.received_at = self.received_at.min(other.received_at);
        self.receipts.extend(&other.receipts);
    }

    /// The required fields it lacks.
    ///
    /// Name, tax code, birth and residence are part of the student's own record, without which there is
    /// no communication; the course is part of this one.
    pub(super) fn missing(&self, required: &BTreeSet<EntryField>) -> BTreeSet<EntryField> {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let lacks = |field: &&EntryField| match field {
            EntryField::Address => !self.address_given,
            EntryField::Telephone => !self.phone_given,
            EntryField::Class => !given(&self.class),
            EntryField::Section => !given(&self.section),
            EntryField::Name
            | EntryField::TaxCode
            | EntryField::BirthDate
            | EntryField::BirthPlace
            | EntryField::Residence
            | EntryField::Course => false,
        };
        required.iter().filter(lacks).copied().collect()
    }
}

impl CourseRegime {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::LowerSecondary, Self::UpperSecondary, Self::ThreeYearIefp];

    /// The stable code, for a column.
    pub fn code(self) -> &'static str {
        match self {
            Self::LowerSecondary => "lower-secondary",
            Self::UpperSecondary => "upper-secondary",
            Self::ThreeYearIefp => "three-year-iefp",
        }
    }

    /// Whether every student of the course is entered, and not only the drop-outs (ARS-007, ARS-008).
    pub fn enters_everybody(self) -> bool {
        self == Self::ThreeYearIefp
    }
}

impl FromStr for CourseRegime {
    type Err = UnknownCourseRegime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|regime| regime.code() == text).ok_or(UnknownCourseRegime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ars_007_ars_008_ars_009_only_the_three_year_iefp_course_enters_everybody() {
        for regime in
            [CourseRegime::LowerSecondary, CourseRegime::UpperSecondary, CourseRegime::ThreeYearIefp]
        {
            assert_eq!(regime.code().parse(), Ok(regime));
            assert_eq!(serde_json::to_string(&regime).unwrap(), format!("\"{}\"", regime.code()));
            assert_eq!(regime.enters_everybody(), regime == CourseRegime::ThreeYearIefp);
        }
        assert_eq!("ips".parse::<CourseRegime>(), Err(UnknownCourseRegime));
    }
}
