// SPDX-License-Identifier: EUPL-1.2
//! What a list is published from.

use anyhow::{Context as _, Result};
use campanella_domain::ardis::{Annotation, Cause, Channel, Outcome};
use campanella_jobs::Publishing;
use campanella_messages::{ArdisListPublished, ArdisTermReached};
use campanella_store::{
    ardis::{
        decision,
        published_list::{self, Publication},
    },
    notification,
};
use uuid::Uuid;

use crate::{
    family::{annotated, application, attestation, conforming, id},
    lists::{APRIL, LIST, MAY, NEXT, again, provisional, published},
    world::{World, rome},
};

#[tokio::test]
async fn ard_070_a_list_is_published_on_facts_whose_messages_never_came() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2)]).await?;
    world.attest(&[annotated(1), conforming(2)]).await?;
    // The sweep at the regularisation term has not run, and of the regularisation no message is under way.
    world.tell(&ArdisTermReached { term: "dsu".to_owned(), after: None }, "2025-11-21T00:00:00").await?;
    assert_eq!(world.newest(id(1)).await?.outcome, Outcome::Pending);
    world
        .attest(&[attestation(1, 2, "2025-12-10T10:00:00", "2025-12-18T10:00:00", Annotation::None)])
        .await?;
    assert_eq!(world.publish(LIST, APRIL).await?, published(2));
    let mut tx = world.store.read().await?;
    let entries = published_list::entries(&mut tx, LIST, None, 10).await?;
    assert!(entries.iter().all(|entry| entry.outcome == Outcome::Admitted), "{entries:?}");
    Ok(())
}

#[tokio::test]
async fn ard_070_the_decisions_on_all_pages_are_brought_up_to_date() -> Result<()> {
    let world = World::new().await?;
    let all: Vec<_> = (1..=501).map(application).collect();
    world.apply(&all).await?;
    assert_eq!(world.publish(LIST, APRIL).await?, published(501));
    Ok(())
}

#[tokio::test]
async fn ard_020_no_list_is_published_before_the_regularisation_term_has_passed() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    let term = world.procedure().terms.regularisation;
    assert_eq!(world.publish(LIST, "2025-12-18T23:59:59").await?, Publishing::TooEarly { term });
    let mut tx = world.store.read().await?;
    assert_eq!(published_list::find(&mut tx, LIST).await?, None);
    assert_eq!(decision::counts(&mut tx).await?.undecided, 1);
    Ok(())
}

#[tokio::test]
async fn ard_070_what_is_in_the_way_of_a_list_is_left_for_the_officer_to_see() -> Result<()> {
    let world = World::new().await?;
    let mut twin = application(2);
    twin.application.student = application(1).application.student;
    world.apply(&[application(1), twin]).await?;
    world.attest(&[conforming(1)]).await?;
    let refused = world.publish(LIST, APRIL).await?;
    assert_eq!(refused, Publishing::Done(Publication::NotYet { pending: 2, undecided: 0, to_review: 0 }));
    assert_eq!(world.newest(id(1)).await?.outcome, Outcome::Pending);
    Ok(())
}

#[tokio::test]
async fn ard_038_ard_061_who_applied_on_paper_and_then_online_as_told_is_in_nobody_s_way() -> Result<()> {
    let world = World::new().await?;
    let mut on_paper = application(1);
    on_paper.application.channel = Channel::Paper;
    let mut online = application(2);
    online.application.student = on_paper.application.student.clone();
    world.apply(&[on_paper, online]).await?;
    world.attest(&[conforming(1)]).await?;
    assert_eq!(world.publish(LIST, APRIL).await?, published(2));
    let decided = world.newest(id(1)).await?;
    assert_eq!((decided.outcome, decided.causes), (Outcome::Excluded, vec![Cause::E07]));
    assert_eq!(world.newest(id(2)).await?.outcome, Outcome::Admitted);
    Ok(())
}

#[tokio::test]
async fn ard_076_ard_083_a_second_list_is_told_as_well_and_each_only_once() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    for (order, now) in [
        (provisional(LIST), APRIL),
        (again(NEXT), "2026-05-04T10:00:00"),
        (again(NEXT), "2026-05-05T10:00:00"),
    ] {
        let _ = world.order(&order, now).await?;
        world.work_off(now).await?;
    }
    world.tell(&ArdisListPublished { list: LIST, after: None }, "2026-05-06T10:00:00").await?;
    let number = application(1).application.instance_number;
    let key = |list: Uuid| format!("ardis:provisional-list:{list}:{number}");
    assert_eq!(world.mails("ardis-provisional-list").await?, [key(LIST), key(NEXT)]);
    Ok(())
}

/// The parameters of the mail about a provisional list, and whether it may still be sent.
async fn told(world: &World, list: Uuid) -> Result<(String, bool)> {
    let number = application(1).application.instance_number;
    let key = format!("ardis:provisional-list:{list}:{number}");
    let mut tx = world.store.begin().await?;
    let now = rome("2026-12-31T10:00:00");
    let claims = notification::claim(&mut tx, Uuid::from_u128(7), now, now, 10).await?;
    let mail = claims.mails.into_iter().find(|mail| mail.dedupe_key == key).context("no such mail")?;
    let failed = notification::failed_preconditions(&mut tx, &[mail.id]).await?;
    Ok((mail.parameters, failed.is_empty()))
}

#[tokio::test]
async fn ard_083_a_list_that_was_published_again_is_told_of_no_more() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    let _ = world.publish(LIST, APRIL).await?;
    world.work_off(APRIL).await?;
    assert!(told(&world, LIST).await?.1);
    let _ = world.order(&again(NEXT), MAY).await?;
    world.work_off(MAY).await?;
    assert!(!told(&world, LIST).await?.1);
    assert!(told(&world, NEXT).await?.1);
    Ok(())
}

#[tokio::test]
async fn ard_083_a_list_whose_turn_comes_after_the_next_one_is_not_told() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    let _ = world.publish(LIST, APRIL).await?;
    let _ = world.order(&again(NEXT), MAY).await?;
    world.work_off(MAY).await?;
    let number = application(1).application.instance_number;
    let keys = world.mails("ardis-provisional-list").await?;
    assert_eq!(keys, [format!("ardis:provisional-list:{NEXT}:{number}")]);
    Ok(())
}

#[tokio::test]
async fn ard_076_ard_082_a_list_is_told_after_its_term_too_and_then_the_term_is_over() -> Result<()> {
    for (now, over) in [("2026-04-27T23:59:59", false), ("2026-04-28T00:00:00", true)] {
        let world = World::new().await?;
        world.apply(&[application(1)]).await?;
        let _ = world.publish(LIST, APRIL).await?;
        world.work_off(now).await?;
        let (parameters, is_sent) = told(&world, LIST).await?;
        assert!(is_sent && parameters.contains(&format!("\"observations_over\":{over}")), "{parameters}");
    }
    Ok(())
}
