// SPDX-License-Identifier: EUPL-1.2
//! Who owns a student, and whether a report may be made (ARS-010, ARS-011, ARS-036).
//!
//! Ownership is asked about in two orders. By the date of the event it says at which school the student
//! was; by the time of receipt it says whether the sender had done its entry first, as the note asks,
//! for an ordinary school dates that entry when it makes it, often after the drop-out it reports.
//!
//! Of an entry the first receipt counts, of a report each: see `Communication::occasions`.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    ArsRules, Communication, CommunicationKind, Owner, OwnershipConflict, ReturnAgreement, TransferReporter,
};
use crate::identity::SchoolCode;

/// The acquisitions of one student, in the order of the events.
pub(super) struct Ownership<'a> {
    acquisitions: Vec<Acquisition<'a>>,
    refused: Vec<(Uuid, &'a SchoolCode)>,
    rules: &'a ArsRules,
}

struct Acquisition<'a> {
    by: &'a Communication,
    owner: &'a SchoolCode,
}

/// Whether a drop-out report may take effect.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission<'a> {
    /// The sender owns the student.
    Admitted,
    /// The sender had entered the student first, but by the date of the event another school had too.
    AdmittedThough(&'a SchoolCode),
    /// Nobody owns the student: the report waits for the entry.
    WaitsForEntry,
    /// Another school owns the student.
    NotOwner(&'a SchoolCode),
}

impl<'a> Ownership<'a> {
    /// Reads the communications, which are in the order of the events.
    pub(super) fn of(communications: &[&'a Communication], rules: &'a ArsRules) -> Self {
        let mut ownership = Self { acquisitions: Vec::new(), refused: Vec::new(), rules };
        for communication in communications {
            if let Some(owner) = acquirer(communication, rules) {
                ownership.acquire(communication, owner);
            }
        }
        ownership
    }

    fn acquire(&mut self, by: &'a Communication, owner: &'a SchoolCode) {
        let keeper = self.acquisitions.last().map(|last| last.owner).filter(|keeper| *keeper != owner);
        let contested = by.kind == CommunicationKind::EnrolmentConfirmation;
        match (keeper, self.rules.ownership_conflict) {
            (Some(keeper), OwnershipConflict::FirstKeeps) if contested => self.refused.push((by.id, keeper)),
            _ => self.acquisitions.push(Acquisition { by, owner }),
        }
    }

    /// The owner after all events.
    pub(super) fn current(&self) -> Option<Owner> {
        let last = self.acquisitions.last()?;
        // Repeated entries of one school do not begin its ownership anew.
        let begun =
            self.acquisitions.iter().rev().take_while(|acquisition| acquisition.owner == last.owner).last();
        let since = begun.unwrap_or(last).by.event_date;
        Some(Owner { school: last.owner.clone(), since })
    }

    /// The school that kept the student when this entry was refused.
    pub(super) fn keeper_against(&self, entry: Uuid) -> Option<&'a SchoolCode> {
        self.refused.iter().find(|(refused, _)| *refused == entry).map(|(_, keeper)| *keeper)
    }

    /// The owner by the date of the event, just before this communication.
    pub(super) fn owner_before(&self, communication: &Communication) -> Option<&'a SchoolCode> {
        self.owner_before_event(communication.event_key())
    }

    fn owner_before_event(&self, key: (NaiveDate, DateTime<Utc>, Uuid)) -> Option<&'a SchoolCode> {
        self.acquisitions
            .iter()
            .rev()
            .find(|acquisition| acquisition.by.event_key() < key)
            .map(|last| last.owner)
    }

    /// The owner by what the register had received before.
    fn owner_at(&self, receipt: (DateTime<Utc>, Uuid)) -> Option<&'a SchoolCode> {
        let earlier = self.acquisitions.iter().filter(|acquisition| acquisition.by.receipt_key() < receipt);
        earlier.max_by_key(|acquisition| acquisition.by.receipt_key()).map(|last| last.owner)
    }

    /// Whether this drop-out report, as received at `receipt`, may take effect.
    pub(super) fn admission(&self, report: &Communication, receipt: DateTime<Utc>) -> Admission<'a> {
        let by_event = self.owner_before_event(report.event_key_at(receipt));
        let at_receipt = self.owner_at((receipt, report.id));
        match (by_event, at_receipt) {
            (Some(owner), _) if *owner == report.school => Admission::Admitted,
            (Some(other), Some(owner)) if *owner == report.school => Admission::AdmittedThough(other),
            (None, Some(owner)) if *owner == report.school => Admission::Admitted,
            (None, None) if self.enters_later(report) => Admission::Admitted,
            (None, None) => Admission::WaitsForEntry,
            (Some(owner), _) | (None, Some(owner)) => Admission::NotOwner(owner),
        }
    }

    /// Whether the sender enters the student later in the same school year: what a parked report waits for.
    fn enters_later(&self, report: &Communication) -> bool {
        let year = self.rules.school_year_of(report.event_date);
        self.acquisitions.iter().any(|acquisition| {
            *acquisition.owner == report.school
                && self.rules.school_year_of(acquisition.by.event_date) == year
        })
    }
}

/// The school that owns the student by this communication, if it gives ownership and is complete.
fn acquirer<'a>(communication: &'a Communication, rules: &ArsRules) -> Option<&'a SchoolCode> {
    match communication.kind {
        CommunicationKind::EnrolmentConfirmation => {
            communication.missing(&rules.entry_required_fields).is_empty().then_some(&communication.school)
        }
        CommunicationKind::ReturnBySchool => {
            return_is_valid(communication, rules).then_some(&communication.school)
        }
        CommunicationKind::ReturnByCpi => {
            communication.cpi.as_ref().and(communication.receiving_school.as_ref())
        }
        CommunicationKind::TransferToIefp | CommunicationKind::TransferFromIefp => {
            communication.receiving_school.as_ref().filter(|_| may_enter_transfer(communication, rules))
        }
        _ => None,
    }
}

/// Whether a school's return is complete, and agreed where that is required (ARS-026, ARS-027).
pub(super) fn return_is_valid(communication: &Communication, rules: &ArsRules) -> bool {
    let agreed = communication.agreement || rules.return_agreement == ReturnAgreement::Flag;
    agreed && communication.missing(&rules.return_required_fields).is_empty()
}

/// Whether the sender of a transfer is the one who may enter it (OQ-A10).
pub(super) fn may_enter_transfer(communication: &Communication, rules: &ArsRules) -> bool {
    let by_receiver = communication.receiving_school.as_ref() == Some(&communication.school);
    match rules.transfer_reporter {
        TransferReporter::Either => true,
        TransferReporter::Sending => !by_receiver,
        TransferReporter::Receiving => by_receiver,
    }
}
