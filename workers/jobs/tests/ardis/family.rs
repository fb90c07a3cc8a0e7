// SPDX-License-Identifier: EUPL-1.2
//! The n-th family, its facts, and the officer's word on it.

use campanella_domain::{
    ardis::{
        AccountHolder, Annotation, ApplicantRole, Application, Attestation, Channel, CheckOutcome,
        Declaration, Derogation, IdentityDocument, IseeKind, Outcome, SchoolKind, SchoolLevel,
        SelfCertification,
    },
    identity::{InstanceNumber, Redacted, Sex, TaxCode},
    ids,
};
use campanella_store::ardis::{
    application::NewApplication,
    attestation::NewAttestation,
    decision::{Decision, NewDecision, Origin},
    self_certification::NewSelfCertification,
};
use chrono::NaiveDate;
use uuid::Uuid;

use crate::{lists::officer, world::rome};

fn instance(number: u32) -> InstanceNumber {
    InstanceNumber::new(2025, u64::from(number)).unwrap()
}

/// The id of the n-th application.
pub(crate) fn id(number: u32) -> Uuid {
    ids::application(instance(number))
}

/// A child born on the n-th day from 1 January 2012.
fn student(number: u32) -> (TaxCode, NaiveDate) {
    let birth = NaiveDate::from_yo_opt(2012, 1).unwrap() + chrono::Days::new(u64::from(number));
    (TaxCode::compose("Prova", "Bea", birth, Sex::Female, &"L424".parse().unwrap()), birth)
}

/// An application nothing stands against but that no ISEE is known.
pub(crate) fn application(number: u32) -> NewApplication {
    let (student, birth) = student(number);
    let application = Application {
        instance_number: instance(number),
        submitted_at: rome("2025-10-20T11:00:00"),
        channel: Channel::Online,
        applicant: "RSSMRA85T10A562S".parse().unwrap(),
        applicant_role: ApplicantRole::Parent,
        applicant_email: format!("famiglia{number}@posta.example").parse().unwrap(),
        resident_in_region: true,
        resident_with_student: true,
        in_household: true,
        student,
        student_birth_date: Redacted::new(birth),
        school_kind: SchoolKind::Paritaria,
        school_level: SchoolLevel::LowerSecondary,
        enrolled: true,
        attending: true,
        foreign_school_eligible: false,
        foreign_need_documented: false,
        declaration: Declaration::HasAttestation,
        derogation: Redacted::new(Derogation::None),
        minors_isee_case: false,
        declared_expenses: "1800.00".parse().unwrap(),
        iban: "IT60X0542811101000000123456".parse().unwrap(),
        account_holder: AccountHolder::Applicant,
    };
    NewApplication { id: id(number), application, recorded_at: rome("2025-10-20T11:00:01") }
}

/// An attestation of the n-th family, learned a day after it was issued; `revision` tells its attestations apart.
pub(crate) fn attestation(
    number: u32,
    revision: u32,
    signed: &str,
    issued: &str,
    annotation: Annotation,
) -> NewAttestation {
    let issued_at = rome(issued);
    NewAttestation {
        protocol: None,
        student: student(number).0,
        attestation: Attestation {
            id: Uuid::from_u128((u128::from(revision) << 64) | u128::from(number)),
            kind: IseeKind::Ordinary,
            dsu_signed_at: rome(signed),
            issued_at: Some(issued_at),
            valid_year: 2025,
            isee: Some("20000.00".parse().unwrap()),
            annotation,
            available_at: issued_at + chrono::TimeDelta::days(1),
        },
    }
}

/// A conforming attestation of the spring.
pub(crate) fn conforming(number: u32) -> NewAttestation {
    attestation(number, 1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", Annotation::None)
}

/// An attestation of the spring with omissions.
pub(crate) fn annotated(number: u32) -> NewAttestation {
    attestation(number, 1, "2025-03-01T10:00:00", "2025-03-08T10:00:00", Annotation::Omission)
}

/// A self-certification for the n-th application, received at `received`.
pub(crate) fn form(
    number: u32,
    received: &str,
    identity_document: IdentityDocument,
    checked: Option<(CheckOutcome, &str)>,
) -> NewSelfCertification {
    let received_at = rome(received);
    NewSelfCertification {
        id: ids::self_certification(id(number), received_at),
        application: id(number),
        self_certification: SelfCertification {
            received_at,
            identity_document,
            outcome: checked.map_or(CheckOutcome::Unchecked, |(outcome, _)| outcome),
            checked_at: checked.map(|(_, at)| rome(at)),
        },
    }
}

/// The officer admits, on what was proposed last.
pub(crate) fn admitted_by_officer(newest: &Decision, at: &str) -> NewDecision {
    NewDecision {
        id: Uuid::from_u128(newest.id.as_u128() ^ 1),
        application: newest.application,
        term: newest.term.clone(),
        origin: Origin::Officer {
            officer: officer(),
            motivation: Redacted::new("documenti visti allo sportello".to_owned()),
        },
        outcome: Outcome::Admitted,
        causes: Vec::new(),
        evaluation: newest.evaluation.clone(),
        decided_at: rome(at),
    }
}
