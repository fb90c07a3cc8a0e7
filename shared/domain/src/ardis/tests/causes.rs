// SPDX-License-Identifier: EUPL-1.2
//! E04 to E09, and the questions beside them.

use super::*;
use crate::procedure::OwnAccount;

#[test]
fn ard_001_an_application_nothing_is_wrong_with_is_admitted() {
    assert_admitted(&at(&changed(|_| {}), IN_JANUARY));
}

#[test]
fn ard_058_state_and_other_schools_are_excluded() {
    for kind in [SchoolKind::State, SchoolKind::Other] {
        assert_excluded(&at(&changed(|it| it.school_kind = kind), IN_JANUARY), &[Cause::E04]);
    }
}

#[test]
fn ard_058_a_level_the_call_does_not_name_is_excluded() {
    assert_excluded(&at(&changed(|it| it.school_level = SchoolLevel::Other), IN_JANUARY), &[Cause::E04]);
}

#[test]
fn ard_003_ard_004_a_foreign_school_is_admitted_if_eligible_and_excluded_if_not() {
    let foreign = |eligible: bool| {
        changed(|it| {
            it.school_kind = SchoolKind::Foreign;
            it.foreign_school_eligible = eligible;
            it.foreign_need_documented = true;
        })
    };
    assert_admitted(&at(&foreign(true), IN_JANUARY));
    assert_excluded(&at(&foreign(false), IN_JANUARY), &[Cause::E04]);
}

#[test]
fn ard_006_a_need_of_the_parents_not_documented_is_an_officers_question() {
    let facts = changed(|it| {
        it.school_kind = SchoolKind::Foreign;
        it.foreign_school_eligible = true;
    });
    assert_pending(&at(&facts, IN_JANUARY), DoubtCode::ForeignNeedUndocumented);
}

#[test]
fn ard_002_ard_059_not_enrolled_or_not_attending_is_excluded_for_that_alone() {
    assert_excluded(&at(&changed(|it| it.enrolled = false), IN_JANUARY), &[Cause::E05]);
    assert_excluded(&at(&changed(|it| it.attending = false), IN_JANUARY), &[Cause::E05]);
}

#[test]
fn ard_040_ard_060_sixteen_hundred_sharp_is_inside_and_a_millisecond_later_is_not() {
    let submitted = |civil: &'static str| changed(move |it| it.submitted_at = rome(civil));
    assert_admitted(&at(&submitted("2025-11-20T16:00:00"), IN_JANUARY));
    assert_excluded(&at(&submitted("2025-11-20T16:00:00.001"), IN_JANUARY), &[Cause::E06]);
}

#[test]
fn ard_039_before_the_opening_is_an_officers_question_and_the_first_instant_is_inside() {
    let submitted = |civil: &'static str| changed(move |it| it.submitted_at = rome(civil));
    assert_admitted(&at(&submitted("2025-10-06T10:00:00"), IN_JANUARY));
    assert_pending(&at(&submitted("2025-10-06T09:59:59.999"), IN_JANUARY), DoubtCode::SubmittedBeforeOpening);
}

#[test]
fn ard_038_ard_061_any_way_but_online_is_excluded() {
    for channel in [Channel::Paper, Channel::Email, Channel::Pec] {
        assert_excluded(&at(&changed(|it| it.channel = channel), IN_JANUARY), &[Cause::E07]);
    }
}

#[test]
fn ard_035_ard_062_an_applicant_who_does_not_live_with_the_student_is_excluded() {
    for role in [ApplicantRole::Parent, ApplicantRole::Guardian] {
        let facts = changed(|it| {
            it.applicant_role = role;
            it.resident_with_student = false;
        });
        assert_excluded(&at(&facts, IN_JANUARY), &[Cause::E08]);
    }
}

#[test]
fn ard_013_an_applicant_outside_the_household_is_an_officers_question() {
    let facts = changed(|it| it.in_household = false);
    assert_pending(&at(&facts, IN_JANUARY), DoubtCode::ApplicantNotInHousehold);
}

#[test]
fn ard_005_ard_063_not_resident_in_the_region_is_excluded() {
    assert_excluded(&at(&changed(|it| it.resident_in_region = false), IN_JANUARY), &[Cause::E09]);
}

fn in_person(birth: &str, change: impl FnOnce(&mut Application)) -> ApplicationFacts {
    changed(|it| {
        it.applicant_role = ApplicantRole::Student;
        it.student_birth_date = Redacted::from(day(birth));
        it.account_holder = AccountHolder::Student;
        change(it);
    })
}

#[test]
fn ard_036_e08_is_not_applied_to_an_adults_own_application() {
    let facts = in_person("2007-01-10", |it| it.resident_with_student = false);
    assert_admitted(&at(&facts, IN_JANUARY));
}

#[test]
fn ard_036_a_student_is_of_age_from_the_birthday_on_which_the_application_is_submitted() {
    assert_admitted(&at(&in_person("2007-10-20", |_| {}), IN_JANUARY));
    let minor = in_person("2007-10-21", |_| {});
    assert_pending(&at(&minor, IN_JANUARY), DoubtCode::StudentApplicantNotAdult);
}

#[test]
fn ard_037_an_account_that_is_not_the_adult_students_own_is_an_officers_question() {
    for holder in [AccountHolder::Joint, AccountHolder::Other] {
        let facts = in_person("2007-01-10", |it| it.account_holder = holder);
        assert_pending(&at(&facts, IN_JANUARY), DoubtCode::AccountNotOwn);
    }
    assert_admitted(&at(
        &in_person("2007-01-10", |it| it.account_holder = AccountHolder::Applicant),
        IN_JANUARY,
    ));
}

#[test]
fn ard_037_a_joint_account_is_a_parameter_of_the_procedure() {
    let mut procedure = procedure();
    procedure.decisions.own_account = OwnAccount::JointAllowed;
    let evaluated = |holder| {
        evaluate(&in_person("2007-01-10", |it| it.account_holder = holder), rome(IN_JANUARY), &procedure)
    };
    assert_admitted(&evaluated(AccountHolder::Joint));
    assert_pending(&evaluated(AccountHolder::Other), DoubtCode::AccountNotOwn);
}

#[test]
fn ard_037_a_parent_may_name_any_account() {
    assert_admitted(&at(&changed(|it| it.account_holder = AccountHolder::Joint), IN_JANUARY));
}

#[test]
fn ard_036_a_second_application_for_the_student_is_an_officers_question_and_no_cause() {
    let since = Some(rome("2025-12-01T10:00:00"));
    let facts = ApplicationFacts { duplicate_since: since, ..changed(|_| {}) };
    let evaluation = at(&facts, IN_JANUARY);
    assert_pending(&evaluation, DoubtCode::DuplicateApplication);
    assert!(!evaluation.rules.contains(&crate::identity::RuleNumber::ard(66)));
    assert_pending(&at(&facts, "2025-12-01T10:00:00"), DoubtCode::DuplicateApplication);
    assert_admitted(&at(&facts, "2025-12-01T09:59:59"));
}

#[test]
fn ard_064_all_causes_are_shown_and_a_doubt_beside_them_does_not_hold_the_exclusion() {
    let facts = changed(|it| {
        it.channel = Channel::Pec;
        it.submitted_at = rome("2025-11-21T09:00:00");
        it.school_kind = SchoolKind::State;
        it.resident_in_region = false;
        it.in_household = false;
    });
    let evaluation = at(&facts, IN_JANUARY);
    assert_eq!(causes(&evaluation), [Cause::E04, Cause::E06, Cause::E07, Cause::E09]);
    assert_eq!(doubts(&evaluation), [DoubtCode::ApplicantNotInHousehold]);
    assert_eq!(evaluation.outcome, Outcome::Excluded);
}

#[test]
fn ard_043_before_its_submission_an_application_is_not_known() {
    let facts = changed(|it| it.school_kind = SchoolKind::State);
    let evaluation = at(&facts, "2025-10-20T10:59:59");
    assert_pending(&evaluation, DoubtCode::NotYetSubmitted);
    assert_eq!(evaluation.facts_read.len(), 1);
}

#[test]
fn ard_036_the_role_of_an_application_that_does_not_state_it_is_read_from_the_tax_codes() {
    let student = person("Bea", "2007-05-06");
    assert_eq!(ApplicantRole::of(&student.omocodia_form(0b101), &student), ApplicantRole::Student);
    assert_eq!(ApplicantRole::of(&person("Ada", "1985-03-02"), &student), ApplicantRole::Parent);
}
