// SPDX-License-Identifier: EUPL-1.2
//! Observations on the provisional list, and the final list that follows.

use anyhow::{Context as _, Result};
use campanella_domain::{
    ardis::{Annotation, Channel, ObservationFlag, SchoolLevel},
    civil::term::Term,
    identity::Money,
    mail::MailTemplate,
};
use campanella_jobs::{ListOrder, Obstacle, Publishing, draft};
use campanella_messages::{ArdisObservationRecorded, ArdisTermReached, Envelope, Message as _};
use campanella_store::{
    ardis::{
        observation::NewObservation,
        published_list::{self, ListKind},
    },
    notification,
};
use uuid::Uuid;

use crate::{
    family::{annotated, application, attestation, conforming, id},
    lists::{
        APRIL, LIST, MAY, NEXT, again, answer, final_list, observe, officer, provisional, provisional_is_out,
        published,
    },
    world::{World, rome},
};

/// A final list waits for the observations on these applications: for an answer, for another decision.
fn waiting(unanswered: &[u32], without_effect: &[u32]) -> Publishing {
    let numbers = |of: &[u32]| of.iter().map(|one| application(*one).application.instance_number).collect();
    let (unanswered, without_effect) = (numbers(unanswered), numbers(without_effect));
    Publishing::Refused(Obstacle::Observations { unanswered, without_effect })
}

/// Observations, recorded in May.
async fn receive(world: &World, number: u32, at: &str, channel: Channel) -> Result<(NewObservation, bool)> {
    observe(world, number, at, channel, "2026-05-04T09:00:00").await
}

#[tokio::test]
async fn ard_080_an_observation_in_time_is_recorded_once_and_told_to_the_workers() -> Result<()> {
    let world = provisional_is_out().await?;
    let (new, is_new) = receive(&world, 1, "2026-04-27T23:59:59", Channel::Online).await?;
    assert!(is_new);
    assert_eq!((new.list, new.flags.as_slice()), (Some(LIST), [].as_slice()));
    let (_, is_new) = receive(&world, 1, "2026-04-27T23:59:59", Channel::Online).await?;
    assert!(!is_new);
    let mut work = world.work(MAY).await?;
    let rows = campanella_store::outbox::take_due(work.tx(), rome(MAY), rome(MAY), 10).await?;
    let told: Vec<Envelope> =
        rows.iter().map(|row| Envelope::from_json(&row.envelope)).collect::<Result<_, _>>()?;
    let told: Vec<&Envelope> =
        told.iter().filter(|envelope| envelope.kind == ArdisObservationRecorded::TYPE).collect();
    assert_eq!(told.len(), 1);
    let only = told.first().context("one message")?;
    assert_eq!(only.decode::<ArdisObservationRecorded>()?, ArdisObservationRecorded { observation: new.id });
    Ok(())
}

#[tokio::test]
async fn ard_081_ard_082_what_is_late_or_came_by_another_way_is_kept_with_a_flag() -> Result<()> {
    let world = provisional_is_out().await?;
    let (late, _) = receive(&world, 1, "2026-04-28T00:00:00", Channel::Pec).await?;
    assert_eq!(late.flags, [ObservationFlag::Late, ObservationFlag::NotOnline]);
    let (admitted, _) = receive(&world, 2, "2026-04-20T10:00:00", Channel::Online).await?;
    assert_eq!(admitted.flags, [ObservationFlag::NotExcluded]);
    let (early, _) = receive(&world, 1, "2026-04-15T09:59:59", Channel::Online).await?;
    assert_eq!((early.list, early.flags.as_slice()), (None, [ObservationFlag::NoList].as_slice()));
    Ok(())
}

#[tokio::test]
async fn ard_084_a_final_list_comes_after_a_provisional_one_and_its_term() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    assert_eq!(world.order(&final_list(), MAY).await?, Publishing::Refused(Obstacle::NoProvisional));
    let _ = world.publish(LIST, APRIL).await?;
    let term = world.procedure().observations_until("2026-04-15".parse()?);
    let refused = Publishing::Refused(Obstacle::TermRuns { term });
    assert_eq!(world.order(&final_list(), "2026-04-27T23:59:59").await?, refused);
    assert_eq!(world.order(&final_list(), "2026-04-28T00:00:00").await?, published(1));
    // It is the outcome: nothing comes after it (ARD-086).
    let more = again(Uuid::from_u128(0x13));
    let finished = Publishing::Refused(Obstacle::Finished { published_at: rome("2026-04-28T00:00:00") });
    assert_eq!(world.order(&more, MAY).await?, finished.clone());
    assert_eq!(world.order(&ListOrder { id: Uuid::from_u128(0x14), ..final_list() }, MAY).await?, finished);
    Ok(())
}

#[tokio::test]
async fn ard_086_the_receipt_of_observations_after_the_final_list_says_that_it_is_out() -> Result<()> {
    const NOW: &str = "2026-05-04T09:00:00";
    let world = provisional_is_out().await?;
    assert_eq!(world.order(&final_list(), "2026-04-28T00:00:00").await?, published(2));
    receive(&world, 1, "2026-05-04T08:00:00", Channel::Online).await?;
    world.work_off(NOW).await?;
    let mut tx = world.store.begin().await?;
    let claims = notification::claim(&mut tx, Uuid::from_u128(7), rome(NOW), rome(NOW), 10).await?;
    let receipts = claims.mails.iter();
    let receipts = receipts.filter(|mail| mail.template == MailTemplate::ArdisObservationReceived.name());
    let told: Vec<bool> = receipts.map(|mail| mail.parameters.contains("\"final_is_out\":true")).collect();
    assert_eq!(told, [true]);
    Ok(())
}

#[tokio::test]
async fn ard_087_a_final_list_waits_for_the_motivation_of_every_observation() -> Result<()> {
    let world = provisional_is_out().await?;
    let (late, _) = receive(&world, 1, "2026-04-30T10:00:00", Channel::Paper).await?;
    assert_eq!(world.order(&final_list(), MAY).await?, waiting(&[1], &[]));
    assert!(answer(&world, late.id, false).await?);
    assert!(!answer(&world, late.id, true).await?, "an answer stays");
    assert_eq!(world.order(&final_list(), MAY).await?, published(2));
    Ok(())
}

#[tokio::test]
async fn ard_080_an_accepted_observation_must_have_reopened_the_case_before_the_final_list() -> Result<()> {
    let world = provisional_is_out().await?;
    let (observed, _) = receive(&world, 1, "2026-04-20T10:00:00", Channel::Online).await?;
    assert!(answer(&world, observed.id, true).await?);
    assert_eq!(world.order(&final_list(), MAY).await?, waiting(&[], &[1]));
    let newest = world.newest(id(1)).await?;
    world.append(crate::family::admitted_by_officer(&newest, "2026-05-06T10:00:00")).await?;
    assert_eq!(world.order(&final_list(), MAY).await?, published(2));
    Ok(())
}

#[tokio::test]
async fn ard_080_a_worker_that_excludes_anew_gives_an_accepted_observation_no_effect() -> Result<()> {
    let world = provisional_is_out().await?;
    let (observed, _) = receive(&world, 1, "2026-04-20T10:00:00", Channel::Online).await?;
    let (unlisted, _) = receive(&world, 2, "2026-04-14T10:00:00", Channel::Online).await?;
    for one in [observed.id, unlisted.id] {
        assert!(answer(&world, one, true).await?);
    }
    // Another attestation with omissions: a worker finds the same again, on other facts.
    world
        .attest(&[attestation(1, 2, "2025-11-10T10:00:00", "2025-11-17T10:00:00", Annotation::Omission)])
        .await?;
    // The second is admitted: what it asked for, it has.
    assert_eq!(world.order(&final_list(), MAY).await?, waiting(&[], &[1]));
    assert_eq!(world.newest(id(1)).await?.revision, 2);
    let newest = world.newest(id(1)).await?;
    world.append(crate::family::admitted_by_officer(&newest, "2026-05-06T10:00:00")).await?;
    assert_eq!(world.order(&final_list(), MAY).await?, published(2));
    Ok(())
}

#[tokio::test]
async fn ard_083_another_provisional_list_is_asked_for_and_its_term_is_on_record() -> Result<()> {
    let world = provisional_is_out().await?;
    let second = provisional(NEXT);
    let out = Publishing::Refused(Obstacle::AlreadyOut { list: LIST, published_at: rome(APRIL) });
    assert_eq!(world.order(&second, "2026-05-04T10:00:00").await?, out);
    let day = "2026-05-03".parse()?;
    let past = ListOrder { again: Some(LIST), observations_until: Some(day), ..second.clone() };
    let refused = Publishing::Refused(Obstacle::TermPast { day });
    assert_eq!(world.order(&past, "2026-05-04T10:00:00").await?, refused);
    let day = "2026-05-29".parse()?;
    let asked = ListOrder { again: Some(LIST), observations_until: Some(day), ..second };
    assert_eq!(world.order(&asked, "2026-05-04T10:00:00").await?, published(2));
    let list = published_list::find(&mut world.store.read().await?, NEXT).await?.context("it is out")?;
    assert_eq!(list.observations, Some(Term::end_of_day(day)));
    assert_eq!(list.observations_set_by, Some(officer()));
    Ok(())
}

#[tokio::test]
async fn ard_032_a_final_list_tells_the_amounts_the_funds_allow() -> Result<()> {
    let world = World::new().await?;
    let mut cheap = application(3);
    cheap.application.declared_expenses = "455.00".parse()?;
    world.apply(&[application(1), application(2), cheap]).await?;
    world.attest(&[annotated(1), conforming(2), conforming(3)]).await?;
    let _ = world.publish(LIST, APRIL).await?;
    // Need: 1,545 and 455 euro; a quarter of it is there.
    let order = ListOrder { funds: Some("500.00".parse()?), ..final_list() };
    let _ = world.order(&order, MAY).await?;
    let entries = published_list::entries(&mut world.store.read().await?, NEXT, None, 10).await?;
    let amount = |number: u32| {
        entries.iter().find(|entry| entry.application == id(number)).and_then(|entry| entry.amount)
    };
    assert_eq!(amount(1), None);
    assert_eq!(amount(2), Some(Money::from_cents(38_625)));
    assert_eq!(amount(3), Some(Money::from_cents(11_375)));
    Ok(())
}

#[tokio::test]
async fn ard_028_no_amounts_are_told_while_an_admitted_application_has_no_maximum() -> Result<()> {
    let world = World::new().await?;
    let mut other = application(3);
    other.application.school_level = SchoolLevel::Other;
    world.apply(&[application(2), other]).await?;
    world.attest(&[conforming(2), conforming(3)]).await?;
    world
        .tell(&ArdisTermReached { term: "regularisation".to_owned(), after: None }, "2025-12-19T00:00:00")
        .await?;
    let newest = world.newest(id(3)).await?;
    world.append(crate::family::admitted_by_officer(&newest, "2026-02-06T10:00:00")).await?;
    let _ = world.publish(LIST, APRIL).await?;
    let number = application(3).application.instance_number;
    let refused = Obstacle::WithoutMaximum(vec![number]);
    let funds = Some("500.00".parse()?);
    let mut tx = world.store.read().await?;
    let drafted = draft(ListKind::Final, funds, rome(MAY), world.procedure(), &mut tx).await?;
    tx.rollback().await?;
    assert_eq!(drafted.obstacles.as_slice(), [refused.clone()].as_slice());
    let order = ListOrder { funds, ..final_list() };
    assert_eq!(world.order(&order, MAY).await?, Publishing::Refused(refused));
    // Without amounts there is nothing to be silent about.
    assert_eq!(world.order(&final_list(), MAY).await?, published(2));
    Ok(())
}
