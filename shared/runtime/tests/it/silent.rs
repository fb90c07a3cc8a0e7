// SPDX-License-Identifier: EUPL-1.2
//! A worker that talks to the outside goes on with its rows while nobody can wake it: a real broker, stopped.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, ensure};
use async_trait::async_trait;
use campanella_bus::{
    Bus as _, QueueBinding, Topology,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_runtime::{Beat, Failure, Outbound, Progress, process::Shift};
use campanella_testkit::PrivateRabbit;
use chrono::{DateTime, Utc};
use tokio::{task::block_in_place, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::world::{PATIENCE, eventually};

const NAME: &str = "postman";

/// Takes one row after the other.
#[derive(Debug, Default)]
struct Postman {
    rows: Arc<AtomicUsize>,
}

#[async_trait]
impl Outbound for Postman {
    fn name(&self) -> &'static str {
        NAME
    }

    fn summary(&self) -> &'static str {
        "porta le lettere"
    }

    fn topics(&self) -> &'static [&'static str] {
        &[]
    }

    async fn recover(&mut self) -> Result<(), Failure> {
        Ok(())
    }

    fn stop_at(&mut self, _end: CancellationToken) {}

    fn report_to(&mut self, _beat: Beat) {}

    async fn step(&mut self) -> Result<Progress, Failure> {
        let taken = self.rows.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |rows| rows.checked_sub(1));
        Ok(if taken.is_ok() { Progress::Worked(1) } else { Progress::Idle })
    }

    async fn next_due(&mut self) -> Result<Option<DateTime<Utc>>, Failure> {
        Ok(None)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_are_worked_on_while_the_broker_is_away_and_the_status_says_that_it_is() -> anyhow::Result<()> {
    let rabbit = block_in_place(PrivateRabbit::start)?;
    let queues = vec![QueueBinding { queue: NAME.to_owned(), topics: Vec::new() }];
    let bus = RabbitBus::open(&RabbitSettings::new(&rabbit.url())?, Topology::new(queues)?).await?;
    let wake = bus.consume(NAME, 10).await?;
    let (shift, postman) = (Shift::default(), Postman::default());
    let rows = Arc::clone(&postman.rows);
    let own = shift.clone();
    let postman = tokio::spawn(own.run_outbound(Box::new(postman), wake, Duration::from_secs(1)));

    block_in_place(|| rabbit.stop())?;
    let reason = || async { Ok(shift.board.loops().get(NAME).and_then(|postman| postman.reason.clone())) };
    eventually(reason).await?;
    rows.store(3, Ordering::SeqCst);
    eventually(|| async { Ok((rows.load(Ordering::SeqCst) == 0).then_some(())) }).await?;
    let told = eventually(reason).await?;
    ensure!(!shift.board.report(PATIENCE).healthy && told.contains("the bus is unavailable"), "{told}");
    shift.close();
    timeout(PATIENCE, postman).await.context("it does not end")??;
    Ok(())
}
