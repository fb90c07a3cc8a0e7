// SPDX-License-Identifier: EUPL-1.2
//! E04 (kind, level and eligibility of the school), E05 (enrolled and attending). Neither reads the other's facts.

use super::reading::{Case, Reading};
use super::{Cause, DoubtCode, FactName, SchoolKind, SchoolLevel};
use crate::procedure::AttendanceReference;

/// `ARD-001`, `ARD-003`, `ARD-004`, `ARD-058`: foreign schools are judged by art. 1, comma 3 (OQ-B2).
pub(super) fn e04(case: Case<'_>) -> Reading {
    let application = &case.facts.application;
    let is_foreign = application.school_kind == SchoolKind::Foreign;
    let reading = if is_foreign {
        Reading::new([3, 4, 58]).fact(FactName::ForeignSchoolEligible, application.foreign_school_eligible)
    } else {
        Reading::new([1, 58])
    };
    let kind_admitted = match application.school_kind {
        SchoolKind::Paritaria => true,
        SchoolKind::Foreign => application.foreign_school_eligible,
        SchoolKind::State | SchoolKind::Other => false,
    };
    let level_admitted = application.school_level != SchoolLevel::Other;
    reading
        .fact(FactName::SchoolKind, application.school_kind.as_str())
        .fact(FactName::SchoolLevel, application.school_level.as_str())
        .excludes_if(!(kind_admitted && level_admitted), Cause::E04)
}

/// `ARD-006`: without proof of the parents' need an officer asks for it.
pub(super) fn foreign_need(case: Case<'_>) -> Reading {
    let application = &case.facts.application;
    if application.school_kind != SchoolKind::Foreign {
        return Reading::new([]);
    }
    Reading::new([6])
        .fact(FactName::ForeignNeedDocumented, application.foreign_need_documented)
        .doubtful_if(!application.foreign_need_documented, DoubtCode::ForeignNeedUndocumented)
}

/// `ARD-002`, `ARD-059`: both, at the date of the submission.
pub(super) fn e05(case: Case<'_>) -> Reading {
    let application = &case.facts.application;
    // What the form says is said at the submission.
    let AttendanceReference::Submission = case.procedure.decisions.attendance_reference;
    Reading::new([2, 59])
        .fact(FactName::Enrolled, application.enrolled)
        .fact(FactName::Attending, application.attending)
        .excludes_if(!(application.enrolled && application.attending), Cause::E05)
}
