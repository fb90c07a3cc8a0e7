// SPDX-License-Identifier: EUPL-1.2
//! `campanella backup`: both files of an embedded installation as they stood at one moment, while it runs.
//!
//! What is written is a folder that can take the place of the installation's: the two files and the mark of whose it is. It
//! appears under its name only when it is whole, checked and on the disk. It holds personal data: only its owner may read it.

mod report;

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use campanella_store::{StoreError, transfer};
use clap::Args;
use secrecy::ExposeSecret as _;

use super::{Exit, Global, Output, Refusal};
use crate::{installation::Installation, queue_file};

/// Scrive una copia di sicurezza dell'installazione, anche mentre è in funzione
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// Cartella della copia, nuova o vuota
    #[arg(value_name = "CARTELLA")]
    folder: PathBuf,
}

impl Backup {
    pub(super) async fn execute(self, global: &Global, out: &mut Output<'_>) -> Result<Exit> {
        let settings = global.settings()?;
        let url = settings.database.url.expose_secret();
        if url.starts_with("postgres") {
            return Err(report::of_postgres());
        }
        global.require_existing(&settings)?;
        let installation = Installation::open_unchecked(global.data(), settings).await?;
        let database = installation.store.file().context("un'installazione su file")?;
        let queue = queue_file::beside(&installation).await?;
        require_free(&self.folder)?;
        let draft = Draft::beside(&self.folder).map_err(|error| report::unwritable(&self.folder, &error))?;
        let (name, queue_name) = (draft.path("campanella.db"), draft.path("queue.db"));
        let pair = queue.as_deref().map(|queue| (queue, queue_name.as_path()));
        let files = transfer::snapshot((&database, &name), pair).await.map_err(|error| match error {
            StoreError::Unavailable(detail) => report::failed(&detail),
            other => other.into(),
        })?;
        draft
            .finish(&installation.folder.marker(), &self.folder)
            .map_err(|error| report::unwritable(&self.folder, &error))?;
        installation.store.close().await;
        report::done(&self.folder, &files, out)?;
        Ok(Exit::Done)
    }
}

fn require_free(folder: &Path) -> Result<()> {
    let is_free = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if is_free {
        return Ok(());
    }
    Err(Refusal::new(
        Exit::Usage,
        format!("«{}» c'è già e non viene sovrascritta", folder.display()),
        "indicare una cartella nuova o vuota, per esempio con la data nel nome",
    )
    .into())
}

/// The backup until it is whole: a hidden folder beside the one asked for, removed when anything fails.
struct Draft {
    folder: PathBuf,
    finished: bool,
}

impl Draft {
    fn beside(folder: &Path) -> io::Result<Self> {
        let parent = parent(folder);
        fs::create_dir_all(parent)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let draft = parent.join(format!(".{name}.{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&draft)?;
        Ok(Self { folder: draft, finished: false })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Gives the folder its name once all of it is on the disk.
    fn finish(mut self, marker: &Path, folder: &Path) -> io::Result<()> {
        let name = marker.file_name().unwrap_or_default();
        fs::copy(marker, self.folder.join(name))?;
        File::open(self.folder.join(name))?.sync_all()?;
        File::open(&self.folder)?.sync_all()?;
        // An empty folder of that name gives way; one that somebody filled meanwhile does not.
        fs::rename(&self.folder, folder)?;
        self.finished = true;
        File::open(parent(folder))?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.finished {
            // A destructor has nobody to tell; what stays has a hidden name and is in nobody's way.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn parent(folder: &Path) -> &Path {
    folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests;
