// SPDX-License-Identifier: EUPL-1.2
//! The `graphile_worker` peer of `./dev bench pipeline`: every job dedupes by an inbox row, updates one application and adds
//! one follow-up job in one transaction. Jobs are in PostgreSQL itself, so that no broker takes part.
//!
//! `campanella-peer-graphile MESSAGES CONCURRENCY LOCAL_QUEUE`; the database is that of `PGHOST`, `PGUSER` and `PGDATABASE`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use graphile_worker::{IntoTaskHandlerResult, LocalQueueConfig, TaskHandler, WorkerContext, WorkerOptions};
use mimalloc::MiMalloc;
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[derive(Deserialize, Serialize)]
struct Handle {
    id: String,
    app: i64,
    pad: String,
}

/// How many jobs are done.
#[derive(Clone, Debug, Default)]
struct Done(Arc<AtomicUsize>);

impl TaskHandler for Handle {
    const IDENTIFIER: &'static str = "handle";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        self.apply(&context).await.map_err(|error| error.to_string())
    }
}

impl Handle {
    async fn apply(&self, context: &WorkerContext) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut tx = context.pg_pool().begin().await?;
        let inserted = sqlx::query("insert into inbox(message_id) values ($1::uuid) on conflict do nothing");
        if inserted.bind(&self.id).execute(&mut *tx).await?.rows_affected() == 1 {
            let update =
                sqlx::query("update application set version = version + 1, status = 'checked' where id = $1");
            update.bind(self.app).execute(&mut *tx).await?;
            let follow = sqlx::query("select graphile_worker.add_job('followup', $1::text::json)");
            follow.bind(serde_json::to_string(self)?).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        if let Some(done) = context.get_ext::<Done>() {
            done.0.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn argument(place: usize, default: usize) -> usize {
    std::env::args().nth(place).and_then(|given| given.parse().ok()).unwrap_or(default)
}

/// Two threads and twelve connections, as it was found to be quickest on two processors.
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (messages, concurrency, local_queue) = (argument(1, 5_000), argument(2, 8), argument(3, 0));
    let pad: i32 = std::env::var("PAD").ok().and_then(|pad| pad.parse().ok()).unwrap_or(520);
    let pool = PgPoolOptions::new().max_connections(12).connect_with(PgConnectOptions::new()).await?;
    sqlx::query("drop schema if exists graphile_worker cascade").execute(&pool).await?;
    let done = Done::default();
    let mut options = WorkerOptions::default()
        .concurrency(concurrency)
        .schema("graphile_worker")
        .define_job::<Handle>()
        .pg_pool(pool.clone())
        .add_extension(done.clone())
        .listen_os_shutdown_signals(false);
    if local_queue > 0 {
        options = options
            .local_queue(LocalQueueConfig::default().with_size(local_queue))
            .complete_job_batch_delay(Duration::from_millis(5));
    }
    let worker = options.init().await?;
    let fill = sqlx::query(
        "select count(graphile_worker.add_job('handle', json_build_object('id', gen_random_uuid(),
            'app', (g::bigint * 7919) % 50000, 'pad', repeat('x', $2)))) from generate_series(1, $1) g",
    );
    fill.bind(i32::try_from(messages)?).bind(pad).execute(&pool).await?;
    let working = tokio::spawn(async move {
        let _ = worker.run().await;
    });
    while done.0.load(Ordering::Relaxed) < messages && !working.is_finished() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // What is done is still to be marked so.
    tokio::time::sleep(Duration::from_millis(500)).await;
    working.abort();
    Ok(())
}
