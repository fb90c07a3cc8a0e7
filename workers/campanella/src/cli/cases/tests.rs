// SPDX-License-Identifier: EUPL-1.2

use anyhow::Result;
use campanella_domain::{ars::CommunicationKind, ids, mail::MailTemplate};
use campanella_store::notification::{self, NewNotification, Precondition};
use uuid::Uuid;

use crate::cli::{
    Exit,
    fixture::{Desk, rome},
    register::fixture::{CPI, SCHOOL, abandoned, assign, record, said, settle, student_id, tax_code},
};

const ENTRY: CommunicationKind = CommunicationKind::EnrolmentConfirmation;

/// Three students who dropped out: the first has a CPI, the second none, the third is back.
async fn desk() -> Result<(Desk, String, String)> {
    let desk = Desk::new().await?;
    settle(&desk).await?;
    for number in 1..=3 {
        let day = format!("2025-11-{number:02}");
        let mut all =
            vec![said(number, ENTRY, "2025-09-10", SCHOOL), said(number, abandoned(), &day, SCHOOL)];
        if number == 3 {
            all.push(said(3, CommunicationKind::ReturnBySchool, "2025-12-01", SCHOOL));
        }
        record(&desk, number, &all).await?;
    }
    let first = assign(&desk, 1, Some(CPI)).await?;
    let second = assign(&desk, 2, None).await?;
    Ok((desk, first, second))
}

async fn numbers(desk: &Desk, arguments: &[&str]) -> Result<Vec<String>> {
    let rows = desk.json(&[&["cases", "list"], arguments].concat()).await?;
    let rows = rows.as_array().cloned().unwrap_or_default();
    Ok(rows.iter().filter_map(|row| row["case_number"].as_str().map(str::to_owned)).collect())
}

#[tokio::test]
async fn ars_049_cases_are_listed_by_state_and_cpi_and_those_without_a_cpi_apart() -> Result<()> {
    let (desk, first, second) = desk().await?;
    let third = ids::case_number(ids::period(student_id(3), 1));
    assert_eq!(numbers(&desk, &[]).await?, [first.clone(), second.clone()]);
    assert_eq!(numbers(&desk, &["--unassigned"]).await?, std::slice::from_ref(&second));
    assert_eq!(numbers(&desk, &["--cpi", CPI]).await?, std::slice::from_ref(&first));
    assert_eq!(numbers(&desk, &["--state", "closed"]).await?, std::slice::from_ref(&third));
    assert_eq!(numbers(&desk, &["--state", "all"]).await?, [first.clone(), second, third]);
    let told = desk.type_in(&["cases", "list"]).await.out;
    assert!(told.contains("2 casi") && told.contains("senza CPI") && told.contains("QGL***"), "{told}");
    assert!(!told.contains(tax_code(1).expose()), "{told}");
    let told = desk.type_in(&["cases", "list", "--state", "aperto"]).await;
    assert_eq!(told.exit, Exit::Usage);
    Ok(())
}

#[tokio::test]
async fn a_case_is_taken_in_charge_once_and_by_name() -> Result<()> {
    let (desk, first, second) = desk().await?;
    assert_eq!(numbers(&desk, &["--not-taken"]).await?, std::slice::from_ref(&first));
    let lower = first.to_lowercase();
    let told = desk.type_in(&["cases", "take", &lower, "--officer", "m.rossi"]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    assert_eq!(numbers(&desk, &["--not-taken"]).await?, Vec::<String>::new());
    let again = desk.json(&["cases", "take", &first, "--officer", "a.verdi"]).await?;
    assert_eq!(again["new"], false);
    let shown = desk.json(&["cases", "show", &first]).await?;
    assert_eq!(shown["taken_by"], "m.rossi");
    let third = ids::case_number(ids::period(student_id(3), 1));
    for (number, exit, expected) in [
        (second.as_str(), Exit::Failed, "non ha ancora un CPI competente"),
        (&third, Exit::Failed, "è chiuso"),
        ("ARS-0000-0000", Exit::NotFound, "nessun caso ha il numero"),
        ("42", Exit::Usage, "il numero di un caso è fatto come"),
    ] {
        let told = desk.type_in(&["cases", "take", number, "--officer", "m.rossi"]).await;
        assert_eq!(told.exit, exit, "{told:?}");
        assert!(told.complaint.contains(expected), "{told:?}");
    }
    assert_eq!(desk.type_in(&["cases", "take", &first]).await.exit, Exit::Usage);
    Ok(())
}

#[tokio::test]
async fn ars_027_ars_050_a_case_tells_its_communications_findings_and_mails() -> Result<()> {
    let (desk, first, _) = desk().await?;
    let mail = NewNotification {
        id: Uuid::from_u128(1),
        dedupe_key: "ars:new-case:1".to_owned(),
        template: MailTemplate::ArsNewCase,
        recipient: "mestre@cpi.example".parse()?,
        parameters: "{}".to_owned(),
        priority: 50,
        due_at: rome("2026-01-12T09:00:00"),
        not_after: None,
        precondition: Precondition::None,
        subject_id: Some(ids::period(student_id(1), 1)),
        created_at: rome("2026-01-12T09:00:00"),
    };
    let mut tx = desk.installation.store.begin().await?;
    let about_the_report = NewNotification {
        id: Uuid::from_u128(2),
        dedupe_key: "ars:communication:1".to_owned(),
        recipient: "scuola@scuola.example".parse()?,
        subject_id: Some(said(1, abandoned(), "2025-11-01", SCHOOL).communication.id),
        created_at: rome("2026-01-13T09:00:00"),
        ..mail.clone()
    };
    notification::insert(&mut tx, &[mail, about_the_report]).await?;
    tx.commit().await?;
    let told = desk.type_in(&["cases", "show", &first]).await;
    assert_eq!(told.exit, Exit::Done, "{told:?}");
    for expected in [
        &format!("Caso {first}: assegnato"),
        "Allievo: QGL***",
        "«abbandono non formale», scuola VEPS01000X",
        "CPI: VE-MESTRE (comune di residenza)",
        "Preso in carico: no",
        "Comunicazioni sull'allievo",
        "Segnalazioni: nessuna.",
        MailTemplate::ArsNewCase.label(),
        "in coda, a m***@cpi.example",
        "13 gennaio 2026, 09:00",
        "in coda, a s***@scuola.example",
    ] {
        assert!(told.out.contains(expected), "«{expected}» is missing:\n{}", told.out);
    }
    let third = ids::case_number(ids::period(student_id(3), 1));
    let told = desk.type_in(&["cases", "show", &third]).await.out;
    assert!(told.contains("Chiuso: 1º dicembre 2025, rientro (inserito dalla scuola)"), "{told}");
    assert!(told.contains("L'accordo sul rientro non è registrato"), "{told}");
    assert_eq!(desk.type_in(&["cases", "show", "ARS-0000-0000"]).await.exit, Exit::NotFound);
    Ok(())
}
