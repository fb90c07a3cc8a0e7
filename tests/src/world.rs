// SPDX-License-Identifier: EUPL-1.2
//! An installation, everybody who works on it, and the clock.

use std::sync::Arc;

use anyhow::{Result, ensure};
use campanella::{installation::Installation, settings::Settings, workforce, workforce::Workforce};
use campanella_runtime::{
    Worker,
    clock::{Clock as _, SimulatedClock},
    folder::Folder,
};
use campanella_store::outbox;
use chrono::{DateTime, Utc};
use tempfile::TempDir;

use crate::{Beginning, rome};

/// An installation and everybody who works on it; nobody works, and no time passes, unless told to.
#[derive(Debug)]
pub struct World {
    /// Folder, settings, procedures and database.
    pub installation: Installation,
    /// Business time.
    pub clock: Arc<SimulatedClock>,
    /// Relay, workers, scheduler and mailer.
    pub workforce: Workforce,
    workers: Vec<Worker>,
    /// Removed with the world.
    folder: TempDir,
}

impl World {
    /// A world at a civil time.
    ///
    /// # Errors
    /// Those of opening an installation.
    pub async fn at(civil: &str) -> Result<Self> {
        Self::begin(Beginning { at: civil.to_owned(), ..Beginning::default() }).await
    }

    /// A world that begins as it is told to.
    ///
    /// # Errors
    /// Those of opening an installation.
    pub async fn begin(beginning: Beginning) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut flags = Vec::new();
        if let Some(url) = &beginning.database {
            flags.push(("database.url", url.clone()));
        }
        if let Some(text) = &beginning.ars {
            let file = folder.path().join("ars.toml");
            std::fs::write(&file, text)?;
            flags.push(("procedures.ars", file.display().to_string()));
        }
        let (settings, data) = (Settings::load(None, &flags)?, folder.path().join("data"));
        if let Some(rested) = &beginning.copy_of {
            let (rested, copy) = (Folder::open(rested)?, Folder::open(&data)?);
            std::fs::copy(rested.database(), copy.database())?;
            std::fs::copy(rested.queue(), copy.queue())?;
        }
        let unchecked = Installation::open_unchecked(&data, settings.clone()).await?;
        unchecked.store.migrate().await?;
        unchecked.store.close().await;
        let installation = Installation::open(&data, settings).await?;
        let clock = Arc::new(SimulatedClock::at(rome(&beginning.at)?));
        let workforce = assemble(&installation, &clock, &[], &beginning.workers).await?;
        Ok(Self { installation, clock, workforce, workers: beginning.workers, folder })
    }

    /// Business time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Everybody works until nobody has anything to do at the present instant.
    ///
    /// # Errors
    /// When database or bus is unavailable.
    pub async fn work_off(&mut self) -> Result<()> {
        Ok(self.workforce.work_off().await?)
    }

    /// Time passes to a civil time, moment by moment, and everybody does what is due at each.
    ///
    /// # Errors
    /// When database or bus is unavailable, or something stays due whatever is done.
    pub async fn advance_to(&mut self, civil: &str) -> Result<()> {
        let end = rome(civil)?;
        loop {
            self.work_off().await?;
            let mut tx = self.installation.store.read().await?;
            let retry = outbox::stats(&mut tx).await?.oldest_due_at;
            drop(tx);
            let due = self.workforce.next_due().await?;
            let next = [retry, due].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else { break };
            ensure!(next > self.now(), "something that was due at {next} is still there at {}", self.now());
            self.clock.advance_to(next);
        }
        self.clock.advance_to(end);
        self.work_off().await
    }

    /// The process ends and leaves its installation; the folder is removed with the guard.
    pub async fn at_rest(self) -> (Installation, TempDir) {
        let Self { installation, workforce, folder, .. } = self;
        workforce.bus.close().await;
        // It holds the folder's lock.
        drop(workforce);
        (installation, folder)
    }

    /// The process is started again with everybody but those named.
    ///
    /// # Errors
    /// As [`World::begin`].
    pub async fn without(self, absent: &[&str]) -> Result<Self> {
        let all = self.workers.iter().map(|worker| worker.name);
        let only: Vec<String> = all
            .chain([workforce::MAILER, workforce::SCHEDULER])
            .filter(|name| !absent.contains(name))
            .map(str::to_owned)
            .collect();
        let Self { installation, clock, workforce, workers, folder } = self;
        workforce.bus.close().await;
        // It holds the folder's lock.
        drop(workforce);
        let mut workforce = assemble(&installation, &clock, &only, &workers).await?;
        workforce.recover().await?;
        Ok(Self { installation, clock, workforce, workers, folder })
    }
}

async fn assemble(
    installation: &Installation,
    clock: &Arc<SimulatedClock>,
    only: &[String],
    workers: &[Worker],
) -> Result<Workforce> {
    Workforce::assemble_with(installation, Arc::<SimulatedClock>::clone(clock), only, workers).await
}
