// SPDX-License-Identifier: EUPL-1.2
//! What schools are told about their communications.

use campanella_domain::ars::{Communication, SchoolType};
use campanella_messages::ArsFindingRecorded;
use campanella_store::notification;
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    said::{LICEO, SFP, TECNICO, abandoned, entered, received, returned, said, school},
    world::World,
};

/// A world whose two ordinary schools have mailboxes.
async fn world() -> anyhow::Result<World> {
    let world = World::new().await?;
    world.knows_school(LICEO, SchoolType::UpperSecondary).await?;
    world.knows_school(TECNICO, SchoolType::UpperSecondary).await?;
    Ok(world)
}

/// Whether the mails of a template would be held back if they were sent now.
async fn held_back(world: &World, template: &str) -> anyhow::Result<Vec<bool>> {
    let mails = world.mails_to_send(template).await?;
    let ids: Vec<_> = mails.iter().map(|mail| mail.id).collect();
    let mut tx = world.store.begin().await?;
    let failed = notification::failed_preconditions(&mut tx, &ids).await?;
    Ok(ids.iter().map(|id| failed.contains(id)).collect())
}

#[tokio::test]
async fn ars_012_the_school_is_told_once_what_its_entry_lacks() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(Communication { address_given: false, phone_given: false, ..entered("2025-09-15") }).await?;
    let mails = world.mails_to_send("ars-communication-rejected").await?;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].recipient.expose(), "blps01000x@scuola.example");
    let told: serde_json::Value = serde_json::from_str(&mails[0].parameters)?;
    assert_eq!(told["event_date"], "2025-09-15");
    assert!(told["reason"].as_str().is_some_and(|reason| reason.contains("indirizzo, numero telefonico")));
    assert!(told["communication_number"].as_str().is_some_and(|number| number.starts_with("COM-")));
    let again = ArsFindingRecorded { student: world.student };
    world.send(&again, "2025-09-16T09:00:00Z".parse()?).await?;
    assert_eq!(world.mails().await?.len(), 1);
    assert_eq!(held_back(&world, "ars-communication-rejected").await?, [false]);
    // Completed before the mail left: it would only confuse.
    world.hears(received(entered("2025-09-15"), "2025-09-17")).await?;
    assert_eq!(held_back(&world, "ars-communication-rejected").await?, [true]);
    Ok(())
}

#[tokio::test]
async fn ars_036_a_parked_report_is_told_once_and_not_when_it_has_taken_effect() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(abandoned("2025-10-20")).await?;
    assert_eq!(world.mails().await?, ["ars-communication-parked"]);
    assert_eq!(held_back(&world, "ars-communication-parked").await?, [false]);
    world.hears(received(entered("2025-10-20"), "2025-10-21")).await?;
    assert_eq!(held_back(&world, "ars-communication-parked").await?, [true]);
    assert_eq!(world.mails().await?, ["ars-communication-parked", "ars-new-case"]);
    Ok(())
}

#[tokio::test]
async fn ars_010_a_school_that_does_not_own_the_student_is_told_what_comes_first() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(said("informal-abandonment", TECNICO, "2025-10-20")).await?;
    let mails = world.mails_to_send("ars-communication-rejected").await?;
    assert_eq!(
        mails.iter().map(|mail| mail.recipient.expose()).collect::<Vec<_>>(),
        ["pdtf02000a@scuola.example"]
    );
    assert_eq!(world.periods().await?, []);
    Ok(())
}

#[tokio::test]
async fn ars_026_the_school_is_told_what_its_return_lacks() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    world.hears(Communication { section: None, ..returned("2025-11-03") }).await?;
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-communication-rejected"]);
    Ok(())
}

#[tokio::test]
async fn ars_011_both_schools_are_told_of_an_ownership_that_moved() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(said("enrolment-confirmation", TECNICO, "2025-10-06")).await?;
    let mut told: Vec<(String, bool)> = Vec::new();
    for mail in world.mails_to_send("ars-ownership-moved").await? {
        let parameters: serde_json::Value = serde_json::from_str(&mail.parameters)?;
        told.push((mail.recipient.expose().to_owned(), parameters["acquired"] == true));
    }
    told.sort();
    let expected = [("blps01000x@scuola.example", false), ("pdtf02000a@scuola.example", true)];
    assert_eq!(told, expected.map(|(mailbox, acquired)| (mailbox.to_owned(), acquired)));
    Ok(())
}

#[tokio::test]
async fn ars_029_the_receiving_school_is_told_of_a_return_the_cpi_entered() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    let by_cpi = Communication {
        cpi: Some("BL-FELTRE".parse()?),
        receiving_school: Some(school(TECNICO)),
        ..said("return-by-cpi", TECNICO, "2025-11-03")
    };
    world.hears(by_cpi).await?;
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed", "ars-return-by-cpi"]);
    let mails = world.mails_to_send("ars-return-by-cpi").await?;
    assert_eq!(mails[0].recipient.expose(), "pdtf02000a@scuola.example");
    Ok(())
}

#[tokio::test]
async fn ars_028_a_cpi_is_told_of_a_return_it_entered_without_a_school() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    let by_cpi =
        Communication { cpi: Some("BL-FELTRE".parse()?), ..said("return-by-cpi", TECNICO, "2025-11-03") };
    world.hears(by_cpi).await?;
    let mails = world.mails_to_send("ars-communication-rejected").await?;
    assert_eq!(mails[0].recipient.expose(), "feltre@cpi.example");
    Ok(())
}

#[tokio::test]
async fn ars_019_an_unknown_type_is_kept_for_a_person_and_mailed_to_nobody() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(said("sospensione", SFP, "2025-10-20")).await?;
    assert_eq!(world.findings().await?, [("flagged".to_owned(), 1)]);
    assert_eq!(world.mails().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn ars_012_findings_of_an_earlier_school_year_are_told_to_nobody() -> anyhow::Result<()> {
    let world = world().await?;
    world.hears(Communication { phone_given: false, ..entered("2024-09-15") }).await?;
    assert_eq!(world.findings().await?, [("rejected".to_owned(), 1)]);
    assert_eq!(world.mails().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn ars_012_ars_036_what_is_settled_on_the_day_it_is_found_is_told_to_nobody() -> anyhow::Result<()> {
    let world = world().await?;
    // The report is imported before the entry it needs, and the entry before the line that completes it.
    world.hears(abandoned("2025-10-20")).await?;
    let morning = "2025-10-21T08:00:00+02:00".parse::<DateTime<Utc>>()?;
    let waiting = world.mails_to_send("ars-communication-parked").await?;
    assert_eq!(waiting.iter().map(|mail| mail.due_at).collect::<Vec<_>>(), [morning]);
    let entry = received(entered("2025-09-15"), "2025-10-20");
    world.hears(Communication { phone_given: false, ..entry.clone() }).await?;
    let later = entry.received_at + TimeDelta::hours(1);
    world.hears(Communication { received_at: later, ..entry }).await?;
    for template in ["ars-communication-parked", "ars-communication-rejected"] {
        let mails = world.mails_to_send(template).await?;
        assert_eq!(mails.iter().map(|mail| mail.due_at).collect::<Vec<_>>(), [morning], "{template}");
        assert_eq!(held_back(&world, template).await?, [true], "{template}");
    }
    // Of an ownership that moved both schools are told at once.
    world.hears(said("enrolment-confirmation", TECNICO, "2025-10-21")).await?;
    let mails = world.mails_to_send("ars-ownership-moved").await?;
    assert!(mails.iter().all(|mail| mail.due_at == mail.created_at) && mails.len() == 2);
    Ok(())
}
