// SPDX-License-Identifier: EUPL-1.2
//! Derogations: what they lift, and that nobody can read which.

use super::*;
use crate::identity::RuleNumber;

fn widowed(since: &str) -> Derogation {
    Derogation::Widowed { since: Some(day(since)) }
}

fn derogated(derogation: Derogation, attestations: Vec<Attestation>) -> ApplicationFacts {
    let mut application = application();
    application.submitted_at = rome("2025-11-10T12:00:00");
    application.derogation = Redacted::from(derogation);
    facts(application, attestations)
}

fn above_the_ceiling() -> Vec<Attestation> {
    vec![attested(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "90000.00")]
}

#[test]
fn ard_022_ard_023_ard_024_ard_025_a_derogation_declared_in_the_form_lifts_e01_e02_and_e03() {
    for derogation in [widowed("2024-05-01"), Derogation::ProtectedPath] {
        let flawed = vec![annotated(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00")];
        for attestations in [vec![], above_the_ceiling(), flawed] {
            let evaluation = at(&derogated(derogation, attestations), IN_JANUARY);
            assert_admitted(&evaluation);
            assert!(evaluation.facts_read.iter().all(|fact| !fact.is_economic()));
        }
    }
}

#[test]
fn ard_022_the_other_causes_hold_with_a_derogation() {
    let mut facts = derogated(Derogation::ProtectedPath, vec![]);
    facts.application.school_kind = SchoolKind::State;
    assert_excluded(&at(&facts, IN_JANUARY), &[Cause::E04]);
}

#[test]
fn ard_022_the_third_anniversary_of_widowhood_is_inside() {
    assert_admitted(&at(&derogated(widowed("2022-11-10"), vec![]), IN_JANUARY));
    let ended = at(&derogated(widowed("2022-11-09"), vec![]), IN_JANUARY);
    assert_pending(&ended, DoubtCode::IseeRequirementToVerify);
}

#[test]
fn ard_022_widowed_on_29_february_the_anniversary_is_1_march() {
    let mut facts = derogated(widowed("2024-02-29"), vec![]);
    facts.application.submitted_at = rome("2025-10-06T10:00:00");
    assert_admitted(&at(&facts, IN_JANUARY));
}

#[test]
fn ard_022_ended_in_2025_an_attestation_that_admits_settles_it_and_any_other_is_an_officers_question() {
    let ended = widowed("2022-01-01");
    let conforming = vec![attested(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00")];
    assert_admitted(&at(&derogated(ended, conforming), IN_JANUARY));
    for attestations in [vec![], above_the_ceiling(), vec![dsu(1, "2025-11-25T10:00:00")]] {
        let evaluation = at(&derogated(ended, attestations), IN_JANUARY);
        assert_pending(&evaluation, DoubtCode::IseeRequirementToVerify);
    }
}

#[test]
fn ard_027_ended_before_2025_it_is_as_if_not_selected() {
    assert_excluded(&at(&derogated(widowed("2021-12-31"), vec![]), IN_JANUARY), &[Cause::E02]);
    assert_excluded(&at(&derogated(widowed("2021-12-31"), above_the_ceiling()), IN_JANUARY), &[Cause::E01]);
}

#[test]
fn ard_023_a_date_missing_or_after_the_submission_is_an_officers_question() {
    for derogation in [Derogation::Widowed { since: None }, widowed("2025-11-11")] {
        let evaluation = at(&derogated(derogation, vec![]), IN_JANUARY);
        assert_pending(&evaluation, DoubtCode::IseeRequirementToVerify);
    }
}

#[test]
fn ard_026_not_selected_at_submission_e02_applies() {
    assert_excluded(&at(&derogated(Derogation::None, vec![]), IN_JANUARY), &[Cause::E02]);
}

#[test]
fn ard_024_both_derogations_give_the_very_same_evaluation() {
    let evaluated = |derogation| at(&derogated(derogation, above_the_ceiling()), IN_JANUARY);
    assert_eq!(evaluated(widowed("2024-05-01")), evaluated(Derogation::ProtectedPath));
}

#[test]
fn ard_026_nothing_stored_or_printed_tells_the_nature_of_a_derogation() {
    let all = [
        widowed("2024-05-01"),
        widowed("2022-01-01"),
        widowed("2021-12-31"),
        Derogation::ProtectedPath,
        Derogation::Widowed { since: None },
    ];
    for derogation in all {
        let facts = derogated(derogation, vec![]);
        let evaluation = at(&facts, IN_JANUARY);
        let written = serde_json::to_string(&evaluation).unwrap().to_lowercase();
        let printed = format!("{evaluation:?} {facts:?}").to_lowercase();
        for word in ["widow", "vedov", "protect", "violen", "derog", "2024-05-01", "2022-01-01", "2021-12-31"]
        {
            assert!(!written.contains(word), "{word} in {written}");
        }
        // The name of the field is there, its value is not.
        for word in ["widow", "vedov", "protect", "violen", "2024-05-01", "2022-01-01", "2021-12-31"] {
            assert!(!printed.contains(word), "{word} in {printed}");
        }
        for rule in (22..=25).map(RuleNumber::ard) {
            assert!(!evaluation.rules.contains(&rule), "{rule} tells which derogation it is");
        }
    }
}

#[test]
fn ard_026_an_uncertain_derogation_reads_word_for_word_as_an_isee_of_the_wrong_type() {
    let minors = Attestation {
        kind: IseeKind::Minors,
        ..attested(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00")
    };
    let written = |facts, time| serde_json::to_string(&at(&facts, time)).unwrap();
    for time in ["2025-11-21T00:00:00", "2025-12-19T00:00:00", IN_JANUARY] {
        let innocent = written(derogated(Derogation::None, vec![minors.clone()]), time);
        assert!(innocent.contains("isee-requirement-to-verify"), "{innocent}");
        for derogation in [widowed("2022-01-01"), Derogation::Widowed { since: None }] {
            for attestations in [vec![], above_the_ceiling()] {
                assert_eq!(written(derogated(derogation, attestations), time), innocent);
            }
        }
    }
}

#[test]
fn ard_022_while_time_is_left_an_ended_derogation_hides_nothing_that_can_still_be_done() {
    let ended = widowed("2022-01-01");
    let flawed = vec![annotated(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00")];
    assert_pending(&at(&derogated(ended, vec![]), "2025-11-20T23:59:59"), DoubtCode::WaitsForDsuTerm);
    let waiting = at(&derogated(ended, flawed.clone()), "2025-12-18T23:59:59");
    assert_pending(&waiting, DoubtCode::WaitsForRegularisation);
    let passed = at(&derogated(ended, flawed), "2025-12-19T00:00:00");
    assert_pending(&passed, DoubtCode::IseeRequirementToVerify);
}
