// SPDX-License-Identifier: EUPL-1.2
//! What the scheduler makes of days with 23 and 25 hours, of downtime, and of company.

use std::collections::BTreeSet;

use anyhow::Result;
use campanella_domain::procedure::ArsProcedure;
use campanella_scheduler::Scheduler;
use campanella_testkit::PrivatePostgres;
use campanella_tests::{Beginning, Family, World};

/// Every half hour of the day, one daily schedule each.
const HALF_HOURS: usize = 48;

/// The ARS procedure with a daily schedule at every half hour, caught up however late.
fn every_half_hour() -> String {
    let schedules = (0..HALF_HOURS).map(|number| {
        let (hour, minute) = (number / 2, number % 2 * 30);
        format!(
            "\n[[schedule]]\nname = \"daily-{hour:02}{minute:02}\"\ncron = \"0 {minute} {hour} * * *\"\n\
             emits = \"reminder.due\"\nsubject = \"iefp-class-lists\"\ncatch_up = \"all\"\n"
        )
    });
    std::iter::once(ArsProcedure::EMBEDDED.to_owned()).chain(schedules).collect()
}

async fn assert_each_half_hour_once_a_day(from: &str, to: &str, days: &[&str]) -> Result<()> {
    let beginning = Beginning { at: from.to_owned(), ars: Some(every_half_hour()), ..Beginning::default() };
    let mut world = World::begin(beginning).await?;
    world.advance_to(to).await?;
    let occurrences = world.occurrences().await?;
    for day in days {
        let of_the_day: BTreeSet<&str> = occurrences
            .iter()
            .filter(|row| row.schedule.starts_with("daily-") && row.civil.starts_with(day))
            .map(|row| row.schedule.as_str())
            .collect();
        assert_eq!(of_the_day.len(), HALF_HOURS, "{day}");
    }
    let daily = occurrences.iter().filter(|row| row.schedule.starts_with("daily-"));
    assert_eq!(daily.clone().count(), HALF_HOURS * days.len(), "each civil time is one row of the ledger");
    assert!(daily.clone().all(|row| row.state == "fired"));
    Ok(())
}

#[tokio::test]
async fn the_day_of_25_hours_loses_and_doubles_no_occurrence() -> Result<()> {
    let days = ["2025-10-25", "2025-10-26", "2025-10-27"];
    assert_each_half_hour_once_a_day("2025-10-24T23:59:00", "2025-10-27T23:59:00", &days).await
}

#[tokio::test]
async fn the_day_of_23_hours_loses_and_doubles_no_occurrence() -> Result<()> {
    let days = ["2026-03-28", "2026-03-29", "2026-03-30"];
    assert_each_half_hour_once_a_day("2026-03-27T23:59:00", "2026-03-30T23:59:00", &days).await
}

#[tokio::test]
async fn ard_010_a_scheduler_down_over_the_term_excludes_by_the_facts_signed_in_time() -> Result<()> {
    let mut world = World::at("2025-11-10T12:00:00").await?;
    let families = [1, 2, 3].map(Family::number);
    let [in_time, late, silent] = families.map(|family| family.map(Family::that_will_sign_the_dsu));
    let (in_time, late, silent) = (in_time?, late?, silent?);
    for family in [&in_time, &late, &silent] {
        world.receive_application(family).await?;
    }
    world.advance_to("2025-11-19T18:00:00").await?;

    let mut world = world.without(&["scheduler"]).await?;
    world.advance_to("2025-11-25T08:00:00").await?;
    let signed_in_time = in_time.dsu_signed_at("2025-11-20T18:00:00")?;
    world.learn(&in_time, signed_in_time.issued_at("2025-11-24T10:00:00", "12.000,00")?).await?;
    let signed_late = late.dsu_signed_at("2025-11-21T00:00:00")?;
    world.learn(&late, signed_late.issued_at("2025-11-24T10:00:00", "12.000,00")?).await?;
    assert!(world.decision(&silent).await?.is_none(), "nobody has looked at the calendar");

    let mut world = world.without(&[]).await?;
    world.work_off().await?;
    let occurrences = world.occurrences().await?;
    let term: Vec<&str> = occurrences
        .iter()
        .filter(|row| row.schedule == "ardis-dsu-term")
        .map(|row| row.state.as_str())
        .collect();
    assert_eq!(term, ["late"]);
    assert_eq!(world.verdict(&in_time).await?, "admitted");
    assert_eq!(world.verdict(&late).await?, "excluded E02");
    assert_eq!(world.verdict(&silent).await?, "excluded E02");
    Ok(())
}

/// Two schedulers look at one calendar at once, over a year of days.
async fn assert_two_schedulers_fire_each_occurrence_once(database: Option<String>) -> Result<()> {
    let beginning = Beginning { ars: Some(every_half_hour()), database, ..Beginning::default() };
    let mut world = World::begin(beginning).await?.without(&["scheduler"]).await?;
    let settings = world.installation.settings.scheduler;
    let scheduler = |world: &World| {
        Scheduler::new(
            world.installation.store.clone(),
            world.clock.clone(),
            world.installation.procedures.clone(),
            world.workforce.handle.clone(),
            settings,
        )
    };
    let (mut one, mut other) = (scheduler(&world), scheduler(&world));
    one.step().await?;
    for civil in ["2025-09-02T00:00:00", "2025-10-27T12:00:00", "2025-12-19T12:00:00"] {
        world.clock.advance_to(campanella_tests::rome(civil)?);
        let (first, second) = tokio::join!(one.step(), other.step());
        first?;
        second?;
    }
    let occurrences = world.occurrences().await?;
    let distinct: BTreeSet<_> = occurrences.iter().map(|row| (&row.schedule, &row.civil)).collect();
    assert_eq!(distinct.len(), occurrences.len());
    assert!(occurrences.len() > HALF_HOURS * 109, "{}", occurrences.len());
    let fired = occurrences.iter().filter(|row| row.state != "skipped").count();
    assert_eq!(world.messages_in_the_outbox().await?, i64::try_from(fired)?, "one message an occurrence");
    world.work_off().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_schedulers_on_one_sqlite_file_fire_each_occurrence_once() -> Result<()> {
    assert_two_schedulers_fire_each_occurrence_once(None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_schedulers_on_one_postgresql_database_fire_each_occurrence_once() -> Result<()> {
    let database = PrivatePostgres::shared()?.fresh_database()?;
    assert_two_schedulers_fire_each_occurrence_once(Some(database)).await
}
