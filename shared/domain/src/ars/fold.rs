// SPDX-License-Identifier: EUPL-1.2
//! Facts in, state out.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::ownership::{self, Admission, Ownership};
use super::{
    AgeReference, ArsRules, ClassZero, ClosedBy, Closure, Communication, CommunicationKind as Kind,
    DropOutKind, DropOutPeriod, Ending, Finding, FindingKind, NotADropOut, ReturnAgreement, StudentFacts,
    StudentState, withdrawal,
};
use crate::civil::{age, zone};
use crate::identity::SchoolCode;

/// The state of one student from all the communications about that student, in whatever order they are
/// given.
pub fn fold(student: &StudentFacts, communications: &[Communication], rules: &ArsRules) -> StudentState {
    let mut sorted: Vec<&Communication> = communications.iter().collect();
    sorted.sort_by_key(|communication| communication.event_key());
    // A communication read twice is one communication.
    sorted.dedup_by_key(|communication| communication.id);
    let ownership = Ownership::of(&sorted, rules);
    let state = StudentState { owner: ownership.current(), ..StudentState::default() };
    let reports =
        sorted.iter().copied().filter(|communication| communication.kind.can_open_period()).collect();
    let mut fold =
        Fold { student, rules, ownership, reports, heard: HashMap::new(), state, expected_at: None };
    for (receipt, communication) in occasions(&sorted) {
        fold.apply(communication, receipt);
    }
    fold.state
}

/// The communications and the receipt at which each is looked at, in the order of the events.
fn occasions<'a>(communications: &[&'a Communication]) -> Vec<(DateTime<Utc>, &'a Communication)> {
    let mut occasions: Vec<(DateTime<Utc>, &Communication)> = communications
        .iter()
        .flat_map(|communication| {
            communication.occasions().into_iter().map(|receipt| (receipt, *communication))
        })
        .collect();
    occasions.sort_by_key(|(receipt, communication)| communication.event_key_at(*receipt));
    occasions
}

/// How far a drop-out report gets at one of its receipts, each further than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hearing {
    /// Its sender may not make it.
    NotAdmitted,
    /// Its sender may make it, but it is about nobody who drops out.
    Admitted,
    /// It opens a period or belongs to the open one.
    TakesEffect,
}

struct Fold<'a> {
    student: &'a StudentFacts,
    rules: &'a ArsRules,
    ownership: Ownership<'a>,
    /// All drop-out reports, also those still to come in the order of the events.
    reports: Vec<&'a Communication>,
    /// How far each report has got by the receipts looked at so far.
    heard: HashMap<Uuid, Hearing>,
    state: StudentState,
    /// The institute that a choice in class 0 named.
    expected_at: Option<&'a SchoolCode>,
}

impl<'a> Fold<'a> {
    fn apply(&mut self, communication: &'a Communication, receipt: DateTime<Utc>) {
        match &communication.kind {
            Kind::EnrolmentConfirmation => self.entry(communication),
            Kind::DropOut(kind) => self.report(communication, *kind, receipt),
            Kind::NegativeOutcomeContinuing => {
                self.not_a_drop_out(communication, NotADropOut::GoesOnStudying);
            }
            // Its absence means nothing, its presence only that this institute has a no-show to report.
            Kind::ClassZeroChoice => self.choice(communication),
            Kind::TransferToIefp | Kind::TransferFromIefp => self.transfer(communication),
            Kind::OrdinaryTransfer => self.find(communication, FindingKind::TransferNotNeeded),
            Kind::HomeEducation => self.home_education(communication),
            Kind::ReturnBySchool => self.return_by_school(communication),
            Kind::ReturnByCpi => self.return_by_cpi(communication),
            Kind::Other(_) => self.find(communication, FindingKind::UnknownKind),
        }
    }

    /// ARS-032.
    fn choice(&mut self, communication: &'a Communication) {
        if self.rules.class_zero == ClassZero::PresenceCreatesDuty {
            self.expected_at = communication.receiving_school.as_ref();
        }
    }

    fn find(&mut self, communication: &Communication, kind: FindingKind) {
        self.state.findings.push(Finding { communication: communication.id, kind });
    }

    fn not_a_drop_out(&mut self, communication: &Communication, because: NotADropOut) {
        self.find(communication, FindingKind::NotADropOut { because });
    }

    /// ARS-011, ARS-012, ARS-013.
    fn entry(&mut self, entry: &Communication) {
        let missing = entry.missing(&self.rules.entry_required_fields);
        if !missing.is_empty() {
            return self.find(entry, FindingKind::IncompleteEntry { missing });
        }
        if let Some(owner) = self.ownership.keeper_against(entry.id).cloned() {
            return self.find(entry, FindingKind::OwnedByAnother { owner });
        }
        self.state.home_educated_from = None;
        if let Some(from) =
            self.ownership.owner_before(entry).filter(|owner| **owner != entry.school).cloned()
        {
            self.find(entry, FindingKind::OwnershipMoved { from });
        }
        // Any other entry may mean that the student is back, which only people can say.
        if self.state.at_risk().is_some() && !self.is_made_to_report(entry) {
            self.find(entry, FindingKind::PossibleReturn);
        }
    }

    /// Whether the school enters the student only because a report needs it (ARS-036): it reports after the
    /// entry, or its report had been waiting for it.
    fn is_made_to_report(&self, entry: &Communication) -> bool {
        let was_owner = self.ownership.owner_before(entry) == Some(&entry.school);
        let year = self.rules.school_year_of(entry.event_date);
        self.reports.iter().any(|report| {
            report.school == entry.school
                && self.rules.school_year_of(report.event_date) == year
                && (!was_owner || entry.receipt_key() < report.receipt_key())
        })
    }

    /// A report that was received several times takes effect once: at the first receipt at which it may. What an
    /// earlier one lacked is then settled; what a later one would lack takes nothing away (ARS-010). Where none takes
    /// effect, the first that was admitted says why: what keeps it from opening a case is for a person to look at.
    fn report(&mut self, report: &Communication, kind: DropOutKind, receipt: DateTime<Utc>) {
        let (outcome, found) = self.hear(report, receipt);
        if self.heard.get(&report.id).is_some_and(|before| *before >= outcome) {
            return;
        }
        self.heard.insert(report.id, outcome);
        self.state.findings.retain(|finding| finding.communication != report.id);
        for kind in found {
            self.find(report, kind);
        }
        if outcome == Hearing::TakesEffect {
            self.take_effect(report, kind);
        }
    }

    /// How far a report received at `receipt` gets, and what there is to say of it: ARS-010, ARS-036, ARS-038,
    /// ARS-048.
    fn hear(&self, report: &Communication, receipt: DateTime<Utc>) -> (Hearing, Vec<FindingKind>) {
        let mut found = match self.ownership.admission(report, receipt) {
            Admission::Admitted => Vec::new(),
            Admission::AdmittedThough(owner) => vec![FindingKind::EnteredElsewhere { owner: owner.clone() }],
            Admission::WaitsForEntry => return (Hearing::NotAdmitted, vec![FindingKind::WaitsForEntry]),
            Admission::NotOwner(owner) => {
                return (Hearing::NotAdmitted, vec![FindingKind::NotOwner { owner: owner.clone() }]);
            }
        };
        if !age::is_minor_on(self.student.birth_date, self.age_date(report)) {
            found.push(FindingKind::OfAge);
            return (Hearing::Admitted, found);
        }
        if self.is_home_educated_in_the_year_of(report) {
            found.push(FindingKind::HomeEducated);
            return (Hearing::Admitted, found);
        }
        (Hearing::TakesEffect, found)
    }

    /// ARS-014..018, ARS-032, ARS-050.
    fn take_effect(&mut self, report: &Communication, kind: DropOutKind) {
        let after_class_zero =
            kind == DropOutKind::NotPresentAtStart && self.expected_at == Some(&report.school);
        self.remark_on_no_show(report, kind, after_class_zero);
        let (kind, remark) = withdrawal::by_date(kind, report.event_date, self.rules);
        if let Some(remark) = remark {
            self.find(report, remark);
        }
        if self.rules.is_late(report.event_date, zone::date_of(report.received_at)) {
            self.find(report, FindingKind::LateReport);
        }
        if let Some(open) = self.state.periods.last_mut().filter(|period| period.is_open()) {
            open.later_reports.push(report.id);
            return;
        }
        let ordinal = self.state.periods.last().map_or(1, |last| last.ordinal + 1);
        self.state.periods.push(DropOutPeriod {
            ordinal,
            opened_by: report.id,
            opened_on: report.event_date,
            kind,
            school: report.school.clone(),
            after_class_zero,
            later_reports: Vec::new(),
            closed: None,
        });
    }

    /// Home education is communicated anew every year: that of one year says nothing about the next.
    fn is_home_educated_in_the_year_of(&self, report: &Communication) -> bool {
        let year = self.rules.school_year_of(report.event_date);
        self.state.home_educated_from.is_some_and(|from| self.rules.school_year_of(from) == year)
    }

    fn age_date(&self, report: &Communication) -> NaiveDate {
        match self.rules.age_reference {
            AgeReference::Event => report.event_date,
            AgeReference::Receipt => zone::date_of(report.received_at),
        }
    }

    /// ARS-033, ARS-035.
    fn remark_on_no_show(&mut self, report: &Communication, kind: DropOutKind, after_class_zero: bool) {
        if after_class_zero && !report.notes_given {
            self.find(report, FindingKind::ClassZeroWithoutNotes);
        }
        let this_year = self.rules.school_year_of(report.event_date)
            == self.rules.school_year_of(self.rules.first_day_of_lessons);
        let late = this_year && report.event_date > self.rules.last_day_of_first_months();
        if kind == DropOutKind::NotPresentAtStart && !report.course.enters_everybody() && late {
            self.find(report, FindingKind::LateNoShow);
        }
    }

    /// ARS-020, ARS-021, ARS-024.
    fn transfer(&mut self, transfer: &Communication) {
        if !ownership::may_enter_transfer(transfer, self.rules) {
            return self.find(transfer, FindingKind::NotTheTransferReporter);
        }
        let Some(receiving) = transfer.receiving_school.clone() else {
            self.not_a_drop_out(transfer, NotADropOut::Transfer);
            return self.find(transfer, FindingKind::TransferWithoutReceivingSchool);
        };
        self.state.home_educated_from = None;
        if self.ownership.owner_before(transfer) == Some(&receiving) {
            self.find(transfer, FindingKind::Repeated);
        }
        self.not_a_drop_out(transfer, NotADropOut::Transfer);
        self.end_without_return(transfer, Ending::Transfer, Some(receiving));
    }

    /// ARS-038, ARS-039.
    fn home_education(&mut self, communication: &Communication) {
        self.state.home_educated_from = Some(communication.event_date);
        self.not_a_drop_out(communication, NotADropOut::HomeEducation);
        self.end_without_return(communication, Ending::HomeEducation, None);
    }

    /// Ends an open period by a fact that is no return: the minor no longer evades the duty, and the CPI
    /// that has the case is asked to look.
    fn end_without_return(&mut self, by: &Communication, ending: Ending, school: Option<SchoolCode>) {
        let closure = Closure {
            communication: by.id,
            on: by.event_date,
            ending,
            by: ClosedBy::School(by.school.clone()),
            school,
            agreed: false,
        };
        if self.close(closure) {
            self.find(by, FindingKind::PeriodEndedWithoutReturn);
        }
    }

    /// ARS-025, ARS-026, ARS-027.
    fn return_by_school(&mut self, communication: &Communication) {
        let missing = communication.missing(&self.rules.return_required_fields);
        if !missing.is_empty() {
            return self.find(communication, FindingKind::IncompleteReturn { missing });
        }
        if !communication.agreement && self.rules.return_agreement == ReturnAgreement::Require {
            return self.find(communication, FindingKind::AgreementRequired);
        }
        let by = ClosedBy::School(communication.school.clone());
        self.returned(communication, by, &communication.school, communication.agreement);
    }

    /// ARS-028.
    fn return_by_cpi(&mut self, communication: &Communication) {
        let (Some(cpi), Some(school)) = (&communication.cpi, &communication.receiving_school) else {
            return self.find(communication, FindingKind::ReturnByCpiWithoutSchool);
        };
        self.returned(communication, ClosedBy::Cpi(cpi.clone()), school, true);
    }

    /// ARS-030, ARS-031: into a school or a vocational training school alike.
    fn returned(&mut self, communication: &Communication, by: ClosedBy, school: &SchoolCode, agreed: bool) {
        self.state.home_educated_from = None;
        let closure = Closure {
            communication: communication.id,
            on: communication.event_date,
            ending: Ending::Return,
            by,
            school: Some(school.clone()),
            agreed,
        };
        if self.close(closure) {
            if !agreed {
                self.find(communication, FindingKind::AgreementNotRecorded);
            }
            return;
        }
        let last = self.state.periods.last_mut().and_then(|period| period.closed.as_mut());
        let Some(closure) = last.filter(|closure| closure.school.as_ref() == Some(school)) else {
            return self.find(communication, FindingKind::ReturnWithoutPeriod);
        };
        if agreed && !closure.agreed && closure.ending == Ending::Return {
            // The agreement that the first communication of this return lacked (ARS-027).
            closure.agreed = true;
            let settled =
                Finding { communication: closure.communication, kind: FindingKind::AgreementNotRecorded };
            self.state.findings.retain(|finding| *finding != settled);
        }
        self.find(communication, FindingKind::Repeated);
    }

    /// Closes the open period; `false` if there is none.
    fn close(&mut self, closure: Closure) -> bool {
        let open = self.state.periods.last_mut().filter(|period| period.is_open());
        open.map(|period| period.closed = Some(closure)).is_some()
    }
}
