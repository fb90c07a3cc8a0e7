// SPDX-License-Identifier: EUPL-1.2
//! What must come of students who drop out and of schools that are late.

use campanella_domain::mail::MailTemplate;
use chrono::TimeDelta;

use super::super::population::calendar::{CLASS_LIST_TERM, REMINDER_SECOND, at};
use super::super::population::{DropOut, Population};
use super::{Expectation, key};

/// Days before 27 October at which late schools are reminded.
const CLASS_LIST_REMINDERS: [i64; 3] = [14, 7, 2];

/// One notice for each period with a CPI, and one when it closes (`ARS-002`, `ARS-030`, `ARS-050`).
pub(super) fn add_drop_out(expectation: &mut Expectation, drop_out: &DropOut) {
    let student = drop_out.student.id;
    for period in &drop_out.periods {
        expectation.periods.insert((student, period.ordinal), period.state());
        if period.centre.is_none() {
            continue;
        }
        expectation.expect(MailTemplate::ArsNewCase, key::new_case(student, period.ordinal));
        if period.is_closed {
            expectation.expect(MailTemplate::ArsCaseClosed, key::case_closed(student, period.ordinal));
        }
    }
}

/// A reminder for each IeFP school without a class list, at each of the dates (`ARS-034`).
pub(super) fn add_late_schools(expectation: &mut Expectation, population: &Population) {
    for days in CLASS_LIST_REMINDERS {
        let day = CLASS_LIST_TERM - TimeDelta::days(days);
        for (school, loaded_at) in population.class_list_deadlines() {
            if loaded_at.is_none_or(|loaded_at| loaded_at > at(day, REMINDER_SECOND)) {
                expectation.expect(MailTemplate::ArsIefpDeadline, key::iefp_deadline(&school.code, day));
            }
        }
    }
}
