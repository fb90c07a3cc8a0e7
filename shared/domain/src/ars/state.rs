// SPDX-License-Identifier: EUPL-1.2
//! What the facts about one student amount to.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::{DropOutPeriod, Finding};
use crate::civil::age;
use crate::identity::SchoolCode;

/// What the rules read of a student besides the communications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StudentFacts {
    /// Date of birth.
    pub birth_date: NaiveDate,
}

/// Who owns a student in the register (*avere la proprietà*, ARS-010).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    /// The owning institute.
    pub school: SchoolCode,
    /// Civil date of the event it rests on.
    pub since: NaiveDate,
}

/// The state of one student: a function of the facts, without personal data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct StudentState {
    /// The one owner; `None` before the first complete entry.
    pub owner: Option<Owner>,
    /// Since when the student is educated at home (ARS-039); it holds for the school year of that date, being
    /// communicated anew every year.
    pub home_educated_from: Option<NaiveDate>,
    /// The drop-out periods, oldest first; only the last can be open.
    pub periods: Vec<DropOutPeriod>,
    /// What there is to say about single communications, in their order.
    pub findings: Vec<Finding>,
}

impl StudentState {
    /// The period for which the student is at risk now, and a CPI competent: the open one.
    pub fn at_risk(&self) -> Option<&DropOutPeriod> {
        self.periods.last().filter(|period| period.is_open())
    }

    /// The open period of somebody who is no longer a minor on `date`: it stays open, and the CPI is told
    /// (ARS-048, OQ-A5).
    pub fn open_though_of_age(&self, student: &StudentFacts, date: NaiveDate) -> Option<&DropOutPeriod> {
        self.at_risk().filter(|_| !age::is_minor_on(student.birth_date, date))
    }

    /// The findings about one communication.
    pub fn findings_of(&self, communication: Uuid) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.communication == communication)
    }
}
