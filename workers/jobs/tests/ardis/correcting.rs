// SPDX-License-Identifier: EUPL-1.2
//! A provisional list that corrects another one.

use anyhow::Result;
use campanella_domain::{civil::term::Term, identity::Redacted};
use campanella_jobs::{ListOrder, Obstacle, Publishing};
use campanella_store::ardis::published_list::{self, ListKind, Publication};
use uuid::Uuid;

use crate::{
    family::application,
    world::{World, rome},
};

const LIST: Uuid = Uuid::from_u128(0x11);
const APRIL: &str = "2026-04-15T10:00:00";

fn again(list: u128, corrected: Uuid, until: Option<&str>) -> Result<ListOrder> {
    let order = ListOrder::provisional(Uuid::from_u128(list), Redacted::new("la funzionaria".to_owned()));
    Ok(ListOrder { again: Some(corrected), observations_until: until.map(str::parse).transpose()?, ..order })
}

#[tokio::test]
async fn ard_083_a_term_that_was_told_is_never_shortened() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    let told = Term::end_of_day("2026-06-15".parse()?);
    let first = ListOrder { again: None, ..again(0x11, LIST, Some("2026-06-15"))? };
    let published = Publishing::Done(Publication::Published { entries: 1 });
    assert_eq!(world.order(&first, APRIL).await?, published);
    let shorter = again(0x12, LIST, Some("2026-06-14"))?;
    let day = "2026-06-14".parse()?;
    let refused = Publishing::Refused(Obstacle::TermShortened { day, told });
    assert_eq!(world.order(&shorter, "2026-04-20T10:00:00").await?, refused);
    // Without a day of its own the corrected list keeps the later one, and who had set it.
    assert_eq!(world.order(&again(0x12, LIST, None)?, "2026-04-20T10:00:00").await?, published);
    let lists = published_list::all(&mut world.store.read().await?).await?;
    assert_eq!(lists[1].observations, Some(told));
    assert!(lists[1].observations_set_by.is_some());
    let last = ListOrder {
        kind: ListKind::Final,
        ..ListOrder::provisional(Uuid::from_u128(0x13), Redacted::new("la funzionaria".to_owned()))
    };
    let runs = Publishing::Refused(Obstacle::TermRuns { term: told });
    assert_eq!(world.order(&last, "2026-06-15T23:59:59").await?, runs);
    Ok(())
}

#[tokio::test]
async fn ard_076_a_list_is_corrected_once_however_often_that_is_asked_for() -> Result<()> {
    let world = World::new().await?;
    world.apply(&[application(1)]).await?;
    let published = Publishing::Done(Publication::Published { entries: 1 });
    assert_eq!(world.publish(LIST, APRIL).await?, published);
    let (list, at) = (Uuid::from_u128(0x12), "2026-05-04T10:00:00");
    assert_eq!(world.order(&again(0x12, LIST, None)?, at).await?, published);
    let corrected = Publishing::Refused(Obstacle::Corrected { list, published_at: rome(at) });
    assert_eq!(world.order(&again(0x13, LIST, None)?, "2026-05-04T10:00:09").await?, corrected);
    assert_eq!(published_list::all(&mut world.store.read().await?).await?.len(), 2);
    Ok(())
}
