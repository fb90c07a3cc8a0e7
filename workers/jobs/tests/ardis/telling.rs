// SPDX-License-Identifier: EUPL-1.2
//! A final list tells nobody a reason the provisional list did not (art. 10-bis L. 241/1990).

use anyhow::Result;
use campanella_domain::{
    ardis::{Cause, Channel},
    identity::Redacted,
};
use campanella_jobs::{
    Deciding, Obstacle, OfficerVerdict, OfficerWord, Publishing, decide_by_officer, draft,
};
use campanella_runtime::RelayHandle;
use campanella_store::ardis::published_list::ListKind;
use uuid::Uuid;

use crate::{
    family::{application, id},
    lists::{APRIL, LIST, MAY, again, answer, final_list, observe, officer, provisional_is_out, published},
    world::{World, rome},
};

/// The officer's word on the n-th application, having seen a revision of it.
fn word(number: u32, revision: i64, causes: &[Cause]) -> OfficerWord {
    OfficerWord {
        application: id(number),
        revision,
        verdict: OfficerVerdict::Excluded(causes.to_vec()),
        officer: officer(),
        motivation: Redacted::new("Verificato presso la scuola.".to_owned()),
    }
}

async fn exclude(world: &World, number: u32, causes: &[Cause]) -> Result<()> {
    let revision = world.newest(id(number)).await?.revision;
    let mut work = world.work("2026-05-06T10:00:00").await?;
    let deciding = decide_by_officer(&word(number, revision, causes), &mut work).await?;
    assert!(matches!(deciding, Deciding::Recorded { .. }), "{deciding:?}");
    Ok(work.commit(&RelayHandle::detached()).await?)
}

fn newly(numbers: &[u32]) -> Obstacle {
    let number = |one: &u32| application(*one).application.instance_number;
    Obstacle::NewlyExcluded(numbers.iter().map(number).collect())
}

#[tokio::test]
async fn ard_073_a_final_list_excludes_nobody_for_a_cause_the_provisional_list_did_not_tell() -> Result<()> {
    let world = provisional_is_out().await?;
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
    assert_eq!(world.order(&again(Uuid::from_u128(0x13)), MAY).await?, published(3));
    assert_eq!(world.order(&final_list(), "2026-06-10T10:00:00").await?, published(3));
    Ok(())
}

#[tokio::test]
async fn ard_073_a_cause_less_is_nothing_new() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    exclude_early(&world).await?;
    assert_eq!(world.publish(LIST, APRIL).await?, published(1));
    exclude(&world, 1, &[Cause::E05]).await?;
    assert_eq!(world.order(&final_list(), MAY).await?, published(1));
    Ok(())
}

/// Excluded by an officer for two causes, before any list.
async fn exclude_early(world: &World) -> Result<()> {
    let mut work = world.work("2026-03-02T10:00:00").await?;
    let word = word(1, 1, &[Cause::E02, Cause::E05]);
    // The first try puts the proposal on record, which the officer then looks at.
    for _looked in 0..2 {
        let _ = decide_by_officer(&word, &mut work).await?;
    }
    Ok(work.commit(&RelayHandle::detached()).await?)
}

#[tokio::test]
async fn ard_087_a_cause_an_officer_sets_after_an_observation_may_follow_from_it() -> Result<()> {
    let world = provisional_is_out().await?;
    let at = "2026-04-20T09:00:00";
    let (observed, _) = observe(&world, 1, at, Channel::Online, "2026-04-20T10:00:00").await?;
    assert!(answer(&world, observed.id, false).await?);
    exclude(&world, 1, &[Cause::E03, Cause::E05]).await?;
    assert_eq!(world.order(&final_list(), MAY).await?, published(2));
    Ok(())
}
