// SPDX-License-Identifier: EUPL-1.2
//! A provisional list that corrects another one.

use anyhow::Result;
use campanella_domain::civil::term::Term;
use campanella_jobs::{ListOrder, Obstacle, Publishing};
use campanella_store::ardis::published_list;
use uuid::Uuid;

use crate::{
    family::application,
    lists::{APRIL, LIST, NEXT, again, final_list, published},
    world::{World, rome},
};

/// In the place of [`LIST`], with a last day of its own.
fn until(list: Uuid, day: &str) -> Result<ListOrder> {
    Ok(ListOrder { observations_until: Some(day.parse()?), ..again(list) })
}

#[tokio::test]
async fn ard_083_a_term_that_was_told_is_never_shortened() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    let told = Term::end_of_day("2026-06-15".parse()?);
    let first = ListOrder { again: None, ..until(LIST, "2026-06-15")? };
    assert_eq!(world.order(&first, APRIL).await?, published(1));
    let shorter = until(NEXT, "2026-06-14")?;
    let day = "2026-06-14".parse()?;
    let refused = Publishing::Refused(Obstacle::TermShortened { day, told });
    assert_eq!(world.order(&shorter, "2026-04-20T10:00:00").await?, refused);
    // Without a day of its own the corrected list keeps the later one, and who had set it.
    assert_eq!(world.order(&again(NEXT), "2026-04-20T10:00:00").await?, published(1));
    let lists = published_list::all(&mut world.store.read().await?).await?;
    assert_eq!(lists[1].observations, Some(told));
    assert!(lists[1].observations_set_by.is_some());
    let last = ListOrder { id: Uuid::from_u128(0x13), ..final_list() };
    let runs = Publishing::Refused(Obstacle::TermRuns { term: told });
    assert_eq!(world.order(&last, "2026-06-15T23:59:59").await?, runs);
    Ok(())
}

#[tokio::test]
async fn ard_076_a_list_is_corrected_once_however_often_that_is_asked_for() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    assert_eq!(world.publish(LIST, APRIL).await?, published(1));
    let (list, at) = (NEXT, "2026-05-04T10:00:00");
    assert_eq!(world.order(&again(NEXT), at).await?, published(1));
    let corrected = Publishing::Refused(Obstacle::Corrected { list, published_at: rome(at) });
    assert_eq!(world.order(&again(Uuid::from_u128(0x13)), "2026-05-04T10:00:09").await?, corrected);
    assert_eq!(published_list::all(&mut world.store.read().await?).await?.len(), 2);
    Ok(())
}
