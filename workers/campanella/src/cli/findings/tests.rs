// SPDX-License-Identifier: EUPL-1.2

use anyhow::Result;
use campanella_domain::ars::CommunicationKind;

use crate::cli::{
    Exit,
    fixture::Desk,
    register::fixture::{SCHOOL, SFP, abandoned, record, said, settle},
};

const ENTRY: CommunicationKind = CommunicationKind::EnrolmentConfirmation;

#[tokio::test]
async fn ars_019_a_communication_of_an_unknown_type_is_shown_to_a_person() -> Result<()> {
    let desk = Desk::new().await?;
    settle(&desk).await?;
    let received = "sospensione di Gedeone Quagliarotti";
    record(&desk, 1, &[said(1, CommunicationKind::from(received), "2025-11-03", SCHOOL)]).await?;
    let told = desk.type_in(&["findings", "list"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert!(told.out.contains("«tipo non riconosciuto»"), "{}", told.out);
    assert!(told.out.contains("un operatore la esaminerà"), "{}", told.out);
    assert!(told.out.ends_with("1 da verificare\n"), "{}", told.out);
    let rows = desk.json(&["findings", "list", "--code", "unknown-kind"]).await?;
    assert_eq!((&rows[0]["rules"][0], &rows[0]["kind"]), (&"ARS-019".into(), &"other".into()));
    for told in [told.out, rows.to_string()] {
        assert!(!told.to_lowercase().contains("gedeone"), "what was received may be anything: {told}");
    }
    Ok(())
}

#[tokio::test]
async fn findings_are_chosen_by_action_and_school() -> Result<()> {
    let desk = Desk::new().await?;
    settle(&desk).await?;
    record(&desk, 1, &[said(1, abandoned(), "2025-11-03", SCHOOL)]).await?;
    record(&desk, 2, &[said(2, ENTRY, "2025-09-10", SCHOOL), said(2, ENTRY, "2025-10-10", SFP)]).await?;
    let count = |rows: serde_json::Value| rows.as_array().map_or(0, Vec::len);
    assert_eq!(count(desk.json(&["findings", "list"]).await?), 1, "the ownership moved");
    assert_eq!(count(desk.json(&["findings", "list", "--action", "parked"]).await?), 1);
    assert_eq!(count(desk.json(&["findings", "list", "--action", "all"]).await?), 2);
    let theirs = desk.json(&["findings", "list", "--action", "all", "--school", SFP]).await?;
    assert_eq!((count(theirs.clone()), &theirs[0]["code"]), (1, &"ownership-moved".into()));
    let told = desk.type_in(&["findings", "list", "--action", "noted"]).await;
    assert!(told.out.contains("Nessuna comunicazione da guardare."), "{told:?}");
    Ok(())
}
