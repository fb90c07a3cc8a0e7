// SPDX-License-Identifier: EUPL-1.2
//! The Veneto register of students (*Anagrafe Regionale degli Studenti*, ARS): who owns a student, when
//! a drop-out period opens and closes, which employment centre is competent.
//!
//! [`fold`] reads all the communications about one student and gives the [`StudentState`]. It sorts them
//! itself by (date of the event, time received, id), so that the state is a function of the facts and
//! not of the order they arrived in; a communication that waits for another is found *parked* until
//! that one is there, and then takes effect as if it had come in order (ARS-036).
//!
//! A state computed with more facts may lack a period an earlier one had: a home education reported
//! late, for example, shows that there never was a drop-out (ARS-038).

mod communication;
mod competence;
mod employment_centre;
mod entry_field;
mod finding;
mod finding_text;
mod fold;
mod kind;
mod month_day;
mod municipality;
mod ownership;
mod period;
mod rules;
mod school;
mod state;
mod student;
mod withdrawal;

#[cfg(test)]
mod tests;

pub use communication::{Communication, CourseRegime, UnknownCourseRegime};
pub use competence::{Competence, Criterion, Unassigned, competent_cpi};
pub use employment_centre::{Catchment, Cpi};
pub use entry_field::EntryField;
pub use finding::{Action, Finding, FindingKind, NotADropOut};
pub use fold::fold;
pub use kind::{CommunicationKind, DropOutKind};
pub use month_day::{MonthDay, MonthDayError};
pub use municipality::Municipality;
pub use period::{ClosedBy, Closure, DropOutPeriod, Ending};
pub use rules::{
    AgeReference, ArsRules, ClassZero, OwnershipConflict, ReturnAgreement, Side, TransferReporter,
};
pub use school::{School, SchoolType};
pub use state::{Owner, StudentFacts, StudentState};
pub use student::Student;
