// SPDX-License-Identifier: EUPL-1.2

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::Result;
use campanella_domain::{
    ardis::{Application, Attestation, Derogation},
    identity::Redacted,
};
use campanella_store::ardis::attestation::{self, NewAttestation};
use serde_json::json;

use crate::cli::{
    Exit,
    fixture::{Desk, annotated, application},
};

const NUMBER: &str = "2025-004217";

/// A desk with an application and what INPS has of its student.
async fn desk(application: &Application, attestations: &[Attestation]) -> Result<Desk> {
    let desk = Desk::new().await?;
    desk.apply(application).await?;
    let rows: Vec<NewAttestation> = attestations
        .iter()
        .map(|attestation| NewAttestation {
            protocol: None,
            student: application.student.clone(),
            attestation: attestation.clone(),
        })
        .collect();
    let mut tx = desk.installation.store.begin().await?;
    attestation::insert(&mut tx, &rows).await?;
    tx.commit().await?;
    Ok(desk)
}

#[tokio::test]
async fn ard_021_a_preview_tells_number_outcome_causes_rules_and_reasons() -> Result<()> {
    let desk = desk(&application(NUMBER), &[annotated()]).await?;
    let told = desk.json(&["preview", "exclusions", "--at", "2025-12-19"]).await?;
    assert_eq!(told[0]["instance_number"], NUMBER);
    assert_eq!(told[0]["outcome"], "excluded");
    assert_eq!(told[0]["causes"], json!(["E03"]));
    let rules = told[0]["rules"].as_array().cloned().unwrap_or_default();
    assert!(rules.contains(&json!("ARD-020")) && rules.contains(&json!("ARD-021")), "{rules:?}");
    let reason = "Omissioni o difformità dell'attestazione ISEE non regolarizzate entro il 18 dicembre 2025";
    assert_eq!(told[0]["reasons"], json!([reason]));
    Ok(())
}

/// Every byte of the installation's files: the database, what was committed to it and not yet carried over, the rest.
fn bytes(desk: &Desk) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(desk.installation.folder.path())? {
        let path = entry?.path();
        // SQLite's index of what readers see: not data, and it changes with every reader.
        if path.is_file() && !path.to_string_lossy().ends_with("-shm") {
            found.insert(path.clone(), fs::read(path)?);
        }
    }
    Ok(found)
}

#[tokio::test]
async fn a_preview_changes_no_byte_of_the_installation() -> Result<()> {
    let desk = desk(&application(NUMBER), &[annotated()]).await?;
    let before = bytes(&desk)?;
    assert!(before.keys().any(|path| path.ends_with("campanella.db")), "{:?}", before.keys());
    for at in ["2025-12-18", "2025-12-19"] {
        desk.json(&["preview", "exclusions", "--at", at]).await?;
        assert_eq!(desk.type_in(&["preview", "exclusions", "--at", at]).await.exit, Exit::Done);
    }
    let changed: Vec<_> =
        bytes(&desk)?.into_iter().filter(|(path, now)| before.get(path) != Some(now)).collect();
    let changed: Vec<_> = changed.iter().map(|(path, _)| path).collect();
    assert!(changed.is_empty(), "{changed:?}");
    // The same eyes see a single row that is written.
    desk.apply(&application("2025-004218")).await?;
    assert_ne!(bytes(&desk)?, before);
    Ok(())
}

#[tokio::test]
async fn ard_020_on_the_last_day_it_is_pending_and_the_text_says_which_date_to_ask_for() -> Result<()> {
    let desk = desk(&application(NUMBER), &[annotated()]).await?;
    let told = desk.json(&["preview", "exclusions", "--at", "2025-12-18"]).await?;
    assert_eq!(told[0]["outcome"], "pending");
    assert_eq!(told[0]["causes"], json!([]));
    assert_eq!(told[0]["reasons"].as_array().map(Vec::len), Some(1));
    let text = desk.type_in(&["preview", "exclusions", "--at", "2025-12-18"]).await.out;
    for expected in ["giovedì 18 dicembre 2025, ore 23:59:59", "In sospeso: 1", "chiedere --at 2025-12-19."]
    {
        assert!(text.contains(expected), "«{expected}» is missing:\n{text}");
    }
    let text = desk.type_in(&["preview", "exclusions", "--at", "2025-12-19"]).await.out;
    assert!(text.contains("Escluse: 1 (E03: 1)") && !text.contains("Attenzione"), "{text}");
    Ok(())
}

#[tokio::test]
async fn ard_011_what_was_not_known_then_is_not_seen() -> Result<()> {
    let desk = desk(&application(NUMBER), &[annotated()]).await?;
    // The attestation is of 9 March; the application of 20 October, 11:00.
    let told = desk.json(&["preview", "exclusions", "--at", "2025-10-20T10:59:59+02:00"]).await?;
    assert_eq!(told[0]["outcome"], "pending", "not submitted yet");
    let told = desk.json(&["preview", "exclusions", "--at", "2025-03-01"]).await?;
    assert_eq!(told[0]["rules"], json!(["ARD-043"]));
    Ok(())
}

#[tokio::test]
async fn ard_036_a_second_application_counts_from_its_submission_whenever_it_was_recorded() -> Result<()> {
    let desk = desk(&application(NUMBER), &[]).await?;
    let mut second = application("2025-004218");
    second.submitted_at += chrono::TimeDelta::days(3);
    desk.apply(&second).await?;
    let outcomes = async |at: &str| -> Result<Vec<String>> {
        let told = desk.json(&["preview", "exclusions", "--at", at]).await?;
        Ok(told.as_array().into_iter().flatten().map(|row| row["reasons"].to_string()).collect())
    };
    let told = outcomes("2025-10-23").await?;
    assert!(
        told.iter().all(|reasons| reasons.contains("un'altra domanda per lo stesso studente")),
        "{told:?}"
    );
    let told = outcomes("2025-10-22").await?;
    assert!(!told[0].contains("altra domanda"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn ard_026_a_preview_tells_nothing_of_a_derogation_but_that_one_rule() -> Result<()> {
    for derogation in [
        Derogation::ProtectedPath,
        Derogation::Widowed { since: Some("2024-02-03".parse()?) },
        Derogation::Widowed { since: Some("2022-05-01".parse()?) },
        Derogation::Widowed { since: None },
    ] {
        let mut application = application(NUMBER);
        application.derogation = Redacted::new(derogation);
        let desk = desk(&application, &[]).await?;
        let at = ["preview", "exclusions", "--at", "2025-12-19"];
        for told in [desk.type_in(&at).await.out, desk.json(&at).await?.to_string()] {
            let lower = told.to_lowercase();
            for telling in
                ["vedov", "widow", "protett", "protect", "derog", "ard-022", "ard-023", "ard-024", "ard-025"]
            {
                assert!(!lower.contains(telling), "{telling}: {told}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_empty_installation_and_a_slip_are_told_kindly() -> Result<()> {
    let desk = Desk::new().await?;
    assert_eq!(desk.json(&["preview", "exclusions", "--at", "2025-12-19"]).await?, json!([]));
    let told = desk.type_in(&["preview", "exclusions", "--at", "2025-12-19"]).await;
    assert!(told.out.contains("Nessuna domanda è registrata."), "{told:?}");
    let told = desk.type_in(&["preview", "exclusions", "--at", "ieri"]).await;
    assert_eq!(told.exit, Exit::Usage);
    assert!(told.complaint.contains("un momento si scrive come data"), "{told:?}");
    Ok(())
}
