// SPDX-License-Identifier: EUPL-1.2
//! From settings to everybody in place. What is not there yet (the database, the broker) is waited for; what waiting does
//! not cure (a wrong password, an old schema, a folder in use) ends the start.
//!
//! First the database, for good: from then on the process is seen by others, also while it waits for the broker.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use anyhow::{Error, Result};
use campanella_bus::BusError;
use campanella_runtime::{Failure, Worker, clock::Clock, metrics::Metrics, startup};
use campanella_store::StoreError;

use super::{Output, announce, pulse::Pulse, watch::Watch};
use crate::{
    bus, demo,
    installation::Installation,
    settings::Settings,
    workforce::{Calling, Workforce},
};

/// What is to be opened.
pub(super) struct Opening<'a> {
    pub(super) data: &'a Path,
    pub(super) settings: &'a Settings,
    pub(super) only: &'a [String],
    pub(super) workers: &'a [Worker],
    pub(super) adopt_queue: bool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) metrics: Metrics,
}

/// Everything in place.
pub(super) struct Opened {
    pub(super) installation: Installation,
    pub(super) workforce: Workforce,
}

impl Opening<'_> {
    /// Opens as soon as everything is there, and says what is waited for: each reason once. `pulse` is there from the moment
    /// the database is.
    pub(super) async fn patiently(
        &self,
        watch: &Watch,
        pulse: &mut Option<Pulse>,
        out: &mut Output<'_>,
    ) -> Result<Opened> {
        let mut said = BTreeSet::new();
        let mut told = |reason: &str| {
            if said.insert(reason.to_owned()) {
                announce::waiting(reason, watch.address, out);
            }
        };
        let installation =
            startup::patiently(&watch.board, || self.installation(), awaited, &mut told).await?;
        let pulse = &*pulse.insert(Pulse::start(watch, &installation.store));
        let mut tell = |reason: &str| {
            pulse.tell();
            told(reason);
        };
        if self.adopt_queue {
            // A step of its own: what was adopted is not adopted again while the rest is waited for.
            startup::patiently(&watch.board, || adopt(&installation), awaited, &mut tell).await?;
        }
        let attempt = || async {
            // Others are to know of this release before it binds anything.
            pulse.beat().await?;
            self.workforce(&installation).await
        };
        let workforce = startup::patiently(&watch.board, attempt, awaited, tell).await?;
        Ok(Opened { installation, workforce })
    }

    async fn installation(&self) -> Result<Installation> {
        let installation = Installation::open(self.data, self.settings.clone()).await?;
        if demo::is_in(&installation.store).await? {
            return Err(super::holds_a_demo("il database").into());
        }
        Ok(installation)
    }

    async fn workforce(&self, installation: &Installation) -> Result<Workforce> {
        // While the broker was waited for, it may have been moved or brought to another release.
        installation.clone().here().await?;
        let runners = self.settings.runner.runners(&installation.store);
        let calling =
            Calling { only: self.only, workers: self.workers, runners, metrics: self.metrics.clone() };
        let mut workforce = Workforce::call(installation, Arc::clone(&self.clock), calling).await?;
        workforce.recover().await?;
        Ok(workforce)
    }
}

async fn adopt(installation: &Installation) -> Result<()> {
    installation.clone().here().await?;
    bus::adopt(installation).await
}

/// What an error waits for, in Italian; none if waiting is no use.
fn awaited(error: &Error) -> Option<String> {
    error.chain().find_map(|cause| {
        if let Some(StoreError::Unavailable(detail)) = cause.downcast_ref() {
            return Some(format!("il database non risponde ({detail})"));
        }
        if let Some(BusError::Unavailable(detail)) = cause.downcast_ref() {
            return Some(format!("le code non rispondono ({detail})"));
        }
        match cause.downcast_ref() {
            Some(Failure::Unavailable(detail) | Failure::Rerun(detail)) => {
                Some(format!("il database non risponde ({detail})"))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn what_comes_back_by_itself_is_waited_for_and_nothing_else() {
        let away = || StoreError::Unavailable("connection refused".to_owned());
        let waited = |error: Error| awaited(&error);
        assert_eq!(
            waited(Error::from(away()).context("il database")).as_deref(),
            Some("il database non risponde (connection refused)")
        );
        assert!(waited(BusError::Unavailable("no host".to_owned()).into()).is_some());
        assert!(waited(Failure::Unavailable("gone".to_owned()).into()).is_some());
        for error in [
            Error::from(StoreError::Refused("code 28P01: password authentication failed".to_owned())),
            BusError::Refused("ACCESS_REFUSED".to_owned()).into(),
            anyhow::anyhow!("al database mancano 3 migrazioni"),
        ] {
            assert_eq!(awaited(&error), None, "{error}");
        }
        let nothing: Result<()> = Err(away()).context("una richiesta");
        assert!(nothing.is_err_and(|error| awaited(&error).is_some()));
    }
}
