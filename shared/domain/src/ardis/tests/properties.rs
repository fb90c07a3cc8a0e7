// SPDX-License-Identifier: EUPL-1.2
//! What holds for every application and every order of arrival.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::any_facts::{all_known, any_facts, attestation, good_attestation, instant, shuffled};
use super::*;

/// What an evaluation says, without when it was made and what it read.
fn said(evaluation: &Evaluation) -> (Outcome, Vec<Cause>, Vec<DoubtCode>) {
    (evaluation.outcome, causes(evaluation), doubts(evaluation))
}

/// The causes that no term and no ISEE has a part in.
fn timeless(evaluation: &Evaluation) -> Vec<Cause> {
    evaluation.cause_codes().filter(|cause| *cause >= Cause::E04).collect()
}

/// Every code there is, as the reader of stored decisions knows them.
fn every_doubt() -> BTreeSet<String> {
    let refusal = serde_json::from_str::<DoubtCode>("\"none of them\"").unwrap_err().to_string();
    let (_, known) = refusal.split_once("expected one of").unwrap();
    known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn word(doubt: DoubtCode) -> String {
    serde_json::to_value(doubt).unwrap().as_str().unwrap().to_owned()
}

/// A property holds for nothing that is never generated.
#[test]
fn ard_064_every_cause_every_doubt_and_every_outcome_is_generated_in_company_and_alone() {
    let mut runner = TestRunner::deterministic();
    let strategy = (any_facts(), instant());
    let (mut alone, mut outcomes) = (BTreeSet::new(), BTreeSet::new());
    let (mut found, mut doubted) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..8_000 {
        let (facts, at) = strategy.new_tree(&mut runner).unwrap().current();
        let evaluation = evaluate(&facts, at, embedded());
        outcomes.insert(evaluation.outcome.as_str());
        found.extend(evaluation.cause_codes());
        doubted.extend(doubts(&evaluation).into_iter().map(word));
        match (causes(&evaluation).as_slice(), doubts(&evaluation).as_slice()) {
            ([cause], []) => alone.insert(cause.code().to_owned()),
            ([], [doubt]) => alone.insert(word(*doubt)),
            _ => false,
        };
    }
    assert_eq!(found, Cause::ALL.into());
    assert_eq!(doubted, every_doubt());
    assert_eq!(outcomes, ["admitted", "excluded", "pending"].into());
    let each: BTreeSet<String> =
        Cause::ALL.iter().map(|cause| cause.code().to_owned()).chain(every_doubt()).collect();
    assert_eq!(alone, each);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn ard_064_the_order_in_which_facts_arrived_never_matters(
        (one, other) in shuffled(),
        at in instant(),
    ) {
        prop_assert_eq!(evaluate(&one, at, embedded()), evaluate(&other, at, embedded()));
    }

    #[test]
    fn ard_064_a_fact_told_twice_counts_once(facts in any_facts(), at in instant()) {
        let mut doubled = facts.clone();
        doubled.attestations.extend(facts.attestations.iter().rev().cloned());
        doubled.other_forms.extend(facts.other_forms.iter().cloned());
        doubled.self_certifications.extend(facts.self_certifications.iter().cloned());
        let (once, twice) = (evaluate(&facts, at, embedded()), evaluate(&doubled, at, embedded()));
        prop_assert_eq!(said(&once), said(&twice));
    }

    #[test]
    fn ard_007_a_conforming_attestation_in_time_never_turns_an_admitted_application_into_an_excluded_one(
        facts in any_facts(),
        good in good_attestation(),
        at in instant(),
    ) {
        let before = evaluate(&facts, at, embedded());
        let mut more = facts;
        more.attestations.push(good);
        let after = evaluate(&more, at, embedded());
        if before.outcome == Outcome::Admitted {
            prop_assert_ne!(after.outcome, Outcome::Excluded);
        }
        // Nor does it ever add a cause to an excluded one.
        let before = causes(&before);
        prop_assert!(causes(&after).iter().all(|cause| before.contains(cause)));
    }

    #[test]
    fn ard_020_a_conforming_attestation_to_regularise_never_excludes_an_admitted_application(
        facts in any_facts(),
        good in good_attestation(),
        at in instant(),
    ) {
        let before = evaluate(&facts, at, embedded());
        let mut more = facts;
        // Signed after the DSU term and within the other.
        let issued_at = good.issued_at.map(|issued| issued.max(rome("2025-11-21T00:00:00")));
        more.attestations.push(Attestation { dsu_signed_at: rome("2025-11-21T00:00:00"), issued_at, ..good });
        let after = evaluate(&more, at, embedded());
        prop_assert!(before.outcome != Outcome::Admitted || after.outcome != Outcome::Excluded);
        // E02 is the one cause it can bring, where it proves that the DSU said to be signed was signed late (ARD-056).
        let known = causes(&before);
        let was_sought = doubts(&before).contains(&DoubtCode::DeclaredDsuNotFound);
        for cause in causes(&after) {
            prop_assert!(known.contains(&cause) || cause == Cause::E02 && was_sought);
        }
    }

    #[test]
    fn ard_010_ard_020_neither_e02_nor_e03_is_found_before_its_term_has_passed(
        facts in any_facts(),
        at in instant(),
    ) {
        let procedure = embedded();
        let found = causes(&evaluate(&facts, at, procedure));
        prop_assert!(procedure.terms.dsu.has_passed(at) || !found.contains(&Cause::E02));
        prop_assert!(procedure.terms.regularisation.has_passed(at) || !found.contains(&Cause::E03));
    }

    #[test]
    fn ard_010_ard_020_nothing_waits_for_a_term_that_has_passed(facts in any_facts(), at in instant()) {
        let procedure = embedded();
        for doubt in evaluate(&facts, at, procedure).doubts {
            let passed = match doubt.decided_by {
                DecidedBy::Officer => false,
                DecidedBy::DsuTerm => procedure.terms.dsu.has_passed(at),
                DecidedBy::RegularisationTerm => procedure.terms.regularisation.has_passed(at),
                DecidedBy::Submission => facts.application.submitted_at <= at,
            };
            prop_assert!(!passed, "{:?} at {at}", doubt.code);
        }
    }

    #[test]
    fn ard_064_what_is_no_matter_of_the_isee_is_found_at_the_submission_and_stays(
        facts in any_facts(),
        at in instant(),
    ) {
        let submitted = evaluate(&facts, facts.application.submitted_at, embedded());
        let later = evaluate(&facts, at.max(facts.application.submitted_at), embedded());
        prop_assert_eq!(timeless(&submitted), timeless(&later));
    }

    #[test]
    fn ard_020_time_alone_takes_no_cause_away_and_after_both_terms_changes_nothing(
        facts in any_facts(),
        at in instant(),
        days in 0..400_i64,
    ) {
        let procedure = embedded();
        let known = all_known(&facts).max(at);
        let (earlier, later) = (evaluate(&facts, known, procedure), evaluate(&facts, known + TimeDelta::days(days), procedure));
        let found = causes(&later);
        prop_assert!(causes(&earlier).iter().all(|cause| found.contains(cause)));
        if procedure.terms.regularisation.has_passed(known) {
            prop_assert_eq!(said(&earlier), said(&later));
        }
    }

    #[test]
    fn ard_011_what_becomes_known_after_the_evaluation_changes_nothing(
        facts in any_facts(),
        later in attestation(),
        at in instant(),
    ) {
        let before = evaluate(&facts, at, embedded());
        let mut more = facts;
        more.attestations.push(Attestation { available_at: at + TimeDelta::nanoseconds(1), ..later });
        prop_assert_eq!(evaluate(&more, at, embedded()), before);
    }

    #[test]
    fn ard_008_an_attestation_of_another_year_changes_nothing(
        facts in any_facts(),
        other in attestation(),
        at in instant(),
    ) {
        let before = evaluate(&facts, at, embedded());
        let mut more = facts;
        more.attestations.push(Attestation { valid_year: 2024, ..other });
        prop_assert_eq!(evaluate(&more, at, embedded()), before);
    }

    #[test]
    fn ard_026_with_a_derogation_that_holds_no_attestation_changes_anything(
        facts in any_facts(),
        other in attestation(),
        at in instant(),
    ) {
        let mut derogated = facts;
        derogated.application.derogation = Redacted::from(Derogation::ProtectedPath);
        let before = evaluate(&derogated, at, embedded());
        derogated.attestations.push(other);
        prop_assert_eq!(evaluate(&derogated, at, embedded()), before);
    }

    #[test]
    fn ard_064_the_outcome_follows_from_causes_and_doubts(facts in any_facts(), at in instant()) {
        let evaluation = evaluate(&facts, at, embedded());
        let expected = match (evaluation.causes.is_empty(), evaluation.doubts.is_empty()) {
            (false, _) => Outcome::Excluded,
            (true, false) => Outcome::Pending,
            (true, true) => Outcome::Admitted,
        };
        prop_assert_eq!(evaluation.outcome, expected);
    }

    #[test]
    fn ard_064_every_cause_and_every_doubt_says_under_which_rules(facts in any_facts(), at in instant()) {
        let evaluation = evaluate(&facts, at, embedded());
        for rules in evaluation.causes.iter().map(|it| &it.rules).chain(evaluation.doubts.iter().map(|it| &it.rules)) {
            prop_assert!(!rules.is_empty() && rules.iter().all(|rule| evaluation.rules.contains(rule)));
        }
        for facts in evaluation.causes.iter().map(|it| &it.facts) {
            prop_assert!(!facts.is_empty() && facts.iter().all(|fact| evaluation.facts_read.contains(fact)));
        }
    }
}
