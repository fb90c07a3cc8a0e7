// SPDX-License-Identifier: EUPL-1.2
//! A file of 100,000 applications, the widest of all kinds, into an embedded database: read, checked, written with a message
//! each, durable (`synchronous=FULL`). Beside it the rate at which SQLite takes the same rows in the same batches in the same
//! run, read and checked before.

use std::{
    fs::File,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::ensure;
use campanella::{import, installation::Installation, settings::Settings};
use campanella_domain::{ardis::Application, ids};
use campanella_formats::{Kind, Reader};
use campanella_runtime::clock::machine_now;
use campanella_store::{
    Store, StoreSettings,
    ardis::application::{self, NewApplication},
};
use campanella_tests::ApplicationFile;

use crate::{place, report::Report};

const LINES: u32 = 100_000;

pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let folder = place::folder()?;
    let file = folder.path().join("applications.csv");
    ApplicationFile { lines: LINES, one_broken_in: 0 }.write(&file)?;
    let runtime = place::runtime()?;
    let (plain, longest_plain) = runtime.block_on(plain(&file, &folder.path().join("plain.db")))?;
    let reading = read(&file)?.1;
    let (first, again) = runtime.block_on(imported(&file, &folder.path().join("data")))?;
    let rate = |elapsed: Duration| f64::from(LINES) / elapsed.as_secs_f64();
    report.figure(
        format!("plain inserts of the same rows, batches of {}", import::BATCH),
        rate(plain),
        "rows/s",
    );
    report.figure("longest transaction of these", longest_plain.as_secs_f64() * 1000.0, "ms");
    report.figure("lines read and checked", rate(reading), "lines/s");
    report.figure("lines imported", rate(first), "lines/s");
    report.figure("the whole file", first.as_secs_f64(), "s");
    report.figure("lines imported again", rate(again), "lines/s");
    report.figure("plain inserts to import", rate(plain) / rate(first), "times");
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<(Vec<Application>, Duration)> {
    let start = Instant::now();
    let mut read = Vec::new();
    for line in Reader::<Application, _>::new(File::open(file)?)? {
        read.extend(line.ok().map(|line| line.record));
    }
    Ok((read, start.elapsed()))
}

/// How long the rows take, and the longest transaction.
async fn plain(file: &Path, database: &Path) -> anyhow::Result<(Duration, Duration)> {
    let store = Store::open_file(database, StoreSettings::default()).await?;
    store.migrate().await?;
    let rows: Vec<NewApplication> = read(file)?
        .0
        .into_iter()
        .map(|application| NewApplication {
            id: ids::application(application.instance_number),
            recorded_at: application.submitted_at,
            application,
        })
        .collect();
    let (start, mut longest) = (Instant::now(), Duration::ZERO);
    for batch in rows.chunks(import::BATCH) {
        let begun = Instant::now();
        let mut tx = store.begin().await?;
        application::insert(&mut tx, batch).await?;
        tx.commit().await?;
        longest = longest.max(begun.elapsed());
    }
    let elapsed = start.elapsed();
    store.close().await;
    Ok((elapsed, longest))
}

/// How long the import takes, and the same again.
async fn imported(file: &Path, data: &Path) -> anyhow::Result<(Duration, Duration)> {
    let installation = Installation::open(data, Settings::load(None, &[])?).await?;
    let mut times = Vec::new();
    for expected in [u64::from(LINES), 0] {
        let start = Instant::now();
        let report = import::import(Kind::Applications, file, &installation, machine_now(), |_| ()).await?;
        times.push(start.elapsed());
        ensure!((report.new, report.refused) == (expected, 0), "{report:?}");
    }
    installation.store.close().await;
    Ok((times[0], times[1]))
}
