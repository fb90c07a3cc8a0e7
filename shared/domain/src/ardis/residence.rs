// SPDX-License-Identifier: EUPL-1.2
//! E08 (resident with the student), E09 (resident in the Region), the household, and the adult who applies in person.

use super::reading::{Case, Reading};
use super::{AccountHolder, ApplicantRole, Cause, DoubtCode, FactName, SchoolKind};
use crate::procedure::OwnAccount;

/// `ARD-035`, `ARD-062`: not applied to an adult's own application (OQ-B7).
pub(super) fn e08(case: Case<'_>) -> Reading {
    let application = &case.facts.application;
    let reading = Reading::new([35, 62]).fact(FactName::ApplicantRole, application.applicant_role.as_str());
    if application.is_adults_own() {
        return reading.fact(FactName::StudentIsAdult, true);
    }
    reading
        .fact(FactName::ResidentWithStudent, application.resident_with_student)
        .excludes_if(!application.resident_with_student, Cause::E08)
}

/// `ARD-013`: not one of the nine causes, so an officer decides (OQ-B7).
pub(super) fn household(case: Case<'_>) -> Reading {
    let in_household = case.facts.application.in_household;
    Reading::new([13])
        .fact(FactName::InHousehold, in_household)
        .doubtful_if(!in_household, DoubtCode::ApplicantNotInHousehold)
}

/// `ARD-001`, `ARD-005`, `ARD-063`: at submission.
pub(super) fn e09(case: Case<'_>) -> Reading {
    let application = &case.facts.application;
    let reading = if application.school_kind == SchoolKind::Foreign {
        Reading::new([5, 63])
    } else {
        Reading::new([1, 63])
    };
    reading
        .fact(FactName::ResidentInRegion, application.resident_in_region)
        .excludes_if(!application.resident_in_region, Cause::E09)
}

/// `ARD-036`, `ARD-037`: the student in person must be of age and name an own account (OQ-B15).
pub(super) fn own_application(case: Case<'_>) -> Reading {
    let application = &case.facts.application;
    if application.applicant_role != ApplicantRole::Student {
        return Reading::new([]);
    }
    let reading = Reading::new([36, 37])
        .fact(FactName::StudentIsAdult, application.student_is_adult())
        .fact(FactName::AccountHolder, application.account_holder.as_str());
    if !application.student_is_adult() {
        return reading.doubtful_if(true, DoubtCode::StudentApplicantNotAdult);
    }
    let is_own = match (application.account_holder, case.procedure.decisions.own_account) {
        (AccountHolder::Student | AccountHolder::Applicant, _)
        | (AccountHolder::Joint, OwnAccount::JointAllowed) => true,
        (AccountHolder::Joint, OwnAccount::StudentOnly) | (AccountHolder::Other, _) => false,
    };
    reading.doubtful_if(!is_own, DoubtCode::AccountNotOwn)
}
