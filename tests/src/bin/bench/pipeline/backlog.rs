// SPDX-License-Identifier: EUPL-1.2
//! The same figures while a million messages wait: on the queue, in the outbox for later, and a million in the inbox.

use super::{
    child::{self, Outcome, Task},
    servers::{self, Servers},
};
use crate::path;

const BACKLOG: usize = 1_000_000;

/// The set-based rate over the first of them, and the latency of another queue beside them.
pub(super) fn measure(
    servers: &Servers,
    messages: u32,
    latencies: u32,
) -> anyhow::Result<(Outcome, Outcome)> {
    let (name, vhost) = ("backlog", servers.vhost()?);
    let database = servers.postgres.create_database(name)?;
    servers::runtime()?.block_on(async {
        let (store, bus) = servers::open(&database, vhost.url()).await?;
        store.migrate().await?;
        let periods = path::periods(&store, messages).await?;
        for _ in 0..BACKLOG / periods.len() {
            path::publish(&*bus, &periods).await?;
        }
        bus.close().await;
        store.close().await;
        anyhow::Ok(())
    })?;
    servers.postgres.run_sql(name, ROWS)?;
    servers.postgres.run_sql(name, "VACUUM ANALYZE")?;
    let set = child::run(Task::Beginning, &database, vhost.url(), messages)?;
    // An idle system with the same tables; its queue has to be empty, or the message would wait its turn.
    let other = servers.vhost()?;
    let latency = child::run(Task::Latency, &database, other.url(), latencies)?;
    Ok((set, latency))
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
