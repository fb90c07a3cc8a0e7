// SPDX-License-Identifier: EUPL-1.2
//! What files say of an application and its ISEE.

use anyhow::Result;
use campanella_domain::{
    ardis::{
        Annotation, ApplicationFacts, CheckOutcome, IdentityDocument, IseeKind, SelfCertification, evaluate,
    },
    ids,
    procedure::ArdisProcedure,
};
use campanella_formats::{AttestationRow, SelfCertificationRow};
use campanella_store::ardis::application;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Office, applications, counts, file_of};
use crate::cli::fixture::{application, rome};

const NUMBER: &str = "2025-000001";

/// A DSU signed in time and not yet attested.
fn presented() -> AttestationRow {
    AttestationRow {
        protocol: None,
        student: application(NUMBER).student,
        kind: IseeKind::Ordinary,
        dsu_signed_at: rome("2025-11-18T10:00:00"),
        issued_at: None,
        valid_year: 2025,
        isee: None,
        annotation: Annotation::None,
        available_at: Some(rome("2025-11-19T08:00:00")),
    }
}

/// The attestation issued on it.
fn attested() -> AttestationRow {
    AttestationRow {
        protocol: Some("INPS-ISEE-2025-00000001X-00".to_owned().into()),
        issued_at: Some(rome("2025-11-25T09:00:00")),
        isee: "20000.00".parse().ok(),
        available_at: Some(rome("2025-11-26T08:00:00")),
        ..presented()
    }
}

fn form(outcome: CheckOutcome) -> SelfCertificationRow {
    let checked_at = (outcome != CheckOutcome::Unchecked).then(|| rome("2025-12-19T09:00:00"));
    SelfCertificationRow {
        instance_number: application(NUMBER).instance_number,
        form: SelfCertification {
            received_at: rome("2025-12-10T12:00:00"),
            identity_document: IdentityDocument::Valid,
            outcome,
            checked_at,
        },
    }
}

impl Office {
    async fn facts(&self) -> Result<ApplicationFacts> {
        let id = ids::application(application(NUMBER).instance_number);
        let mut tx = self.desk.installation.store.read().await?;
        application::facts(&mut tx, &[id]).await?.remove(&id).ok_or_else(|| anyhow::anyhow!("no application"))
    }

    /// Codes of the doubts at a moment, and of the causes.
    async fn evaluated(&self, at: DateTime<Utc>) -> Result<serde_json::Value> {
        let evaluation = evaluate(&self.facts().await?, at, &ArdisProcedure::embedded()?);
        let doubts: Vec<_> = evaluation.doubts.iter().map(|doubt| json!(doubt.code)).collect();
        Ok(json!({ "outcome": evaluation.outcome, "doubts": doubts }))
    }
}

#[tokio::test]
async fn an_attestation_may_come_before_its_application() -> Result<()> {
    let office = Office::new().await?;
    let report = office.import("attestations", "a.csv", &file_of(&[attested()])?).await?;
    assert_eq!((counts(&report), office.messages().await?), ([1, 0, 0, 0], vec![]));
    office.import("applications", "d.csv", &applications(&[NUMBER])?).await?;
    assert_eq!(office.messages().await?[0].0, "ardis.application.recorded");
    assert_eq!(
        office.evaluated(rome("2025-12-19T00:00:00")).await?,
        json!({ "outcome": "admitted", "doubts": [] })
    );
    Ok(())
}

#[tokio::test]
async fn ard_010_a_dsu_under_another_form_of_the_tax_code_has_the_application_looked_at_again() -> Result<()>
{
    let office = Office::new().await?;
    office.import("applications", "d.csv", &applications(&[NUMBER])?).await?;
    office.messages().await?;
    let other_form = presented().student.omocodia_form(0b1001);
    assert_ne!(other_form, presented().student);
    let row = AttestationRow { student: other_form, ..presented() };
    assert_eq!(counts(&office.import("attestations", "a.csv", &file_of(&[row])?).await?), [1, 0, 0, 0]);
    assert_eq!(office.messages().await?[0].0, "ardis.isee.recorded");
    assert_eq!(
        office.evaluated(rome("2025-11-21T00:00:00")).await?,
        json!({ "outcome": "pending", "doubts": ["isee-under-another-form"] })
    );
    Ok(())
}

#[tokio::test]
async fn ard_010_a_dsu_told_as_a_day_and_its_attestation_told_to_the_second_are_read_as_one() -> Result<()> {
    let office = Office::new().await?;
    office.import("applications", "d.csv", &applications(&[NUMBER])?).await?;
    let bare_day = AttestationRow { dsu_signed_at: rome("2025-11-18T00:00:00"), ..presented() };
    office.import("attestations", "a.csv", &file_of(&[bare_day])?).await?;
    let waiting = json!({ "outcome": "pending", "doubts": ["waits-for-attestation"] });
    assert_eq!(office.evaluated(rome("2025-11-21T00:00:00")).await?, waiting);
    office.import("attestations", "a.csv", &file_of(&[attested()])?).await?;
    let admitted = json!({ "outcome": "admitted", "doubts": [] });
    assert_eq!(office.evaluated(rome("2025-11-27T00:00:00")).await?, admitted);
    Ok(())
}

#[tokio::test]
async fn ard_010_a_dsu_and_the_attestation_issued_on_it_later_are_both_kept_and_read_as_one() -> Result<()> {
    let office = Office::new().await?;
    office.import("applications", "d.csv", &applications(&[NUMBER])?).await?;
    office.messages().await?;
    // INPS may give the protocol with the DSU already.
    let early = AttestationRow { protocol: attested().protocol, ..presented() };
    for row in [early, attested()] {
        assert_eq!(counts(&office.import("attestations", "a.csv", &file_of(&[row])?).await?), [1, 0, 0, 0]);
        assert_eq!(office.messages().await?[0].0, "ardis.isee.recorded");
    }
    let before = office.evaluated(rome("2025-11-21T00:00:00")).await?;
    assert_eq!(before, json!({ "outcome": "pending", "doubts": ["waits-for-attestation"] }));
    let after = office.evaluated(rome("2025-11-27T00:00:00")).await?;
    assert_eq!(after, json!({ "outcome": "admitted", "doubts": [] }));
    assert_eq!(office.facts().await?.attestations.len(), 2);
    Ok(())
}

#[tokio::test]
async fn ard_014_one_protocol_may_stand_on_an_attestation_of_either_kind() -> Result<()> {
    let office = Office::new().await?;
    office.import("applications", "d.csv", &applications(&[NUMBER])?).await?;
    let minors = AttestationRow { kind: IseeKind::Minors, ..attested() };
    let bare = AttestationRow { kind: IseeKind::Minors, ..presented() };
    let without_protocol = AttestationRow {
        protocol: None,
        issued_at: attested().issued_at,
        isee: attested().isee,
        ..presented()
    };
    let file = file_of(&[attested(), minors, presented(), bare, without_protocol])?;
    assert_eq!(counts(&office.import("attestations", "a.csv", &file).await?), [5, 0, 0, 0]);
    assert_eq!(counts(&office.import("attestations", "a.csv", &file).await?), [0, 0, 5, 0]);
    assert_eq!(office.facts().await?.attestations.len(), 5);
    Ok(())
}

#[tokio::test]
async fn ard_011_siblings_attested_under_one_protocol_each_keep_their_attestation() -> Result<()> {
    let office = Office::new().await?;
    office.import("applications", "d.csv", &applications(&[NUMBER])?).await?;
    office.messages().await?;
    let sibling = AttestationRow {
        student: campanella_domain::identity::TaxCode::compose(
            "Verdi",
            "Ugo",
            "2012-03-04".parse()?,
            campanella_domain::identity::Sex::Male,
            &"L424".parse()?,
        ),
        ..attested()
    };
    let file = file_of(&[sibling.clone(), attested()])?;
    assert_eq!(counts(&office.import("attestations", "a.csv", &file).await?), [2, 0, 0, 0]);
    assert_eq!(office.messages().await?.len(), 1, "the other child has no application");
    assert_eq!(counts(&office.import("attestations", "a.csv", &file).await?), [0, 0, 2, 0]);
    assert_eq!(office.facts().await?.attestations.len(), 1);
    assert_eq!(
        office.evaluated(rome("2025-12-19T00:00:00")).await?,
        json!({ "outcome": "admitted", "doubts": [] })
    );
    Ok(())
}

#[tokio::test]
async fn a_dsu_that_has_its_protocol_now_is_the_same_and_one_of_another_year_is_not() -> Result<()> {
    let office = Office::new().await?;
    let numbered = AttestationRow { protocol: attested().protocol, ..presented() };
    let of_another_year = AttestationRow { valid_year: 2026, ..presented() };
    let report =
        office.import("attestations", "a.csv", &file_of(&[presented(), numbered, of_another_year])?).await?;
    assert_eq!(
        (counts(&report), &report["first_refused"][0]["column"]),
        ([1, 0, 1, 1], &json!("valid_year"))
    );
    Ok(())
}

#[tokio::test]
async fn another_content_under_a_known_protocol_is_refused_but_not_another_day_of_learning() -> Result<()> {
    let office = Office::new().await?;
    let corrected = AttestationRow { isee: "36000.00".parse().ok(), ..attested() };
    let later = AttestationRow { available_at: Some(rome("2025-12-20T08:00:00")), ..attested() };
    let report = office.import("attestations", "a.csv", &file_of(&[attested(), corrected, later])?).await?;
    assert_eq!((counts(&report), &report["first_refused"][0]["column"]), ([1, 0, 1, 1], &json!("isee")));
    Ok(())
}

#[tokio::test]
async fn ard_017_a_self_certification_waits_for_its_application_and_its_check_is_learned_once() -> Result<()>
{
    let office = Office::new().await?;
    let unchecked = file_of(&[form(CheckOutcome::Unchecked)])?;
    let report = office.import("self-certifications", "s.csv", &unchecked).await?;
    assert_eq!(
        (counts(&report), &report["first_refused"][0]["column"]),
        ([0, 0, 0, 1], &json!("instance_number"))
    );
    office.import("applications", "d.csv", &applications(&[NUMBER])?).await?;
    assert_eq!(counts(&office.import("self-certifications", "s.csv", &unchecked).await?), [1, 0, 0, 0]);
    assert_eq!(office.messages().await?.len(), 2);
    let accepted = file_of(&[form(CheckOutcome::Accepted)])?;
    assert_eq!(counts(&office.import("self-certifications", "s.csv", &accepted).await?), [0, 1, 0, 0]);
    assert_eq!(office.messages().await?[0].0, "ardis.isee.recorded");
    let old_and_contrary = file_of(&[form(CheckOutcome::Unchecked), form(CheckOutcome::Rejected)])?;
    let report = office.import("self-certifications", "s.csv", &old_and_contrary).await?;
    assert_eq!((counts(&report), &report["first_refused"][0]["column"]), ([0, 0, 1, 1], &json!("outcome")));
    assert_eq!(office.facts().await?.self_certifications, [form(CheckOutcome::Accepted).form]);
    assert_eq!(office.messages().await?, []);
    Ok(())
}

#[tokio::test]
async fn ard_019_of_two_lines_on_a_form_nobody_has_checked_the_better_document_stays() -> Result<()> {
    let office = Office::new().await?;
    office.import("applications", "d.csv", &applications(&[NUMBER])?).await?;
    office.messages().await?;
    let with = |identity_document| {
        let form = form(CheckOutcome::Unchecked);
        SelfCertificationRow { form: SelfCertification { identity_document, ..form.form }, ..form }
    };
    let (valid, missing) = (with(IdentityDocument::Valid), with(IdentityDocument::Missing));
    let file = file_of(&[missing.clone(), valid.clone(), missing])?;
    assert_eq!(counts(&office.import("self-certifications", "s.csv", &file).await?), [1, 1, 1, 0]);
    assert_eq!(office.messages().await?.len(), 1);
    assert_eq!(counts(&office.import("self-certifications", "s.csv", &file).await?), [0, 0, 3, 0]);
    assert_eq!(office.messages().await?, []);
    assert_eq!(office.facts().await?.self_certifications, [valid.form]);
    Ok(())
}

#[tokio::test]
async fn ard_043_drafts_are_brought_up_to_date_by_their_number() -> Result<()> {
    let office = Office::new().await?;
    let file = "instance_number;applicant_email;started_at\n2025-000009;ada@posta.example;10/11/2025 09:00\n";
    assert_eq!(counts(&office.import("drafts", "b.csv", file).await?), [1, 0, 0, 0]);
    assert_eq!(counts(&office.import("drafts", "b.csv", file).await?), [0, 0, 1, 0]);
    let moved = file.replace("ada@", "nuova@");
    assert_eq!(counts(&office.import("drafts", "b.csv", &moved).await?), [0, 1, 0, 0]);
    assert_eq!(office.messages().await?, []);
    Ok(())
}
