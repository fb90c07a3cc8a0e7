// SPDX-License-Identifier: EUPL-1.2
//! Which CPI has a case, and what it is told.

use campanella_domain::{
    ars::{Communication, Ending},
    procedure::{ArsProcedure, ReminderCampaign},
};
use campanella_messages::{ArsPeriodClosed, ArsStudentAtRisk, ReminderDue};
use campanella_store::ars::period::PeriodState;

use crate::{
    said::{LICEO, SFP, TECNICO, abandoned, date, entered, received, returned, said, school},
    world::{AGORDO, BELLUNO, FELTRE, World},
};

/// A drop-out of 20 October 2025, assigned to the CPI of Feltre.
async fn at_risk() -> anyhow::Result<World> {
    let world = World::new().await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    Ok(world)
}

#[tokio::test]
async fn ars_030_a_return_closes_the_case_and_tells_the_cpi() -> anyhow::Result<()> {
    let world = at_risk().await?;
    world.hears(returned("2025-11-03")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, period.ending), (PeriodState::Closed, Some(Ending::Return)));
    assert_eq!(period.closed_by.as_deref(), Some("school"));
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed"]);
    assert_eq!(world.says_returned().await?, [true]);
    // Messages that come twice tell nothing twice.
    world.send(&ArsStudentAtRisk { period: period.id }, period.recorded_at).await?;
    world.send(&ArsPeriodClosed { period: period.id }, period.recorded_at).await?;
    assert_eq!(world.mails().await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn ars_027_the_cpi_is_asked_to_confirm_a_return_whose_agreement_is_not_on_record() -> anyhow::Result<()>
{
    for agreement in [true, false] {
        let world = at_risk().await?;
        world.hears(Communication { agreement, ..returned("2025-11-03") }).await?;
        assert_eq!(world.periods().await?[0].agreed, Some(agreement));
        assert_eq!(world.says("confirm").await?, [!agreement]);
    }
    Ok(())
}

#[tokio::test]
async fn ars_028_a_return_entered_by_the_cpi_closes_the_case() -> anyhow::Result<()> {
    let world = at_risk().await?;
    let by_cpi = Communication {
        cpi: Some("BL-FELTRE".parse()?),
        receiving_school: Some(school(TECNICO)),
        ..said("return-by-cpi", TECNICO, "2025-11-03")
    };
    world.hears(by_cpi).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, period.closed_by.as_deref()), (PeriodState::Closed, Some("cpi")));
    Ok(())
}

#[tokio::test]
async fn ars_038_a_transfer_or_home_education_ends_the_case_and_the_mail_speaks_of_no_return()
-> anyhow::Result<()> {
    let transfer = Communication {
        receiving_school: Some(school(SFP)),
        ..said("transfer-to-iefp", LICEO, "2025-11-10")
    };
    let at_home = said("home-education", LICEO, "2025-11-10");
    for (exit, ending) in [(transfer, Ending::Transfer), (at_home, Ending::HomeEducation)] {
        let world = at_risk().await?;
        world.hears(exit).await?;
        assert_eq!(world.periods().await?[0].ending, Some(ending));
        assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed"]);
        assert_eq!(world.says_returned().await?, [false]);
    }
    Ok(())
}

#[tokio::test]
async fn ars_038_a_case_that_had_never_been_a_drop_out_is_annulled() -> anyhow::Result<()> {
    let world = at_risk().await?;
    world.hears(received(said("home-education", LICEO, "2025-10-01"), "2025-11-12")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, period.ending), (PeriodState::Closed, Some(Ending::Annulled)));
    assert_eq!((period.closed_by, period.closed_on), (None, Some(date("2025-11-12"))));
    assert_eq!(world.says_returned().await?, [false]);
    Ok(())
}

#[tokio::test]
async fn ars_050_a_period_that_reopens_is_told_again() -> anyhow::Result<()> {
    let world = at_risk().await?;
    world.hears(received(said("home-education", LICEO, "2025-10-01"), "2025-11-12")).await?;
    // The student had gone back to school before dropping out: the case stands after all.
    world.hears(received(entered("2025-10-06"), "2025-11-20")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, period.openings, period.ending), (PeriodState::Assigned, 2, None));
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed", "ars-case-reopened"]);
    world.hears(returned("2025-12-01")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!(
        (period.state, period.openings, period.ending),
        (PeriodState::Closed, 2, Some(Ending::Return))
    );
    let told = ["ars-new-case", "ars-case-closed", "ars-case-reopened", "ars-case-closed"];
    assert_eq!(world.mails().await?, told);
    world.send(&ArsPeriodClosed { period: period.id }, period.recorded_at).await?;
    assert_eq!(world.mails().await?, told);
    Ok(())
}

#[tokio::test]
async fn ars_049_a_case_that_reopens_after_a_move_is_new_to_the_cpi_of_the_new_residence()
-> anyhow::Result<()> {
    let world = at_risk().await?;
    world.hears(received(said("home-education", LICEO, "2025-10-01"), "2025-11-12")).await?;
    world.lives_in(AGORDO).await?;
    world.hears(received(entered("2025-10-06"), "2025-11-20")).await?;
    assert_eq!(world.periods().await?[0].cpi, Some("BL-AGORDO".parse()?));
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed", "ars-new-case"]);
    Ok(())
}

#[tokio::test]
async fn ars_049_no_catchment_leaves_the_case_unassigned() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.lives_in(BELLUNO).await?;
    world.hears(entered("2025-09-15")).await?;
    world.hears(abandoned("2025-10-20")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, &period.cpi), (PeriodState::Unassigned, &None));
    assert_eq!(world.mails().await?, Vec::<String>::new());
    // Once the register knows where the student lives, the same message finds the CPI.
    world.lives_in(FELTRE).await?;
    world.send(&ArsStudentAtRisk { period: period.id }, "2025-10-27T09:00:00Z".parse()?).await?;
    assert_eq!(world.periods().await?[0].cpi, Some("BL-FELTRE".parse()?));
    assert_eq!(world.mails().await?, ["ars-new-case"]);
    Ok(())
}

#[tokio::test]
async fn ars_030_a_case_that_was_over_when_it_was_learned_of_is_told_to_nobody() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.records(entered("2025-09-15")).await?;
    world.records(abandoned("2025-10-20")).await?;
    world.hears(returned("2025-11-03")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, period.openings, period.cpi), (PeriodState::Closed, 0, None));
    assert_eq!(world.mails().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn ars_002_a_case_of_an_earlier_school_year_is_on_the_work_list_and_mailed_to_nobody()
-> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(entered("2024-09-16")).await?;
    world.hears(abandoned("2024-10-21")).await?;
    let period = world.periods().await?.remove(0);
    assert_eq!((period.state, period.cpi), (PeriodState::Assigned, Some("BL-FELTRE".parse()?)));
    // Born on 10 March 2009.
    let birthday = ReminderDue {
        campaign: ReminderCampaign::StudentsOfAge.to_string(),
        occurrence: "2027-03-10T08:00:00".to_owned(),
        after: None,
    };
    world.send(&birthday, "2027-03-10T07:00:00Z".parse()?).await?;
    world.hears(returned("2025-11-03")).await?;
    assert_eq!(world.periods().await?[0].state, PeriodState::Closed);
    assert_eq!(world.mails().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn ars_030_a_case_told_in_one_school_year_and_closed_in_the_next_is_told_to_its_end()
-> anyhow::Result<()> {
    let mut world = at_risk().await?;
    let next = ArsProcedure::EMBEDDED.replace("2026", "2027").replace("2025", "2026");
    world.procedures.ars = ArsProcedure::from_toml(&next)?;
    world.hears(returned("2026-09-21")).await?;
    assert_eq!(world.mails().await?, ["ars-new-case", "ars-case-closed"]);
    Ok(())
}
