// SPDX-License-Identifier: EUPL-1.2
//! A final list tells nobody a reason the provisional list did not (art. 10-bis L. 241/1990).

use anyhow::Result;
use campanella_domain::{
    ardis::{Cause, Channel},
    identity::Redacted,
};
use campanella_jobs::{
    Deciding, ListOrder, Obstacle, OfficerVerdict, OfficerWord, Publishing, ReceivedObservation,
    answer_observation, decide_by_officer, draft, record_observation,
};
use campanella_runtime::RelayHandle;
use campanella_store::ardis::published_list::{ListKind, Publication};
use uuid::Uuid;

use crate::{
    family::{annotated, application, conforming, id},
    world::{World, rome},
};

const LIST: Uuid = Uuid::from_u128(0x11);
const FINAL: Uuid = Uuid::from_u128(0x12);
const AGAIN: Uuid = Uuid::from_u128(0x13);
const APRIL: &str = "2026-04-15T10:00:00";
const MAY: &str = "2026-05-20T10:00:00";

fn officer() -> Redacted<String> {
    Redacted::new("la funzionaria".to_owned())
}

fn final_list() -> ListOrder {
    ListOrder { kind: ListKind::Final, ..ListOrder::provisional(FINAL, officer()) }
}

/// The first family is excluded for E03, the second admitted, and the provisional list says so.
async fn published() -> Result<World> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2)]).await?;
    world.attest(&[annotated(1), conforming(2)]).await?;
    let published = Publishing::Done(Publication::Published { entries: 2 });
    assert_eq!(world.publish(LIST, APRIL).await?, published);
    Ok(world)
}

async fn exclude(world: &World, number: u32, causes: &[Cause]) -> Result<()> {
    let revision = world.newest(id(number)).await?.revision;
    let mut work = world.work("2026-05-06T10:00:00").await?;
    let word = OfficerWord {
        application: id(number),
        revision,
        verdict: OfficerVerdict::Excluded(causes.to_vec()),
        officer: officer(),
        motivation: Redacted::new("Verificato presso la scuola.".to_owned()),
    };
    let deciding = decide_by_officer(&word, &mut work).await?;
    assert!(matches!(deciding, Deciding::Recorded { .. }), "{deciding:?}");
    Ok(work.commit(&RelayHandle::detached()).await?)
}

fn newly(numbers: &[u32]) -> Obstacle {
    let number = |one: &u32| application(*one).application.instance_number;
    Obstacle::NewlyExcluded(numbers.iter().map(number).collect())
}

#[tokio::test]
async fn ard_073_a_final_list_excludes_nobody_for_a_cause_the_provisional_list_did_not_tell() -> Result<()> {
    let world = published().await?;
    // Another cause for the excluded, one for the admitted, and an application nobody knew of.
    exclude(&world, 1, &[Cause::E03, Cause::E05]).await?;
    exclude(&world, 2, &[Cause::E05]).await?;
    world.apply(&[application(3)]).await?;
    let refused = newly(&[1, 2, 3]);
    let mut tx = world.store.read().await?;
    let draft = draft(ListKind::Final, None, rome(MAY), world.procedure(), &mut tx).await?;
    tx.rollback().await?;
    assert_eq!((draft.obstacles.as_slice(), draft.is_publishable()), ([refused.clone()].as_slice(), false));
    assert_eq!(world.order(&final_list(), MAY).await?, Publishing::Refused(refused));
    // The remedy: they are told, and have their days.
    let again = ListOrder { again: Some(LIST), ..ListOrder::provisional(AGAIN, officer()) };
    let published = Publishing::Done(Publication::Published { entries: 3 });
    assert_eq!(world.order(&again, MAY).await?, published);
    assert_eq!(world.order(&final_list(), "2026-06-10T10:00:00").await?, published);
    Ok(())
}

#[tokio::test]
async fn ard_073_a_cause_less_is_nothing_new() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    exclude_early(&world).await?;
    let published = Publishing::Done(Publication::Published { entries: 1 });
    assert_eq!(world.publish(LIST, APRIL).await?, published);
    exclude(&world, 1, &[Cause::E05]).await?;
    assert_eq!(world.order(&final_list(), MAY).await?, published);
    Ok(())
}

/// Excluded by an officer for two causes, before any list.
async fn exclude_early(world: &World) -> Result<()> {
    let mut work = world.work("2026-03-02T10:00:00").await?;
    let word = OfficerWord {
        application: id(1),
        revision: 1,
        verdict: OfficerVerdict::Excluded(vec![Cause::E02, Cause::E05]),
        officer: officer(),
        motivation: Redacted::new("Verificato presso la scuola.".to_owned()),
    };
    // The first try puts the proposal on record, which the officer then looks at.
    for _looked in 0..2 {
        let _ = decide_by_officer(&word, &mut work).await?;
    }
    Ok(work.commit(&RelayHandle::detached()).await?)
}

#[tokio::test]
async fn ard_087_a_cause_an_officer_sets_after_an_observation_may_follow_from_it() -> Result<()> {
    let world = published().await?;
    let mut work = world.work("2026-04-20T10:00:00").await?;
    let received = ReceivedObservation {
        application: id(1),
        received_at: rome("2026-04-20T09:00:00"),
        stated_at: rome("2026-04-20T09:00:00"),
        channel: Channel::Online,
        reference: None,
    };
    let (recorded, _) = record_observation(&received, &mut work).await?;
    let motivation = Redacted::new("Dalle osservazioni risulta che non frequenta.".to_owned());
    assert!(answer_observation(recorded.id, false, officer(), motivation, &mut work).await?);
    work.commit(&RelayHandle::detached()).await?;
    exclude(&world, 1, &[Cause::E03, Cause::E05]).await?;
    let published = Publishing::Done(Publication::Published { entries: 2 });
    assert_eq!(world.order(&final_list(), MAY).await?, published);
    Ok(())
}
