// SPDX-License-Identifier: EUPL-1.2
//! A reminder is of use only while something is missing and the term has not passed.

use anyhow::Result;
use campanella_tests::{Family, Mail, World};

const REMINDER: &str = "ardis-dsu-missing";

/// What was sent besides the confirmation of the transmission (ARD-044), which waits for nothing.
fn reminders(world: &World) -> Result<Vec<Mail>> {
    let mut mails = world.mails()?;
    mails.retain(|mail| !mail.subject.starts_with("Domanda trasmessa"));
    Ok(mails)
}

/// A world in which a family was to be reminded on 13 November, and the mailer does not work.
async fn reminded_but_not_sent() -> Result<(World, Family)> {
    let mut world = World::at("2025-11-10T12:00:00").await?.without(&["mailer"]).await?;
    let family = Family::number(1)?.that_will_sign_the_dsu();
    world.receive_application(&family).await?;
    world.advance_to("2025-11-13T09:00:00").await?;
    assert_eq!(world.states(REMINDER).await?, ["queued"]);
    Ok((world, family))
}

#[tokio::test]
async fn ard_010_who_has_not_signed_the_dsu_is_reminded_before_the_term() -> Result<()> {
    let (world, family) = reminded_but_not_sent().await?;
    let mut world = world.without(&[]).await?;
    world.advance_to("2025-11-19T00:00:00").await?;
    assert_eq!(world.states(REMINDER).await?, ["accepted", "accepted"]);
    let mails = reminders(&world)?;
    assert!(mails.iter().all(|mail| mail.to == family.mailbox()));
    let number = family.application.instance_number.to_string();
    for mail in &mails {
        for body in [&mail.text, &mail.html] {
            assert!(body.contains(&number) && body.contains("20 novembre 2025"), "{body}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_reminder_that_waits_is_cancelled_when_the_missing_dsu_arrives() -> Result<()> {
    let (mut world, family) = reminded_but_not_sent().await?;
    world.advance_to("2025-11-14T10:00:00").await?;
    world.learn(&family, family.dsu_signed_at("2025-11-13T20:00:00")?).await?;
    let mut world = world.without(&[]).await?;
    world.advance_to("2025-11-15T10:00:00").await?;
    assert_eq!(world.states(REMINDER).await?, ["cancelled"]);
    assert_eq!(reminders(&world)?, []);
    Ok(())
}

#[tokio::test]
async fn a_reminder_that_waits_expires_when_its_term_passes() -> Result<()> {
    let (mut world, _) = reminded_but_not_sent().await?;
    world.advance_to("2025-11-21T08:00:00").await?;
    let mut world = world.without(&[]).await?;
    world.work_off().await?;
    assert_eq!(world.states(REMINDER).await?, ["expired", "expired"]);
    assert_eq!(reminders(&world)?, []);
    Ok(())
}

#[tokio::test]
async fn ars_034_a_school_without_its_class_list_is_reminded_before_27_october() -> Result<()> {
    let mut world = World::at("2025-10-01T08:00:00").await?;
    world.settle_veneto().await?;
    world.advance_to("2025-10-28T08:00:00").await?;
    let mails = world.mails()?;
    assert_eq!(mails.len(), 3, "fourteen, seven and two days before");
    assert!(mails.iter().all(|mail| mail.to == "vesf000001@scuola.example"));
    Ok(())
}
