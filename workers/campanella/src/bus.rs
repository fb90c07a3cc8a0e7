// SPDX-License-Identifier: EUPL-1.2
//! The queues of an installation: a file in its folder, or a broker.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use campanella_bus::{Bus, Topology};
use campanella_runtime::folder::{FolderLock, Purpose};

use crate::{broker, installation::Installation, queue_file};

/// The folder's lock where one process works on an installation: with a queue file, with a SQLite file, in a demo. Where
/// database and broker are shared, so is the work.
///
/// # Errors
/// When another process works on the folder.
pub(crate) fn lock(installation: &Installation) -> Result<Option<FolderLock>> {
    let settings = &installation.settings;
    let shared = settings.database.is_shared() && !settings.broker.is_embedded();
    if shared && installation.folder.purpose() == Purpose::Installation {
        return Ok(None);
    }
    installation.folder.lock().map(Some).context("la cartella dei dati è occupata")
}

/// The queues, tied to the database. The caller holds the lock there is.
///
/// # Errors
/// When the queues cannot be opened, or others serve the database.
pub(crate) async fn open(installation: &Installation, topology: Topology) -> Result<Arc<dyn Bus>> {
    Ok(if installation.settings.broker.is_embedded() {
        Arc::new(queue_file::open(installation, topology).await?)
    } else {
        Arc::new(broker::open(installation, topology).await?)
    })
}

/// Gives the database to these queues, whoever served it.
///
/// # Errors
/// [`crate::queue_file::StrangeQueue::Nothing`] when no others serve it; when another process works on the folder, or database or broker is unavailable.
pub(crate) async fn adopt(installation: &Installation) -> Result<()> {
    if installation.settings.broker.is_embedded() {
        queue_file::adopt(installation).await
    } else {
        broker::adopt(installation).await
    }
}
