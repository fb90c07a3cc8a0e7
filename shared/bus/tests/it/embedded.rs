// SPDX-License-Identifier: EUPL-1.2
//! The embedded bus, in a folder that goes away with the test.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use campanella_bus::{Bus, EmbeddedBus, Topology};
use tempfile::TempDir;

use crate::contract::{self, Broker};

/// The address of a queue file begins with this.
pub(crate) const SCHEME: &str = "embedded:";

/// A queue file.
#[derive(Debug)]
pub(crate) struct EmbeddedBroker {
    file: PathBuf,
    /// Removed with the broker; none in a process that was given the file's address.
    _folder: Option<TempDir>,
}

impl EmbeddedBroker {
    pub(crate) fn fresh() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self { file: folder.path().join("queue.db"), _folder: Some(folder) })
    }

    pub(crate) fn at(file: &str) -> Self {
        Self { file: file.into(), _folder: None }
    }
}

#[async_trait]
impl Broker for EmbeddedBroker {
    async fn open(&self, topology: Topology) -> anyhow::Result<Arc<dyn Bus>> {
        Ok(Arc::new(EmbeddedBus::open(&self.file, topology).await?))
    }

    fn address(&self) -> String {
        format!("{SCHEME}{}", self.file.display())
    }
}

contract::for_broker!(EmbeddedBroker::fresh(), which_sees_into_its_queues);
