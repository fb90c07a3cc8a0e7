// SPDX-License-Identifier: EUPL-1.2
//! What must come of a student's story, written beside what is communicated and apart from the rules.

use campanella_domain::identity::{CpiCode, EmailAddress};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A drop-out period that must exist at the end of the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedPeriod {
    /// 1 for the first, then 2.
    pub ordinal: u32,
    /// The competent CPI, if there is one.
    pub centre: Option<CpiCode>,
    /// Whether it is over.
    pub is_closed: bool,
    /// Whether it turned out that there had been no drop-out (`ARS-038`).
    pub is_annulled: bool,
    /// Each time the case was open; none for a period that was over when it was learned of.
    pub openings: Vec<Opening>,
}

/// From when to when a case was open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// When it became known.
    pub at: DateTime<Utc>,
    /// When the CPI takes it in charge, if it does before the end.
    pub taken_at: Option<DateTime<Utc>>,
    /// When the end became known.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What a period must have come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExpectedState {
    /// Open, with a CPI.
    Assigned,
    /// Open, shown to operations because no CPI is competent.
    Unassigned,
    /// Over.
    Closed,
}

/// What somebody must be told besides openings and ends of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpectedNotice {
    /// M-ARS-02: a communication is without effect.
    Rejected {
        /// The communication.
        communication: Uuid,
        /// The code of the finding.
        code: &'static str,
        /// Who sent it.
        to: EmailAddress,
    },
    /// M-ARS-02: a report waits for the entry.
    Parked {
        /// The report.
        communication: Uuid,
        /// The school that sent it.
        to: EmailAddress,
    },
    /// To both schools.
    OwnershipMoved {
        /// The entry that moved it.
        communication: Uuid,
        /// The school that lost the student.
        from: EmailAddress,
        /// The school that sent the entry.
        to: EmailAddress,
    },
    /// M-ARS-03, to the school.
    ReturnByCentre {
        /// The communication of the CPI.
        communication: Uuid,
        /// The school of the return.
        to: EmailAddress,
    },
    /// To the school that has not entered it for fifteen days (OQ-A12).
    ReturnNotEntered {
        /// The communication of the CPI.
        communication: Uuid,
        /// The school of the return.
        to: EmailAddress,
    },
    /// M-ARS-06.
    OfAge {
        /// The period.
        ordinal: u32,
    },
}

impl ExpectedPeriod {
    /// What it must have come to.
    pub fn state(&self) -> ExpectedState {
        match (self.is_closed, &self.centre) {
            (true, _) => ExpectedState::Closed,
            (false, Some(_)) => ExpectedState::Assigned,
            (false, None) => ExpectedState::Unassigned,
        }
    }

    /// When the CPI takes it in charge.
    pub fn takings(&self) -> impl Iterator<Item = DateTime<Utc>> {
        self.openings.iter().filter_map(|opening| opening.taken_at)
    }

    /// Whether it is open on `day` at `at`, having become known before.
    pub fn is_open_at(&self, at: DateTime<Utc>) -> bool {
        self.openings
            .iter()
            .any(|opening| opening.at < at && opening.closed_at.is_none_or(|closed_at| closed_at > at))
    }
}

impl Opening {
    /// Whether the digest of a morning names the case: known before that day, and nobody has taken it in charge.
    pub fn waits(&self, midnight: DateTime<Utc>, morning: DateTime<Utc>) -> bool {
        let over = [self.taken_at, self.closed_at].into_iter().flatten().min();
        self.at < midnight && over.is_none_or(|over| over > morning)
    }
}

impl ExpectedState {
    /// As the store writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Unassigned => "unassigned",
            Self::Closed => "closed",
        }
    }
}

/// The days on which a digest may name a case of this opening.
pub fn days_of(opening: &Opening, last_day: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    use campanella_domain::civil::zone::date_of;
    let over = [opening.taken_at, opening.closed_at].into_iter().flatten().min();
    let end = over.map_or(last_day, date_of).min(last_day);
    date_of(opening.at).iter_days().skip(1).take_while(move |day| *day <= end)
}
