// SPDX-License-Identifier: EUPL-1.2
//! What must come of students and schools of Veneto.

use campanella_domain::{
    ars::SchoolType,
    identity::{CpiCode, EmailAddress},
    mail::MailTemplate,
};
use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

use super::super::population::calendar::{
    CLASS_LIST_TERM, FIRST_MONTHS_REMINDER, LAST_DAY, MARCH_15_REMINDER, MORNING_SECOND, OVERDUE_NOTICE,
    REMINDER_SECOND, at,
};
use super::super::population::{DropOut, ExpectedNotice, ExpectedPeriod, Population, days_of};
use super::{Expectation, key};

/// Days before 27 October at which late schools are reminded.
pub(super) const CLASS_LIST_REMINDERS: [i64; 3] = [14, 7, 2];

/// The cases of a student with their mails, the findings, and whatever else somebody is told.
pub(super) fn add_drop_out(expectation: &mut Expectation, drop_out: &DropOut, population: &Population) {
    let student = drop_out.student.id;
    for period in &drop_out.periods {
        expectation.periods.insert((student, period.ordinal), period.state());
        add_case(expectation, student, period, population);
    }
    expectation.findings.extend(drop_out.findings.iter().map(|(id, code)| (*id, (*code).to_owned())));
    for notice in &drop_out.notices {
        add_notice(expectation, notice, drop_out, population);
    }
}

/// One notice each time a case opens and ends, and a digest each morning on which it waits (`ARS-002`, `ARS-030`,
/// `ARS-050`). Nobody is told of a case without a CPI.
fn add_case(expectation: &mut Expectation, student: Uuid, period: &ExpectedPeriod, population: &Population) {
    let Some((centre, mailbox)) = told_of(period, population) else { return };
    for (opening, number) in period.openings.iter().zip(1..) {
        let template = if number == 1 { MailTemplate::ArsNewCase } else { MailTemplate::ArsCaseReopened };
        expectation.expect(template, key::case(template, student, period.ordinal, number), mailbox);
        if opening.closed_at.is_some() {
            let template = MailTemplate::ArsCaseClosed;
            expectation.expect(template, key::case(template, student, period.ordinal, number), mailbox);
        }
        for day in days_of(opening, LAST_DAY) {
            if opening.waits(at(day, 0), at(day, MORNING_SECOND)) {
                expectation.expect(MailTemplate::ArsCaseDigest, key::case_digest(centre, day), mailbox);
            }
        }
    }
}

/// The CPI of a case, and where it reads mail.
fn told_of<'a>(
    period: &'a ExpectedPeriod,
    population: &'a Population,
) -> Option<(&'a CpiCode, &'a EmailAddress)> {
    let centre = period.centre.as_ref()?;
    Some((centre, population.mailbox_of(centre)?))
}

fn add_notice(
    expectation: &mut Expectation,
    notice: &ExpectedNotice,
    drop_out: &DropOut,
    population: &Population,
) {
    match notice {
        ExpectedNotice::Rejected { communication, code, to } => {
            expectation.expect(
                MailTemplate::ArsCommunicationRejected,
                key::rejected(*communication, code),
                to,
            );
        }
        ExpectedNotice::Parked { communication, to } => {
            expectation.expect(MailTemplate::ArsCommunicationParked, key::parked(*communication), to);
        }
        ExpectedNotice::OwnershipMoved { communication, from, to } => {
            for (side, mailbox) in [("acquired", to), ("lost", from)] {
                let key = key::ownership_moved(*communication, side);
                expectation.expect(MailTemplate::ArsOwnershipMoved, key, mailbox);
            }
        }
        ExpectedNotice::ReturnByCentre { communication, to } => {
            expectation.expect(MailTemplate::ArsReturnByCpi, key::return_by_cpi(*communication), to);
        }
        ExpectedNotice::ReturnNotEntered { communication, to } => {
            expectation.expect(
                MailTemplate::ArsReturnNotEntered,
                key::return_not_entered(*communication),
                to,
            );
        }
        ExpectedNotice::OfAge { ordinal } => {
            let period = drop_out.periods.iter().find(|period| period.ordinal == *ordinal);
            if let Some((_, mailbox)) = period.and_then(|period| told_of(period, population)) {
                let key = key::of_age(drop_out.student.id, *ordinal);
                expectation.expect(MailTemplate::ArsStudentOfAge, key, mailbox);
            }
        }
    }
}

/// A reminder for each IeFP school without a class list, at each of the dates, and one once the term has passed
/// (`ARS-034`).
pub(super) fn add_late_schools(expectation: &mut Expectation, population: &Population) {
    let reminders = CLASS_LIST_REMINDERS.map(|days| CLASS_LIST_TERM - TimeDelta::days(days));
    let mut expect = |template: MailTemplate, day: NaiveDate| {
        for (school, loaded_at) in population.class_list_deadlines() {
            if loaded_at.is_none_or(|loaded_at| loaded_at > at(day, REMINDER_SECOND)) {
                expectation.expect(template, key::school(template, &school.code, day), &school.mailbox);
            }
        }
    };
    for day in reminders {
        expect(MailTemplate::ArsIefpDeadline, day);
    }
    expect(MailTemplate::ArsIefpOverdue, OVERDUE_NOTICE);
}

/// What the calendar tells schools and CPI whatever they did (`ARS-016`, `ARS-035`). No student of class 0 chose an SFP here.
pub(super) fn add_calendar(expectation: &mut Expectation, population: &Population) {
    for school in population.schools() {
        if school.kind != SchoolType::Sfp {
            let template = MailTemplate::ArsFirstMonths;
            let key = key::school(template, &school.code, FIRST_MONTHS_REMINDER);
            expectation.expect(template, key, &school.mailbox);
        }
        let template = MailTemplate::ArsMarch15;
        let key = key::school(template, &school.code, MARCH_15_REMINDER);
        expectation.expect(template, key, &school.mailbox);
    }
    for centre in population.centres() {
        let template = MailTemplate::ArsMarch15;
        let key = key::school(template, &centre.cpi.code, MARCH_15_REMINDER);
        expectation.expect(template, key, &centre.cpi.mailbox);
    }
}
