// SPDX-License-Identifier: EUPL-1.2

use anyhow::Result;
use campanella_domain::{
    ardis::Annotation,
    civil::{term::Term, zone::date_of},
    procedure::ArdisProcedure,
};
use campanella_runtime::clock::{Clock as _, SystemClock};
use campanella_store::ardis::attestation::{self, NewAttestation};
use serde_json::json;
use uuid::Uuid;

use super::term::Readings;
use crate::cli::{
    Exit, Output,
    fixture::{Desk, annotated, application},
};

/// The first application is excluded for E03, the second, of another student, admitted for a conforming attestation.
async fn desk() -> Result<Desk> {
    let desk = Desk::new().await?;
    let (excluded, mut admitted) = (application("2025-000001"), application("2025-000002"));
    std::mem::swap(&mut admitted.applicant, &mut admitted.student);
    let mut tx = desk.installation.store.begin().await?;
    let mut conforming = annotated();
    conforming.id = Uuid::from_u128(8);
    conforming.annotation = Annotation::None;
    for (attestation, student) in [(annotated(), &excluded.student), (conforming, &admitted.student)] {
        let row = NewAttestation { protocol: None, student: student.clone(), attestation };
        attestation::insert(&mut tx, &[row]).await?;
    }
    tx.commit().await?;
    desk.apply(&excluded).await?;
    desk.apply(&admitted).await?;
    Ok(desk)
}

const PUBLISH: [&str; 4] = ["lists", "publish", "--officer", "m.rossi"];

#[tokio::test]
async fn ard_047_ard_070_ard_071_a_draft_a_list_and_its_anonymous_files_say_the_same() -> Result<()> {
    let desk = desk().await?;
    let draft = desk.json(&["lists", "draft"]).await?;
    assert_eq!((&draft["publishable"], &draft["obstacles"]), (&json!(true), &json!([])));
    assert_eq!((&draft["counts"]["admitted"], &draft["counts"]["excluded"]), (&json!(1), &json!(1)));
    assert_eq!(desk.json(&["lists", "list"]).await?, json!([]), "a draft writes nothing");
    let published = desk.json(&PUBLISH).await?;
    assert_eq!(published["counts"], draft["counts"]);
    let lists = desk.json(&["lists", "list"]).await?;
    assert_eq!((&lists[0]["kind"], &lists[0]["published_by"]), (&json!("provisional"), &json!("m.rossi")));
    assert_eq!(lists[0]["observations_set_by"], json!(null));

    let folder = desk.installation.folder.path().join("sito");
    let told = desk.type_in(&["lists", "export", &folder.display().to_string()]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    assert_eq!(read("elenco-provvisorio-ammesse.csv")?, "numero_istanza\n2025-000002\n");
    let excluded = read("elenco-provvisorio-escluse.csv")?;
    assert!(excluded.starts_with("numero_istanza;motivo_di_esclusione\n2025-000001;"), "{excluded}");
    assert!(excluded.contains("Art. 4, comma 1, lettera c): Omissioni o difformità"), "{excluded}");
    Ok(())
}

#[tokio::test]
async fn ard_083_a_second_provisional_list_and_another_term_are_an_officers_explicit_wish() -> Result<()> {
    let desk = desk().await?;
    desk.json(&PUBLISH).await?;
    let first = desk.json(&["lists", "list"]).await?[0]["id"].as_str().unwrap_or_default().to_owned();
    assert!(desk.type_in(&["lists", "list"]).await.out.contains(&first), "it is what --again names");
    let told = desk.type_in(&PUBLISH).await;
    assert_eq!(told.exit, Exit::Failed);
    assert!(told.complaint.contains("già pubblicato") && told.complaint.contains("--again"), "{told:?}");
    let day = date_of(SystemClock.now()) + chrono::Days::new(40);
    let last_day = day.to_string();
    let typed = [&PUBLISH[..], &["--again", &first, "--observations-until", &last_day]].concat();
    let published = desk.json(&typed).await?;
    assert_eq!(published["term"]["set_by_officer"], json!(true));
    // Typed twice, it is one list: the first is not the newest any more.
    let told = desk.type_in(&typed).await;
    assert!(told.complaint.contains("non è più l'ultimo"), "{told:?}");
    let told = desk.type_in(&[&PUBLISH[..], &["--again", "ffffffffffff"]].concat()).await;
    assert_eq!(told.exit, Exit::NotFound, "{told:?}");
    let lists = desk.json(&["lists", "list"]).await?;
    assert_eq!(lists[1]["observations_set_by"], json!("m.rossi"));
    assert_eq!(lists[1]["observations"], serde_json::to_value(Term::end_of_day(day))?);
    // Of the two only the newest counts, and is written.
    let folder = desk.installation.folder.path().join("sito").display().to_string();
    assert_eq!(desk.json(&["lists", "export", &folder]).await?.as_array().map(Vec::len), Some(2));
    Ok(())
}

#[tokio::test]
async fn ard_087_a_final_list_says_what_it_waits_for() -> Result<()> {
    let desk = desk().await?;
    let last = [&PUBLISH[..], &["--kind", "final"]].concat();
    let told = desk.type_in(&last).await;
    assert!(told.complaint.contains("segue quello provvisorio"), "{told:?}");
    desk.json(&PUBLISH).await?;
    let told = desk.type_in(&last).await;
    assert!(told.complaint.contains("si possono ancora presentare osservazioni"), "{told:?}");
    let draft = desk.json(&["lists", "draft", "--kind", "final"]).await?;
    assert_eq!(
        (&draft["publishable"], draft["obstacles"].as_array().map(Vec::len)),
        (&json!(false), Some(1))
    );
    Ok(())
}

#[tokio::test]
async fn ard_032_ard_085_a_final_list_tells_amounts_and_reasons_without_names_and_ends_the_procedure()
-> Result<()> {
    let desk = desk().await?;
    // Out since April: its term has passed.
    desk.publish_provisional("2026-04-15T09:00:00").await?;
    let draft = desk.type_in(&["lists", "draft", "--kind", "final", "--funds", "772,50"]).await.out;
    for expected in [
        "Fabbisogno: 1.545,00 euro per 1 domanda; fondi: 772,50 euro",
        "coefficiente 0,500000, spesa 772,50 euro",
        "«campanella lists publish --kind final --officer FUNZIONARIO»",
    ] {
        assert!(draft.contains(expected), "«{expected}» is missing:\n{draft}");
    }
    let typed = [&PUBLISH[..], &["--kind", "final", "--funds", "772.50"]].concat();
    let amounts = desk.json(&typed).await?["amounts"].clone();
    assert_eq!((&amounts["coefficient"], &amounts["beneficiaries"]), (&json!("0.500000"), &json!(1)));
    assert_eq!((&amounts["need"], &amounts["spent"]), (&json!("1545.00"), &json!("772.50")));
    let folder = desk.installation.folder.path().join("sito").display().to_string();
    desk.json(&["lists", "export", "--kind", "final", &folder]).await?;
    let admitted = std::fs::read_to_string(format!("{folder}/elenco-definitivo-ammesse.csv"))?;
    assert_eq!(admitted, "numero_istanza;contributo\n2025-000002;772,50\n");
    let excluded = std::fs::read_to_string(format!("{folder}/elenco-definitivo-escluse.csv"))?;
    let reason = "Art. 4, comma 1, lettera c): Omissioni o difformità";
    assert!(excluded.contains(&format!("\n2025-000001;{reason}")), "{excluded}");
    assert_eq!(excluded.lines().count(), 2);
    for command in [&["explain", "2025-000002"][..], &["applications", "show", "2025-000002"]] {
        let told = desk.type_in(command).await.out;
        assert!(told.contains("contributo 772,50"), "{told}");
        assert_eq!(desk.json(command).await?["final_list"]["amount"], "772.50");
    }
    let told = desk.type_in(&PUBLISH).await;
    assert!(told.complaint.contains("è l'esito"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn ard_070_what_is_pending_is_listed_and_nothing_is_published() -> Result<()> {
    let desk = desk().await?;
    let mut twin = application("2025-000003");
    std::mem::swap(&mut twin.applicant, &mut twin.student);
    desk.apply(&twin).await?;
    let draft = desk.type_in(&["lists", "draft"]).await.out;
    for expected in [
        "Che cosa lo impedisce",
        "2 domande in sospeso",
        "2025-000002",
        "2025-000003",
        "Risulta un'altra domanda per lo stesso studente.",
    ] {
        assert!(draft.contains(expected), "«{expected}» is missing:\n{draft}");
    }
    let told = desk.type_in(&PUBLISH).await;
    assert_eq!(told.exit, Exit::Failed);
    assert!(told.complaint.contains("in attesa: 2 domande in sospeso"), "{told:?}");
    // The proposals made on the way show the officer what is in the way.
    let listed = desk.json(&["applications", "list", "--doubt", "duplicate-application"]).await?;
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
    let told = desk.type_in(&["lists", "export", "/nonexistent"]).await;
    assert_eq!(told.exit, Exit::NotFound, "{told:?}");
    let told = desk.type_in(&[&PUBLISH[..], &["--funds", "10"]].concat()).await;
    assert_eq!(told.exit, Exit::Usage, "{told:?}");
    Ok(())
}

#[tokio::test]
async fn ard_071_a_list_is_exported_with_the_reasons_of_its_day_whatever_the_next_call_says() -> Result<()> {
    let desk = desk().await?;
    // What the rules admit an officer excludes for a cause of her own; the first try only puts on record what the rules say.
    let word = ["applications", "decide", "2025-000002", "--outcome", "excluded", "--cause", "E06"];
    let word =
        [&word[..], &["--officer", "m.rossi", "--motivation", "Visto il protocollo", "--revision"]].concat();
    for (revision, exit) in [("1", Exit::Failed), ("1", Exit::Done)] {
        let told = desk.type_in(&[&word[..], &[revision]].concat()).await;
        assert_eq!(told.exit, exit, "{told:?}");
    }
    desk.json(&PUBLISH).await?;
    let next = ArdisProcedure::EMBEDDED
        .replace("version = \"2025-26.1\"", "version = \"2026-27.1\"")
        .replace("non regolarizzate entro il 18 dicembre 2025", "non regolarizzate entro il 17 dicembre 2026")
        .replace("ore 16:00 del 20 novembre 2025", "ore 16:00 del 19 novembre 2026");
    let procedure = ArdisProcedure::from_toml(&next)?;
    assert_ne!(procedure.version(), desk.installation.procedures.ardis.version());
    let folder = desk.installation.folder.path().join("sito");
    let mut tx = desk.installation.store.read().await?;
    crate::lists::export(&mut tx, None, &procedure, &folder).await?;
    let excluded = std::fs::read_to_string(folder.join("elenco-provvisorio-escluse.csv"))?;
    assert!(excluded.contains("non regolarizzate entro il 18 dicembre 2025"), "{excluded}");
    assert!(excluded.contains("oltre il termine delle ore 16:00 del 20 novembre 2025"), "{excluded}");
    Ok(())
}

#[test]
fn ard_082_both_readings_of_saturday_are_told() -> Result<()> {
    let procedure = ArdisProcedure::embedded()?;
    let readings = |date: &str| -> Result<String> {
        let mut sink = Vec::new();
        let mut out = Output::new(&mut sink, false);
        let date = date.parse()?;
        Readings::of(date, procedure.observations_until(date), &procedure).tell(&mut out)?;
        Ok(String::from_utf8(sink)?)
    };
    // Of 1 April the tenth day is Saturday 11; of 15 April it is Saturday 25, a holiday in either reading.
    let told = readings("2026-04-01")?;
    assert!(told.contains("Osservazioni ammesse entro la fine di lunedì 13 aprile 2026."), "{told}");
    assert!(told.contains("sabato 11 aprile 2026 se non lo è"), "{told}");
    assert!(readings("2026-04-15")?.contains("Il sabato non cambia"));
    Ok(())
}
