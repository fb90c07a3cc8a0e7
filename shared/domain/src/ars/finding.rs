// SPDX-License-Identifier: EUPL-1.2
//! What the fold has to say about a communication.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::EntryField;
use crate::identity::{RuleNumber, SchoolCode};

/// A remark about one communication. A communication that simply took effect has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The communication.
    pub communication: Uuid,
    /// What was found.
    pub kind: FindingKind,
}

/// What became of the communication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// No effect; the sender is told what to do.
    Rejected,
    /// No effect yet: it waits for another communication and is not lost.
    Parked,
    /// A person should look at it; it took effect as far as the finding does not say otherwise.
    Flagged,
    /// Nothing follows and nobody has to do anything.
    Noted,
}

/// Why something is not a drop-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotADropOut {
    /// A transfer (ARS-024).
    Transfer,
    /// Home education (ARS-038).
    HomeEducation,
    /// A failed year after which the student goes on (ARS-042).
    GoesOnStudying,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A drop-out report by a school that does not own the student: another one does.
    NotOwner {
        /// The owner at the time.
        owner: SchoolCode,
    },
    /// A drop-out report about a student nobody owns yet: it waits for the entry.
    WaitsForEntry,
    /// An entry that lacks required data.
    IncompleteEntry {
        /// The fields to add.
        missing: BTreeSet<EntryField>,
    },
    /// A return that lacks required data.
    IncompleteReturn {
        /// The fields to add.
        missing: BTreeSet<EntryField>,
    },
    /// A return entered by a CPI without naming itself or the receiving school.
    ReturnByCpiWithoutSchool,
    /// A return without the agreement that the parameters require.
    AgreementRequired,
    /// An entry refused because another school keeps the student.
    OwnedByAnother {
        /// The school that keeps it.
        owner: SchoolCode,
    },
    /// A transfer entered by the school that is not to enter it.
    NotTheTransferReporter,
    /// An entry that moved the ownership: both schools are told.
    OwnershipMoved {
        /// The owner before.
        from: SchoolCode,
    },
    /// A drop-out report about a student whom another school had entered by that date.
    EnteredElsewhere {
        /// That school.
        owner: SchoolCode,
    },
    /// An entry while a period is open: if the student is back, a return is to be entered.
    PossibleReturn,
    /// A return without recorded agreement: the CPI is asked to confirm.
    AgreementNotRecorded,
    /// A return of somebody who had not dropped out.
    ReturnWithoutPeriod,
    /// A transfer or home education that ended an open period: the CPI is told.
    PeriodEndedWithoutReturn,
    /// A withdrawal on 15 March itself.
    WithdrawalOn15March,
    /// A withdrawal whose date is on the other side of 15 March than its label.
    WithdrawalOnTheOtherSide,
    /// A no-show at the start of the year dated after the first two months.
    LateNoShow,
    /// A drop-out report received longer after the event than the parameters allow.
    LateReport,
    /// A no-show after a choice in class 0 without notes on where the student may be.
    ClassZeroWithoutNotes,
    /// A transfer that does not say where to: recorded, the ownership stays.
    TransferWithoutReceivingSchool,
    /// A type of communication this version does not know.
    UnknownKind,
    /// Not a drop-out: opens nothing.
    NotADropOut {
        /// Why.
        because: NotADropOut,
    },
    /// A drop-out report about somebody who is educated at home this school year: opens nothing by itself, but a
    /// person asks why it was sent (ARS-038).
    HomeEducated,
    /// A drop-out report about somebody of age: opens nothing.
    OfAge,
    /// A transfer nobody has to enter.
    TransferNotNeeded,
    /// The second communication of the same transfer or return.
    Repeated,
}

impl FindingKind {
    /// What became of the communication.
    pub fn action(&self) -> Action {
        match self {
            Self::NotOwner { .. }
            | Self::IncompleteEntry { .. }
            | Self::IncompleteReturn { .. }
            | Self::ReturnByCpiWithoutSchool
            | Self::AgreementRequired
            | Self::OwnedByAnother { .. }
            | Self::NotTheTransferReporter => Action::Rejected,
            Self::WaitsForEntry => Action::Parked,
            Self::OwnershipMoved { .. }
            | Self::EnteredElsewhere { .. }
            | Self::PossibleReturn
            | Self::AgreementNotRecorded
            | Self::ReturnWithoutPeriod
            | Self::PeriodEndedWithoutReturn
            | Self::WithdrawalOn15March
            | Self::WithdrawalOnTheOtherSide
            | Self::LateNoShow
            | Self::LateReport
            | Self::ClassZeroWithoutNotes
            | Self::TransferWithoutReceivingSchool
            | Self::HomeEducated
            | Self::UnknownKind => Action::Flagged,
            Self::NotADropOut { .. } | Self::OfAge | Self::TransferNotNeeded | Self::Repeated => {
                Action::Noted
            }
        }
    }

    /// The stable code, for a column: one finding of a code per communication.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOwner { .. } => "not-owner",
            Self::WaitsForEntry => "waits-for-entry",
            Self::IncompleteEntry { .. } => "incomplete-entry",
            Self::IncompleteReturn { .. } => "incomplete-return",
            Self::ReturnByCpiWithoutSchool => "return-by-cpi-without-school",
            Self::AgreementRequired => "agreement-required",
            Self::OwnedByAnother { .. } => "owned-by-another",
            Self::NotTheTransferReporter => "not-the-transfer-reporter",
            Self::OwnershipMoved { .. } => "ownership-moved",
            Self::EnteredElsewhere { .. } => "entered-elsewhere",
            Self::PossibleReturn => "possible-return",
            Self::AgreementNotRecorded => "agreement-not-recorded",
            Self::ReturnWithoutPeriod => "return-without-period",
            Self::PeriodEndedWithoutReturn => "period-ended-without-return",
            Self::WithdrawalOn15March => "withdrawal-on-15-march",
            Self::WithdrawalOnTheOtherSide => "withdrawal-on-the-other-side",
            Self::LateNoShow => "late-no-show",
            Self::LateReport => "late-report",
            Self::ClassZeroWithoutNotes => "class-zero-without-notes",
            Self::TransferWithoutReceivingSchool => "transfer-without-receiving-school",
            Self::UnknownKind => "unknown-kind",
            Self::NotADropOut { .. } => "not-a-drop-out",
            Self::HomeEducated => "home-educated",
            Self::OfAge => "of-age",
            Self::TransferNotNeeded => "transfer-not-needed",
            Self::Repeated => "repeated",
        }
    }

    /// The rules it rests on.
    pub fn rules(&self) -> Vec<RuleNumber> {
        let numbers: &[u16] = match self {
            Self::NotOwner { .. } => &[10],
            Self::WaitsForEntry => &[10, 36],
            Self::IncompleteEntry { .. } => &[12, 13],
            Self::IncompleteReturn { .. } => &[26],
            Self::ReturnByCpiWithoutSchool => &[28],
            Self::AgreementRequired | Self::AgreementNotRecorded => &[27],
            Self::OwnedByAnother { .. } | Self::OwnershipMoved { .. } => &[11],
            Self::NotTheTransferReporter | Self::TransferWithoutReceivingSchool => &[20, 21],
            Self::EnteredElsewhere { .. } => &[10, 50],
            Self::PossibleReturn => &[25, 27],
            Self::ReturnWithoutPeriod => &[25, 50],
            Self::PeriodEndedWithoutReturn => &[20, 21, 38],
            Self::WithdrawalOn15March | Self::WithdrawalOnTheOtherSide => &[16, 17],
            Self::LateNoShow => &[35],
            Self::LateReport => &[1],
            Self::ClassZeroWithoutNotes => &[32, 33],
            Self::UnknownKind => &[19],
            Self::NotADropOut { because: NotADropOut::Transfer } => &[24],
            Self::NotADropOut { because: NotADropOut::HomeEducation } | Self::HomeEducated => &[38],
            Self::NotADropOut { because: NotADropOut::GoesOnStudying } => &[42],
            Self::OfAge => &[48],
            Self::TransferNotNeeded => &[22, 23],
            Self::Repeated => &[50],
        };
        numbers.iter().copied().map(RuleNumber::ars).collect()
    }
}

impl Action {
    /// The stable code, for a column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Parked => "parked",
            Self::Flagged => "flagged",
            Self::Noted => "noted",
        }
    }
}
