// SPDX-License-Identifier: EUPL-1.2
//! Applications and facts of every sort, thick where the rules change: around the terms, at the ceiling.
//!
//! Most of an application is in order, so that what is wrong with the rest still decides.

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::{Select, select};

use super::*;

/// Where something begins or ends: the window, both terms, the two changes of the clock, the calls of a spring.
const EDGES: [&str; 8] = [
    "2025-03-01T00:00:00",
    "2025-10-06T10:00:00",
    "2025-10-26T02:30:00",
    "2025-11-20T16:00:00",
    "2025-11-21T00:00:00",
    "2025-11-21T00:00:00",
    "2025-12-19T00:00:00",
    "2026-03-29T02:30:00",
];

/// An instant, often an edge itself or the last one before it.
pub(super) fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let offset = prop_oneof![
        2 => Just(TimeDelta::zero()),
        2 => Just(TimeDelta::nanoseconds(-1)),
        1 => Just(TimeDelta::milliseconds(1)),
        8 => (-2_000_000..2_000_000_i64).prop_map(TimeDelta::seconds),
    ];
    (select(&EDGES[..]), offset).prop_map(|(edge, offset)| rome(edge) + offset)
}

/// `usual` nine times in ten, one of the others otherwise.
fn mostly<T: Copy + std::fmt::Debug + 'static>(usual: T, others: &'static [T]) -> impl Strategy<Value = T> {
    prop_oneof![9 => Just(usual), 1 => select(others)]
}

fn either<T: Copy + std::fmt::Debug + 'static>(values: &'static [T]) -> Select<T> {
    select(values)
}

/// An indicator; the ceiling and the cent above it are frequent.
pub(super) fn indicator() -> impl Strategy<Value = Money> {
    prop_oneof![1 => Just(3_500_000_i64), 1 => Just(3_500_001), 2 => 0..9_000_000_i64]
        .prop_map(Money::from_cents)
}

/// A DSU or an attestation of any sort.
pub(super) fn attestation() -> impl Strategy<Value = Attestation> {
    let kind = either(&[IseeKind::Ordinary, IseeKind::Ordinary, IseeKind::Minors]);
    let annotation =
        either(&[Annotation::None, Annotation::None, Annotation::Omission, Annotation::Discrepancy]);
    let issued = prop_oneof![(0..30_i64).prop_map(Err), instant().prop_map(Ok),];
    let issue = prop::option::weighted(0.8, (issued, indicator()));
    (any::<u128>(), kind, instant(), issue, annotation, mostly(2025, &[2024]), 0..40_i64).prop_map(
        |(id, kind, signed, issue, annotation, valid_year, delay)| Attestation {
            id: Uuid::from_u128(id),
            kind,
            dsu_signed_at: signed,
            issued_at: issue.map(|(issued, _)| match issued {
                Ok(instant) => instant.max(signed),
                Err(days) => signed + TimeDelta::days(days),
            }),
            valid_year,
            isee: issue.map(|(_, isee)| isee),
            annotation,
            available_at: signed + TimeDelta::days(delay),
        },
    )
}

fn self_certification() -> impl Strategy<Value = SelfCertification> {
    let document = either(&[
        IdentityDocument::Valid,
        IdentityDocument::Valid,
        IdentityDocument::Expired,
        IdentityDocument::Missing,
    ]);
    let outcome = either(&[CheckOutcome::Accepted, CheckOutcome::Rejected, CheckOutcome::Unchecked]);
    (instant(), document, outcome, prop::option::of(0..30_i64)).prop_map(
        |(received_at, identity_document, outcome, checked)| SelfCertification {
            received_at,
            identity_document,
            outcome,
            checked_at: checked.map(|days| received_at + TimeDelta::days(days)),
        },
    )
}

fn derogation() -> impl Strategy<Value = Derogation> {
    let since = |date: &str| Derogation::Widowed { since: Some(day(date)) };
    let derogations = vec![
        Derogation::ProtectedPath,
        Derogation::Widowed { since: None },
        since("2024-05-01"),
        since("2022-11-19"),
        since("2022-11-20"),
        since("2022-01-01"),
        since("2021-12-31"),
        since("2026-01-01"),
    ];
    prop_oneof![3 => Just(Derogation::None), 1 => select(derogations)]
}

/// What is declared about applicant, student and account.
fn people() -> impl Strategy<Value = Application> {
    let births = vec!["2014-05-06", "2007-11-20", "2007-11-21", "2007-10-26", "2006-01-10"];
    let role = prop_oneof![
        6 => Just(ApplicantRole::Parent), 1 => Just(ApplicantRole::Guardian), 3 => Just(ApplicantRole::Student),
    ];
    let holder = either(&[
        AccountHolder::Applicant,
        AccountHolder::Student,
        AccountHolder::Joint,
        AccountHolder::Other,
    ]);
    let flags = (mostly(true, &[false]), mostly(true, &[false]), mostly(true, &[false]));
    (role, select(births), holder, flags, derogation()).prop_map(
        |(applicant_role, birth, account_holder, (in_region, with_student, in_household), derogation)| {
            Application {
                applicant_role,
                student_birth_date: Redacted::from(day(birth)),
                account_holder,
                resident_in_region: in_region,
                resident_with_student: with_student,
                in_household,
                derogation: Redacted::from(derogation),
                ..application()
            }
        },
    )
}

/// What is declared about school, submission and ISEE, of the people given.
fn any_application() -> impl Strategy<Value = Application> {
    let submitted = prop_oneof![4 => Just(rome("2025-10-20T11:00:00")), 1 => instant()];
    let channel = mostly(Channel::Online, &[Channel::Paper, Channel::Email, Channel::Pec]);
    let kind = mostly(SchoolKind::Paritaria, &[SchoolKind::Foreign, SchoolKind::State, SchoolKind::Other]);
    let level = mostly(SchoolLevel::LowerSecondary, &[SchoolLevel::Primary, SchoolLevel::Other]);
    let declaration =
        either(&[Declaration::HasAttestation, Declaration::DsuSigned, Declaration::DsuByDeadline]);
    let studies = (mostly(true, &[false]), mostly(true, &[false]));
    let foreign = (any::<bool>(), any::<bool>());
    (people(), submitted, channel, kind, level, declaration, studies, foreign, any::<bool>()).prop_map(
        |(
            people,
            submitted_at,
            channel,
            school_kind,
            school_level,
            declaration,
            studies,
            foreign,
            minors,
        )| {
            Application {
                submitted_at,
                channel,
                school_kind,
                school_level,
                declaration,
                enrolled: studies.0,
                attending: studies.1,
                foreign_school_eligible: foreign.0,
                foreign_need_documented: foreign.1,
                minors_isee_case: minors,
                ..people
            }
        },
    )
}

/// An application and everything that is known of it.
pub(super) fn any_facts() -> impl Strategy<Value = ApplicationFacts> {
    let attestations = prop::collection::vec(attestation(), 0..5);
    let forms = prop::collection::vec(self_certification(), 0..3);
    let duplicate = prop::option::weighted(0.05, instant());
    let other_forms = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(attestation(), 1..3)];
    (any_application(), attestations, other_forms, forms, duplicate).prop_map(
        |(application, attestations, other_forms, self_certifications, duplicate_since)| ApplicationFacts {
            application,
            attestations,
            other_forms,
            self_certifications,
            duplicate_since,
        },
    )
}

/// Facts, and the same in another order.
pub(super) fn shuffled() -> impl Strategy<Value = (ApplicationFacts, ApplicationFacts)> {
    any_facts().prop_flat_map(|facts| {
        let attestations = Just(facts.attestations.clone()).prop_shuffle();
        let others = Just(facts.other_forms.clone()).prop_shuffle();
        let forms = Just(facts.self_certifications.clone()).prop_shuffle();
        (Just(facts), attestations, others, forms).prop_map(
            |(facts, attestations, other_forms, self_certifications)| {
                let other =
                    ApplicationFacts { attestations, other_forms, self_certifications, ..facts.clone() };
                (facts, other)
            },
        )
    })
}

/// A conforming attestation within the ceiling: signed within the DSU term, issued within the other, learned whenever.
pub(super) fn good_attestation() -> impl Strategy<Value = Attestation> {
    let kind = either(&[IseeKind::Ordinary, IseeKind::Minors]);
    let cents = prop_oneof![Just(3_500_000), 0..=3_500_000_i64];
    let signed = prop_oneof![
        Just(rome("2025-11-21T00:00:00") - TimeDelta::nanoseconds(1)),
        (0..320 * 24 * 3600_i64).prop_map(|before| rome("2025-11-20T23:59:59") - TimeDelta::seconds(before)),
    ];
    let issued = prop_oneof![
        Just(rome("2025-12-19T00:00:00") - TimeDelta::nanoseconds(1)),
        (0..28_i64).prop_map(|before| rome("2025-12-18T23:59:59") - TimeDelta::days(before)),
    ];
    (any::<u128>(), kind, signed, issued, cents, 0..60_i64).prop_map(
        |(id, kind, dsu_signed_at, issued, cents, delay)| {
            let issued_at = issued.max(dsu_signed_at);
            Attestation {
                kind,
                dsu_signed_at,
                issued_at: Some(issued_at),
                isee: Some(Money::from_cents(cents)),
                available_at: dsu_signed_at + TimeDelta::days(delay),
                ..dsu(id, "2025-11-08T11:00:00")
            }
        },
    )
}

/// The instant from which everything in these facts is known.
pub(super) fn all_known(facts: &ApplicationFacts) -> DateTime<Utc> {
    let attested = facts.attestations.iter().chain(&facts.other_forms).flat_map(|row| {
        [Some(row.available_at), Some(row.dsu_signed_at), row.issued_at].into_iter().flatten()
    });
    let received = facts
        .self_certifications
        .iter()
        .flat_map(|form| [Some(form.received_at), form.checked_at].into_iter().flatten());
    let instants = attested.chain(received).chain(facts.duplicate_since);
    instants.fold(facts.application.submitted_at, DateTime::max)
}
