// SPDX-License-Identifier: EUPL-1.2
//! Where everything of this installation is.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use campanella_tests::rules::root;

/// The folder `target/up`, or the one named, for one `./dev up` at a time.
#[derive(Debug)]
pub(crate) struct Place {
    folder: PathBuf,
    _lock: File,
}

impl Place {
    /// Takes the folder, made if it is missing.
    ///
    /// # Errors
    /// When another process has it.
    pub(crate) fn take(named: Option<PathBuf>) -> anyhow::Result<Self> {
        let folder = named.unwrap_or_else(|| root().join("target/up"));
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        let folder = folder.canonicalize()?;
        let lock = File::create(folder.join("lock"))?;
        lock.try_lock().with_context(|| format!("another ./dev up is at work in {}", folder.display()))?;
        Ok(Self { folder, _lock: lock })
    }

    /// Something in the folder.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The folder itself.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}
