// SPDX-License-Identifier: EUPL-1.2
//! What holds for every application and every order of arrival.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;

/// Instants thick around both terms, in steps of half a day's odd fraction so that either side is hit often.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    const TERMS: [&str; 3] = ["2025-11-21T00:00:00", "2025-12-19T00:00:00", "2025-03-01T00:00:00"];
    (prop::sample::select(&TERMS[..]), prop_oneof![Just(0_i64), Just(-1), -2_000_000..2_000_000_i64])
        .prop_map(|(term, seconds)| rome(term) + TimeDelta::seconds(seconds))
}

fn money() -> impl Strategy<Value = Money> {
    prop_oneof![Just(3_500_000_i64), Just(3_500_001), 0..9_000_000_i64].prop_map(Money::from_cents)
}

fn attestation() -> impl Strategy<Value = Attestation> {
    let kind = prop::sample::select(vec![IseeKind::Ordinary, IseeKind::Ordinary, IseeKind::Minors]);
    let annotation = prop::sample::select(vec![
        Annotation::None,
        Annotation::None,
        Annotation::Omission,
        Annotation::Discrepancy,
    ]);
    let year = prop::sample::select(vec![2025, 2025, 2025, 2024]);
    let issue = prop::option::weighted(0.8, (0..20_i64, money()));
    (any::<u128>(), kind, instant(), issue, annotation, year, 0..40_i64).prop_map(
        |(id, kind, signed, issue, annotation, valid_year, delay)| Attestation {
            id: Uuid::from_u128(id),
            kind,
            dsu_signed_at: signed,
            issued_at: issue.map(|(days, _)| signed + TimeDelta::days(days)),
            valid_year,
            isee: issue.map(|(_, isee)| isee),
            annotation,
            available_at: signed + TimeDelta::days(delay),
        },
    )
}

fn self_certification() -> impl Strategy<Value = SelfCertification> {
    let document = prop::sample::select(vec![
        IdentityDocument::Valid,
        IdentityDocument::Valid,
        IdentityDocument::Expired,
        IdentityDocument::Missing,
    ]);
    let outcome =
        prop::sample::select(vec![CheckOutcome::Accepted, CheckOutcome::Rejected, CheckOutcome::Unchecked]);
    (instant(), document, outcome, prop::option::of(0..30_i64)).prop_map(
        |(received_at, identity_document, outcome, checked)| SelfCertification {
            received_at,
            identity_document,
            outcome,
            checked_at: checked.map(|days| received_at + TimeDelta::days(days)),
        },
    )
}

fn any_facts() -> impl Strategy<Value = ApplicationFacts> {
    let derogation = prop::sample::select(vec![
        Derogation::None,
        Derogation::None,
        Derogation::None,
        Derogation::ProtectedPath,
        Derogation::Widowed { since: Some(day("2024-05-01")) },
        Derogation::Widowed { since: Some(day("2022-05-01")) },
    ]);
    let declaration = prop::sample::select(vec![
        Declaration::HasAttestation,
        Declaration::DsuSigned,
        Declaration::DsuByDeadline,
    ]);
    let flags = (any::<bool>(), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    let attestations = prop::collection::vec(attestation(), 0..5);
    let forms = prop::collection::vec(self_certification(), 0..3);
    (derogation, declaration, flags, attestations, forms).prop_map(
        |(derogation, declaration, (minors, duplicate, elsewhere), attestations, self_certifications)| {
            let application = Application {
                derogation: Redacted::from(derogation),
                declaration,
                minors_isee_case: minors,
                resident_with_student: !elsewhere,
                ..application()
            };
            let duplicate_since = duplicate.then(|| rome("2025-11-12T10:00:00"));
            ApplicationFacts { application, attestations, self_certifications, duplicate_since }
        },
    )
}

fn shuffled() -> impl Strategy<Value = (ApplicationFacts, ApplicationFacts)> {
    any_facts().prop_flat_map(|facts| {
        let attestations = Just(facts.attestations.clone()).prop_shuffle();
        let forms = Just(facts.self_certifications.clone()).prop_shuffle();
        (Just(facts), attestations, forms).prop_map(|(facts, attestations, self_certifications)| {
            let other = ApplicationFacts { attestations, self_certifications, ..facts.clone() };
            (facts, other)
        })
    })
}

/// A conforming attestation within the ceiling, signed and issued within the DSU term, known at once.
fn good_attestation() -> impl Strategy<Value = Attestation> {
    let kind = prop::sample::select(vec![IseeKind::Ordinary, IseeKind::Minors]);
    (any::<u128>(), kind, 0..300_i64, 0..=3_500_000_i64).prop_map(|(id, kind, hours, cents)| {
        let signed = rome("2025-11-08T11:00:00") + TimeDelta::hours(hours);
        Attestation {
            kind,
            issued_at: Some(signed),
            isee: Some(Money::from_cents(cents)),
            available_at: signed,
            dsu_signed_at: signed,
            ..dsu(id, "2025-11-08T11:00:00")
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn ard_064_the_order_in_which_facts_arrived_never_matters(
        (one, other) in shuffled(),
        at in instant(),
    ) {
        prop_assert_eq!(evaluate(&one, at, &procedure()), evaluate(&other, at, &procedure()));
    }

    #[test]
    fn ard_007_a_conforming_attestation_in_time_never_turns_an_admitted_application_into_an_excluded_one(
        facts in any_facts(),
        good in good_attestation(),
        at in instant(),
    ) {
        let before = evaluate(&facts, at, &procedure());
        let mut more = facts;
        more.attestations.push(good);
        let after = evaluate(&more, at, &procedure());
        if before.outcome == Outcome::Admitted {
            prop_assert_ne!(after.outcome, Outcome::Excluded);
        }
        // Nor does it ever add a cause.
        let before: Vec<Cause> = causes(&before);
        prop_assert!(causes(&after).iter().all(|cause| before.contains(cause)));
    }

    #[test]
    fn ard_010_ard_020_neither_e02_nor_e03_is_found_before_its_term_has_passed(
        facts in any_facts(),
        at in instant(),
    ) {
        let procedure = procedure();
        let found = causes(&evaluate(&facts, at, &procedure));
        prop_assert!(procedure.terms.dsu.has_passed(at) || !found.contains(&Cause::E02));
        prop_assert!(procedure.terms.regularisation.has_passed(at) || !found.contains(&Cause::E03));
    }

    #[test]
    fn ard_011_what_becomes_known_after_the_evaluation_changes_nothing(
        facts in any_facts(),
        later in attestation(),
        at in instant(),
    ) {
        let before = evaluate(&facts, at, &procedure());
        let mut more = facts;
        more.attestations.push(Attestation { available_at: at + TimeDelta::seconds(1), ..later });
        prop_assert_eq!(evaluate(&more, at, &procedure()), before);
    }

    #[test]
    fn ard_064_the_outcome_follows_from_causes_and_doubts(facts in any_facts(), at in instant()) {
        let evaluation = evaluate(&facts, at, &procedure());
        let expected = match (evaluation.causes.is_empty(), evaluation.doubts.is_empty()) {
            (false, _) => Outcome::Excluded,
            (true, false) => Outcome::Pending,
            (true, true) => Outcome::Admitted,
        };
        prop_assert_eq!(evaluation.outcome, expected);
    }
}
