// SPDX-License-Identifier: EUPL-1.2
//! What the register makes of communications.

use campanella_domain::ars::{Communication, Ending};

use campanella_messages::ArsCommunicationRecorded;
use campanella_store::ars::period::PeriodState;

use crate::{
    said::{LICEO, abandoned, date, entered, received, returned, said, school},
    world::World,
};

#[tokio::test]
async fn ars_012_an_entry_completed_later_releases_the_parked_report() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(Communication { phone_given: false, ..entered("2025-09-15") }).await?;
    world.hears(abandoned("2025-10-20")).await?;
    assert_eq!(world.periods().await?, []);
    assert_eq!(world.findings().await?, [("parked".to_owned(), 1), ("rejected".to_owned(), 1)]);
    // The same entry, of the same day, with the telephone number.
    world.hears(received(entered("2025-09-15"), "2025-10-23")).await?;
    let periods = world.periods().await?;
    assert_eq!((periods.len(), periods[0].state), (1, PeriodState::Assigned));
    assert_eq!(periods[0].opened_on, date("2025-10-20"));
    assert_eq!(world.findings().await?, [("rejected".to_owned(), 1)]);
    assert_eq!(world.mails().await?, ["ars-new-case"]);
    // Loaded once more: nothing changes.
    world.hears(received(entered("2025-09-15"), "2025-10-24")).await?;
    assert_eq!(world.periods().await?, periods);
    assert_eq!(world.mails().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn ars_026_a_return_completed_later_closes_the_case() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    world.hears(Communication { section: None, ..returned("2025-11-03") }).await?;
    assert_eq!(world.periods().await?[0].state, PeriodState::Assigned);
    world.hears(received(returned("2025-11-03"), "2025-11-05")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, period.closed_on), (PeriodState::Closed, Some(date("2025-11-03"))));
    Ok(())
}

#[tokio::test]
async fn ars_036_a_report_waits_for_the_entry_and_then_takes_effect_as_if_it_had_come_in_order()
-> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(abandoned("2025-10-20")).await?;
    assert_eq!(world.periods().await?, []);
    assert_eq!(world.findings().await?, [("parked".to_owned(), 1)]);
    world.hears(received(entered("2025-10-20"), "2025-10-21")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, &period.school), (PeriodState::Assigned, &abandoned("2025-10-20").school));
    assert_eq!(world.findings().await?, []);
    Ok(())
}

#[tokio::test]
async fn ars_050_a_repeated_report_opens_no_second_case() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    world.hears(received(abandoned("2025-10-20"), "2025-10-28")).await?;
    world.hears(abandoned("2025-10-29")).await?;
    // The message alone once more, as after a replay.
    let again = ArsCommunicationRecorded { student: world.student };
    world.send(&again, "2025-10-30T09:00:00Z".parse()?).await?;
    assert_eq!(world.periods().await?.len(), 1);
    assert_eq!(world.mails().await?, ["ars-new-case"]);
    Ok(())
}

#[tokio::test]
async fn ars_050_a_drop_out_after_a_return_opens_a_second_case() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    world.hears(Communication { school: school("BLPS01000X"), ..returned("2025-11-03") }).await?;
    world.hears(abandoned("2026-01-12")).await?;
    let states: Vec<PeriodState> = world.periods().await?.iter().map(|period| period.state).collect();
    assert_eq!(states, [PeriodState::Closed, PeriodState::Assigned]);
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed", "ars-new-case"]);
    Ok(())
}

#[tokio::test]
async fn ars_038_home_education_opens_no_case() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(said("home-education", "BLPS01000X", "2025-10-01")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    assert_eq!(world.periods().await?, []);
    assert_eq!(world.findings().await?, [("flagged".to_owned(), 1), ("noted".to_owned(), 1)]);
    assert_eq!(world.mails().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn ars_038_a_case_that_was_closed_before_it_proved_to_be_no_drop_out_is_annulled_too()
-> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    world.hears(returned("2025-11-03")).await?;
    let endings =
        || async { anyhow::Ok(world.periods().await?.iter().map(|it| it.ending).collect::<Vec<_>>()) };
    assert_eq!(endings().await?, [Some(Ending::Return)]);
    // The school had not said so: since before the report the student was educated at home.
    let at_home = received(said("home-education", LICEO, "2025-10-01"), "2025-11-20");
    world.hears(at_home).await?;
    assert_eq!(endings().await?, [Some(Ending::Annulled)]);
    // Nobody is told a second time that the case is closed.
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed"]);
    Ok(())
}

#[tokio::test]
async fn ars_006_ars_048_an_adult_opens_no_case() -> anyhow::Result<()> {
    // The eighteenth birthday is 10 March 2027.
    for (on, cases) in [("2027-03-09", 1), ("2027-03-10", 0)] {
        let world = World::new().await?;
        world.hears(entered("2026-09-15")).await?;
        world.hears(abandoned(on)).await?;
        assert_eq!((world.periods().await?.len(), world.mails().await?.len()), (cases, cases), "{on}");
    }
    Ok(())
}
