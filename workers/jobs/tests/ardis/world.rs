// SPDX-License-Identifier: EUPL-1.2
//! A database, the messages in its outbox, and a time that is whatever a test says.

use anyhow::{Context as _, Result};
use campanella_domain::{
    civil::zone::instant_of,
    procedure::{ArdisProcedure, ArsProcedure},
};
use campanella_jobs::{ListOrder, Publishing, WORKERS, publish_list};
use campanella_messages::{Cause, Envelope, Message};
use campanella_runtime::{Procedures, RelayHandle, UnitOfWork};
use campanella_store::{
    Store, StoreSettings,
    ardis::{
        application::{self, NewApplication},
        attestation::{self, NewAttestation},
        decision::{self, Decision, NewDecision},
        self_certification::{self, NewSelfCertification},
    },
    notification, outbox,
};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use uuid::Uuid;

use crate::lists::provisional;

/// Civil time in Rome.
pub(crate) fn rome(civil: &str) -> DateTime<Utc> {
    instant_of(civil.parse().unwrap())
}

/// An installation without processes.
pub(crate) struct World {
    _folder: TempDir,
    pub(crate) store: Store,
    procedures: Procedures,
}

impl World {
    pub(crate) async fn new() -> Result<Self> {
        Self::under(ArdisProcedure::embedded()?).await
    }

    /// An installation under another call.
    pub(crate) async fn under(ardis: ArdisProcedure) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Store::open_file(&folder.path().join("campanella.db"), StoreSettings::default()).await?;
        store.migrate().await?;
        let procedures = Procedures { ars: ArsProcedure::embedded()?, ardis };
        Ok(Self { _folder: folder, store, procedures })
    }

    /// Installs another file of the call.
    pub(crate) fn install(&mut self, ardis: ArdisProcedure) {
        self.procedures.ardis = ardis;
    }

    pub(crate) const fn procedure(&self) -> &ArdisProcedure {
        &self.procedures.ardis
    }

    /// An open transaction at a civil time.
    pub(crate) async fn work(&self, now: &str) -> Result<UnitOfWork<'_>> {
        Ok(UnitOfWork::begin(&self.store, rome(now), &self.procedures).await?)
    }

    /// Facts, and no message about them.
    pub(crate) async fn apply(&self, applications: &[NewApplication]) -> Result<()> {
        let mut tx = self.store.begin().await?;
        application::insert(&mut tx, applications).await?;
        Ok(tx.commit().await?)
    }

    /// See [`World::apply`].
    pub(crate) async fn attest(&self, attestations: &[NewAttestation]) -> Result<()> {
        let mut tx = self.store.begin().await?;
        attestation::insert(&mut tx, attestations).await?;
        Ok(tx.commit().await?)
    }

    /// See [`World::apply`].
    pub(crate) async fn self_certify(&self, form: NewSelfCertification) -> Result<()> {
        let mut tx = self.store.begin().await?;
        self_certification::insert(&mut tx, &[form]).await?;
        Ok(tx.commit().await?)
    }

    pub(crate) async fn append(&self, decision: NewDecision) -> Result<()> {
        let mut tx = self.store.begin().await?;
        decision::append(&mut tx, &[decision]).await?;
        Ok(tx.commit().await?)
    }

    /// Emits a message and has the workers handle it, and all that follows from it, at `now`.
    pub(crate) async fn tell<M: Message>(&self, message: &M, now: &str) -> Result<()> {
        self.tell_between(message, now, now).await
    }

    /// [`World::tell`] by a host whose clock says `written` to others whose clocks say `now`.
    pub(crate) async fn tell_between<M: Message>(&self, message: &M, written: &str, now: &str) -> Result<()> {
        let mut work = self.work(written).await?;
        work.emit(message, Cause::First);
        work.commit(&RelayHandle::detached()).await?;
        self.work_off(now).await
    }

    /// Has the workers handle the messages in the outbox, one by one, until there is none.
    pub(crate) async fn work_off(&self, now: &str) -> Result<()> {
        loop {
            let mut work = self.work(now).await?;
            let claimable = rome(now) + TimeDelta::minutes(1);
            let Some(row) = outbox::take_due(work.tx(), claimable, claimable, 1).await?.pop() else {
                return Ok(());
            };
            let envelope = Envelope::from_json(&row.envelope)?;
            for route in WORKERS.iter().filter_map(|worker| worker.route(&envelope.kind)) {
                route.handle(&[&envelope], &mut work).await?;
            }
            outbox::delete(work.tx(), &[row.id]).await?;
            work.commit(&RelayHandle::detached()).await?;
        }
    }

    /// What was decided last about an application.
    pub(crate) async fn newest(&self, application: Uuid) -> Result<Decision> {
        let mut tx = self.store.read().await?;
        decision::newest(&mut tx, &[application]).await?.remove(&application).context("nothing was decided")
    }

    /// The officer publishes a provisional list; the mailing is left in the outbox.
    pub(crate) async fn publish(&self, list: Uuid, now: &str) -> Result<Publishing> {
        self.order(&provisional(list), now).await
    }

    /// The officer wishes a list to be published.
    pub(crate) async fn order(&self, order: &ListOrder, now: &str) -> Result<Publishing> {
        let mut work = self.work(now).await?;
        let publishing = publish_list(order, &mut work).await?;
        work.commit(&RelayHandle::detached()).await?;
        Ok(publishing)
    }

    /// The business keys of the mails written from a template, in order.
    pub(crate) async fn mails(&self, template: &str) -> Result<Vec<String>> {
        let mut tx = self.store.read().await?;
        let mut keys: Vec<String> = notification::keys(&mut tx, template.parse()?)
            .await?
            .into_iter()
            .map(|(_, key, _)| key)
            .collect();
        keys.sort();
        Ok(keys)
    }
}
