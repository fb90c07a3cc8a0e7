// SPDX-License-Identifier: EUPL-1.2
//! Drop-out periods.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::DropOutKind;
use crate::identity::{CpiCode, SchoolCode};

/// A drop-out period (*periodo di dispersione*): from a report to a return. One case of a CPI each
/// (ARS-050).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DropOutPeriod {
    /// 1 for the student's first period, then 2, …
    pub ordinal: u32,
    /// The report that opened it.
    pub opened_by: Uuid,
    /// Civil date of that report's event.
    pub opened_on: NaiveDate,
    /// Its type, the date of a withdrawal having decided on which side of 15 March it falls.
    pub kind: DropOutKind,
    /// The institute that reported.
    pub school: SchoolCode,
    /// Whether the student had been expected after a choice in class 0 (ARS-032): the notes of the report
    /// then help to find the receiving institute.
    pub after_class_zero: bool,
    /// Further reports of the same period: appended, never a second case (ARS-050).
    pub later_reports: Vec<Uuid>,
    /// How it ended; `None` while the minor is at risk.
    pub closed: Option<Closure>,
}

/// The end of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closure {
    /// The communication that ended it.
    pub communication: Uuid,
    /// Civil date of the end.
    pub on: NaiveDate,
    /// What ended it.
    pub ending: Ending,
    /// Who entered it.
    pub by: ClosedBy,
    /// Where the student is now; `None` for home education.
    pub school: Option<SchoolCode>,
    /// Whether the agreement of the CPI stands behind it: recorded by the school, or given by the CPI
    /// entering the return itself (ARS-027). Without it the CPI is asked to confirm.
    pub agreed: bool,
}

/// What ended a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// A return into education or training (ARS-030).
    Return,
    /// A transfer to or from a three-year IeFP course (ARS-020, ARS-021).
    Transfer,
    /// Home education, an allowed way to fulfil the duty (ARS-038).
    HomeEducation,
    /// There had been no drop-out, as a fact learned later shows (ARS-038). [`super::fold`] does not know such a period;
    /// a register that had opened one ends it so.
    Annulled,
}

/// Who entered the end of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClosedBy {
    /// A school (ARS-025).
    School(SchoolCode),
    /// A CPI, in the school's default (ARS-028).
    Cpi(CpiCode),
}

impl DropOutPeriod {
    /// Whether the minor still results in evasion (*in evasione*).
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}

impl Ending {
    /// The stable code, for a column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Transfer => "transfer",
            Self::HomeEducation => "home-education",
            Self::Annulled => "annulled",
        }
    }
}

impl ClosedBy {
    /// The stable code, for a column.
    pub fn code(&self) -> &'static str {
        match self {
            Self::School(_) => "school",
            Self::Cpi(_) => "cpi",
        }
    }
}
