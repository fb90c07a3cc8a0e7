// SPDX-License-Identifier: EUPL-1.2
//! The simulated year: load, advance to the next due moment, work until nobody has anything to do, repeat.
//!
//! The position — how far the clock came and what has arrived — is in the database, written with what arrived: a year
//! killed anywhere goes on where it was, and ends the same.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use campanella_runtime::{
    UnitOfWork,
    clock::{Clock as _, SimulatedClock},
    crash,
};
use campanella_store::{Store, bookmark, outbox};
use chrono::{DateTime, Utc};

use super::{
    intake, population,
    population::{
        Population,
        calendar::{self, LAST_DAY, LAST_SECOND},
    },
    publication::{self, Planned},
    stages::Stages,
};
use crate::{installation::Installation, workforce::Workforce};

/// How far the clock came.
const CLOCK: &str = "demo.clock";
/// The last moment whose arrivals are written.
const ARRIVED: &str = "demo.arrived";
/// How many lists are published.
const PUBLISHED: &str = "demo.published";

/// A year in progress.
pub(super) struct Year<'a> {
    installation: &'a Installation,
    population: &'a Population,
    clock: Arc<SimulatedClock>,
    workforce: Workforce,
    arrived: Option<DateTime<Utc>>,
    /// How many of the planned lists are.
    published: usize,
}

impl<'a> Year<'a> {
    /// A year at its beginning, or where it was left.
    ///
    /// # Errors
    /// When another process runs on the folder, or the queues cannot be opened.
    pub(super) async fn open(installation: &'a Installation, population: &'a Population) -> Result<Self> {
        let mut tx = installation.store.read().await?;
        let now = instant(bookmark::get(&mut tx, CLOCK).await?)?;
        let arrived = instant(bookmark::get(&mut tx, ARRIVED).await?)?;
        let published = bookmark::get(&mut tx, PUBLISHED).await?.map_or(Ok(0), |text| text.parse())?;
        tx.rollback().await?;
        let clock = Arc::new(SimulatedClock::at(now.unwrap_or_else(|| calendar::at(calendar::FIRST_DAY, 0))));
        let mut workforce =
            Workforce::assemble(installation, Arc::<SimulatedClock>::clone(&clock), &[]).await?;
        workforce.recover().await?;
        Ok(Self { installation, population, clock, workforce, arrived, published })
    }

    /// Goes through the year to its end, and says how many messages are left on the queues. `watch` is told each moment.
    ///
    /// # Errors
    /// When a store, the bus or a file fails; the year can be resumed.
    pub(super) async fn run(mut self, stages: &mut Stages<'_>, watch: impl Fn(DateTime<Utc>)) -> Result<u64> {
        let end = calendar::at(LAST_DAY, LAST_SECOND);
        let mut ticks = match self.arrived {
            Some(arrived) => {
                Box::new(self.population.ticks_after(arrived)) as Box<dyn Iterator<Item = _> + '_>
            }
            None => Box::new(self.population.ticks()),
        }
        .peekable();
        loop {
            let now = self.clock.now();
            watch(now);
            let due = |tick: &Result<population::Tick>| tick.as_ref().map_or(true, |tick| tick.at <= now);
            while let Some(tick) = ticks.next_if(due) {
                self.receive(&tick?).await?;
            }
            if let Some(list) = self.planned().filter(|list| list.moment() <= now) {
                // The officer publishes when nothing waits any more; what still did would be seen all the same.
                self.workforce.work_off().await?;
                self.publish(list).await?;
            }
            self.workforce.work_off().await?;
            let left = outbox_due(&self.installation.store).await?;
            if left.is_none() {
                stages.reached(&self.installation.store, now).await?;
            }
            let arrival = match ticks.peek() {
                Some(Ok(tick)) => Some(tick.at),
                Some(Err(_)) => Some(now),
                None => None,
            };
            let publication = self.planned().map(Planned::moment);
            let due = self.workforce.next_due().await?;
            let next =
                [arrival, publication, due, left].into_iter().flatten().filter(|next| *next <= end).min();
            let Some(next) = next else { break };
            self.advance(next).await?;
        }
        let left = self.workforce.bus.outstanding();
        self.workforce.bus.close().await;
        Ok(left)
    }

    async fn advance(&self, next: DateTime<Utc>) -> Result<()> {
        let mut tx = self.installation.store.begin().await?;
        bookmark::set(&mut tx, CLOCK, &next.to_rfc3339()).await?;
        tx.commit().await?;
        self.clock.advance_to(next);
        Ok(())
    }

    /// What arrives, and that it has: together.
    async fn receive(&mut self, tick: &population::Tick) -> Result<()> {
        let mut work =
            UnitOfWork::begin(&self.installation.store, self.clock.now(), &self.installation.procedures)
                .await?;
        intake::record(tick, &mut work).await?;
        bookmark::set(work.tx(), ARRIVED, &tick.at.to_rfc3339()).await?;
        work.commit(&self.workforce.handle).await?;
        crash::point("simulation.after-arrivals");
        self.arrived = Some(tick.at);
        Ok(())
    }

    /// The list that is published next.
    fn planned(&self) -> Option<Planned> {
        publication::PLANNED.get(self.published).copied()
    }

    async fn publish(&mut self, list: Planned) -> Result<()> {
        let mut work =
            UnitOfWork::begin(&self.installation.store, self.clock.now(), &self.installation.procedures)
                .await?;
        list.publish(&mut work).await?;
        bookmark::set(work.tx(), PUBLISHED, &(self.published + 1).to_string()).await?;
        work.commit(&self.workforce.handle).await?;
        self.published += 1;
        Ok(())
    }
}

/// When the earliest message left in the outbox is due.
async fn outbox_due(store: &Store) -> Result<Option<DateTime<Utc>>> {
    let mut tx = store.read().await?;
    Ok(outbox::stats(&mut tx).await?.oldest_due_at)
}

fn instant(text: Option<String>) -> Result<Option<DateTime<Utc>>> {
    text.map(|text| text.parse().context("a bookmark of the demo is not an instant")).transpose()
}
