// SPDX-License-Identifier: EUPL-1.2
//! What becomes of a proposal when something turns up after it.

use anyhow::Result;
use campanella_jobs::Publishing;
use campanella_store::ardis::{decision, published_list::Publication};
use campanella_tests::{Family, World};

async fn excluded_for_want_of_a_dsu() -> Result<(World, Family)> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let family = Family::number(1)?.that_will_sign_the_dsu();
    world.receive_application(&family).await?;
    world.advance_to("2025-12-22T09:00:00").await?;
    assert_eq!(world.verdict(&family).await?, "excluded E02");
    Ok((world, family))
}

#[tokio::test]
async fn ard_056_an_exclusion_is_revised_when_a_dsu_signed_in_time_turns_up() -> Result<()> {
    let (mut world, family) = excluded_for_want_of_a_dsu().await?;
    let found = family.dsu_signed_at("2025-11-19T10:00:00")?.issued_at("2025-12-01T10:00:00", "12.000,00")?;
    world.learn(&family, found).await?;
    assert_eq!(world.verdict(&family).await?, "admitted");
    // What was said before stays on record.
    let history = decision::history(&mut world.read().await?, family.id()).await?;
    let outcomes: Vec<&str> = history.iter().map(|decision| decision.outcome.as_str()).collect();
    assert_eq!(outcomes.first(), Some(&"excluded"));
    assert_eq!(outcomes.last(), Some(&"admitted"));
    assert!(history.iter().zip(1..).all(|(decision, revision)| decision.revision == revision));
    Ok(())
}

#[tokio::test]
async fn an_officers_decision_stands_when_later_facts_arrive() -> Result<()> {
    let (mut world, family) = excluded_for_want_of_a_dsu().await?;
    world.officer_admits(&family).await?;
    let above = family.dsu_signed_at("2025-11-19T10:00:00")?.issued_at("2025-12-01T10:00:00", "50.000,00")?;
    world.learn(&family, above).await?;
    assert_eq!(world.verdict(&family).await?, "admitted");
    Ok(())
}

#[tokio::test]
async fn ard_070_ard_096_no_list_is_published_while_an_application_is_pending() -> Result<()> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let (clear, doubtful) = (Family::number(1)?, Family::number(2)?);
    for family in [&clear, &doubtful] {
        world.receive_application(family).await?;
    }
    let attested =
        clear.dsu_signed_at("2025-03-03T10:00:00")?.issued_at("2025-03-10T10:00:00", "12.000,00")?;
    world.learn(&clear, attested).await?;
    // Signed in time and never attested: somebody has to look (OQ-B9).
    world.learn(&doubtful, doubtful.dsu_signed_at("2025-11-09T10:00:00")?).await?;
    world.advance_to("2026-04-15T10:00:00").await?;
    assert_eq!(world.verdict(&doubtful).await?, "pending");

    assert_eq!(
        world.publish().await?,
        Publishing::Done(Publication::NotYet { pending: 1, undecided: 0, to_review: 0 })
    );
    assert_eq!(world.told_of_the_list()?, [""; 0]);

    world.officer_admits(&doubtful).await?;
    assert_eq!(world.publish().await?, Publishing::Done(Publication::Published { entries: 2 }));
    assert_eq!(world.told_of_the_list()?, [clear.mailbox(), doubtful.mailbox()]);
    Ok(())
}

#[tokio::test]
async fn ard_076_nobody_is_told_of_a_list_twice() -> Result<()> {
    let (mut world, family) = excluded_for_want_of_a_dsu().await?;
    let published = world.publish().await?;
    assert_eq!(published, Publishing::Done(Publication::Published { entries: 1 }));
    // The message again, as an operator would replay it, and the publication again, as an officer might.
    world.send(&[World::list_published()]).await?;
    assert_eq!(world.publish().await?, Publishing::Done(Publication::AlreadyPublished));
    assert_eq!(world.told_of_the_list()?, [family.mailbox()]);
    assert_eq!(world.dead_letters().await?, []);
    Ok(())
}
