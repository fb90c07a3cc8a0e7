// SPDX-License-Identifier: EUPL-1.2
//! What applicants are told: that the application was transmitted, that something is missing, that something came.

use std::collections::BTreeSet;

use anyhow::Result;
use campanella_domain::{
    ardis::{Annotation, Channel, CheckOutcome, Derogation, IdentityDocument},
    identity::Redacted,
    ids,
    mail::MailTemplate,
    procedure::ArdisProcedure,
};
use campanella_messages::{ArdisApplicationRecorded, ArdisDataChanged, ArdisIseeRecorded, ReminderDue};
use campanella_store::{
    ardis::{
        data_change::{self, DataChange},
        draft::{self, Draft},
    },
    notification,
};
use uuid::Uuid;

use crate::{
    family::{annotated, application, attestation, conforming, form, id},
    lists::{APRIL, LIST, MAY, NEXT, final_list, observe},
    world::{World, rome},
};

/// No mail.
const NONE: [&str; 0] = [];

async fn recorded(world: &World, number: u32, now: &str) -> Result<()> {
    world.tell(&ArdisApplicationRecorded { application: id(number) }, now).await
}

async fn isee(world: &World, number: u32, now: &str) -> Result<()> {
    world.tell(&ArdisIseeRecorded { application: id(number) }, now).await
}

#[tokio::test]
async fn ard_044_ard_045_what_was_transmitted_is_confirmed_once_with_its_number() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    for now in ["2025-10-20T11:00:02", "2025-10-20T12:00:00"] {
        recorded(&world, 1, now).await?;
    }
    assert_eq!(
        world.mails(MailTemplate::ArdisConfirmation.name()).await?,
        ["ardis:confirmation:2025-000001"]
    );
    Ok(())
}

#[tokio::test]
async fn ard_044_what_the_portal_hands_over_after_the_window_is_confirmed_for_some_days_and_then_no_more()
-> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2)]).await?;
    recorded(&world, 1, "2025-11-27T15:59:59").await?;
    recorded(&world, 2, "2025-11-27T16:00:00").await?;
    let key = "ardis:confirmation:2025-000001";
    assert_eq!(world.mails(MailTemplate::ArdisConfirmation.name()).await?, [key]);
    Ok(())
}

#[tokio::test]
async fn ard_044_ard_060_what_was_transmitted_too_late_is_confirmed_within_days_of_its_own() -> Result<()> {
    let world = World::new().await?;
    let mut late = [application(1), application(2)];
    for new in &mut late {
        new.application.submitted_at = rome("2025-11-25T10:00:00");
    }
    world.apply(&late).await?;
    recorded(&world, 1, "2025-12-02T09:59:59").await?;
    recorded(&world, 2, "2025-12-02T10:00:00").await?;
    let key = "ardis:confirmation:2025-000001";
    assert_eq!(world.mails(MailTemplate::ArdisConfirmation.name()).await?, [key]);
    Ok(())
}

#[tokio::test]
async fn ard_038_ard_043_what_came_on_paper_is_not_called_transmitted_and_can_be_while_the_window_is_open()
-> Result<()> {
    let world = World::new().await?;
    for (number, channel) in [(1, Channel::Paper), (2, Channel::Pec)] {
        let mut new = application(number);
        new.application.channel = channel;
        world.apply(&[new]).await?;
    }
    recorded(&world, 1, "2025-11-20T16:00:00").await?;
    recorded(&world, 2, "2025-11-20T16:00:00.000001").await?;
    assert_eq!(world.mails(MailTemplate::ArdisConfirmation.name()).await?, NONE);
    assert_eq!(world.mails(MailTemplate::ArdisNotOnline.name()).await?, ["ardis:not-online:2025-000001"]);
    Ok(())
}

async fn drafts(world: &World, numbers: impl Iterator<Item = u32>) -> Result<()> {
    let drafts: Vec<Draft> = numbers
        .map(|number| {
            let application = application(number).application;
            Draft {
                id: id(number),
                instance_number: application.instance_number,
                mailbox: application.applicant_email,
                started_at: rome("2025-10-19T10:00:00"),
            }
        })
        .collect();
    let mut tx = world.store.begin().await?;
    draft::upsert(&mut tx, &drafts).await?;
    Ok(tx.commit().await?)
}

async fn remind(world: &World, campaign: &str, now: &str) -> Result<()> {
    let due = ReminderDue { campaign: campaign.to_owned(), occurrence: now.to_owned(), after: None };
    world.tell(&due, now).await
}

#[tokio::test]
async fn ard_040_ard_043_whoever_has_not_transmitted_a_draft_is_reminded_until_the_window_closes()
-> Result<()> {
    let world = World::new().await?;
    drafts(&world, 1..=2).await?;
    world.apply(&[application(2)]).await?;
    for now in ["2025-11-19T09:00:00", "2025-11-20T09:00:00", "2025-11-20T16:00:01"] {
        remind(&world, "draft-not-transmitted", now).await?;
    }
    let keys = world.mails(MailTemplate::ArdisDraft.name()).await?;
    assert_eq!(
        keys,
        ["ardis:draft:2025-000001:2025-11-19T09:00:00", "ardis:draft:2025-000001:2025-11-20T09:00:00"]
    );
    Ok(())
}

#[tokio::test]
async fn ard_015_an_attestation_with_annotations_is_told_once_and_only_while_there_is_time() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2), application(3)]).await?;
    world.attest(&[annotated(1), conforming(2), annotated(3)]).await?;
    for number in 1..=2 {
        recorded(&world, number, "2025-10-20T12:00:00").await?;
        isee(&world, number, "2025-12-18T23:59:59").await?;
    }
    isee(&world, 3, "2025-12-19T00:00:00").await?;
    let first = annotated(1).attestation.id;
    let key = |attestation: Uuid| format!("ardis:annotation:{attestation}:2025-000001");
    assert_eq!(world.mails(MailTemplate::ArdisAnnotation.name()).await?, [key(first)]);
    // A second one that decides is told as well.
    let second = attestation(1, 2, "2025-11-18T10:00:00", "2025-11-25T10:00:00", Annotation::Discrepancy);
    let both = {
        let mut keys = [key(first), key(second.attestation.id)];
        keys.sort();
        keys
    };
    world.attest(&[second]).await?;
    isee(&world, 1, "2025-11-27T10:00:00").await?;
    assert_eq!(world.mails(MailTemplate::ArdisAnnotation.name()).await?, both);
    Ok(())
}

#[tokio::test]
async fn ard_015_an_attestation_recorded_by_a_host_whose_clock_is_ahead_is_told_as_well() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    let annotated = attestation(1, 1, "2025-10-20T10:00:00", "2025-10-27T10:00:00", Annotation::Omission);
    world.attest(&[annotated]).await?;
    let recorded = ArdisIseeRecorded { application: id(1) };
    world.tell_between(&recorded, "2025-10-28T10:00:00", "2025-10-28T09:59:59").await?;
    assert_eq!(world.mails(MailTemplate::ArdisAnnotation.name()).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn ard_015_a_call_can_do_without_the_courtesy_about_annotations() -> Result<()> {
    let text = ArdisProcedure::EMBEDDED.replace("annotation_courtesy = true", "annotation_courtesy = false");
    let world = World::under(ArdisProcedure::from_toml(&text)?).await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    isee(&world, 1, "2025-10-20T12:00:00").await?;
    assert_eq!(world.mails(MailTemplate::ArdisAnnotation.name()).await?, NONE);
    Ok(())
}

#[tokio::test]
async fn ard_018_ard_019_a_self_certification_is_acknowledged_or_to_be_completed_while_there_is_time()
-> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2), application(3)]).await?;
    world.attest(&[annotated(1), annotated(2), annotated(3)]).await?;
    let complete = form(1, "2025-12-09T10:00:00", IdentityDocument::Valid, None);
    let incomplete = form(2, "2025-12-09T10:00:00", IdentityDocument::Expired, None);
    let too_late = form(3, "2025-12-18T23:59:59", IdentityDocument::Missing, None);
    for form in [&complete, &incomplete, &too_late] {
        world.self_certify(form.clone()).await?;
    }
    for number in 1..=2 {
        isee(&world, number, "2025-12-09T10:00:01").await?;
    }
    isee(&world, 3, "2025-12-19T00:00:00").await?;
    let key = |id: Uuid, state: &str| format!("ardis:self-certification:{id}:{state}");
    let mut received = [key(complete.id, "complete"), key(too_late.id, "incomplete")];
    received.sort();
    assert_eq!(world.mails(MailTemplate::ArdisSelfCertificationReceived.name()).await?, received);
    let to_complete = world.mails(MailTemplate::ArdisIdentityDocumentMissing.name()).await?;
    assert_eq!(to_complete, [key(incomplete.id, "incomplete")]);
    // Completed: the next form is acknowledged and nothing more is asked; once refused, neither.
    world.self_certify(form(2, "2025-12-11T10:00:00", IdentityDocument::Valid, None)).await?;
    let refused = Some((CheckOutcome::Rejected, "2025-12-11T11:00:00"));
    world.self_certify(form(2, "2025-12-11T10:30:00", IdentityDocument::Missing, refused)).await?;
    isee(&world, 2, "2025-12-11T12:00:00").await?;
    assert_eq!(world.mails(MailTemplate::ArdisIdentityDocumentMissing.name()).await?.len(), 1);
    assert_eq!(world.mails(MailTemplate::ArdisSelfCertificationReceived.name()).await?.len(), 4);
    Ok(())
}

#[tokio::test]
async fn ard_019_ard_026_no_document_is_asked_for_where_nothing_is_to_be_regularised() -> Result<()> {
    let world = World::new().await?;
    let mut exempt = application(2);
    exempt.application.derogation = Redacted::new(Derogation::ProtectedPath);
    world.apply(&[application(1), exempt, application(3)]).await?;
    world.attest(&[conforming(1), annotated(2), annotated(3)]).await?;
    for number in 1..=3 {
        let without = form(number, "2025-12-09T10:00:00", IdentityDocument::Missing, None);
        world.self_certify(without).await?;
        isee(&world, number, "2025-12-09T10:00:01").await?;
    }
    let asked = world.mails(MailTemplate::ArdisIdentityDocumentMissing.name()).await?;
    let third = form(3, "2025-12-09T10:00:00", IdentityDocument::Missing, None).id;
    assert_eq!(asked, [format!("ardis:self-certification:{third}:incomplete")]);
    assert_eq!(world.mails(MailTemplate::ArdisSelfCertificationReceived.name()).await?.len(), 2);
    Ok(())
}

/// The n-th family says that it has another address.
fn moved(number: u32, received: &str, recorded: &str) -> DataChange {
    let received_at = rome(received);
    DataChange {
        id: ids::data_change(id(number), received_at),
        application: id(number),
        received_at,
        email: Some("nuova@posta.example".parse().unwrap()),
        iban: None,
        recorded_at: rome(recorded),
    }
}

/// A change, and no message about it.
async fn change_data(world: &World, change: &DataChange) -> Result<()> {
    let mut tx = world.store.begin().await?;
    data_change::insert(&mut tx, change).await?;
    Ok(tx.commit().await?)
}

#[tokio::test]
async fn ard_078_ard_090_a_change_recorded_a_month_late_is_told_to_both_addresses() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    let change = moved(1, "2025-12-01T10:00:00", "2025-12-31T10:00:00");
    change_data(&world, &change).await?;
    world.tell(&ArdisDataChanged { application: id(1) }, "2025-12-31T10:00:01").await?;
    for template in [MailTemplate::ArdisDataChanged, MailTemplate::ArdisAddressReplaced] {
        assert_eq!(world.mails(template.name()).await?.len(), 1, "{template}");
    }
    Ok(())
}

#[tokio::test]
async fn ard_078_ard_090_a_change_is_acknowledged_to_the_new_address_and_told_to_the_old_one_last()
-> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    recorded(&world, 1, "2025-10-20T12:00:00").await?;
    let change = moved(1, "2025-10-21T10:00:00", "2025-10-21T10:00:00");
    change_data(&world, &change).await?;
    for now in ["2025-10-21T10:00:01", "2025-10-21T11:00:00"] {
        world.tell(&ArdisDataChanged { application: id(1) }, now).await?;
    }
    let changed = format!("ardis:data-changed:{}", change.id);
    assert_eq!(world.mails(MailTemplate::ArdisDataChanged.name()).await?, [changed]);
    let replaced = format!("ardis:address-replaced:{}", change.id);
    assert_eq!(world.mails(MailTemplate::ArdisAddressReplaced.name()).await?, [replaced]);
    // The confirmation had not left yet: it goes to the new address as well.
    let mut tx = world.store.begin().await?;
    let now = rome("2025-10-21T12:00:00");
    let claims = notification::claim(&mut tx, Uuid::from_u128(7), now, now, 10).await?;
    let sent: BTreeSet<(&str, &str)> =
        claims.mails.iter().map(|mail| (mail.template.as_str(), mail.recipient.expose())).collect();
    assert_eq!(
        sent,
        BTreeSet::from([
            (MailTemplate::ArdisConfirmation.name(), "nuova@posta.example"),
            (MailTemplate::ArdisDataChanged.name(), "nuova@posta.example"),
            (MailTemplate::ArdisAddressReplaced.name(), "famiglia1@posta.example"),
        ])
    );
    Ok(())
}

/// Observations come in, and their receipt is written.
async fn observed(world: &World, number: u32, at: &str, channel: Channel) -> Result<Uuid> {
    let (recorded, _) = observe(world, number, at, channel, at).await?;
    world.work_off(at).await?;
    Ok(recorded.id)
}

#[tokio::test]
async fn ard_080_ard_082_who_was_excluded_and_is_silent_is_reminded_once_before_the_term_ends() -> Result<()>
{
    let world = World::new().await?;
    world.apply(&[application(1), application(2), application(3)]).await?;
    world.attest(&[annotated(1), annotated(2), conforming(3)]).await?;
    let _ = world.publish(LIST, APRIL).await?;
    world.work_off(APRIL).await?;
    let observation = observed(&world, 1, "2026-04-20T10:00:00", Channel::Online).await?;
    let receipts = world.mails(MailTemplate::ArdisObservationReceived.name()).await?;
    assert_eq!(receipts, [format!("ardis:observation:{observation}")]);
    remind(&world, "observations-ending", "2026-04-23T09:30:00").await?;
    assert_eq!(world.mails(MailTemplate::ArdisObservationsEnding.name()).await?, NONE);
    for now in ["2026-04-24T09:30:00", "2026-04-25T09:30:00", "2026-04-28T09:30:00"] {
        remind(&world, "observations-ending", now).await?;
    }
    let key = format!("ardis:observations-ending:{LIST}:2025-000002");
    assert_eq!(world.mails(MailTemplate::ArdisObservationsEnding.name()).await?, [key]);
    Ok(())
}

#[tokio::test]
async fn ard_082_a_day_on_which_nobody_ran_is_made_up_for_and_after_the_term_nobody_is_reminded() -> Result<()>
{
    for (now, mails) in [("2026-04-27T23:59:59", 1), ("2026-04-28T00:00:00", 0)] {
        let world = World::new().await?;
        world.apply(&[application(1)]).await?;
        world.attest(&[annotated(1)]).await?;
        let _ = world.publish(LIST, APRIL).await?;
        world.work_off(APRIL).await?;
        remind(&world, "observations-ending", now).await?;
        assert_eq!(world.mails(MailTemplate::ArdisObservationsEnding.name()).await?.len(), mails, "{now}");
    }
    Ok(())
}

#[tokio::test]
async fn ard_081_observations_by_another_way_are_answered_with_the_way_while_there_is_time() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[annotated(1)]).await?;
    let _ = world.publish(LIST, APRIL).await?;
    world.work_off(APRIL).await?;
    observed(&world, 1, "2026-04-27T23:59:59", Channel::Email).await?;
    observed(&world, 1, "2026-04-28T00:00:00", Channel::Pec).await?;
    let mut tx = world.store.begin().await?;
    let now = rome("2026-04-27T23:59:59");
    let claims = notification::claim(&mut tx, Uuid::from_u128(7), now, now, 10).await?;
    let told: Vec<bool> = claims
        .mails
        .iter()
        .filter(|mail| mail.template == MailTemplate::ArdisObservationReceived.name())
        .map(|mail| mail.parameters.contains("\"to_repeat_online\":true"))
        .collect();
    assert_eq!(told, [true]);
    assert_eq!(world.mails(MailTemplate::ArdisObservationReceived.name()).await?.len(), 2);
    Ok(())
}

/// The final list of one family, and the mails that tell of it.
async fn told_of_the_final_list(procedure: ArdisProcedure) -> Result<Vec<String>> {
    let world = World::under(procedure).await?;
    world.apply(&[application(1)]).await?;
    world.attest(&[conforming(1)]).await?;
    let _ = world.publish(LIST, APRIL).await?;
    let _ = world.order(&final_list(), MAY).await?;
    world.work_off(MAY).await?;
    world.mails(MailTemplate::ArdisFinalList.name()).await
}

#[tokio::test]
async fn ard_086_of_the_final_list_everybody_is_told_unless_the_office_does_without() -> Result<()> {
    let key = format!("ardis:final-list:{NEXT}:2025-000001");
    assert_eq!(told_of_the_final_list(ArdisProcedure::embedded()?).await?, [key]);
    let text = ArdisProcedure::EMBEDDED.replace("final_list_courtesy = true", "final_list_courtesy = false");
    assert_eq!(told_of_the_final_list(ArdisProcedure::from_toml(&text)?).await?, NONE);
    Ok(())
}
