// SPDX-License-Identifier: EUPL-1.2

use anyhow::Result;
use campanella_domain::{
    ars::{Communication, CommunicationKind, DropOutKind},
    identity::Redacted,
};
use campanella_store::ars::communication::NewCommunication;

use crate::cli::{
    Exit,
    fixture::Desk,
    register::fixture::{CPI, SCHOOL, abandoned, assign, identified, record, said, settle, tax_code},
};

const ENTRY: CommunicationKind = CommunicationKind::EnrolmentConfirmation;
const NOTE: &str = "Forse frequenta un istituto di Padova.";

fn never_present(number: u32) -> NewCommunication {
    let kind = CommunicationKind::DropOut(DropOutKind::NotPresentAtStart);
    let report = said(number, kind, "2025-10-06", SCHOOL);
    let communication = Communication { notes_given: true, ..report.communication };
    identified(NewCommunication { communication, notes: Some(Redacted::new(NOTE.to_owned())), ..report })
}

#[tokio::test]
async fn ars_033_the_notes_are_on_the_work_list_of_the_competent_cpi_and_nowhere_else() -> Result<()> {
    let desk = Desk::new().await?;
    settle(&desk).await?;
    record(&desk, 1, &[said(1, ENTRY, "2025-09-10", SCHOOL), never_present(1)]).await?;
    record(&desk, 2, &[said(2, ENTRY, "2025-09-10", SCHOOL), said(2, abandoned(), "2025-11-03", SCHOOL)])
        .await?;
    let case = assign(&desk, 1, Some(CPI)).await?;
    assign(&desk, 2, Some(CPI)).await?;
    let told = desk.type_in(&["cpi", "show", "ve-mestre"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    for expected in [
        "CPI VE-MESTRE – CPI di Mestre (VE)",
        "Bacino di competenza (1 comune): Venezia",
        "Casi aperti: 2",
        "«campanella cases list --cpi VE-MESTRE»",
        "dati personali: solo per il lavoro del CPI",
        NOTE,
        &case,
    ] {
        assert!(told.out.contains(expected), "«{expected}» is missing:\n{}", told.out);
    }
    assert!(!told.out.contains(tax_code(1).expose()), "{}", told.out);
    for elsewhere in [
        &["cases", "show", &case][..],
        &["cases", "list"],
        &["school", "show", SCHOOL],
        &["findings", "list", "--action", "all"],
        &["mail", "list"],
    ] {
        let told = desk.type_in(elsewhere).await;
        assert_eq!(told.exit, Exit::Done, "{told:?}");
        assert!(!told.out.contains("Padova"), "{elsewhere:?}: {}", told.out);
    }
    Ok(())
}

#[tokio::test]
async fn ars_049_a_cpi_is_shown_with_its_catchment_and_its_open_cases_by_age() -> Result<()> {
    let desk = Desk::new().await?;
    settle(&desk).await?;
    let back = said(2, CommunicationKind::ReturnBySchool, "2025-12-01", SCHOOL);
    let reported =
        |number| [said(number, ENTRY, "2025-09-10", SCHOOL), said(number, abandoned(), "2025-11-03", SCHOOL)];
    record(&desk, 1, &reported(1)).await?;
    let [entry, report] = reported(2);
    record(&desk, 2, &[entry, report, back]).await?;
    assign(&desk, 1, Some(CPI)).await?;
    let account = desk.json(&["cpi", "show", CPI]).await?;
    assert_eq!(account["catchment"][0]["name"], "Venezia");
    let aged = &account["open_cases"];
    assert_eq!(aged.as_array().map(Vec::len), Some(1), "the closed one is not open: {aged}");
    assert_eq!((&aged[0]["state"], &aged[0]["cases"]), (&"assigned".into(), &1.into()));
    assert_eq!(aged[0]["oldest"], "2025-11-03");
    assert_eq!(account["notes"], serde_json::json!([]));
    let told = desk.type_in(&["cpi", "show", "VE-NESSUNO"]).await;
    assert_eq!(told.exit, Exit::NotFound);
    // It could be the code of a CPI, and is a person's.
    let told = desk.type_in(&["cpi", "show", tax_code(1).expose()]).await;
    assert_eq!(told.exit, Exit::NotFound);
    assert!(!told.complaint.contains(tax_code(1).expose()), "{told:?}");
    Ok(())
}
