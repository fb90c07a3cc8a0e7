// SPDX-License-Identifier: EUPL-1.2
//! E03 and the two routes to regularise.

use super::*;
use crate::procedure::RegularisationEvidence;

/// The attestation with omissions, in time for everything.
fn flawed(isee: &str) -> Attestation {
    annotated(1, "2025-10-01T10:00:00", "2025-10-08T10:00:00", isee)
}

fn and_then(later: Attestation) -> ApplicationFacts {
    with([flawed("20000.00"), later])
}

fn with_forms(forms: impl Into<Vec<SelfCertification>>) -> ApplicationFacts {
    ApplicationFacts { self_certifications: forms.into(), ..with([flawed("20000.00")]) }
}

#[test]
fn ard_021_ard_057_annotations_exclude_once_the_term_has_passed_and_wait_before() {
    for annotation in [Annotation::Omission, Annotation::Discrepancy] {
        let facts = with([Attestation { annotation, ..flawed("20000.00") }]);
        assert_pending(&at(&facts, "2025-12-18T23:59:59.999"), DoubtCode::WaitsForRegularisation);
        assert_excluded(&at(&facts, "2025-12-19T00:00:00"), &[Cause::E03]);
    }
}

#[test]
fn ard_020_regularised_in_the_last_second_counts() {
    let issued = |civil: &str| and_then(attested(2, "2025-12-10T10:00:00", civil, "20000.00"));
    assert_admitted(&at(&issued("2025-12-18T23:59:59"), IN_JANUARY));
    assert_admitted(&at(&issued("2025-12-18T23:59:59.999999"), IN_JANUARY));
    assert_pending(&at(&issued("2025-12-19T00:00:00"), IN_JANUARY), DoubtCode::RegularisationIssuedLate);
}

#[test]
fn ard_016_a_new_dsu_signed_in_time_whose_attestation_is_missing_is_an_officers_question() {
    let facts = and_then(dsu(2, "2025-12-18T23:59:59"));
    assert_pending(&at(&facts, "2025-12-18T23:59:59.5"), DoubtCode::WaitsForRegularisation);
    assert_pending(&at(&facts, IN_JANUARY), DoubtCode::RegularisationIssuedLate);
}

#[test]
fn ard_016_a_new_dsu_of_the_annotated_one_s_own_day_is_never_taken_for_it() {
    let with_bare = |issued: &str, bare: &str| {
        with([annotated(1, "2025-11-20T10:00:00", issued, "20000.00"), dsu(2, bare)])
    };
    // Told to the second they are two, and the later one may regularise.
    let to_the_second = with_bare("2025-11-28T10:00:00", "2025-11-20T15:00:00");
    assert_pending(&at(&to_the_second, IN_JANUARY), DoubtCode::AttestationNotIssued);
    // Told as a day it may be the answer to annotations of that very day, and not to those of a later one.
    let at_once = with_bare("2025-11-20T11:00:00", "2025-11-20T00:00:00");
    let later = with_bare("2025-11-21T00:00:00", "2025-11-20T00:00:00");
    assert!(
        !at_once.known_dsu(rome(IN_JANUARY), 2025, IseeKind::Ordinary).iter().all(|dsu| dsu.issue.is_some())
    );
    assert_excluded(&at(&later, IN_JANUARY), &[Cause::E03]);
}

#[test]
fn ard_021_a_new_dsu_signed_after_the_term_does_not_regularise() {
    for late in
        [dsu(2, "2025-12-19T00:00:00"), attested(2, "2025-12-19T00:00:00", "2025-12-22T10:00:00", "20000.00")]
    {
        assert_excluded(&at(&and_then(late), IN_JANUARY), &[Cause::E03]);
    }
}

#[test]
fn ard_016_a_new_attestation_with_annotations_does_not_regularise() {
    let again = annotated(2, "2025-12-01T10:00:00", "2025-12-08T10:00:00", "20000.00");
    assert_excluded(&at(&and_then(again), IN_JANUARY), &[Cause::E03]);
}

#[test]
fn ard_016_a_new_attestation_in_the_dsu_term_takes_the_place_of_the_annotated_one() {
    let new = attested(2, "2025-11-10T10:00:00", "2025-11-17T10:00:00", "20000.00");
    assert_admitted(&at(&and_then(new), IN_DECEMBER));
}

#[test]
fn ard_020_a_new_attestation_signed_in_the_dsu_term_and_issued_after_18_december_is_an_officers_question() {
    let new = attested(2, "2025-11-10T10:00:00", "2025-12-19T00:00:00", "20000.00");
    assert_pending(&at(&and_then(new), IN_JANUARY), DoubtCode::RegularisationIssuedLate);
}

#[test]
fn ard_020_an_annotated_attestation_issued_after_the_term_could_not_be_regularised_by_anybody() {
    let facts = with([annotated(1, "2025-11-20T10:00:00", "2025-12-19T10:00:00", "20000.00")]);
    assert_pending(&at(&facts, IN_JANUARY), DoubtCode::RegularisationIssuedLate);
}

#[test]
fn ard_015_a_conforming_attestation_followed_by_an_annotated_one_is_an_officers_question() {
    let first = attested(2, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00");
    let facts = with([first.clone(), flawed("20000.00")]);
    assert_pending(&at(&facts, IN_JANUARY), DoubtCode::ConformingThenAnnotated);
    let third = attested(3, "2025-12-01T10:00:00", "2025-12-08T10:00:00", "20000.00");
    assert_admitted(&at(&with([first, flawed("20000.00"), third]), IN_JANUARY));
}

#[test]
fn ard_016_what_must_exist_by_the_term_is_a_parameter_of_the_procedure() {
    let mut procedure = procedure();
    procedure.decisions.regularisation_evidence = RegularisationEvidence::DsuSigned;
    let signed_in_time = and_then(attested(2, "2025-12-18T10:00:00", "2025-12-23T10:00:00", "20000.00"));
    assert_admitted(&evaluate(&signed_in_time, rome(IN_JANUARY), &procedure));
    let signed_late = and_then(attested(2, "2025-12-19T00:00:00", "2025-12-23T10:00:00", "20000.00"));
    assert_excluded(&evaluate(&signed_late, rome(IN_JANUARY), &procedure), &[Cause::E03]);
}

#[test]
fn ard_055_the_value_of_an_annotated_attestation_counts_once_it_stands() {
    let facts = with([flawed("35000.01")]);
    assert_pending(&at(&facts, IN_DECEMBER), DoubtCode::WaitsForRegularisation);
    assert_excluded(&at(&facts, IN_JANUARY), &[Cause::E01, Cause::E03]);
    let confirmed = ApplicationFacts {
        self_certifications: vec![form("2025-12-01T10:00:00", CheckOutcome::Accepted)],
        ..facts
    };
    assert_excluded(&at(&confirmed, IN_DECEMBER), &[Cause::E01]);
}

#[test]
fn ard_055_a_regularisation_across_the_ceiling_is_an_officers_question_either_way() {
    let later = |isee: &str| attested(2, "2025-12-01T10:00:00", "2025-12-08T10:00:00", isee);
    for (before, after) in [("20000.00", "35000.01"), ("35000.01", "20000.00")] {
        let facts = with([flawed(before), later(after)]);
        assert_pending(&at(&facts, IN_JANUARY), DoubtCode::BothSidesOfCeiling);
    }
    let facts = with([flawed("36000.00"), later("37000.00")]);
    assert_excluded(&at(&facts, IN_JANUARY), &[Cause::E01]);
}

#[test]
fn ard_017_a_self_certification_accepted_and_received_in_the_last_second_regularises() {
    let facts = with_forms([form("2025-12-18T23:59:59", CheckOutcome::Accepted)]);
    assert_admitted(&at(&facts, IN_JANUARY));
}

#[test]
fn ard_018_a_self_certification_received_at_midnight_is_late() {
    let facts = with_forms([form("2025-12-19T00:00:00", CheckOutcome::Accepted)]);
    assert_excluded(&at(&facts, IN_JANUARY), &[Cause::E03]);
}

#[test]
fn ard_017_an_unchecked_self_certification_is_an_officers_question() {
    let facts = with_forms([form("2025-12-10T10:00:00", CheckOutcome::Unchecked)]);
    assert_pending(&at(&facts, IN_JANUARY), DoubtCode::SelfCertificationUnchecked);
}

#[test]
fn ard_017_a_check_made_after_the_evaluation_is_not_known() {
    let mut checked_later = form("2025-12-10T10:00:00", CheckOutcome::Accepted);
    checked_later.checked_at = Some(rome("2026-01-10T10:00:00"));
    let facts = with_forms([checked_later]);
    assert_pending(&at(&facts, "2026-01-10T09:59:59"), DoubtCode::SelfCertificationUnchecked);
    assert_admitted(&at(&facts, "2026-01-10T10:00:00"));
}

#[test]
fn ard_019_without_a_valid_identity_document_it_is_an_officers_question() {
    for identity_document in [IdentityDocument::Missing, IdentityDocument::Expired] {
        for outcome in [CheckOutcome::Accepted, CheckOutcome::Unchecked] {
            let incomplete = SelfCertification { identity_document, ..form("2025-12-10T10:00:00", outcome) };
            assert_pending(&at(&with_forms([incomplete]), IN_JANUARY), DoubtCode::IdentityDocumentNotValid);
        }
    }
}

#[test]
fn ard_017_a_rejected_self_certification_does_not_regularise_and_leaves_the_term_running() {
    let facts = with_forms([form("2025-12-10T10:00:00", CheckOutcome::Rejected)]);
    assert_pending(&at(&facts, "2025-12-18T10:00:00"), DoubtCode::WaitsForRegularisation);
    assert_excluded(&at(&facts, IN_JANUARY), &[Cause::E03]);
}

#[test]
fn ard_017_of_several_self_certifications_the_best_counts() {
    let rejected = form("2025-12-10T10:00:00", CheckOutcome::Rejected);
    let accepted = form("2025-12-05T10:00:00", CheckOutcome::Accepted);
    assert_admitted(&at(&with_forms([rejected.clone(), accepted.clone()]), IN_JANUARY));
    assert_admitted(&at(&with_forms([accepted, rejected]), IN_JANUARY));
}

#[test]
fn ard_017_an_accepted_self_certification_settles_a_new_attestation_issued_late() {
    let new = attested(2, "2025-12-10T10:00:00", "2025-12-29T10:00:00", "20000.00");
    let facts = ApplicationFacts {
        self_certifications: vec![form("2025-12-10T10:00:00", CheckOutcome::Accepted)],
        ..and_then(new)
    };
    assert_admitted(&at(&facts, IN_JANUARY));
}
