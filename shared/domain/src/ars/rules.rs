// SPDX-License-Identifier: EUPL-1.2
//! What the note leaves open, as named parameters of the procedure's file.

use std::collections::BTreeSet;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{EntryField, MonthDay};

/// The parameters of the fold. Each is a key of the procedure's file; the defaults are decided there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArsRules {
    /// What an entry must carry (ARS-012, ARS-013, OQ-A7).
    pub entry_required_fields: BTreeSet<EntryField>,
    /// What a school's entry of a return must carry (ARS-026): class and section.
    pub return_required_fields: BTreeSet<EntryField>,
    /// The first day of every school year: 1 September (D.Lgs. 297/1994, art. 74).
    pub school_year_start: MonthDay,
    /// The day that tells the two types of withdrawal apart: 15 March (ARS-016, ARS-017).
    pub march_15: MonthDay,
    /// The side on which that very day falls (OQ-A9).
    pub march_15_side: Side,
    /// The first day of lessons of this school year, from which the first months are counted (OQ-A15).
    pub first_day_of_lessons: NaiveDate,
    /// How many months ordinary schools report no-shows for: two (ARS-035, OQ-A15).
    pub first_months: u32,
    /// Whose date decides whether the student is a minor (ARS-048, OQ-A5).
    pub age_reference: AgeReference,
    /// What happens when a school enters a student another one owns (ARS-011, OQ-A6).
    pub ownership_conflict: OwnershipConflict,
    /// Who may enter a transfer (ARS-020, ARS-021, OQ-A10).
    pub transfer_reporter: TransferReporter,
    /// What happens to a return without recorded agreement of the CPI (ARS-027, OQ-A11).
    pub return_agreement: ReturnAgreement,
    /// What a choice in class 0 means (ARS-032, OQ-A13).
    pub class_zero: ClassZero,
    /// Days between a drop-out and its report from which the report is shown to operations; none: off (ARS-001, OQ-A1).
    pub report_ageing_alert_days: Option<u16>,
}

/// A side of 15 March.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Counts as *prima del*.
    Before,
    /// Counts as *dopo il*.
    After,
}

/// The date at which a student's age is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgeReference {
    /// Civil date of the event.
    Event,
    /// Civil date, in Italy, at which the report was received.
    Receipt,
}

/// Ownership claimed by a second school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnershipConflict {
    /// The newest entry takes it, and both schools are told.
    NewestTakes,
    /// The first keeps it, and the second entry is rejected.
    FirstKeeps,
}

/// Who may enter a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransferReporter {
    /// Either school; the second entry of the same transfer is harmless.
    Either,
    /// The school the student leaves.
    Sending,
    /// The school the student goes to.
    Receiving,
}

/// A return without recorded agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnAgreement {
    /// Accepted and flagged; the CPI is asked to confirm.
    Flag,
    /// Rejected until the agreement is recorded.
    Require,
}

/// A choice in class 0 (*classe 0*); its absence means nothing in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassZero {
    /// The institute chosen has to report a no-show, and to say in the notes what helps to find the student (ARS-033).
    PresenceCreatesDuty,
    /// Nothing.
    Ignored,
}

impl ArsRules {
    /// The first day of the school year that `date` lies in: what tells one year's facts from the next.
    pub fn school_year_of(&self, date: NaiveDate) -> NaiveDate {
        self.school_year_start.last_before_or_on(date)
    }

    /// The last day of the first months (*primi due mesi*, ARS-035): the same day so many months later.
    pub fn last_day_of_first_months(&self) -> NaiveDate {
        self.first_day_of_lessons.checked_add_months(Months::new(self.first_months)).unwrap_or(NaiveDate::MAX)
    }

    /// The last day of this school year on which a withdrawal is one «prima del 15 marzo» (ARS-016, OQ-A9).
    pub fn last_day_before_march_15(&self) -> NaiveDate {
        let march_15 = self.march_15.first_from(self.school_year_of(self.first_day_of_lessons));
        match self.march_15_side {
            Side::Before => march_15,
            Side::After => march_15.pred_opt().unwrap_or(march_15),
        }
    }

    /// Whether a report of an event on `on`, received on `received`, came so late that operations want to see it (OQ-A1).
    pub(super) fn is_late(&self, on: NaiveDate, received: NaiveDate) -> bool {
        self.report_ageing_alert_days.is_some_and(|days| (received - on).num_days() > i64::from(days))
    }
}
