// SPDX-License-Identifier: EUPL-1.2
//! How often the holders of a redelivered message died.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use campanella_store::{Store, suspicion};
use uuid::Uuid;

use crate::{Failure, crash};

/// The suspects of one worker in one process; cloning it shares them with the worker's other runners.
#[derive(Debug, Clone)]
pub(crate) struct Suspects {
    worker: &'static str,
    /// Those whose delivery this process has counted and not yet settled, with the deaths known then. A deadlock or a
    /// database that goes away brings them here again: that must not count, as this process lives, and must not forget what
    /// was counted, or the last death would never be followed by a verdict.
    counted: Arc<Mutex<HashMap<Uuid, i64>>>,
}

impl Suspects {
    pub(crate) fn new(worker: &'static str) -> Self {
        Self { worker, counted: Arc::default() }
    }

    /// Counts a delivery of a message whose earlier holder died, durably and before it runs, once in the life of this
    /// process. Gives the deaths so far.
    pub(crate) async fn count(&self, store: &Store, suspect: Uuid) -> Result<i64, Failure> {
        let known = self.counted().get(&suspect).copied();
        if let Some(deaths) = known {
            return Ok(deaths);
        }
        let mut tx = store.begin().await?;
        let deaths = suspicion::count(&mut tx, self.worker, suspect).await?;
        crash::point("suspects.before-commit");
        tx.commit().await?;
        crash::point("suspects.after-commit");
        self.counted().insert(suspect, deaths);
        Ok(deaths)
    }

    /// Whether this process has counted a delivery of it that is not settled.
    pub(crate) fn has_counted(&self, message: Uuid) -> bool {
        self.counted().contains_key(&message)
    }

    /// The message ended, one way or the other.
    pub(crate) fn settled(&self, suspect: Uuid) {
        self.counted().remove(&suspect);
    }

    fn counted(&self) -> MutexGuard<'_, HashMap<Uuid, i64>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use campanella_store::StoreSettings;

    use super::*;

    #[tokio::test]
    async fn a_process_counts_a_death_once_and_remembers_it_until_the_verdict() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let suspect = Uuid::from_u128(1);
        for deaths in 1..=3 {
            let process = Suspects::new("registry");
            assert_eq!(process.count(&store, suspect).await?, deaths);
            // The database went away before the verdict: the same process looks at it again, or another runner of its worker.
            assert_eq!(process.count(&store, suspect).await?, deaths);
            assert_eq!(process.clone().count(&store, suspect).await?, deaths);
        }
        let process = Suspects::new("registry");
        process.count(&store, suspect).await?;
        process.settled(suspect);
        assert_eq!(process.count(&store, suspect).await?, 5, "it came again after its end");
        Ok(())
    }
}
