// SPDX-License-Identifier: EUPL-1.2
//! The whole embedded path. Durable: `synchronous=FULL`, database and queue in a file each. Beside it the rate of plain
//! inserts into SQLite in the same run, for what the machine gives differs by the hour.

use std::{path::Path, sync::Arc, time::Instant};

use anyhow::ensure;
use campanella_bus::{Bus, EmbeddedBus};
use campanella_runtime::clock::new_id;
use campanella_store::{
    Store, StoreSettings,
    ars::period::{self, PeriodState},
    outbox::{self, OutboxRow},
};

use crate::{
    path::{self, BATCH, Extent},
    place,
    report::Report,
};

const MESSAGES: u32 = 100_000;

pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let folder = place::folder()?;
    let runtime = place::runtime()?;
    let plain = runtime.block_on(plain_inserts(&folder.path().join("plain.db")))?;
    let whole = runtime.block_on(whole_path(folder.path(), MESSAGES, 0))?;
    report.figure(format!("plain inserts into SQLite, batches of {BATCH}"), plain, "rows/s");
    report.figure("the whole embedded path", whole, "messages/s");
    report.figure("plain inserts to whole path", plain / whole, "times");
    Ok(())
}

/// Rows a second into a table with an index, the size of a message each.
async fn plain_inserts(file: &Path) -> anyhow::Result<f64> {
    let store = Store::open_file(file, StoreSettings::default()).await?;
    store.migrate().await?;
    let rows: Vec<OutboxRow> = (0..MESSAGES).map(|_| plain_row()).collect();
    let start = Instant::now();
    for batch in rows.chunks(BATCH) {
        let mut tx = store.begin().await?;
        outbox::insert(&mut tx, batch).await?;
        tx.commit().await?;
    }
    let rate = f64::from(MESSAGES) / start.elapsed().as_secs_f64();
    store.close().await;
    Ok(rate)
}

fn plain_row() -> OutboxRow {
    let envelope = path::at_risk(new_id());
    OutboxRow { id: envelope.id, due_at: envelope.time, queue: None, envelope: envelope.to_json() }
}

/// Messages a second through a database and a queue in two files of a folder: all of them, or the first where more wait.
pub(crate) async fn whole_path(folder: &Path, messages: u32, waiting: usize) -> anyhow::Result<f64> {
    let store = Store::open_file(&folder.join("campanella.db"), StoreSettings::default()).await?;
    store.migrate().await?;
    let periods = path::periods(&store, messages).await?;
    let bus: Arc<dyn Bus> = Arc::new(EmbeddedBus::open(&folder.join("queue.db"), path::topology()?).await?);
    let more = waiting > periods.len();
    let extent = if more { Extent::Beginning(messages) } else { Extent::Whole(messages) };
    path::publish(&*bus, &periods, waiting.max(periods.len())).await?;
    let rate = path::rate(&store, &bus, path::SET_BASED, extent).await?;

    let counts = period::counts(&mut store.read().await?).await?;
    ensure!(counts == [(PeriodState::Unassigned, i64::from(messages))], "{counts:?}");
    let left: Vec<u64> = bus.stats().await?.into_iter().map(|queue| queue.waiting).collect();
    ensure!(extent != Extent::Whole(messages) || left == [0, u64::from(messages)], "{left:?}");
    bus.close().await;
    store.close().await;
    Ok(rate)
}
