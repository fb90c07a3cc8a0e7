// SPDX-License-Identifier: EUPL-1.2
//! What the calendar tells schools and CPI.

use campanella_domain::{
    ars::{Communication, SchoolType},
    procedure::{ArsProcedure, ReminderCampaign},
};
use campanella_messages::ReminderDue;
use campanella_store::ars::case;

use crate::{
    said::{LICEO, SFP, TECNICO, abandoned, entered, received, returned, said, school},
    world::World,
};

/// A campaign at a civil time of an Italian winter.
async fn due(world: &World, campaign: ReminderCampaign, civil: &str) -> anyhow::Result<()> {
    let message = ReminderDue { campaign: campaign.to_string(), occurrence: civil.to_owned(), after: None };
    world.send(&message, format!("{civil}+01:00").parse()?).await
}

async fn at_risk(world: &World) -> anyhow::Result<()> {
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await
}

async fn parameters(world: &World, template: &str) -> anyhow::Result<Vec<serde_json::Value>> {
    let mails = world.mails_to_send(template).await?;
    Ok(mails.iter().map(|mail| serde_json::from_str(&mail.parameters)).collect::<Result<_, _>>()?)
}

#[tokio::test]
async fn ars_048_the_cpi_is_told_once_on_the_eighteenth_birthday_of_a_student_with_an_open_case()
-> anyhow::Result<()> {
    let world = World::new().await?;
    at_risk(&world).await?;
    // Born on 10 March 2009.
    due(&world, ReminderCampaign::StudentsOfAge, "2027-03-09T08:00:00").await?;
    assert_eq!(world.mails().await?, ["ars-new-case"]);
    due(&world, ReminderCampaign::StudentsOfAge, "2027-03-10T08:00:00").await?;
    due(&world, ReminderCampaign::StudentsOfAge, "2027-03-11T08:00:00").await?;
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-student-of-age"]);
    assert!(world.periods().await?[0].closed_on.is_none(), "the case stays open (OQ-A5)");
    Ok(())
}

#[tokio::test]
async fn ars_048_nobody_is_told_of_a_birthday_once_the_case_is_closed() -> anyhow::Result<()> {
    let world = World::new().await?;
    at_risk(&world).await?;
    world.hears(returned("2025-11-03")).await?;
    due(&world, ReminderCampaign::StudentsOfAge, "2027-03-10T08:00:00").await?;
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed"]);
    Ok(())
}

#[tokio::test]
async fn ars_002_a_case_nobody_took_in_charge_is_in_the_digest_of_each_morning() -> anyhow::Result<()> {
    let world = World::new().await?;
    at_risk(&world).await?;
    // On the day of the assignment itself the notice has just left.
    due(&world, ReminderCampaign::CaseDigest, "2025-10-20T23:59:00").await?;
    assert_eq!(world.mails().await?, ["ars-new-case"]);
    due(&world, ReminderCampaign::CaseDigest, "2025-11-04T08:00:00").await?;
    due(&world, ReminderCampaign::CaseDigest, "2025-11-04T08:00:00").await?;
    due(&world, ReminderCampaign::CaseDigest, "2025-11-05T08:00:00").await?;
    let number = world.periods().await?[0].case_number.clone();
    let digests = parameters(&world, "ars-case-digest").await?;
    assert_eq!(digests.len(), 2);
    assert!(digests.iter().all(|digest| digest["case_numbers"][0] == number && digest["others"] == 0));
    let mut tx = world.store.begin().await?;
    case::take(&mut tx, &number, "Bianchi", "2025-11-05T10:00:00Z".parse()?).await?;
    tx.commit().await?;
    due(&world, ReminderCampaign::CaseDigest, "2025-11-06T08:00:00").await?;
    assert_eq!(world.mails_to_send("ars-case-digest").await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn ars_002_a_cpi_that_wants_the_work_list_alone_gets_no_mail_about_cases() -> anyhow::Result<()> {
    let text = ArsProcedure::EMBEDDED.replacen("= \"work-list-and-mail\"", "= \"work-list\"", 1);
    let mut world = World::new().await?;
    world.procedures.ars = ArsProcedure::from_toml(&text)?;
    at_risk(&world).await?;
    due(&world, ReminderCampaign::CaseDigest, "2025-11-04T08:00:00").await?;
    due(&world, ReminderCampaign::StudentsOfAge, "2027-03-10T08:00:00").await?;
    assert_eq!(world.periods().await?[0].cpi, Some("BL-FELTRE".parse()?));
    world.hears(returned("2025-11-05")).await?;
    assert_eq!(world.mails().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn ars_028_the_school_is_reminded_once_of_a_return_it_has_not_entered_for_fifteen_days()
-> anyhow::Result<()> {
    let world = World::new().await?;
    world.knows_school(TECNICO, SchoolType::UpperSecondary).await?;
    at_risk(&world).await?;
    let by_cpi = Communication {
        cpi: Some("BL-FELTRE".parse()?),
        receiving_school: Some(school(TECNICO)),
        ..said("return-by-cpi", TECNICO, "2025-11-03")
    };
    world.hears(by_cpi).await?;
    let before = world.mails().await?.len();
    due(&world, ReminderCampaign::ReturnsToEnter, "2025-11-17T08:00:00").await?;
    assert_eq!(world.mails().await?.len(), before);
    due(&world, ReminderCampaign::ReturnsToEnter, "2025-11-18T08:00:00").await?;
    due(&world, ReminderCampaign::ReturnsToEnter, "2025-11-19T08:00:00").await?;
    assert_eq!(world.mails_to_send("ars-return-not-entered").await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn ars_025_a_school_that_entered_the_return_itself_is_not_reminded() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.knows_school(TECNICO, SchoolType::UpperSecondary).await?;
    at_risk(&world).await?;
    let by_cpi = Communication {
        cpi: Some("BL-FELTRE".parse()?),
        receiving_school: Some(school(TECNICO)),
        ..said("return-by-cpi", TECNICO, "2025-11-03")
    };
    world.hears(by_cpi).await?;
    world.hears(received(returned("2025-11-03"), "2025-11-10")).await?;
    due(&world, ReminderCampaign::ReturnsToEnter, "2025-11-20T08:00:00").await?;
    assert_eq!(world.mails_to_send("ars-return-not-entered").await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn ars_034_a_list_still_missing_after_27_october_is_told_to_be_late() -> anyhow::Result<()> {
    let world = World::new().await?;
    due(&world, ReminderCampaign::IefpClassListsOverdue, "2025-10-28T09:00:00").await?;
    assert_eq!(world.mails().await?, ["ars-iefp-overdue"]);
    Ok(())
}

#[tokio::test]
async fn ars_037_ordinary_schools_are_never_late_on_27_october() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.knows_school(LICEO, SchoolType::UpperSecondary).await?;
    for campaign in [ReminderCampaign::IefpClassLists, ReminderCampaign::IefpClassListsOverdue] {
        due(&world, campaign, "2025-10-28T09:00:00").await?;
    }
    for template in ["ars-iefp-deadline", "ars-iefp-overdue"] {
        let mails = world.mails_to_send(template).await?;
        assert!(mails.iter().all(|mail| mail.recipient.expose() == "sfp@formazione.example"), "{template}");
    }
    Ok(())
}

#[tokio::test]
async fn ars_035_ordinary_schools_are_reminded_of_the_first_two_months_and_an_sfp_is_not()
-> anyhow::Result<()> {
    let world = World::new().await?;
    world.knows_school(LICEO, SchoolType::UpperSecondary).await?;
    due(&world, ReminderCampaign::FirstMonths, "2025-11-03T09:00:00").await?;
    let mails = world.mails_to_send("ars-first-months").await?;
    assert_eq!(
        mails.iter().map(|mail| mail.recipient.expose()).collect::<Vec<_>>(),
        ["blps01000x@scuola.example"]
    );
    assert_eq!(parameters(&world, "ars-first-months").await?[0]["class_zero"], 0);
    // Of no use once they have passed.
    due(&world, ReminderCampaign::FirstMonths, "2025-11-12T09:00:00").await?;
    assert_eq!(world.mails_to_send("ars-first-months").await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn ars_032_the_school_chosen_in_class_zero_is_told_of_students_nobody_entered() -> anyhow::Result<()> {
    let choice = Communication {
        receiving_school: Some(school(SFP)),
        ..said("class-zero-choice", LICEO, "2025-01-20")
    };
    for (entered_since, mails) in [(false, 1), (true, 0)] {
        let world = World::new().await?;
        world.hears(choice.clone()).await?;
        if entered_since {
            world.hears(entered("2025-09-15")).await?;
        }
        due(&world, ReminderCampaign::FirstMonths, "2025-11-03T09:00:00").await?;
        let told = parameters(&world, "ars-first-months").await?;
        assert_eq!(told.len(), mails);
        assert!(told.iter().all(|mail| mail["class_zero"] == 1));
    }
    Ok(())
}

#[tokio::test]
async fn ars_032_where_class_zero_is_ignored_no_school_is_told_of_it() -> anyhow::Result<()> {
    let mut world = World::new().await?;
    world.knows_school(LICEO, SchoolType::UpperSecondary).await?;
    let text = ArsProcedure::EMBEDDED.replacen(
        "class_zero = \"presence-creates-duty\"",
        "class_zero = \"ignored\"",
        1,
    );
    world.procedures.ars = ArsProcedure::from_toml(&text)?;
    for chosen in [SFP, LICEO] {
        let choice = said("class-zero-choice", TECNICO, "2025-01-20");
        world.hears(Communication { receiving_school: Some(school(chosen)), ..choice }).await?;
    }
    due(&world, ReminderCampaign::FirstMonths, "2025-11-03T09:00:00").await?;
    let mails = world.mails_to_send("ars-first-months").await?;
    let told = mails.iter().map(|mail| mail.recipient.expose());
    assert_eq!(told.collect::<Vec<_>>(), ["blps01000x@scuola.example"], "an SFP has no first two months");
    assert_eq!(parameters(&world, "ars-first-months").await?[0]["class_zero"], 0);
    Ok(())
}

#[tokio::test]
async fn ars_016_ars_017_schools_and_cpi_are_reminded_of_15_march() -> anyhow::Result<()> {
    let world = World::new().await?;
    due(&world, ReminderCampaign::March15, "2026-03-04T09:00:00").await?;
    due(&world, ReminderCampaign::March15, "2026-03-04T09:00:00").await?;
    let mut told: Vec<String> = Vec::new();
    for mail in world.mails_to_send("ars-march-15").await? {
        told.push(mail.recipient.expose().to_owned());
    }
    told.sort();
    assert_eq!(told, ["agordo@cpi.example", "feltre@cpi.example", "sfp@formazione.example"]);
    Ok(())
}

#[tokio::test]
async fn ars_040_ars_041_schools_are_reminded_of_an_outcome_deadline_once_there_is_one() -> anyhow::Result<()>
{
    let mut world = World::new().await?;
    world.knows_school(LICEO, SchoolType::UpperSecondary).await?;
    due(&world, ReminderCampaign::Outcomes, "2026-03-04T09:00:00").await?;
    assert_eq!(world.mails().await?, Vec::<String>::new());
    let dates = "outcome_deadlines = [\"2026-06-20\", \"2026-09-10\"]";
    let text = ArsProcedure::EMBEDDED.replacen("outcome_deadlines = []", dates, 1);
    world.procedures.ars = ArsProcedure::from_toml(&text)?;
    due(&world, ReminderCampaign::Outcomes, "2026-08-27T09:00:00").await?;
    let mut told = parameters(&world, "ars-outcomes").await?;
    told.sort_by_key(|mail| mail["ordinary"] == true);
    assert_eq!(told.len(), 2);
    // The midnight that ends 10 September.
    assert!(told.iter().all(|mail| mail["deadline"].to_string().contains("2026-09-11T00:00:00")));
    let duties = told.iter().map(|mail| (mail["iefp"] == true, mail["ordinary"] == true));
    assert_eq!(duties.collect::<Vec<_>>(), [(true, false), (false, true)]);
    Ok(())
}
