// SPDX-License-Identifier: EUPL-1.2
//! A minor drops out, a CPI is told, the minor comes back.

use anyhow::Result;
use campanella_store::ars::period::PeriodState;
use campanella_tests::{Mail, Pupil, World, rome};
use chrono::NaiveDate;

const CPI: &str = "mestre@cpi.example";

fn day(text: &str) -> Result<NaiveDate> {
    Ok(text.parse()?)
}

/// The mails to the CPI about single cases: the calendar has its own, to schools and each morning to the CPI.
fn about_cases(world: &World) -> Result<Vec<Mail>> {
    let mut mails = world.mails()?;
    mails.retain(|mail| mail.to == CPI && !mail.subject.contains("casi da prendere in carico"));
    Ok(mails)
}

#[tokio::test]
async fn ars_001_each_report_is_a_case_the_moment_it_comes() -> Result<()> {
    let mut world = World::at("2025-11-03T09:00:00").await?;
    let (first, second) = (Pupil::number(1)?, Pupil::number(2)?);
    world.report_drop_out(&first, day("2025-10-20")?).await?;
    assert_eq!(world.periods(&first).await?[0].recorded_at, rome("2025-11-03T09:00:00")?);
    world.advance_to("2025-11-03T17:00:00").await?;
    world.report_drop_out(&second, day("2025-11-03")?).await?;
    assert_eq!(world.periods(&second).await?[0].recorded_at, rome("2025-11-03T17:00:00")?);
    assert_eq!(about_cases(&world)?.len(), 2, "nothing is kept for a batch");
    Ok(())
}

#[tokio::test]
async fn ars_002_ars_049_the_cpi_of_the_residence_is_told_of_a_case_and_not_of_whom() -> Result<()> {
    let mut world = World::at("2025-11-03T09:00:00").await?;
    let pupil = Pupil::number(1)?;
    world.report_drop_out(&pupil, day("2025-10-20")?).await?;

    let periods = world.periods(&pupil).await?;
    assert_eq!(periods.len(), 1);
    assert_eq!(periods[0].state, PeriodState::Assigned);
    assert_eq!(periods[0].cpi.as_ref().map(ToString::to_string).as_deref(), Some("VE-MESTRE"));
    let mails = about_cases(&world)?;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.to, CPI);
    assert!(mail.text.contains(&periods[0].case_number) && mail.html.contains(&periods[0].case_number));
    let student = &pupil.student.student;
    for personal in [student.first_name.expose(), student.last_name.expose(), student.tax_code.expose()] {
        assert!(!mail.subject.contains(personal) && !mail.text.contains(personal));
        assert!(!mail.html.contains(personal));
    }
    Ok(())
}

#[tokio::test]
async fn ars_030_a_return_closes_the_case_and_the_cpi_is_told() -> Result<()> {
    let mut world = World::at("2025-11-03T09:00:00").await?;
    let pupil = Pupil::number(1)?;
    world.report_drop_out(&pupil, day("2025-10-20")?).await?;
    world.advance_to("2025-12-02T09:00:00").await?;
    world.report_return(&pupil, day("2025-12-01")?).await?;

    let periods = world.periods(&pupil).await?;
    assert_eq!(periods.len(), 1);
    assert_eq!(periods[0].state, PeriodState::Closed);
    assert_eq!(periods[0].closed_on, Some(day("2025-12-01")?));
    assert_eq!(world.states("ars-new-case").await?, ["accepted"]);
    assert_eq!(world.states("ars-case-closed").await?, ["accepted"]);
    assert_eq!(about_cases(&world)?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn ars_049_where_no_cpi_is_competent_the_case_is_unassigned_and_never_guessed() -> Result<()> {
    let mut world = World::at("2025-11-03T09:00:00").await?;
    let pupil = Pupil::number(1)?.living_where_no_cpi_is_competent()?;
    world.report_drop_out(&pupil, day("2025-10-20")?).await?;
    let periods = world.periods(&pupil).await?;
    assert_eq!(periods.len(), 1);
    assert_eq!((periods[0].state, &periods[0].cpi), (PeriodState::Unassigned, &None));
    assert_eq!(about_cases(&world)?, []);
    Ok(())
}

#[tokio::test]
async fn ars_050_a_report_received_twice_is_one_case_and_one_mail() -> Result<()> {
    let mut world = World::at("2025-11-03T09:00:00").await?;
    let pupil = Pupil::number(1)?;
    for _ in 0..2 {
        world.report_drop_out(&pupil, day("2025-10-20")?).await?;
    }
    assert_eq!(world.periods(&pupil).await?.len(), 1);
    assert_eq!(about_cases(&world)?.len(), 1);
    Ok(())
}
