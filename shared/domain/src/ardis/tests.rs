// SPDX-License-Identifier: EUPL-1.2
//! An application nothing is wrong with, and ways to change one thing about it.

mod any_facts;
mod boundaries;
mod causes;
mod derogations;
mod explained;
mod isee;
mod properties;
mod regularisation;
mod terms;

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::*;
use crate::civil::zone::instant_of;
use crate::identity::{Money, Redacted, Sex, TaxCode};
use crate::procedure::ArdisProcedure;

/// Civil time in Rome, `2025-11-20T16:00:00.001`.
fn rome(civil: &str) -> DateTime<Utc> {
    instant_of(civil.parse().unwrap())
}

fn euro(text: &str) -> Money {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn procedure() -> ArdisProcedure {
    embedded().clone()
}

/// Read once: properties evaluate thousands of times.
fn embedded() -> &'static ArdisProcedure {
    static EMBEDDED: LazyLock<ArdisProcedure> = LazyLock::new(|| ArdisProcedure::embedded().unwrap());
    &EMBEDDED
}

fn person(name: &str, birth: &str) -> TaxCode {
    TaxCode::compose("Prova", name, day(birth), Sex::Female, &"L424".parse().unwrap())
}

/// Online, in time, at a scuola paritaria, resident, and with no ISEE known yet.
fn application() -> Application {
    Application {
        instance_number: "2025-004217".parse().unwrap(),
        submitted_at: rome("2025-10-20T11:00:00"),
        channel: Channel::Online,
        applicant: person("Ada", "1985-03-02"),
        applicant_role: ApplicantRole::Parent,
        applicant_email: "ada@posta.example".parse().unwrap(),
        resident_in_region: true,
        resident_with_student: true,
        in_household: true,
        student: person("Bea", "2014-05-06"),
        student_birth_date: Redacted::from(day("2014-05-06")),
        school_kind: SchoolKind::Paritaria,
        school_level: SchoolLevel::LowerSecondary,
        enrolled: true,
        attending: true,
        foreign_school_eligible: false,
        foreign_need_documented: false,
        declaration: Declaration::HasAttestation,
        derogation: Redacted::from(Derogation::None),
        minors_isee_case: false,
        declared_expenses: euro("1800.00"),
        iban: "IT60X0542811101000000123456".parse().unwrap(),
        account_holder: AccountHolder::Applicant,
    }
}

/// A DSU signed at `signed`, not attested, known a day later.
fn dsu(id: u128, signed: &str) -> Attestation {
    let dsu_signed_at = rome(signed);
    Attestation {
        id: Uuid::from_u128(id),
        kind: IseeKind::Ordinary,
        dsu_signed_at,
        issued_at: None,
        valid_year: 2025,
        isee: None,
        annotation: Annotation::None,
        available_at: dsu_signed_at,
    }
}

/// A conforming attestation, known at once.
fn attested(id: u128, signed: &str, issued: &str, isee: &str) -> Attestation {
    let issued_at = Some(rome(issued));
    Attestation { issued_at, isee: Some(euro(isee)), available_at: rome(issued), ..dsu(id, signed) }
}

/// An attestation with omissions, known at once.
fn annotated(id: u128, signed: &str, issued: &str, isee: &str) -> Attestation {
    Attestation { annotation: Annotation::Omission, ..attested(id, signed, issued, isee) }
}

/// A form with a valid document, checked the day it came.
fn form(received: &str, outcome: CheckOutcome) -> SelfCertification {
    let received_at = rome(received);
    let identity_document = IdentityDocument::Valid;
    SelfCertification { received_at, identity_document, outcome, checked_at: Some(received_at) }
}

fn facts(application: Application, attestations: Vec<Attestation>) -> ApplicationFacts {
    ApplicationFacts {
        application,
        attestations,
        other_forms: Vec::new(),
        self_certifications: Vec::new(),
        duplicate_since: None,
    }
}

/// The application of [`application`] with one thing changed and an ISEE nothing is wrong with.
fn changed(change: impl FnOnce(&mut Application)) -> ApplicationFacts {
    let mut application = application();
    change(&mut application);
    facts(application, vec![attested(1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", "20000.00")])
}

/// The application of [`application`] with these DSU and attestations.
fn with(attestations: impl Into<Vec<Attestation>>) -> ApplicationFacts {
    facts(application(), attestations.into())
}

/// Well after both terms.
const IN_JANUARY: &str = "2026-01-15T12:00:00";
/// Between the two terms.
const IN_DECEMBER: &str = "2025-12-01T12:00:00";

fn at(facts: &ApplicationFacts, civil: &str) -> Evaluation {
    evaluate(facts, rome(civil), embedded())
}

fn causes(evaluation: &Evaluation) -> Vec<Cause> {
    evaluation.cause_codes().collect()
}

fn doubts(evaluation: &Evaluation) -> Vec<DoubtCode> {
    evaluation.doubts.iter().map(|doubt| doubt.code).collect()
}

#[track_caller]
fn assert_admitted(evaluation: &Evaluation) {
    assert_eq!((causes(evaluation), doubts(evaluation)), (vec![], vec![]));
    assert_eq!(evaluation.outcome, Outcome::Admitted);
}

#[track_caller]
fn assert_excluded(evaluation: &Evaluation, expected: &[Cause]) {
    assert_eq!((causes(evaluation), doubts(evaluation)), (expected.to_vec(), vec![]));
    assert_eq!(evaluation.outcome, Outcome::Excluded);
}

#[track_caller]
fn assert_pending(evaluation: &Evaluation, expected: DoubtCode) {
    assert_eq!((causes(evaluation), doubts(evaluation)), (vec![], vec![expected]));
    assert_eq!(evaluation.outcome, Outcome::Pending);
}
