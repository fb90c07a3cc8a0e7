// SPDX-License-Identifier: EUPL-1.2
//! From when on a schedule that recurs is made up for.

use std::sync::Arc;

use campanella_domain::procedure::{ArdisProcedure, ArsProcedure};
use campanella_runtime::{
    Procedures, RelayHandle,
    clock::{Clock, SimulatedClock},
};
use campanella_scheduler::{Scheduler, SchedulerSettings};
use campanella_store::{Store, StoreSettings, occurrence};

/// A scheduler with daily schedules of these names besides those of the procedures.
fn scheduler(store: &Store, clock: &Arc<SimulatedClock>, daily: &[&str]) -> anyhow::Result<Scheduler> {
    let mut ars = ArsProcedure::EMBEDDED.to_owned();
    for name in daily {
        ars.push_str(&format!(
            "\n[[schedule]]\nname = \"{name}\"\ncron = \"0 0 8 * * *\"\nemits = \"reminder.due\"\n\
             subject = \"iefp-class-lists\"\ncatch_up = \"all\"\n"
        ));
    }
    let procedures =
        Arc::new(Procedures { ars: ArsProcedure::from_toml(&ars)?, ardis: ArdisProcedure::embedded()? });
    let settings = SchedulerSettings { poll_seconds: 10, late_after_seconds: 900 };
    let clock: Arc<dyn Clock> = clock.clone();
    Ok(Scheduler::new(store.clone(), clock, procedures, RelayHandle::detached(), settings))
}

async fn civil_times(store: &Store, schedule: &str) -> anyhow::Result<Vec<String>> {
    let mut tx = store.read().await?;
    let rows = occurrence::list(&mut tx).await?;
    Ok(rows.into_iter().filter(|row| row.schedule == schedule).map(|row| row.civil).collect())
}

#[tokio::test]
async fn a_schedule_that_a_new_procedure_file_brings_has_missed_nothing() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let store = Store::open_file(&folder.path().join("campanella.db"), StoreSettings::default()).await?;
    store.migrate().await?;
    let clock = Arc::new(SimulatedClock::at("2026-03-02T12:00:00Z".parse()?));
    scheduler(&store, &clock, &["known"])?.step().await?;
    clock.advance_to("2026-03-05T12:00:00Z".parse()?);
    scheduler(&store, &clock, &["known", "new"])?.step().await?;
    let missed = ["2026-03-03T08:00:00", "2026-03-04T08:00:00", "2026-03-05T08:00:00"];
    assert_eq!(civil_times(&store, "known").await?, missed, "made up for");
    assert_eq!(civil_times(&store, "new").await?, [""; 0]);
    // Down again before its first time: from now on it is made up for.
    clock.advance_to("2026-03-07T12:00:00Z".parse()?);
    scheduler(&store, &clock, &["known", "new"])?.step().await?;
    assert_eq!(civil_times(&store, "new").await?, ["2026-03-06T08:00:00", "2026-03-07T08:00:00"]);
    Ok(())
}
