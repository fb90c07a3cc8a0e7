// SPDX-License-Identifier: EUPL-1.2
//! Where a bench is at work: the disk of the build, and as many threads as the smallest machine has.

use std::path::Path;

use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// A folder in `target`, on the disk that is to be measured; temporary ones of the system may be in memory. Removed when dropped.
pub(crate) fn folder() -> anyhow::Result<TempDir> {
    let target = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../target"));
    std::fs::create_dir_all(target)?;
    Ok(tempfile::tempdir_in(target)?)
}

/// Two threads, as in the product on the smallest machine it is made for.
pub(crate) fn runtime() -> anyhow::Result<Runtime> {
    Ok(Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}
