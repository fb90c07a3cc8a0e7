// SPDX-License-Identifier: EUPL-1.2
//! The folder a private server lives in.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tempfile::TempDir;

use crate::account::Account;

/// Everything a server writes is in here. It belongs to the account the server runs under and is closed to others.
#[derive(Debug)]
pub(crate) enum Home {
    /// A temporary folder, removed with the server.
    Passing(TempDir),
    /// A folder that stays and whose data are taken up again by the next server.
    Kept(PathBuf),
}

impl Home {
    /// A new temporary folder whose name begins with `prefix`.
    pub(crate) fn passing(prefix: &str, account: Option<Account>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir();
        let folder = folder.context("no temporary folder for a private server")?;
        give(folder.path(), account)?;
        Ok(Self::Passing(folder))
    }

    /// The folder at `path`, made if it is missing.
    pub(crate) fn kept(path: &Path, account: Option<Account>) -> anyhow::Result<Self> {
        std::fs::create_dir_all(path).with_context(|| path.display().to_string())?;
        let path = path.canonicalize().with_context(|| path.display().to_string())?;
        give(&path, account)?;
        Ok(Self::Kept(path))
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Passing(folder) => folder.path(),
            Self::Kept(folder) => folder,
        }
    }

    /// How a guardian is told what becomes of the folder when the server ends.
    pub(crate) fn afterwards(&self) -> &'static str {
        match self {
            Self::Passing(_) => "remove",
            Self::Kept(_) => "keep",
        }
    }

    /// Leaves the folder to somebody else, who will remove it if it is to be removed.
    pub(crate) fn leave(self) -> PathBuf {
        match self {
            Self::Passing(folder) => folder.keep(),
            Self::Kept(folder) => folder,
        }
    }
}

/// Makes `path` the account's; what this process writes into it for the server is given away with it.
pub(crate) fn give(path: &Path, account: Option<Account>) -> anyhow::Result<()> {
    if let Some(account) = account {
        std::os::unix::fs::chown(path, Some(account.user), Some(account.group))
            .with_context(|| path.display().to_string())?;
    }
    Ok(())
}
