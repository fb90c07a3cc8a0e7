// SPDX-License-Identifier: EUPL-1.2
//! The same figures while a million messages wait: on the queue, in the outbox for later, and a million in the inbox.

use anyhow::ensure;
use campanella_store::ars::period::{self, PeriodState};

use super::{
    child::{self, Outcome, Task},
    servers::{self, Servers},
};
use crate::place;

/// Messages on the queue, and rows in each table.
pub(super) const BACKLOG: usize = 1_000_000;

/// Cases beyond those that are measured: a worker that is stopped has gone on a little.
const MORE: u32 = 10_000;

/// What is found behind a backlog.
pub(super) struct Behind {
    pub(super) set: Outcome,
    pub(super) row: Outcome,
    pub(super) latency: Outcome,
}

/// The rates over the first messages, and the latency of another queue beside them.
pub(super) fn measure(servers: &Servers, set: u32, row: u32, latencies: u32) -> anyhow::Result<Behind> {
    let (database, vhost) = (servers.database()?, servers.vhost()?);
    place::runtime()?.block_on(servers::prepare(database.url(), vhost.url(), set + row + MORE, BACKLOG))?;
    servers.postgres.run_sql(database.name(), ROWS)?;
    servers.settle(&database)?;
    let expect =
        |assigned| place::runtime()?.block_on(expect_assigned(database.url(), vhost.url(), assigned));
    let by_set = child::run(Task::SetBasedBeginning, database.url(), vhost.url(), set)?;
    expect(set)?;
    let by_row = child::run(Task::PerMessageBeginning, database.url(), vhost.url(), row)?;
    expect(set + row)?;
    // An idle system with the same tables; its queue has to be empty, or the message would wait its turn.
    let other = servers.vhost()?;
    let latency = child::run(Task::Latency, database.url(), other.url(), latencies)?;
    Ok(Behind { set: by_set, row: by_row, latency })
}

/// At least so many cases are assigned: what follows from as many was published, and each comes up once at first.
async fn expect_assigned(database: &str, broker: &str, least: u32) -> anyhow::Result<()> {
    let (store, bus) = servers::open(database, broker).await?;
    let counts = period::counts(&mut store.read().await?).await?;
    let assigned = counts.iter().find(|(state, _)| *state == PeriodState::Unassigned);
    ensure!(assigned.is_some_and(|(_, count)| *count >= i64::from(least)), "{counts:?}");
    bus.close().await;
    store.close().await;
    Ok(())
}

/// Rows of the past and of the future.
const ROWS: &str = "
    INSERT INTO inbox (worker, message_id, outcome, kind, correlation_id, causation_id, written_at, handled_at)
        SELECT 'registry', gen_random_uuid(), 'done', 'ars.communication.recorded', gen_random_uuid(), NULL, at, at
        FROM (SELECT timestamptz '2026-01-01 00:00Z' + g * interval '1 second' AS at
            FROM generate_series(1, 1000000) AS g) AS r;
    INSERT INTO outbox (id, due_at, owed_since, queue, envelope)
        SELECT gen_random_uuid(), at, at, 'registry', repeat('x', 400)
        FROM (SELECT timestamptz '2100-01-01 00:00Z' + g * interval '1 second' AS at
            FROM generate_series(1, 1000000) AS g) AS r";
