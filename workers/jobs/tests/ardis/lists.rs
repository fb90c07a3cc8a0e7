// SPDX-License-Identifier: EUPL-1.2
//! Lists, who publishes them, and what comes in about one that is out.

use anyhow::Result;
use campanella_domain::{ardis::Channel, identity::Redacted};
use campanella_jobs::{ListOrder, Publishing, ReceivedObservation, answer_observation, record_observation};
use campanella_runtime::RelayHandle;
use campanella_store::ardis::{
    observation::NewObservation,
    published_list::{ListKind, Publication},
};
use uuid::Uuid;

use crate::{
    family::{annotated, application, conforming, id},
    world::{World, rome},
};

/// The provisional list.
pub(crate) const LIST: Uuid = Uuid::from_u128(0x11);
/// The list that comes after it.
pub(crate) const NEXT: Uuid = Uuid::from_u128(0x12);
/// Wednesday 15 April 2026: until Monday 27 April.
pub(crate) const APRIL: &str = "2026-04-15T10:00:00";
pub(crate) const MAY: &str = "2026-05-20T10:00:00";

pub(crate) fn officer() -> Redacted<String> {
    Redacted::new("la funzionaria".to_owned())
}

/// A provisional list.
pub(crate) fn provisional(list: Uuid) -> ListOrder {
    ListOrder::provisional(list, officer())
}

/// A provisional list in the place of [`LIST`].
pub(crate) fn again(list: Uuid) -> ListOrder {
    ListOrder { again: Some(LIST), ..provisional(list) }
}

/// The final list, which is [`NEXT`].
pub(crate) fn final_list() -> ListOrder {
    ListOrder { kind: ListKind::Final, ..provisional(NEXT) }
}

/// A list of so many applications is out.
pub(crate) const fn published(entries: u64) -> Publishing {
    Publishing::Done(Publication::Published { entries })
}

/// The first family is excluded for E03, the second admitted, and [`LIST`] says so.
pub(crate) async fn provisional_is_out() -> Result<World> {
    let world = World::new().await?;
    world.apply(&[application(1), application(2)]).await?;
    world.attest(&[annotated(1), conforming(2)]).await?;
    assert_eq!(world.publish(LIST, APRIL).await?, published(2));
    world.work_off(APRIL).await?;
    Ok(world)
}

/// Observations about the n-th application come in at `at` and are recorded at `now`; whether they are new.
pub(crate) async fn observe(
    world: &World,
    number: u32,
    at: &str,
    channel: Channel,
    now: &str,
) -> Result<(NewObservation, bool)> {
    let mut work = world.work(now).await?;
    let received = ReceivedObservation {
        application: id(number),
        received_at: rome(at),
        stated_at: rome(at),
        channel,
        reference: None,
    };
    let recorded = record_observation(&received, &mut work).await?;
    work.commit(&RelayHandle::detached()).await?;
    Ok(recorded)
}

/// The officer answers them, on 5 May; whether they were still to be answered.
pub(crate) async fn answer(world: &World, observation: Uuid, accepted: bool) -> Result<bool> {
    let mut work = world.work("2026-05-05T09:00:00").await?;
    let motivation = Redacted::new("La DSU è del 2 marzo.".to_owned());
    let answered = answer_observation(observation, accepted, officer(), motivation, &mut work).await?;
    work.commit(&RelayHandle::detached()).await?;
    Ok(answered)
}
