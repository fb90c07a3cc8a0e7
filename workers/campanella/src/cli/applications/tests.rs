// SPDX-License-Identifier: EUPL-1.2

use anyhow::Result;
use campanella_domain::{
    ardis::{Annotation, Attestation, Derogation, IseeKind},
    identity::Redacted,
};
use campanella_store::ardis::attestation::{self, NewAttestation};
use serde_json::json;

use crate::cli::{
    Exit,
    fixture::{Desk, annotated, application},
};

const NUMBER: &str = "2025-004217";

fn decide<'a>(more: &[&'a str]) -> Vec<&'a str> {
    decide_on("1", more)
}

fn decide_on<'a>(revision: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let word =
        ["applications", "decide", NUMBER, "--officer", "m.rossi", "--motivation", "Visti i documenti."];
    [&word[..], &["--revision", revision], more].concat()
}

#[tokio::test]
async fn ard_064_an_officer_decides_with_a_motivation_and_for_the_nine_causes_only() -> Result<()> {
    let desk = Desk::new().await?;
    desk.apply(&application(NUMBER)).await?;
    let told = desk.type_in(&decide(&["--outcome", "excluded", "--cause", "E10"])).await;
    assert_eq!(told.exit, Exit::Usage);
    assert!(told.complaint.contains("le cause di esclusione sono nove"), "{told:?}");
    for wrong in [&["--outcome", "excluded"][..], &["--outcome", "admitted", "--cause", "E01"]] {
        let told = desk.type_in(&decide(wrong)).await;
        assert_eq!(told.exit, Exit::Usage, "{told:?}");
    }
    // Nobody has proposed anything yet: the first try does, and the officer looks at it.
    let told = desk.type_in(&decide(&["--outcome", "admitted"])).await;
    assert_eq!(told.exit, Exit::Failed);
    assert!(
        told.complaint.contains("guardarla di nuovo con «campanella applications show 2025-004217»"),
        "{told:?}"
    );
    let told = desk.type_in(&["applications", "show", NUMBER]).await;
    assert!(
        told.out.contains("Esito: ESCLUSA, cause: E02 (proposta del programma, revisione 1)"),
        "{told:?}"
    );
    let told = desk.json(&decide(&["--outcome", "admitted"])).await?;
    assert_eq!((&told["revision"], &told["proposed"]), (&json!(2), &json!("excluded")));
    let again = ["--outcome", "excluded", "--cause", "e09", "--cause", "E05"];
    let told = desk.type_in(&decide(&again)).await;
    assert_eq!(told.exit, Exit::Failed, "revision 1 is not the newest any more");
    let told = desk.type_in(&decide_on("2", &again)).await;
    assert!(told.out.contains("è esclusa (E05, E09): revisione 3"), "{told:?}");
    let explained = desk.json(&["explain", NUMBER]).await?;
    assert_eq!(explained["motivation"], "Visti i documenti.");
    Ok(())
}

#[tokio::test]
async fn ard_086_after_the_final_list_a_decision_is_refused() -> Result<()> {
    let desk = Desk::new().await?;
    desk.apply(&application(NUMBER)).await?;
    desk.publish_provisional("2026-04-15T09:00:00").await?;
    desk.json(&["lists", "publish", "--kind", "final", "--officer", "m.rossi"]).await?;
    let told = desk.type_in(&decide(&["--outcome", "admitted"])).await;
    assert_eq!(told.exit, Exit::Failed);
    assert!(told.complaint.contains("l'elenco definitivo è pubblicato"), "{told:?}");
    let told = desk.type_in(&["applications", "show", NUMBER]).await.out;
    let (last, newest) =
        (told.find("Esito definitivo: ESCLUSA, cause: E02"), told.find("Ultima decisione: esclusa"));
    assert!(last.is_some() && last < newest, "{told}");
    assert_eq!(desk.json(&["applications", "show", NUMBER]).await?["final_list"]["outcome"], "excluded");
    Ok(())
}

#[tokio::test]
async fn applications_are_listed_by_outcome_cause_and_doubt() -> Result<()> {
    let desk = Desk::new().await?;
    desk.apply(&application(NUMBER)).await?;
    let listed = async |more: &[&str]| -> Result<usize> {
        let told = desk.json(&[&["applications", "list"], more].concat()).await?;
        Ok(told.as_array().map_or(0, Vec::len))
    };
    assert_eq!(
        (listed(&["--outcome", "undecided"]).await?, listed(&["--outcome", "excluded"]).await?),
        (1, 0)
    );
    desk.publish_provisional("2026-04-15T09:00:00").await?;
    assert_eq!((listed(&[]).await?, listed(&["--outcome", "undecided"]).await?), (1, 0));
    assert_eq!((listed(&["--cause", "E02"]).await?, listed(&["--cause", "E03"]).await?), (1, 0));
    assert_eq!((listed(&["--to-review"]).await?, listed(&["--doubt", "account-not-own"]).await?), (0, 0));
    let told = desk.type_in(&["applications", "list"]).await.out;
    assert!(told.contains("2025-004217  esclusa  E02"), "{told}");
    let told = desk.type_in(&["applications", "list", "--doubt", "boh"]).await;
    assert_eq!(told.exit, Exit::Usage);
    assert!(told.complaint.contains("account-not-own (conto non proprio)"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn ard_026_the_officers_screen_masks_people_and_never_tells_a_derogation() -> Result<()> {
    for derogation in [Derogation::ProtectedPath, Derogation::Widowed { since: Some("2024-02-03".parse()?) }]
    {
        let desk = Desk::new().await?;
        let mut application = application(NUMBER);
        application.derogation = Redacted::new(derogation);
        desk.apply(&application).await?;
        desk.publish_provisional("2026-04-15T09:00:00").await?;
        let show = ["applications", "show", NUMBER];
        let (text, json) = (desk.type_in(&show).await.out, desk.json(&show).await?.to_string());
        assert!(text.contains("Esito: AMMESSA") && text.contains("a***@posta.example"), "{text}");
        for told in [text, json] {
            let lower = told.to_lowercase();
            let personal =
                [application.applicant.expose(), application.student.expose(), application.iban.expose()];
            let telling = ["vedov", "widow", "protett", "protect", "derog", "ada@posta", "2024-02-03"];
            for word in personal.into_iter().chain(telling) {
                assert!(!lower.contains(&word.to_lowercase()), "{word}: {told}");
            }
        }
    }
    let desk = Desk::new().await?;
    assert_eq!(desk.type_in(&["applications", "show", NUMBER]).await.exit, Exit::NotFound);
    Ok(())
}

/// What the officer's screen shows of an application with such a derogation and such attestations, as text and as JSON.
async fn shown(derogation: Derogation, attestations: Vec<Attestation>) -> Result<[String; 2]> {
    let desk = Desk::new().await?;
    let mut application = application(NUMBER);
    application.derogation = Redacted::new(derogation);
    desk.apply(&application).await?;
    let new = attestations.into_iter().map(|attestation| NewAttestation {
        protocol: None,
        student: application.student.clone(),
        attestation,
    });
    let mut tx = desk.installation.store.begin().await?;
    attestation::insert(&mut tx, &new.collect::<Vec<_>>()).await?;
    tx.commit().await?;
    desk.publish_provisional("2026-04-15T09:00:00").await?;
    let show = ["applications", "show", NUMBER];
    Ok([desk.type_in(&show).await.out, desk.json(&show).await?.to_string()])
}

#[tokio::test]
async fn ard_026_where_the_requirement_is_to_be_verified_the_isee_is_not_told_beside_it() -> Result<()> {
    let other_kind = Attestation { kind: IseeKind::Minors, annotation: Annotation::None, ..annotated() };
    let of_other_kind = shown(Derogation::None, vec![other_kind]).await?;
    assert!(
        of_other_kind[0].contains("Il requisito dell'attestazione ISEE deve essere verificato"),
        "{of_other_kind:?}"
    );
    assert!(
        of_other_kind[0].contains("non mostrate") && !of_other_kind[0].contains("20.000,00"),
        "{of_other_kind:?}"
    );
    let widowed = Derogation::Widowed { since: None };
    for attestations in [Vec::new(), vec![annotated()]] {
        assert_eq!(shown(widowed, attestations).await?, of_other_kind);
    }
    // Without that doubt the officer sees what INPS has.
    assert!(shown(Derogation::None, vec![annotated()]).await?[0].contains("20.000,00"));
    Ok(())
}

#[tokio::test]
async fn ard_078_ard_090_a_change_is_recorded_once_and_the_application_stays_as_it_was() -> Result<()> {
    const WHEN: [&str; 2] = ["--received-at", "2025-11-03T10:30:00"];
    let desk = Desk::new().await?;
    let transmitted = application(NUMBER);
    let id = desk.apply(&transmitted).await?;
    let change = |more: &[&'static str]| [&["applications", "change", NUMBER], more].concat();
    let email = [&["--email", "nuova@posta.example"][..], &WHEN].concat();
    let told = desk.type_in(&change(&email)).await;
    assert!(
        told.out.contains("variazione registrata (indirizzo e-mail), comunicata lunedì 3 novembre 2025"),
        "{told:?}"
    );
    assert_eq!(desk.json(&change(&email)).await?["new"], false);
    let other = [&["--iban", "IT60X0542811101000000123456"][..], &WHEN].concat();
    let told = desk.type_in(&change(&other)).await;
    assert_eq!(told.exit, Exit::Failed);
    assert!(told.complaint.contains("nello stesso secondo"), "{told:?}");
    let shown = desk.json(&["applications", "show", NUMBER]).await?;
    assert_ne!(shown["changes"][0]["email"], shown["applicant_email"]);
    let told = desk.type_in(&["applications", "show", NUMBER]).await.out;
    assert!(told.contains("Variazione comunicata il") && !told.contains("nuova@"), "{told}");
    let mut tx = desk.installation.store.read().await?;
    let recipients = campanella_store::ardis::application::recipients(&mut tx, &[id]).await?;
    assert_eq!(recipients[0].mailbox.expose(), "nuova@posta.example");
    let facts = campanella_store::ardis::application::known(&mut tx, &[id]).await?;
    assert_eq!(facts[&id], transmitted);
    Ok(())
}

#[tokio::test]
async fn ard_090_a_change_of_nothing_of_tomorrow_or_of_nobody_is_refused() -> Result<()> {
    let desk = Desk::new().await?;
    desk.apply(&application(NUMBER)).await?;
    for (more, exit) in [
        (&[NUMBER][..], Exit::Usage),
        (&[NUMBER, "--iban", "IT60X0542811101000000123457"], Exit::Usage),
        (&[NUMBER, "--email", "senza chiocciola"], Exit::Usage),
        (&[NUMBER, "--email=chiocciola"], Exit::Usage),
        (&[NUMBER, "IT60X0542811101000000123456"], Exit::Usage),
        (&[NUMBER, "--email", "a@posta.example", "--received-at", "2999-01-01"], Exit::Usage),
        (&["2025-009999", "--email", "a@posta.example"], Exit::NotFound),
    ] {
        let told = desk.type_in(&[&["applications", "change"], more].concat()).await;
        assert_eq!(told.exit, exit, "{told:?}");
        for personal in ["IT60X", "chiocciola", "a@posta"] {
            assert!(!told.complaint.contains(personal), "«{personal}»: {told:?}");
        }
    }
    Ok(())
}
