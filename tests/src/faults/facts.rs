// SPDX-License-Identifier: EUPL-1.2
//! What the region is told: waves of applications, attestations and communications, each one transaction with its messages.
//!
//! Telling a wave again tells nothing: only what is new is sent, so that one whose commit broke off is simply told again.

use anyhow::Result;
use campanella::{installation::procedures, settings::Settings};
use campanella_domain::ars::{CommunicationKind, DropOutKind};
use campanella_messages::{ArdisApplicationRecorded, ArdisIseeRecorded, ArsCommunicationRecorded, Cause};
use campanella_runtime::{Procedures, RelayHandle, UnitOfWork};
use campanella_store::{
    Store, StoreSettings, Tx,
    ardis::{
        application::{self, NewApplication},
        attestation::{self, NewAttestation},
    },
    ars::{communication, student},
};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Runtime;

use super::{
    stage::{TASTER, Taste},
    tasted::Served,
};
use crate::{Family, Isee, Pupil, rome, veneto};

/// When everything is told, in business time.
pub(crate) const BEGIN: &str = "2025-11-12T10:00:00";
/// After the term for the DSU (`ARD-020`).
pub(crate) const AFTER_THE_TERM: &str = "2025-11-21T00:00:10";
/// So many of each.
pub(crate) const WAVES: u32 = 5;
const FAMILIES: u32 = 40;
const PUPILS: u32 = 40;

/// Applications in all.
pub(crate) const APPLICATIONS: u32 = WAVES * FAMILIES;

/// Who tells: an office's import, in its own process.
#[derive(Debug)]
pub(crate) struct Teller {
    runtime: Runtime,
    store: Store,
    procedures: Procedures,
}

impl Teller {
    pub(crate) fn open(database: &str) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let store = runtime.block_on(Store::open(database, StoreSettings::default()))?;
        let procedures = procedures(&Settings::load(None, &[])?.procedures)?;
        Ok(Self { runtime, store, procedures })
    }

    /// Places and schools.
    pub(crate) fn settle(&self) -> Result<()> {
        self.runtime.block_on(async {
            let mut tx = self.store.begin().await?;
            veneto::settle(&mut tx).await?;
            Ok(tx.commit().await?)
        })
    }

    /// Forty families and forty students.
    pub(crate) fn wave(&self, wave: u32) -> Result<()> {
        self.runtime.block_on(async {
            let mut work = self.work(rome(BEGIN)?).await?;
            for number in 1 + wave * FAMILIES..=(wave + 1) * FAMILIES {
                apply(&mut work, number).await?;
            }
            for number in 1 + wave * PUPILS..=(wave + 1) * PUPILS {
                drop_out(&mut work, number).await?;
            }
            Ok(work.commit(&RelayHandle::detached()).await?)
        })
    }

    /// After the term: attestations signed in time and learned late, and forty more students.
    pub(crate) fn late(&self) -> Result<()> {
        self.runtime.block_on(async {
            let mut work = self.work(rome(AFTER_THE_TERM)?).await?;
            for number in (1..=APPLICATIONS).filter(|number| number.is_multiple_of(6)) {
                let family = Family::number(number)?;
                let isee = family.dsu_signed_at("2025-11-15T10:00:00")?;
                learn(&mut work, &family, isee.issued_at("2025-11-18T10:00:00", "12.000,00")?).await?;
            }
            for number in 1 + WAVES * PUPILS..=(WAVES + 1) * PUPILS {
                drop_out(&mut work, number).await?;
            }
            Ok(work.commit(&RelayHandle::detached()).await?)
        })
    }

    /// Messages for the taster, in this order, each with the id it was given.
    pub(crate) fn tastes(&self, tastes: &[Taste]) -> Result<Vec<Served>> {
        self.runtime.block_on(async {
            let mut work = self.work(rome(BEGIN)?).await?;
            let (now, mut served) = (work.now(), Vec::new());
            for (number, taste) in (0_u128..).zip(tastes) {
                let envelope = taste.envelope(number, now);
                work.emit_to(TASTER, &envelope, now);
                served.push((*taste, envelope.id));
            }
            work.commit(&RelayHandle::detached()).await?;
            Ok(served)
        })
    }

    /// Waits for something else that is asynchronous.
    pub(crate) fn wait<T>(&self, other: impl Future<Output = Result<T>>) -> Result<T> {
        self.runtime.block_on(other)
    }

    /// Looks at the database in a transaction that only reads.
    pub(crate) fn look<T>(&self, look: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.wait(async {
            let mut tx = self.store.read().await?;
            let seen = look(&mut tx).await?;
            tx.rollback().await?;
            Ok(seen)
        })
    }

    /// Its messages are due at once: no process has them in hand.
    async fn work(&self, now: DateTime<Utc>) -> Result<UnitOfWork<'_>> {
        Ok(UnitOfWork::begin(&self.store, now - TimeDelta::minutes(1), &self.procedures).await?)
    }
}

async fn apply(work: &mut UnitOfWork<'_>, number: u32) -> Result<()> {
    let family = Family::number(number)?;
    let application = family.application.clone();
    let new = NewApplication { id: family.id(), recorded_at: application.submitted_at, application };
    if !application::insert(work.tx(), &[new]).await?.is_empty() {
        work.emit(&ArdisApplicationRecorded { application: family.id() }, Cause::First);
    }
    let isee = family.dsu_signed_at("2025-11-05T10:00:00")?.issued_at("2025-11-08T10:00:00", "12.000,00")?;
    match number % 3 {
        0 => Ok(()),
        1 => learn(work, &family, isee).await,
        _ => learn(work, &family, isee.with_an_omission()).await,
    }
}

async fn learn(work: &mut UnitOfWork<'_>, family: &Family, isee: Isee) -> Result<()> {
    let Isee { student, mut attestation } = isee;
    attestation.available_at = work.now();
    if !attestation::insert(work.tx(), &[NewAttestation { protocol: None, student, attestation }])
        .await?
        .is_empty()
    {
        work.emit(&ArdisIseeRecorded { application: family.id() }, Cause::First);
    }
    Ok(())
}

async fn drop_out(work: &mut UnitOfWork<'_>, number: u32) -> Result<()> {
    let pupil = Pupil::number(number)?;
    let abandonment = CommunicationKind::DropOut(DropOutKind::InformalAbandonment);
    let mut told = vec![
        pupil.entry()?,
        pupil.communication(abandonment, "2025-11-03".parse()?, rome("2025-11-11T09:00:00")?),
    ];
    if number.is_multiple_of(4) {
        let back = rome("2025-11-11T11:00:00")?;
        told.push(pupil.communication(CommunicationKind::ReturnBySchool, "2025-11-10".parse()?, back));
    }
    student::upsert(work.tx(), std::slice::from_ref(&pupil.student)).await?;
    for one in told {
        if !communication::insert(work.tx(), std::slice::from_ref(&one)).await?.is_empty() {
            work.emit(&ArsCommunicationRecorded { student: one.student }, Cause::First);
        }
    }
    Ok(())
}
