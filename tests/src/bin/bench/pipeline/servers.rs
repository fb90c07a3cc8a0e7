// SPDX-License-Identifier: EUPL-1.2
//! The servers of one run, and what waits on them when a worker starts.

use std::sync::Arc;

use anyhow::ensure;
use campanella_bus::{
    Bus,
    rabbitmq::{RabbitBus, RabbitSettings},
};
use campanella_store::{
    Store, StoreSettings,
    ars::period::{self, PeriodState},
    outbox,
};
use campanella_testkit::{Durability, PassingDatabase, PassingVhost, PrivatePostgres, PrivateRabbit};

use super::child::{self, Outcome, Task};
use crate::{path, place};

/// A PostgreSQL and a RabbitMQ of this run alone, both durable.
pub(super) struct Servers {
    pub(super) postgres: PrivatePostgres,
    rabbit: PrivateRabbit,
}

impl Servers {
    pub(super) fn start() -> anyhow::Result<Self> {
        let postgres = PrivatePostgres::start_with(Durability::Full)?;
        Ok(Self { postgres, rabbit: PrivateRabbit::start_with(Durability::Full)? })
    }

    /// A virtual host for one measurement.
    pub(super) fn vhost(&self) -> anyhow::Result<PassingVhost<'_>> {
        self.rabbit.vhost()
    }

    /// A database for one measurement: what it leaves behind burdens no other.
    pub(super) fn database(&self) -> anyhow::Result<PassingDatabase<'_>> {
        self.postgres.fresh_copy_of("template0")
    }

    /// What was written so far is not written out, nor looked through, while something is measured: a backlog that grew over
    /// days has long been.
    pub(super) fn settle(&self, database: &PassingDatabase<'_>) -> anyhow::Result<()> {
        self.postgres.run_sql(database.name(), "VACUUM ANALYZE")?;
        self.postgres.run_sql(database.name(), "CHECKPOINT")?;
        Ok(())
    }

    /// Runs a worker in a process of its own on a new database and a new virtual host, `count` messages waiting for it, and
    /// asserts that every effect is there once.
    pub(super) fn measure(&self, task: Task, count: u32) -> anyhow::Result<Outcome> {
        let (database, vhost) = (self.database()?, self.vhost()?);
        let waiting = if task == Task::Latency { 0 } else { count };
        place::runtime()?.block_on(prepare(database.url(), vhost.url(), count, waiting as usize))?;
        self.settle(&database)?;
        let outcome = child::run(task, database.url(), vhost.url(), count)?;
        if waiting > 0 {
            place::runtime()?.block_on(expect_all(database.url(), vhost.url(), waiting))?;
        }
        Ok(outcome)
    }
}

/// Opens both as the product does.
pub(super) async fn open(database: &str, broker: &str) -> anyhow::Result<(Store, Arc<dyn Bus>)> {
    let store = Store::open(database, StoreSettings::default()).await?;
    let bus = RabbitBus::open(&RabbitSettings::new(broker)?, path::topology()?).await?;
    Ok((store, Arc::new(bus)))
}

/// Makes a database with so many cases, and puts so many messages about them on a queue: one about each before another.
pub(super) async fn prepare(database: &str, broker: &str, cases: u32, messages: usize) -> anyhow::Result<()> {
    let (store, bus) = open(database, broker).await?;
    store.migrate().await?;
    let periods = path::periods(&store, cases).await?;
    path::publish(&*bus, &periods, messages).await?;
    bus.close().await;
    store.close().await;
    Ok(())
}

async fn expect_all(database: &str, broker: &str, count: u32) -> anyhow::Result<()> {
    let (store, bus) = open(database, broker).await?;
    let mut tx = store.read().await?;
    let counts = period::counts(&mut tx).await?;
    ensure!(counts == [(PeriodState::Unassigned, i64::from(count))], "{counts:?}");
    ensure!(outbox::stats(&mut tx).await?.rows == 0);
    tx.rollback().await?;
    let waiting: Vec<u64> = bus.stats().await?.into_iter().map(|queue| queue.waiting).collect();
    ensure!(waiting.iter().sum::<u64>() == u64::from(count), "{waiting:?}");
    bus.close().await;
    store.close().await;
    Ok(())
}
