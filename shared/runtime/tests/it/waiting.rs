// SPDX-License-Identifier: EUPL-1.2
//! What a loop says of what it waits for: once, however often it tries.

use std::time::Duration;

use anyhow::ensure;
use campanella_runtime::{
    Failure, Progress,
    config::{LogFormat, LogSettings},
    process::Shift,
    telemetry,
};

use crate::victim::{ordered, victim};

#[test]
fn a_loop_says_once_what_is_away_and_once_that_it_goes_on() -> anyhow::Result<()> {
    let ended = victim("waiting::lacks_one_thing_after_another", "")?.output()?;
    let told = String::from_utf8(ended.stderr)?;
    ensure!(ended.status.success(), "{told}");
    let mut lines = told.lines();
    for expected in ["the database", "going on", "the database", "the broker"] {
        ensure!(lines.next().is_some_and(|line| line.contains(expected)), "{expected}: {told}");
    }
    ensure!(lines.next().is_none(), "{told}");
    Ok(())
}

/// The other process's side; nothing in a run of the tests.
#[tokio::test]
async fn lacks_one_thing_after_another() -> anyhow::Result<()> {
    if ordered().is_none() {
        return Ok(());
    }
    telemetry::start(&LogSettings { format: LogFormat::Human, filter: "info".to_owned() })?;
    let shift = Shift::default();
    let end = shift.end.clone();
    let away = ["the database", "the database", "", "the database", "the broker"];
    let mut steps = away.into_iter().enumerate();
    let step = || {
        let (number, lacking) = steps.next().unwrap_or_default();
        if number + 1 == away.len() {
            end.cancel();
        }
        async move {
            if lacking.is_empty() {
                Ok(Progress::Idle)
            } else {
                Err(Failure::Unavailable(lacking.to_owned()))
            }
        }
    };
    shift.run_every("backlog", Duration::ZERO, step).await;
    Ok(())
}
