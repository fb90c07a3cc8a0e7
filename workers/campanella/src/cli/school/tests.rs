// SPDX-License-Identifier: EUPL-1.2

use anyhow::Result;
use campanella_domain::{
    ars::{Communication, CommunicationKind},
    ids,
};
use campanella_store::ars::communication::NewCommunication;

use crate::cli::{
    Exit,
    fixture::Desk,
    register::fixture::{CPI, SCHOOL, SFP, abandoned, identified, record, said, settle, tax_code},
};

const ENTRY: CommunicationKind = CommunicationKind::EnrolmentConfirmation;

fn without_phone(new: NewCommunication) -> NewCommunication {
    let communication = Communication { phone_given: false, ..new.communication };
    identified(NewCommunication { communication, ..new })
}

fn number(new: &NewCommunication) -> String {
    ids::communication_number(new.communication.id)
}

async fn desk() -> Result<Desk> {
    let desk = Desk::new().await?;
    settle(&desk).await?;
    Ok(desk)
}

#[tokio::test]
async fn ars_012_ars_036_a_school_reads_what_is_missing_and_what_waits_for_its_entry() -> Result<()> {
    let desk = desk().await?;
    let incomplete = without_phone(said(1, ENTRY, "2025-10-01", SCHOOL));
    let waiting = said(2, abandoned(), "2025-11-03", SCHOOL);
    record(&desk, 1, std::slice::from_ref(&incomplete)).await?;
    record(&desk, 2, std::slice::from_ref(&waiting)).await?;
    let told = desk.type_in(&["school", "show", "veps01000x"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    for expected in [
        "Scuola VEPS01000X – Istituto inventato",
        "Tipo: istituto di II grado",
        "Comune: Venezia (VE)",
        "Casella: VEPS01000X@scuola.example",
        "Allievi di proprietà in ARS: 0",
        "Elenco delle classi IeFP: non dovuto",
        "Da fare (1)",
        "Mancano dei dati: numero telefonico di contatto.",
        "Comunicazioni in attesa di un'altra (1)",
        "La comunicazione è in attesa: inserire prima l'allievo",
        &number(&incomplete),
        &number(&waiting),
        "allievo QGL***",
    ] {
        assert!(told.out.contains(expected), "«{expected}» is missing:\n{}", told.out);
    }
    for hidden in [tax_code(1).expose(), tax_code(2).expose(), "Gedeone"] {
        assert!(!told.out.contains(hidden), "{}", told.out);
    }
    let account = desk.json(&["school", "show", SCHOOL]).await?;
    assert_eq!(account["to_do"][0]["communication_number"], number(&incomplete));
    assert_eq!(account["to_do"][0]["rules"], serde_json::json!(["ARS-012", "ARS-013"]));
    assert_eq!(account["parked"][0]["action"], "parked");
    assert_eq!(account["class_list"], serde_json::Value::Null);
    Ok(())
}

#[tokio::test]
async fn what_was_sent_again_rightly_is_no_longer_to_do() -> Result<()> {
    let desk = desk().await?;
    let incomplete = without_phone(said(1, ENTRY, "2025-10-01", SCHOOL));
    record(&desk, 1, &[incomplete, said(1, ENTRY, "2025-10-02", SCHOOL)]).await?;
    let account = desk.json(&["school", "show", SCHOOL]).await?;
    assert_eq!(account["to_do"], serde_json::json!([]));
    assert_eq!(account["owned_students"], 1);
    Ok(())
}

#[tokio::test]
async fn ars_034_ars_037_the_class_list_is_owed_by_a_school_of_iefp_courses_alone() -> Result<()> {
    let desk = desk().await?;
    let late = desk.json(&["school", "show", SFP]).await?;
    assert_eq!(late["class_list"]["state"], "late");
    let told = desk.type_in(&["school", "show", SFP]).await.out;
    assert!(told.contains("mancante: andava inserito entro la fine di lunedì 27 ottobre 2025"), "{told}");
    record(&desk, 1, &[said(1, ENTRY, "2025-09-20", SFP)]).await?;
    record(&desk, 2, &[without_phone(said(2, ENTRY, "2025-09-20", SFP))]).await?;
    let told = desk.type_in(&["school", "show", SFP]).await.out;
    let expected =
        "1 allievo inserito, l'ultimo il 20 settembre 2025, 18:00; di 1 allievo i dati sono da completare";
    assert!(told.contains(expected), "{told}");
    Ok(())
}

#[tokio::test]
async fn ars_034_operations_see_which_schools_have_not_entered_their_class_list() -> Result<()> {
    let desk = desk().await?;
    // Of an ordinary course, and one that was rejected: neither is a class list.
    record(&desk, 1, &[said(1, ENTRY, "2025-09-20", SCHOOL)]).await?;
    record(&desk, 2, &[without_phone(said(2, ENTRY, "2025-09-20", SFP))]).await?;
    let told = desk.json(&["school", "late"]).await?;
    assert_eq!(told["has_passed"], true);
    let late: Vec<_> = told["schools"].as_array().into_iter().flatten().collect();
    assert_eq!(late.len(), 1, "{told}");
    assert_eq!((&late[0]["code"], &late[0]["rejected"]), (&SFP.into(), &1.into()));
    let told = desk.type_in(&["school", "late"]).await.out;
    for expected in
        ["da inserire entro la fine di lunedì 27 ottobre 2025; il termine è trascorso", SFP, "1 scuola non"]
    {
        assert!(told.contains(expected), "«{expected}» is missing:\n{told}");
    }
    record(&desk, 3, &[said(3, ENTRY, "2025-09-20", SFP)]).await?;
    assert_eq!(desk.json(&["school", "late"]).await?["schools"], serde_json::json!([]));
    let told = desk.type_in(&["school", "late"]).await.out;
    assert!(told.contains("Tutte le scuole con percorsi triennali di IeFP hanno inserito"), "{told}");
    Ok(())
}

#[tokio::test]
async fn ars_029_a_return_entered_by_a_cpi_is_in_the_synoptic_table_of_the_receiving_school() -> Result<()> {
    let desk = desk().await?;
    let mut back = said(1, CommunicationKind::ReturnByCpi, "2026-01-20", SCHOOL);
    back.communication.receiving_school = Some(SFP.parse()?);
    back.communication.cpi = Some(CPI.parse()?);
    let back = identified(back);
    let before = [said(1, ENTRY, "2025-10-01", SCHOOL), said(1, abandoned(), "2025-11-03", SCHOOL)];
    let [entry, report] = before;
    record(&desk, 1, &[entry.clone(), report.clone(), back.clone()]).await?;
    let told = desk.type_in(&["school", "show", SFP]).await.out;
    for expected in ["Quadro sinottico: rientri inseriti da un CPI", &number(&back), "20 gennaio 2026", CPI] {
        assert!(told.contains(expected), "«{expected}» is missing:\n{told}");
    }
    assert!(told.contains("deve inserirlo in anagrafe"), "{told}");
    let own = said(1, CommunicationKind::ReturnBySchool, "2026-01-21", SFP);
    record(&desk, 1, &[entry, report, back, own]).await?;
    let account = desk.json(&["school", "show", SFP]).await?;
    assert_eq!(account["synoptic_table"][0]["entered_by_school"], true);
    let told = desk.type_in(&["school", "show", SCHOOL]).await.out;
    assert!(told.contains("Quadro sinottico: nessun rientro inserito da un CPI."), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_school_nobody_knows_is_not_found() -> Result<()> {
    let desk = desk().await?;
    let told = desk.type_in(&["school", "show", "VEPS99999X"]).await;
    assert_eq!(told.exit, Exit::NotFound);
    assert!(told.complaint.contains("la scuola indicata non è nel registro"), "{told:?}");
    assert_eq!(desk.type_in(&["school", "show", "X"]).await.exit, Exit::Usage);
    Ok(())
}
