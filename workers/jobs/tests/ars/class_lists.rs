// SPDX-License-Identifier: EUPL-1.2
//! Who is reminded of 27 October.

use campanella_domain::ars::{Communication, CourseRegime};
use campanella_messages::ReminderDue;

use crate::{
    said::{SFP, received, said},
    world::World,
};

/// The first reminder of autumn 2025.
async fn remind(world: &World) -> anyhow::Result<()> {
    let due = ReminderDue {
        campaign: "iefp-class-lists".to_owned(),
        occurrence: "2025-10-13T09:00:00".to_owned(),
        after: None,
    };
    world.send(&due, "2025-10-13T07:00:00Z".parse()?).await
}

fn listed(on: &str) -> Communication {
    Communication { course: CourseRegime::ThreeYearIefp, ..said("enrolment-confirmation", SFP, on) }
}

#[tokio::test]
async fn ars_034_a_class_list_of_last_year_does_not_count() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(listed("2024-09-12")).await?;
    remind(&world).await?;
    assert_eq!(world.mails().await?, ["ars-iefp-deadline"]);
    // The same occurrence once more, as after a replay.
    remind(&world).await?;
    assert_eq!(world.mails().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn ars_034_a_school_that_loaded_its_class_list_is_not_reminded() -> anyhow::Result<()> {
    let world = World::new().await?;
    world.hears(listed("2025-09-12")).await?;
    remind(&world).await?;
    assert_eq!(world.mails().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn ars_012_ars_034_a_rejected_entry_is_no_class_list_until_it_is_completed() -> anyhow::Result<()> {
    for (completed, mails) in [(false, 1), (true, 0)] {
        let world = World::new().await?;
        world.hears(Communication { address_given: false, ..listed("2025-09-12") }).await?;
        if completed {
            world.hears(received(listed("2025-09-12"), "2025-10-02")).await?;
        }
        remind(&world).await?;
        assert_eq!(world.mails_to_send("ars-iefp-deadline").await?.len(), mails);
    }
    Ok(())
}
