// SPDX-License-Identifier: EUPL-1.2
//! How many durable writes a second the disk allows: the ceiling of everything that commits one by one,
//! beside which the durable figures of the other benches are to be read.

use std::io::{Seek as _, SeekFrom, Write as _};
use std::time::{Duration, Instant};

use crate::report::Report;

const LONG_ENOUGH: Duration = Duration::from_secs(3);
/// One page of SQLite.
const PAGE: [u8; 4096] = [0x5a; 4096];
/// Pages written over and over, so that the file system need not find room for new ones.
const PAGES: u64 = 1024;

/// Writes page after page and waits for the disk after each.
pub(crate) fn run(report: &mut Report) -> anyhow::Result<()> {
    let mut file = tempfile::tempfile_in(env!("CARGO_MANIFEST_DIR"))?;
    for _ in 0..PAGES {
        file.write_all(&PAGE)?;
    }
    file.sync_all()?;

    let start = Instant::now();
    let mut writes: u32 = 0;
    while start.elapsed() < LONG_ENOUGH {
        file.seek(SeekFrom::Start(u64::from(writes) % PAGES * PAGE.len() as u64))?;
        file.write_all(&PAGE)?;
        file.sync_data()?;
        writes += 1;
    }
    report.figure(
        "durable writes of 4 KiB, one by one",
        f64::from(writes) / start.elapsed().as_secs_f64(),
        "writes/s",
    );
    Ok(())
}
