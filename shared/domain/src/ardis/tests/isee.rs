// SPDX-License-Identifier: EUPL-1.2
//! E01 and E02, and which attestation counts.

use super::*;

const SIGNED: &str = "2025-03-01T10:00:00";
const ISSUED: &str = "2025-03-08T10:00:00";

#[test]
fn ard_007_ard_055_the_ceiling_is_admitted_and_one_cent_more_is_not() {
    assert_admitted(&at(&with([attested(1, SIGNED, ISSUED, "35000.00")]), IN_JANUARY));
    assert_excluded(&at(&with([attested(1, SIGNED, ISSUED, "35000.01")]), IN_JANUARY), &[Cause::E01]);
}

#[test]
fn ard_055_an_isee_above_the_ceiling_is_found_as_soon_as_it_is_known() {
    let facts = with([attested(1, SIGNED, ISSUED, "35000.01")]);
    assert_excluded(&at(&facts, "2025-10-20T11:00:00"), &[Cause::E01]);
}

#[test]
fn ard_010_ard_056_a_dsu_in_the_last_second_of_20_november_counts_and_at_midnight_not() {
    let signed = |civil: &str| with([attested(1, civil, "2025-11-28T10:00:00", "20000.00")]);
    assert_admitted(&at(&signed("2025-11-20T23:59:59"), IN_JANUARY));
    assert_admitted(&at(&signed("2025-11-20T23:59:59.999999"), IN_JANUARY));
    assert_excluded(&at(&signed("2025-11-21T00:00:00"), IN_JANUARY), &[Cause::E02]);
}

#[test]
fn ard_056_neither_attestation_nor_dsu_excludes_once_the_term_has_passed_and_waits_before() {
    for declaration in [Declaration::HasAttestation, Declaration::DsuByDeadline] {
        let facts = facts(Application { declaration, ..application() }, vec![]);
        assert_pending(&at(&facts, "2025-11-20T23:59:59.999"), DoubtCode::WaitsForDsuTerm);
        assert_excluded(&at(&facts, "2025-11-21T00:00:00"), &[Cause::E02]);
    }
}

#[test]
fn ard_056_an_exclusion_is_revised_when_a_dsu_signed_in_time_turns_up() {
    let mut found_late = attested(1, "2025-11-20T18:00:00", "2025-11-27T10:00:00", "20000.00");
    found_late.available_at = rome("2025-12-20T08:00:00");
    let facts = with([found_late]);
    assert_excluded(&at(&facts, IN_DECEMBER), &[Cause::E02]);
    assert_admitted(&at(&facts, IN_JANUARY));
}

#[test]
fn ard_009_a_dsu_declared_signed_that_inps_does_not_have_is_an_officers_question() {
    let facts = facts(Application { declaration: Declaration::DsuSigned, ..application() }, vec![]);
    assert_pending(&at(&facts, "2025-11-21T00:00:00"), DoubtCode::DeclaredDsuNotFound);
}

#[test]
fn ard_056_a_dsu_declared_signed_and_found_signed_late_excludes() {
    let late = vec![dsu(1, "2025-11-21T00:00:00")];
    let facts = facts(Application { declaration: Declaration::DsuSigned, ..application() }, late);
    assert_excluded(&at(&facts, IN_DECEMBER), &[Cause::E02]);
}

#[test]
fn ard_011_a_dsu_signed_in_time_and_not_attested_waits_until_18_december_then_for_an_officer() {
    let facts = with([dsu(1, "2025-11-20T10:00:00")]);
    assert_pending(&at(&facts, "2025-12-18T23:59:59"), DoubtCode::WaitsForAttestation);
    assert_pending(&at(&facts, "2025-12-19T00:00:00"), DoubtCode::AttestationNotIssued);
}

#[test]
fn ard_011_a_first_attestation_may_be_issued_after_18_december() {
    let facts = with([attested(1, "2025-11-20T10:00:00", "2025-12-29T10:00:00", "20000.00")]);
    assert_admitted(&at(&facts, IN_JANUARY));
}

#[test]
fn ard_011_the_bare_dsu_beside_its_own_attestation_is_not_a_second_one() {
    let bare = dsu(2, SIGNED);
    assert_admitted(&at(&with([bare, attested(1, SIGNED, ISSUED, "20000.00")]), IN_JANUARY));
}

#[test]
fn ard_008_an_attestation_of_another_year_does_not_count() {
    let old = Attestation { valid_year: 2024, ..attested(1, SIGNED, ISSUED, "20000.00") };
    assert_excluded(&at(&with([old]), IN_JANUARY), &[Cause::E02]);
}

#[test]
fn ard_012_ard_014_the_type_required_is_the_ordinary_one_save_in_the_case_declared() {
    let minors = || Attestation { kind: IseeKind::Minors, ..attested(1, SIGNED, ISSUED, "20000.00") };
    let declared = Application { minors_isee_case: true, ..application() };
    assert_admitted(&at(&facts(declared, vec![minors()]), IN_JANUARY));
    assert_pending(&at(&with([minors()]), IN_JANUARY), DoubtCode::IseeRequirementToVerify);
}

#[test]
fn ard_014_the_ordinary_type_alone_in_the_case_declared_is_an_officers_question() {
    let declared = Application { minors_isee_case: true, ..application() };
    let facts = facts(declared, vec![attested(1, SIGNED, ISSUED, "20000.00")]);
    assert_pending(&at(&facts, IN_JANUARY), DoubtCode::IseeRequirementToVerify);
    assert_pending(&at(&facts, "2025-11-01T10:00:00"), DoubtCode::WaitsForDsuTerm);
}

#[test]
fn ard_014_the_other_type_is_ignored_where_the_required_one_is_there() {
    let minors = Attestation { kind: IseeKind::Minors, ..attested(2, SIGNED, ISSUED, "50000.00") };
    assert_admitted(&at(&with([attested(1, SIGNED, ISSUED, "20000.00"), minors]), IN_JANUARY));
}

#[test]
fn ard_014_the_other_type_signed_late_does_not_save_from_the_dsu_term() {
    let minors = Attestation {
        kind: IseeKind::Minors,
        ..attested(2, "2025-11-21T00:00:00", "2025-11-28T10:00:00", "20000.00")
    };
    assert_excluded(&at(&with([minors]), IN_JANUARY), &[Cause::E02]);
}

#[test]
fn ard_014_an_adult_student_needs_the_ordinary_type_whatever_was_declared() {
    let adult = Application {
        minors_isee_case: true,
        student_birth_date: Redacted::from(day("2007-01-10")),
        ..application()
    };
    assert_admitted(&at(&facts(adult, vec![attested(1, SIGNED, ISSUED, "20000.00")]), IN_JANUARY));
}

#[test]
fn ard_007_conforming_attestations_on_both_sides_of_the_ceiling_are_an_officers_question() {
    let below = attested(1, SIGNED, ISSUED, "35000.00");
    let above = attested(2, "2025-09-01T10:00:00", "2025-09-08T10:00:00", "35000.01");
    assert_pending(&at(&with([below, above]), IN_JANUARY), DoubtCode::BothSidesOfCeiling);
}

#[test]
fn ard_007_two_conforming_attestations_on_one_side_are_no_question() {
    let pair = |first: &str, second: &str| {
        with([
            attested(1, SIGNED, ISSUED, first),
            attested(2, "2025-09-01T10:00:00", "2025-09-08T10:00:00", second),
        ])
    };
    assert_admitted(&at(&pair("35000.00", "100.00"), IN_JANUARY));
    assert_excluded(&at(&pair("35000.01", "40000.00"), IN_JANUARY), &[Cause::E01]);
}

#[test]
fn ard_007_a_dsu_signed_after_the_term_neither_lowers_nor_raises_a_conforming_isee() {
    let later = |isee: &str| attested(2, "2025-11-25T10:00:00", "2025-12-02T10:00:00", isee);
    let facts = with([attested(1, SIGNED, ISSUED, "36000.00"), later("20000.00")]);
    assert_excluded(&at(&facts, IN_JANUARY), &[Cause::E01]);
    assert_admitted(&at(&with([attested(1, SIGNED, ISSUED, "20000.00"), later("36000.00")]), IN_JANUARY));
}

#[test]
fn ard_007_the_newest_attestation_makes_an_older_annotated_one_of_no_account() {
    let older = annotated(1, SIGNED, ISSUED, "50000.00");
    let newest = attested(2, "2025-09-01T10:00:00", "2025-09-08T10:00:00", "20000.00");
    assert_admitted(&at(&with([older, newest]), IN_JANUARY));
}

#[test]
fn ard_011_a_newer_dsu_in_time_is_waited_for_whatever_the_older_attestation_says() {
    for isee in ["20000.00", "50000.00"] {
        let facts = with([attested(1, SIGNED, ISSUED, isee), dsu(2, "2025-11-19T10:00:00")]);
        assert_pending(&at(&facts, IN_DECEMBER), DoubtCode::WaitsForAttestation);
    }
}

#[test]
fn ard_011_an_attestation_issued_after_the_evaluation_is_not_known_even_if_its_row_is() {
    let mut row = attested(1, "2025-11-19T10:00:00", "2025-11-26T10:00:00", "50000.00");
    row.available_at = rome("2025-11-19T10:00:00");
    assert_pending(&at(&with([row.clone()]), "2025-11-21T00:00:00"), DoubtCode::WaitsForAttestation);
    assert_excluded(&at(&with([row]), IN_DECEMBER), &[Cause::E01]);
}

#[test]
fn ard_056_a_dsu_known_only_under_another_form_of_the_tax_code_is_an_officers_question() {
    let under_another_form = |declaration, signed: &str| ApplicationFacts {
        other_forms: vec![attested(1, signed, "2025-11-28T10:00:00", "20000.00")],
        ..facts(Application { declaration, ..application() }, vec![])
    };
    for declaration in [Declaration::HasAttestation, Declaration::DsuSigned, Declaration::DsuByDeadline] {
        let in_time = under_another_form(declaration, "2025-11-20T23:59:59");
        assert_pending(&at(&in_time, "2025-11-20T23:59:59"), DoubtCode::WaitsForDsuTerm);
        assert_pending(&at(&in_time, IN_DECEMBER), DoubtCode::IseeUnderAnotherForm);
    }
    // Signed late it would not serve, whoever signed it; learned late it is not read before.
    let late = under_another_form(Declaration::HasAttestation, "2025-11-21T00:00:00");
    assert_excluded(&at(&late, IN_DECEMBER), &[Cause::E02]);
    let in_time = under_another_form(Declaration::HasAttestation, "2025-11-20T23:59:59");
    assert_excluded(&at(&in_time, "2025-11-27T10:00:00"), &[Cause::E02]);
}

#[test]
fn ard_056_the_form_of_the_tax_code_the_family_gave_comes_first() {
    let both = ApplicationFacts {
        other_forms: vec![attested(2, SIGNED, ISSUED, "90000.00")],
        ..with([attested(1, SIGNED, ISSUED, "20000.00")])
    };
    assert_admitted(&at(&both, IN_JANUARY));
}

#[test]
fn ard_010_a_dsu_told_as_a_day_is_the_one_attested_that_day_and_no_other() {
    let day_and = |signed: &str| {
        let attested = attested(2, signed, "2025-11-19T12:00:00", "20000.00");
        with([dsu(1, "2025-11-19T00:00:00"), attested])
    };
    assert_admitted(&at(&day_and("2025-11-19T09:30:00"), IN_JANUARY));
    assert_admitted(&at(&day_and("2025-11-19T23:59:59"), IN_JANUARY));
    let told = |facts: &ApplicationFacts| facts.known_dsu(rome(IN_JANUARY), 2025, IseeKind::Ordinary).len();
    assert_eq!((told(&day_and("2025-11-19T09:30:00")), told(&day_and("2025-11-18T23:59:59"))), (1, 2));
    let day_attested = with([
        dsu(1, "2025-11-19T09:30:00"),
        attested(2, "2025-11-19T00:00:00", "2025-11-25T10:00:00", "20000.00"),
    ]);
    assert_eq!(told(&day_attested), 1);
}
